// The four equations of backpropagation with the numbers of one sample, layer by layer.

import { h, scrollable } from "../element.js";
import { long, short } from "../format.js";
import { colorOf } from "../palette.js";
import { activationOf } from "../job/network_view.js";
import { kindOf } from "../spec/spec.js";
import { humanize } from "../form/binding.js";

const SHOWN = 10;
const FOUR = [
  ["BP1", "δᴸ = ∇ₐC ⊙ σ′(zᴸ)", "the error of the output"],
  ["BP2", "δˡ = (wˡ⁺¹ δˡ⁺¹) ⊙ σ′(zˡ)", "the error of a layer from the one behind it"],
  ["BP3", "∂C/∂b = δ", "what a bias does to the cost"],
  ["BP4", "∂C/∂w = aˡ⁻¹ δˡ", "what a weight does to the cost"],
];
const DERIVATIVES = {
  sigmoid: (a) => a * (1 - a),
  tanh: (a) => 1 - a * a,
  relu: (a, z) => Number(z > 0),
  linear: () => 1,
};

/** All numbers of a pass: the equations, then the layers from the output to the input. */
export function equations(pass) {
  const blocks = pass.layers.map((_, index) => block(pass, index)).reverse();
  return h(
    "div",
    { class: "equations" },
    h(
      "dl",
      { class: "equation-list" },
      FOUR.map(([name, text, about]) =>
        h(
          "div",
          {},
          h("dt", {}, name),
          h("dd", {}, h("span", { class: "math" }, text), h("small", {}, about)),
        ),
      ),
    ),
    blocks,
  );
}

function block(pass, index) {
  const layer = pass.layers[index];
  const declared = pass.spec.architecture.layers[index];
  const activation = activationOf(declared);
  const isOutput = index === pass.layers.length - 1;
  const head = h(
    "h3",
    {},
    `Layer ${index + 1}: ${humanize(kindOf(declared))}, ${activation}${isOutput ? " (output)" : ""}`,
  );
  const isFlat = Array.isArray(layer.delta) && !Array.isArray(layer.delta[0]?.[0]);
  if (!isFlat || kindOf(declared) !== "dense")
    return h("section", { class: "layer-block" }, head, summary(layer));
  const worked = h("div", { class: "worked-out", "aria-live": "polite" });
  const select = (unit, row) => {
    for (const other of row.parentElement.children) other.classList.toggle("selected", other === row);
    worked.replaceChildren(...workedOut(pass, index, unit, activation));
  };
  const body = units(pass, index, select);
  worked.replaceChildren(...workedOut(pass, index, 0, activation));
  return h(
    "section",
    { class: "layer-block" },
    head,
    h("div", { class: "side" }, scrollable("The units of the layer", body), matrix(pass, index)),
    worked,
  );
}

function units(pass, index, select) {
  const { z = [[]], a, delta, "dC/db": bias } = pass.layers[index];
  const after = pass.after?.[`${index}.bias`];
  const rows = delta[0].slice(0, SHOWN).map((error, unit) => {
    const row = h(
      "tr",
      { class: unit ? "" : "selected" },
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          {
            type: "button",
            class: "quiet small",
            "aria-label": `Work out unit ${unit + 1}`,
            onclick: (event) => select(unit, event.target.closest("tr")),
          },
          String(unit + 1),
        ),
      ),
      [z[0][unit], (a ?? z)[0][unit], error, bias?.[unit]].map((value) =>
        h("td", {}, value === undefined ? "fixed" : long(value)),
      ),
      after ? h("td", {}, long(after.data[unit])) : null,
    );
    return row;
  });
  const heads = ["unit", "z", "a", "δ", "∂C/∂b", ...(after ? ["b after"] : [])];
  const more = delta[0].length > SHOWN ? ` (the first ${SHOWN} of ${delta[0].length})` : "";
  return h(
    "table",
    { class: "unit-table" },
    h("caption", {}, `Units${more}`),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((head) => h("th", { scope: "col" }, head)),
      ),
    ),
    h("tbody", {}, rows),
  );
}

