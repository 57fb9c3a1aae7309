// One unit's numbers put into the equations of backpropagation.

import { h } from "../element.js";
import { long, short } from "../format.js";

const DIGITS = 5;
const MAX_PRODUCTS = 4;
const DERIVATIVES = {
  sigmoid: (a) => a * (1 - a),
  tanh: (a) => 1 - a * a,
  relu: (a, z) => Number(z > 0),
  linear: () => 1,
};

/** Returns the equations of a unit with its numbers. */
export function unitSteps(pass, index, unit, activation) {
  const layer = pass.layers[index];
  const z = layer.z?.[0][unit];
  const a = (layer.a ?? layer.z)[0][unit];
  const delta = layer.delta[0][unit];
  const derivative = DERIVATIVES[activation]?.(a, z);
  const inputs = layerInputs(pass, index);
  const n = subscript(unit + 1);
  const steps = [];
  if (inputs && pass.weights[`${index}.weight`])
    steps.push([`z${n}`, weightedSum(pass, index, unit, inputs), z]);
  steps.push([`a${n}`, `${activation}(${short(z, DIGITS)})`, a]);
  if (derivative !== undefined)
    steps.push(
      [`δ${n}`, deltaProducts(pass, index, unit, derivative), delta],
      [`∂C/∂b${n}`, `δ${n}`, delta],
    );
  if (inputs) {
    const first = subscript(1);
    const product = `a${first} · δ${n} = ${short(inputs[0], DIGITS)} · ${signed(delta)}`;
    steps.push([`∂C/∂w${first}${n}`, product, layer["dC/dw"]?.[0][unit]]);
  }
  return [h("h4", {}, `Unit ${unit + 1}, step by step`), ...steps.map(stepElement)];
}

function stepElement([name, expression, value]) {
  const result = h("b", {}, value === undefined ? "frozen" : long(value));
  return h("p", { class: "math" }, h("var", {}, name), ` = ${expression} = `, result);
}

/** Returns the outputs of the previous layer, or the inputs of the network. */
function layerInputs(pass, index) {
  if (!index) return pass.inputs;
  const previous = pass.layers[index - 1];
  return (previous.a ?? previous.y ?? previous.z)?.[0];
}

function weightedSum(pass, index, unit, inputs) {
  const { shape, data } = pass.weights[`${index}.weight`];
  const bias = pass.weights[`${index}.bias`];
  const products = inputs.map((input, row) => [data[row * shape[1] + unit], input]);
  return `${productSum(products)}${bias ? ` + ${signed(bias.data[unit])}` : ""}`;
}

function deltaProducts(pass, index, unit, derivative) {
  const delta = pass.layers[index].delta[0][unit];
  const factor = short(derivative, 6);
  const n = subscript(unit + 1);
  if (index === pass.layers.length - 1) {
    const gradient = short(derivative ? delta / derivative : 0, 6);
    return `∂C/∂a${n} · σ′(z${n}) = ${gradient} · ${factor}`;
  }
  const next = pass.weights[`${index + 1}.weight`];
  const deltas = pass.layers[index + 1].delta?.[0];
  if (!next || !deltas || next.shape.length !== 2) return `… · ${factor}`;
  const products = deltas.map((value, column) => [next.data[unit * next.shape[1] + column], value]);
  return `(${productSum(products)}) · ${factor}`;
}

/** Returns the first products of a sum. */
function productSum(products) {
  const first = products.slice(0, MAX_PRODUCTS).map(([a, b]) => `${signed(a)}·${signed(b)}`);
  const rest = products.length > MAX_PRODUCTS ? ` + … (${products.length} products)` : "";
  return first.join(" + ") + rest;
}

function signed(value) {
  const text = short(value, DIGITS);
  return value < 0 ? `(${text})` : text;
}

/** Returns a number in subscript digits. */
export function subscript(number) {
  return String(number).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
}
