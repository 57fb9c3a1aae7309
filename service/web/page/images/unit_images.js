// What units look at: filters and weights of the first layer, maps of the later ones.

import { colorOf } from "../palette.js";
import { paintSigned } from "./pixels.js";

/**
 * Paints a unit of an image network: its filter or weights in the first layer, else what it makes
 * of the picture that is shown. Tells whether there was something to paint.
 */
export function paintUnit(canvas, sight, layer, unit) {
  const weights = sight.arrays[`${layer}.weight`];
  if (layer === firstOf(sight) && weights) {
    const values = column(weights, unit);
    const side = Math.round(Math.sqrt(values.length));
    if (side * side === values.length) {
      paintSigned(canvas, values, side);
      return true;
    }
  }
  const seen = sight.seen?.[layer];
  if (!seen || unit >= seen.shape.at(-1)) return false;
  const values = column({ shape: seen.shape.slice(1), data: seen.data }, unit);
  if (values.length === 1) fill(canvas, values[0] / largest(seen));
  else paintSigned(canvas, values, seen.shape[2]);
  return true;
}

function fill(canvas, value) {
  const brush = canvas.getContext("2d");
  brush.fillStyle = colorOf(value);
  brush.fillRect(0, 0, canvas.width, canvas.height);
}

function largest({ data }) {
  return data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
}

function firstOf(sight) {
  return sight.spec.architecture.layers.findIndex((_, index) => sight.arrays[`${index}.weight`]);
}

/** The numbers along the last axis at one place. */
function column({ shape, data }, place) {
  const step = shape.at(-1);
  return Float64Array.from({ length: data.length / step }, (_, row) => data[row * step + place]);
}
