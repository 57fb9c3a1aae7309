// Pixels and signed numbers painted on a canvas.

import { divergingColors } from "../palette.js";

/** Paints a square of ink values from 0 to `max`. */
export function paintPixels(canvas, pixels, max = 16) {
  const side = Math.round(Math.sqrt(pixels.length));
  const context = canvas.getContext("2d");
  const cell = canvas.width / side;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = getComputedStyle(canvas).color;
  for (const [index, value] of pixels.entries()) {
    context.globalAlpha = Math.max(0, Math.min(1, value / max));
    context.fillRect(
      (index % side) * cell,
      Math.floor(index / side) * cell,
      cell + 0.5,
      cell + 0.5,
    );
  }
  context.globalAlpha = 1;
}

/** Paints numbers of either sign, a rectangle `width` wide, the largest at full color. */
export function paintSigned(canvas, values, width) {
  const context = canvas.getContext("2d");
  const height = values.length / width;
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-9);
  const colors = divergingColors();
  for (let index = 0; index < values.length; index += 1) {
    const at = 4 * Math.round(127.5 * (values[index] / largest + 1));
    context.fillStyle = `rgb(${colors[at]} ${colors[at + 1]} ${colors[at + 2]})`;
    context.fillRect(
      (index % width) * (canvas.width / width),
      Math.floor(index / width) * (canvas.height / height),
      canvas.width / width + 0.5,
      canvas.height / height + 0.5,
    );
  }
}
