// Features over the plane, for their small pictures: the words that the service knows.

const NUMBERED = /^x([12])$/;

export const USUAL = [
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

/** The feature as a function of the values of the columns; null if it cannot be read here. */
export function featureOf(text, columns) {
  const place = (name) => columns.indexOf(name);
  if (place(text) >= 0) return (point) => point[place(text)];
  const wave = text.match(/^(sin|cos)\((.+)\)$/);
  if (wave && place(wave[2]) >= 0) return (point) => Math[wave[1]](point[place(wave[2])]);
  const factors = text.split("*").map((factor) => {
    const power = factor.match(/^(.+)\^([2-9])$/);
    const at = place(power ? power[1] : factor);
    return at < 0 ? null : [at, power ? Number(power[2]) : 1];
  });
  if (factors.includes(null)) return null;
  return (point) => factors.reduce((product, [at, power]) => product * point[at] ** power, 1);
}

/** A feature's name as mathematicians write it. */
export function pretty(text) {
  const digits = { 1: "₁", 2: "₂" };
  const powers = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return text
    .replace(/x([12])\b/g, (_, digit) => `x${digits[digit]}`)
    .replace(/\^([2-9])/g, (_, digit) => powers[digit])
    .replace(/(sin|cos)\((.+)\)/, "$1 $2")
    .replaceAll("*", "·");
}

/** A feature over a grid of the plane, from −1 to 1. */
export function featureMap(text, plane, size) {
  const feature = featureOf(text, plane.columns);
  if (!feature) return null;
  const values = plane.grid(size).map(feature);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const middle = isNumbered(plane.columns) ? 0 : (low + high) / 2;
  const most = Math.max(high - middle, middle - low) || 1;
  return Float32Array.from(values, (value) => (value - middle) / most);
}

export function isNumbered(columns) {
  return columns.length === 2 && columns.every((name) => NUMBERED.test(name));
}
