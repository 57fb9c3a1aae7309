// Colors that color-blind people can distinguish (Okabe and Ito, 2008).

const LABELS = [
  "#e8862a",
  "#2f7fc1",
  "#1a9a78",
  "#c3569b",
  "#8a6fd1",
  "#b8a01c",
  "#5bb8e8",
  "#d24a2e",
  "#6b7a86",
  "#7a5230",
];
const ORANGE = [238, 134, 34];
const BLUE = [23, 113, 186];
const BACKGROUNDS = { light: [244, 246, 248], dark: [30, 37, 46] };

let background = BACKGROUNDS.light;
let scale = makeScale();

/** Adapts the colors to a theme. */
export function setTheme(theme) {
  background = BACKGROUNDS[theme];
  scale = makeScale();
}

/** Returns 256 colors from orange (−1) over the background (0) to blue (1), as RGBA bytes. */
export function divergingColors() {
  return scale;
}

/** Returns the color of a number from −1 to 1. */
export function colorOf(value) {
  const index = 4 * Math.round(127.5 * (Math.max(-1, Math.min(1, value)) + 1));
  return `rgb(${scale[index]} ${scale[index + 1]} ${scale[index + 2]})`;
}

/** Returns the color of a label by its index. */
export function labelColor(index, count) {
  return count === 2 ? LABELS[index] : LABELS[(index + 1) % LABELS.length];
}

/** Returns the RGB color of a label, mixed with the background by a strength from 0 to 1. */
export function labelMix(index, count, strength) {
  const color = labelColor(index, count);
  const rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return rgb.map((value, axis) => background[axis] + (value - background[axis]) * strength);
}

function makeScale() {
  const colors = new Uint8ClampedArray(256 * 4);
  for (let index = 0; index < 256; index += 1) {
    const value = index / 127.5 - 1;
    const end = value < 0 ? ORANGE : BLUE;
    const strength = Math.abs(value) ** 0.85;
    for (let axis = 0; axis < 3; axis += 1) {
      colors[4 * index + axis] = background[axis] + (end[axis] - background[axis]) * strength;
    }
    colors[4 * index + 3] = 255;
  }
  return colors;
}
