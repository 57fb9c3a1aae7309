// Explanations: permutation feature importance, and feature attribution (gradient × input).

import { h, scrollable } from "../element.js";
import { minus, short } from "../format.js";
import { paintSigned } from "../images/pixels.js";
import { table } from "../table.js";

const MAX_ROWS = 16;

/** Returns a table of the permutation feature importance, the most important column first. */
export function featureImportance({ part, rows, repeats, columns }) {
  const sorted = columns.toSorted((a, b) => b.importance - a.importance);
  const samples = `${rows.toLocaleString("en")} samples of the ${part} set`;
  return [
    h(
      "p",
      { class: "note" },
      `Increase of the loss on ${samples} when a column is shuffled, mean of ${repeats} repeats.`,
    ),
    barTable(
      "Permutation feature importance",
      ["column", "", "increase of the loss", "std"],
      sorted.map(({ column, importance, std }) => ({
        name: column,
        value: importance,
        numbers: [importance, std],
      })),
    ),
  ];
}

/** Returns gradient × input of the output: a table, or a picture for image data. */
export function featureAttribution({ output, label, features }, isImage) {
  const name = label === null ? "the output" : `the output of label ${minus(String(label))}`;
  const note = h(
    "p",
    { class: "note" },
    `Gradient × input of ${name} (${short(output)}): blue increases it, orange decreases it.`,
  );
  if (isImage) return [note, attributionImage(features.map(({ product }) => product))];
  const sorted = features.toSorted((a, b) => Math.abs(b.product) - Math.abs(a.product));
  return [
    note,
    barTable(
      "Feature attribution",
      ["feature", "", "gradient × input", "gradient", "input"],
      sorted.map(({ feature, product, gradient, input }) => ({
        name: feature,
        value: product,
        numbers: [product, gradient, input],
      })),
    ),
  ];
}

function attributionImage(values) {
  const canvas = h("canvas", {
    class: "pad small-canvas attribution-image",
    width: 160,
    height: 160,
    role: "img",
    "aria-label": "Gradient × input of each pixel",
  });
  paintSigned(canvas, values, Math.round(Math.sqrt(values.length)));
  return canvas;
}

/** Returns a table whose second column draws each value as a bar. */
function barTable(caption, heads, rows) {
  const largest = Math.max(1e-12, ...rows.map(({ value }) => Math.abs(value)));
  const isSigned = rows.some(({ value }) => value < 0);
  const isCut = rows.length > MAX_ROWS;
  const title = isCut ? `${caption}, the first ${MAX_ROWS} of ${rows.length}` : caption;
  const cells = rows
    .slice(0, MAX_ROWS)
    .map(({ name, value, numbers }) => [
      name,
      bar(value / largest, isSigned),
      ...numbers.map((number) => short(number, 3)),
    ]);
  const captionClass = isCut ? null : "visually-hidden";
  return scrollable(caption, table(title, heads, cells, { class: "importance", captionClass }));
}

function bar(fraction, isSigned) {
  const fill = h("i", { class: fraction < 0 ? "negative" : "positive" });
  fill.style.width = `${(isSigned ? 50 : 100) * Math.abs(fraction)}%`;
  return h(
    "span",
    { class: `signed-bar ${isSigned ? "signed" : ""}`, "aria-hidden": "true" },
    fill,
  );
}
