// Named values in a row: epoch, cost, target.

import { h } from "../element.js";
import { long, minus, short } from "../format.js";

export function textFact(name, value) {
  return h("span", { class: "fact" }, h("small", {}, name), value);
}

/** Returns the cost of a pass after an epoch, or before and after a single step. */
export function passFacts(pass, epoch) {
  if (epoch !== null)
    return [textFact("after epoch", epoch.toLocaleString("en")), textFact("cost", long(pass.cost))];
  return [
    textFact("cost before the step", long(pass.cost)),
    textFact("cost after the step", long(pass.costAfter)),
    textFact("largest error against central differences", short(pass.largestError, 2)),
  ];
}

/** Returns the target of a point; for a point that is no sample, a choice of its label. */
export function targetFact(selection, { labels, task }, onChange) {
  if (selection.row || task !== "classification" || !labels)
    return textFact("target", minus(String(selection.target)).replaceAll(",", ", "));
  const options = labels.map((label) =>
    h("option", { value: String(label), selected: label === selection.target }, String(label)),
  );
  const control = h(
    "select",
    {
      "aria-label": "Target of this point",
      onchange: () => {
        selection.target = labels[control.selectedIndex];
        onChange();
      },
    },
    options,
  );
  return h("label", { class: "fact target-choice" }, h("small", {}, "target"), control);
}
