// A heat map: numbers on a square grid as colors from orange (−1) to blue (1).

import { divergingColors, labelMix } from "../palette.js";

const buffers = new Map();

/** Returns the buffer for grids of one size. */
function bufferOf(size) {
  if (!buffers.has(size)) {
    const canvas = new OffscreenCanvas(size, size);
    const context = canvas.getContext("2d");
    buffers.set(size, { canvas, context, image: context.createImageData(size, size) });
  }
  return buffers.get(size);
}

/** Paints `values` (size × size, by rows from the top), each from −1 to 1. */
export function paint(canvas, values, size, isDecision = false) {
  const { image } = bufferOf(size);
  const pixels = new Uint32Array(image.data.buffer);
  const colors = new Uint32Array(divergingColors().buffer);
  for (let index = 0; index < pixels.length; index += 1) {
    const value = isDecision ? Math.sign(values[index]) * 0.72 : values[index];
    pixels[index] = colors[value <= -1 ? 0 : value >= 1 ? 255 : (127.5 * (value + 1)) | 0];
  }
  scaleUp(canvas, size);
}

/** Paints the label of the largest of `count` outputs in each cell, by its confidence. */
export function paintLabels(canvas, outputs, count, size, isDecision = false) {
  const { image } = bufferOf(size);
  const { data } = image;
  const mixes = Array.from({ length: count }, (_, index) =>
    Array.from({ length: 17 }, (__, step) => labelMix(index, count, (0.9 * step) / 16)),
  );
  for (let cell = 0; cell < size * size; cell += 1) {
    let best = 0;
    for (let index = 1; index < count; index += 1) {
      if (outputs[cell * count + index] > outputs[cell * count + best]) best = index;
    }
    const confidence = (outputs[cell * count + best] - 1 / count) / (1 - 1 / count);
    const mix =
      mixes[best][isDecision ? 11 : Math.round(16 * Math.max(0, Math.min(1, confidence)))];
    data[4 * cell] = mix[0];
    data[4 * cell + 1] = mix[1];
    data[4 * cell + 2] = mix[2];
    data[4 * cell + 3] = 255;
  }
  scaleUp(canvas, size);
}

function scaleUp(canvas, size) {
  const { canvas: small, context, image } = bufferOf(size);
  context.putImageData(image, 0, 0);
  const large = canvas.getContext("2d");
  large.imageSmoothingEnabled = true;
  large.imageSmoothingQuality = "high";
  large.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** Fits the resolution of a canvas to the screen; returns whether it has changed. */
export function fit(canvas) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (!width || (canvas.width === width && canvas.height === height)) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}
