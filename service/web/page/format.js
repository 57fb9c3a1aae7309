// Numbers and durations as text.

/** Returns a number with about four significant digits. */
export function short(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return minus(value.toExponential(Math.max(1, digits - 2)));
  if (Number.isInteger(value)) return minus(value.toLocaleString("en"));
  return minus(String(Number(value.toPrecision(digits))));
}

/** Returns a number with the precision of float32. */
export function long(value) {
  if (typeof value !== "number") return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return minus(value.toExponential(6));
  return minus(value.toFixed(9).replace(/0{1,6}$/, ""));
}

export function percent(value) {
  return typeof value === "number" ? `${(100 * value).toFixed(1)} %` : "–";
}

/** Returns a metric: fractions in percent, others as a number. */
export function formatMetric(name, value) {
  return /accuracy|precision|recall|f1/.test(name) ? percent(value) : short(value);
}

export function formatDuration(value) {
  if (value === null || value === undefined) return "";
  if (value < 1) return "under 1 s";
  if (value < 90) return `${Math.round(value)} s`;
  if (value < 5400) return `${Math.round(value / 60)} min`;
  return `${(value / 3600).toFixed(1)} h`;
}

export function timeAgo(time) {
  const past = (Date.now() - Date.parse(time)) / 1000;
  return past < 5 ? "just now" : `${formatDuration(past)} ago`;
}

/** Replaces hyphens by minus signs. */
export function minus(text) {
  return text.replaceAll("-", "−");
}