/** ∂C/∂w, a row for each input, colored by sign and size. */
function matrix(pass, index) {
  const gradient = pass.layers[index]["dC/dw"];
  if (!gradient) return null;
  const after = pass.after?.[`${index}.weight`];
  const rows = gradient.slice(0, SHOWN).map((row) => row.slice(0, SHOWN));
  const most = Math.max(...rows.flat().map(Math.abs)) || 1;
  const cell = (value) => {
    const made = h("td", {}, short(value, 3));
    made.style.setProperty("--fill", colorOf(value / most));
    return made;
  };
  const titled = (caption, body) =>
    scrollable(
      caption,
      h("table", { class: "matrix" }, h("caption", {}, caption), h("tbody", {}, body)),
    );
  const side = (place) => h("th", { scope: "row" }, `a${sub(place + 1)}`);
  return h(
    "div",
    { class: "matrices" },
    titled(
      "∂C/∂w, a row for each input",
      rows.map((row, place) => h("tr", {}, side(place), row.map(cell))),
    ),
    after
      ? titled(
          "w after the step",
          rows.map((row, place) =>
            h(
              "tr",
              {},
              side(place),
              row.map((_, unit) => h("td", {}, long(after.data[place * after.shape[1] + unit]))),
            ),
          ),
        )
      : null,
  );
}

/** The numbers of one unit put into the equations. */
function workedOut(pass, index, unit, activation) {
  const layer = pass.layers[index];
  const before = index ? pass.layers[index - 1] : null;
  const inputs = before ? (before.a ?? before.y ?? before.z)?.[0] : pass.inputs;
  const weight = pass.weights[`${index}.weight`];
  const bias = pass.weights[`${index}.bias`];
  const z = layer.z?.[0][unit];
  const a = (layer.a ?? layer.z)[0][unit];
  const delta = layer.delta[0][unit];
  const slope = DERIVATIVES[activation]?.(a, z);
  const n = sub(unit + 1);
  const lines = [];
  if (inputs && weight) {
    const products = inputs.map((value, place) => [
      weight.data[place * weight.shape[1] + unit],
      value,
    ]);
    lines.push([`z${n}`, `${sum(products)}${bias ? ` + ${signed(bias.data[unit])}` : ""}`, z]);
  }
  lines.push([`a${n}`, `${activation}(${short(z, 5)})`, a]);
  if (slope !== undefined)
    lines.push(errorLine(pass, index, unit, slope, n), [`∂C/∂b${n}`, `δ${n}`, delta]);
  if (inputs)
    lines.push([
      `∂C/∂w${sub(1)}${n}`,
      `a${sub(1)} · δ${n} = ${short(inputs[0], 5)} · ${signed(delta)}`,
      layer["dC/dw"]?.[0][unit],
    ]);
  return [
    h("h4", {}, `Unit ${unit + 1} worked out`),
    ...lines.map(([left, middle, value]) =>
      h(
        "p",
        { class: "math" },
        h("var", {}, left),
        ` = ${middle} = `,
        h("b", {}, value === undefined ? "fixed" : long(value)),
      ),
    ),
  ];
}

function errorLine(pass, index, unit, slope, n) {
  const delta = pass.layers[index].delta[0][unit];
  if (index === pass.layers.length - 1) {
    const rate = slope ? delta / slope : 0;
    return [`δ${n}`, `∂C/∂a${n} · σ′(z${n}) = ${short(rate, 6)} · ${short(slope, 6)}`, delta];
  }
  const next = pass.weights[`${index + 1}.weight`];
  const behind = pass.layers[index + 1].delta?.[0];
  if (!next || !behind || next.shape.length !== 2)
    return [`δ${n}`, `… · ${short(slope, 6)}`, delta];
  const products = behind.map((error, place) => [next.data[unit * next.shape[1] + place], error]);
  return [`δ${n}`, `(${sum(products)}) · ${short(slope, 6)}`, delta];
}

/** Products written out, the first few of them. */
function sum(products) {
  const shown = products.slice(0, 4).map(([one, other]) => `${signed(one)}·${signed(other)}`);
  return shown.join(" + ") + (products.length > 4 ? ` + … ${products.length} in all` : "");
}

function signed(value) {
  const text = short(value, 5);
  return value < 0 ? `(${text})` : text;
}

function sub(number) {
  return String(number).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
}

function summary(layer) {
  const names = Object.entries(layer).filter(([, value]) => Array.isArray(value));
  return h(
    "p",
    { class: "note" },
    names
      .map(([name, value]) => {
        const flat = value.flat(5).filter((one) => typeof one === "number");
        return `${name}: ${flat.length.toLocaleString("en")} numbers from ${short(Math.min(...flat))} to ${short(Math.max(...flat))}`;
      })
      .join("; "),
  );
}
