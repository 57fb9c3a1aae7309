// Small gray or two-colored images on a canvas.

import { diverging } from "../palette.js";

/** Paints a square of ink values from 0 to `most`. */
export function paintPixels(canvas, pixels, most = 16) {
  const side = Math.round(Math.sqrt(pixels.length));
  const brush = canvas.getContext("2d");
  const cell = canvas.width / side;
  brush.clearRect(0, 0, canvas.width, canvas.height);
  brush.fillStyle = getComputedStyle(canvas).color;
  for (const [place, value] of pixels.entries()) {
    brush.globalAlpha = Math.max(0, Math.min(1, value / most));
    brush.fillRect((place % side) * cell, Math.floor(place / side) * cell, cell + 0.5, cell + 0.5);
  }
  brush.globalAlpha = 1;
}

/** Paints numbers of either sign, a rectangle `width` wide, the largest at full color. */
export function paintSigned(canvas, values, width) {
  const brush = canvas.getContext("2d");
  const height = values.length / width;
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
  const colors = diverging();
  for (let place = 0; place < values.length; place += 1) {
    const at = 4 * Math.round(127.5 * (values[place] / most + 1));
    brush.fillStyle = `rgb(${colors[at]} ${colors[at + 1]} ${colors[at + 2]})`;
    brush.fillRect(
      (place % width) * (canvas.width / width),
      Math.floor(place / width) * (canvas.height / height),
      canvas.width / width + 0.5,
      canvas.height / height + 0.5,
    );
  }
}
