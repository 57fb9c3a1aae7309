// A heat map: numbers on a square grid as colors, from orange (−1) over the ground to blue (1).

import { diverging, labelMix } from "../palette.js";

const drawings = new Map();

/** A canvas to paint grids of one size on, kept for the next time. */
function drawing(size) {
  if (!drawings.has(size)) {
    const canvas = new OffscreenCanvas(size, size);
    const brush = canvas.getContext("2d");
    drawings.set(size, { canvas, brush, image: brush.createImageData(size, size) });
  }
  return drawings.get(size);
}

/** Paints `values` (size × size, by rows from the top), each from −1 to 1. */
export function paint(canvas, values, size, isStepped = false) {
  const { image } = drawing(size);
  const pixels = new Uint32Array(image.data.buffer);
  const colors = new Uint32Array(diverging().buffer);
  for (let place = 0; place < pixels.length; place += 1) {
    const value = isStepped ? Math.sign(values[place]) * 0.72 : values[place];
    pixels[place] = colors[value <= -1 ? 0 : value >= 1 ? 255 : (127.5 * (value + 1)) | 0];
  }
  spread(canvas, size);
}

/** Paints the place of the largest of `count` numbers in each cell, as strong as it is sure. */
export function paintLabels(canvas, outputs, count, size, isStepped = false) {
  const { image } = drawing(size);
  const { data } = image;
  const mixes = Array.from({ length: count }, (_, place) =>
    Array.from({ length: 17 }, (__, step) => labelMix(place, count, (0.9 * step) / 16)),
  );
  for (let cell = 0; cell < size * size; cell += 1) {
    let best = 0;
    for (let place = 1; place < count; place += 1) {
      if (outputs[cell * count + place] > outputs[cell * count + best]) best = place;
    }
    const sure = (outputs[cell * count + best] - 1 / count) / (1 - 1 / count);
    const mix = mixes[best][isStepped ? 11 : Math.round(16 * Math.max(0, Math.min(1, sure)))];
    data[4 * cell] = mix[0];
    data[4 * cell + 1] = mix[1];
    data[4 * cell + 2] = mix[2];
    data[4 * cell + 3] = 255;
  }
  spread(canvas, size);
}

function spread(canvas, size) {
  const { canvas: small, brush, image } = drawing(size);
  brush.putImageData(image, 0, 0);
  const large = canvas.getContext("2d");
  large.imageSmoothingEnabled = true;
  large.imageSmoothingQuality = "high";
  large.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** Makes a canvas as fine as the screen; tells whether its size has changed. */
export function fit(canvas) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (!width || (canvas.width === width && canvas.height === height)) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}
