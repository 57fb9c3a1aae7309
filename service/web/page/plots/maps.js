// Outputs over a grid of the plane, scaled to numbers from −1 to 1.

import { activationOf } from "../spec/spec.js";

/** Returns the scaled outputs of one unit. */
export function unitMap({ shape, data }, unit, activation) {
  const units = shape.slice(1).reduce((product, size) => product * size, 1);
  const values = new Float32Array(shape[0]);
  for (let row = 0; row < shape[0]; row += 1) values[row] = data[row * units + unit];
  if (activation === "sigmoid" || activation === "softmax")
    return values.map((value) => 2 * value - 1);
  if (activation === "tanh") return values;
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
  return values.map((value) => value / largest);
}

/** Returns the scaled outputs of a network with a single output. */
export function outputMap({ data }, layer, task, scale) {
  if (task === "regression") return Float32Array.from(data, (value) => value / scale);
  return activationOf(layer) === "tanh" ? data : Float32Array.from(data, (value) => 2 * value - 1);
}
