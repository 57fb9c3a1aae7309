// Features computed from the columns, as the service computes them.

const PLANE_COLUMN = /^x([12])$/;

export const FEATURES = [
  "x1",
  "x2",
  "x1^2",
  "x2^2",
  "x1*x2",
  "sin(x1)",
  "sin(x2)",
  "cos(x1)",
  "cos(x2)",
];

/** Returns a feature as a function of a raw point; null if it is not supported here. */
export function featureOf(text, columns) {
  const indexOf = (name) => columns.indexOf(name);
  if (indexOf(text) >= 0) return (point) => point[indexOf(text)];
  const wave = text.match(/^(sin|cos)\((.+)\)$/);
  if (wave && indexOf(wave[2]) >= 0) return (point) => Math[wave[1]](point[indexOf(wave[2])]);
  const factors = text.split("*").map((factor) => {
    const power = factor.match(/^(.+)\^([2-9])$/);
    const at = indexOf(power ? power[1] : factor);
    return at < 0 ? null : [at, power ? Number(power[2]) : 1];
  });
  if (factors.includes(null)) return null;
  return (point) => factors.reduce((product, [at, power]) => product * point[at] ** power, 1);
}

/** Returns a feature's name in mathematical notation. */
export function formatFeature(text) {
  const digits = { 1: "₁", 2: "₂" };
  const powers = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return text
    .replace(/x([12])\b/g, (_, digit) => `x${digits[digit]}`)
    .replace(/\^([2-9])/g, (_, digit) => powers[digit])
    .replace(/(sin|cos)\((.+)\)/, "$1 $2")
    .replaceAll("*", "·");
}

/** Returns a feature over a grid of the plane, scaled to −1 … 1. */
export function featureMap(text, plane, size) {
  const feature = featureOf(text, plane.columns);
  if (!feature) return null;
  const values = plane.grid(size).map(feature);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const center = hasPlaneColumns(plane.columns) ? 0 : (low + high) / 2;
  const largest = Math.max(high - center, center - low) || 1;
  return Float32Array.from(values, (value) => (value - center) / largest);
}

/** Whether the columns are x1 and x2. */
export function hasPlaneColumns(columns) {
  return columns.length === 2 && columns.every((name) => PLANE_COLUMN.test(name));
}
