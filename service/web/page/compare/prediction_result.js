// The predictions of one or several points.

import { bar } from "../bar.js";
import { h, scrollable } from "../element.js";
import { minus, short } from "../format.js";
import { labelColor } from "../palette.js";
import { table } from "../table.js";

const MAX_POINTS = 200;

/** Returns a prediction as text with bars, or predictions as a table. */
export function predictionResult({ outputs, labels, values }, names) {
  const texts = labels
    ? labels.map(labelText)
    : values.map((row) => row.map((value) => short(value)).join(", "));
  if (outputs.length > 1) {
    const rows = outputs
      .slice(0, MAX_POINTS)
      .map((output, index) => [index + 1, texts[index], outputText(output, 3, "  ")]);
    const heads = ["point", labels ? "label" : "value", "outputs"];
    return scrollable("Predictions", table("Predictions", heads, rows));
  }
  return h(
    "div",
    {},
    h("p", { class: "predicted" }, labels ? minus(texts[0]) : texts[0]),
    h("div", { class: "bars" }, outputBars(outputs[0], names)),
  );
}

function outputBars(output, names) {
  if (output.length === 1 || names.length !== output.length)
    return h("p", { class: "note" }, `output ${outputText(output, 4, ", ")}`);
  return output.map((value, index) =>
    bar(names[index], value, labelColor(index, names.length), short(value, 3)),
  );
}

function outputText(output, digits, separator) {
  return output.map((value) => short(value, digits)).join(separator);
}

/** Returns a label, or the labels that are present. */
function labelText(label) {
  return Array.isArray(label) ? label.join(", ") || "no label" : String(label);
}
