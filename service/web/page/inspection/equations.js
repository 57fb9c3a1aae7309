// The four equations of backpropagation with the numbers of one sample, layer by layer.

import { h, scrollable } from "../element.js";
import { humanize } from "../form/binding.js";
import { long, short } from "../format.js";
import { colorOf } from "../palette.js";
import { activationOf, kindOf } from "../spec/spec.js";
import { table } from "../table.js";
import { subscript, unitSteps } from "./unit_steps.js";

const MAX_SHOWN = 10;
const EQUATIONS = [
  ["BP1", "δᴸ = ∇ₐC ⊙ σ′(zᴸ)", "error of the output layer"],
  ["BP2", "δˡ = (wˡ⁺¹ δˡ⁺¹) ⊙ σ′(zˡ)", "error of a hidden layer"],
  ["BP3", "∂C/∂b = δ", "gradient of a bias"],
  ["BP4", "∂C/∂w = aˡ⁻¹ δˡ", "gradient of a weight"],
];

/** Returns the equations, and all layers of a pass from the output to the input. */
export function equations(pass) {
  const list = EQUATIONS.map(([name, text, about]) =>
    h(
      "div",
      {},
      h("dt", {}, name),
      h("dd", {}, h("span", { class: "math" }, text), h("small", {}, about)),
    ),
  );
  const layers = pass.layers.map((_, index) => layerBlock(pass, index)).reverse();
  return h("div", { class: "equations" }, h("dl", { class: "equation-list" }, list), layers);
}

function layerBlock(pass, index) {
  const layer = pass.layers[index];
  const spec = pass.spec.architecture.layers[index];
  const activation = activationOf(spec);
  const suffix = index === pass.layers.length - 1 ? " (output)" : "";
  const name = `Layer ${index + 1}: ${humanize(kindOf(spec))}, ${activation}${suffix}`;
  const title = h("h3", {}, name);
  const isFlat = Array.isArray(layer.delta) && !Array.isArray(layer.delta[0]?.[0]);
  if (!isFlat || kindOf(spec) !== "dense")
    return h("section", { class: "layer-block" }, title, rangesOf(layer));
  const steps = h("div", { class: "worked-out", "aria-live": "polite" });
  const select = (unit, row) => {
    for (const other of row.parentElement.children)
      other.classList.toggle("selected", other === row);
    steps.replaceChildren(...unitSteps(pass, index, unit, activation));
  };
  steps.replaceChildren(...unitSteps(pass, index, 0, activation));
  const units = scrollable("Units of the layer", unitTable(pass, index, select));
  return h(
    "section",
    { class: "layer-block" },
    title,
    h("div", { class: "side" }, units, matrices(pass, index)),
    steps,
  );
}

/** Returns the units of a layer; `onSelect(unit, row)` shows the steps of one. */
function unitTable(pass, index, onSelect) {
  const { z = [[]], a, delta, "dC/db": bias } = pass.layers[index];
  const after = pass.after?.[`${index}.bias`];
  const rows = delta[0].slice(0, MAX_SHOWN).map((error, unit) => {
    const button = h(
      "button",
      {
        type: "button",
        class: "quiet small",
        "aria-label": `Show the steps of unit ${unit + 1}`,
        onclick: (event) => onSelect(unit, event.target.closest("tr")),
      },
      String(unit + 1),
    );
    const numbers = [z[0][unit], (a ?? z)[0][unit], error, bias?.[unit]];
    const cells = numbers.map((value) => (value === undefined ? "frozen" : long(value)));
    return [button, ...cells, ...(after ? [long(after.data[unit])] : [])];
  });
  const heads = ["unit", "z", "a", "δ", "∂C/∂b", ...(after ? ["b after"] : [])];
  const isCut = delta[0].length > MAX_SHOWN;
  const caption = isCut ? `Units (the first ${MAX_SHOWN} of ${delta[0].length})` : "Units";
  const element = table(caption, heads, rows, { class: "unit-table" });
  element.querySelector("tbody tr")?.classList.add("selected");
  return element;
}

/** Returns the gradient of the weights, and the weights after a single step. */
function matrices(pass, index) {
  const gradient = pass.layers[index]["dC/dw"];
  if (!gradient) return null;
  const rows = gradient.slice(0, MAX_SHOWN).map((row) => row.slice(0, MAX_SHOWN));
  const largest = Math.max(...rows.flat().map(Math.abs)) || 1;
  const cell = (value) => {
    const element = h("td", {}, short(value, 3));
    element.style.setProperty("--fill", colorOf(value / largest));
    return element;
  };
  const tables = [matrix("∂C/∂w, one row per input", rows, cell)];
  const after = pass.after?.[`${index}.weight`];
  if (after) {
    const weights = rows.map((row, input) =>
      row.map((_, unit) => after.data[input * after.shape[1] + unit]),
    );
    tables.push(matrix("w after the step", weights, (value) => h("td", {}, long(value))));
  }
  return h("div", { class: "matrices" }, tables);
}

function matrix(caption, rows, cell) {
  const body = rows.map((row, input) =>
    h("tr", {}, h("th", { scope: "row" }, `a${subscript(input + 1)}`), row.map(cell)),
  );
  const element = h("table", { class: "matrix" }, h("caption", {}, caption), h("tbody", {}, body));
  return scrollable(caption, element);
}

/** Returns the range of each array of a layer that is not dense. */
function rangesOf(layer) {
  const ranges = Object.entries(layer)
    .filter(([, value]) => Array.isArray(value))
    .map(([name, value]) => {
      const numbers = value.flat(5).filter((item) => typeof item === "number");
      const count = numbers.length.toLocaleString("en");
      const range = `${short(Math.min(...numbers))} to ${short(Math.max(...numbers))}`;
      return `${name}: ${count} numbers from ${range}`;
    });
  return h("p", { class: "note" }, ranges.join("; "));
}
