// Images of units: filters and weights of the first layer, activations of the later ones.

import { colorOf } from "../palette.js";
import { paintSigned } from "./pixels.js";

/**
 * Paints a unit of an image network: its filter or weights in the first layer, its activations
 * for the shown image in the others. Returns whether there was something to paint.
 */
export function paintUnit(canvas, view, layer, unit) {
  const weights = view.arrays[`${layer}.weight`];
  if (weights && layer === firstWeightedLayer(view)) {
    const values = lastAxis(weights, unit);
    const side = Math.round(Math.sqrt(values.length));
    if (side * side === values.length) {
      paintSigned(canvas, values, side);
      return true;
    }
  }
  const activations = view.activations?.[layer];
  if (!activations || unit >= activations.shape.at(-1)) return false;
  const { shape, data } = activations;
  const values = lastAxis({ shape: shape.slice(1), data }, unit);
  if (values.length === 1) fill(canvas, values[0] / largest(data));
  else paintSigned(canvas, values, shape[2]);
  return true;
}

function fill(canvas, value) {
  const context = canvas.getContext("2d");
  context.fillStyle = colorOf(value);
  context.fillRect(0, 0, canvas.width, canvas.height);
}

function largest(values) {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-9);
}

function firstWeightedLayer({ spec, arrays }) {
  return spec.architecture.layers.findIndex((_, index) => arrays[`${index}.weight`]);
}

/** Returns the numbers at one index of the last axis. */
function lastAxis({ shape, data }, index) {
  const step = shape.at(-1);
  return Float64Array.from({ length: data.length / step }, (_, row) => data[row * step + index]);
}
