// Colors: two that color-blind people tell apart, and more for more labels (Okabe and Ito 2008).

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
const MIDDLES = { light: [244, 246, 248], dark: [30, 37, 46] };

let middle = MIDDLES.light;
let scale = makeScale();

/** Colors follow the theme. */
export function setTheme(theme) {
  middle = MIDDLES[theme];
  scale = makeScale();
}

/** 256 colors from orange (−1) over the ground (0) to blue (1), four bytes each. */
export function diverging() {
  return scale;
}

/** The color of a number from −1 to 1. */
export function colorOf(value) {
  const place = 4 * Math.round(127.5 * (Math.max(-1, Math.min(1, value)) + 1));
  return `rgb(${scale[place]} ${scale[place + 1]} ${scale[place + 2]})`;
}

/** The color of the label at a place among so many. */
export function labelColor(place, count) {
  return count === 2 ? LABELS[place] : LABELS[(place + 1) % LABELS.length];
}

/** The color of a label as three numbers, mixed with the ground by a strength from 0 to 1. */
export function labelMix(place, count, strength) {
  const color = labelColor(place, count);
  const part = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return part.map((value, axis) => middle[axis] + (value - middle[axis]) * strength);
}

function makeScale() {
  const colors = new Uint8ClampedArray(256 * 4);
  for (let place = 0; place < 256; place += 1) {
    const value = place / 127.5 - 1;
    const end = value < 0 ? ORANGE : BLUE;
    const strength = Math.abs(value) ** 0.85;
    for (let axis = 0; axis < 3; axis += 1) {
      colors[4 * place + axis] = middle[axis] + (end[axis] - middle[axis]) * strength;
    }
    colors[4 * place + 3] = 255;
  }
  return colors;
}
