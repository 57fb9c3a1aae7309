// Ranges of numbers: validation, clamping, and their text.

/** Returns the error of a number; null if it is in the range. */
export function validateNumber(described, value) {
  const { minimum = -Infinity, maximum = Infinity } = described;
  const { exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = described;
  const isValid =
    typeof value === "number" &&
    Number.isFinite(value) &&
    value >= minimum &&
    value <= maximum &&
    value > exclusiveMinimum &&
    value < exclusiveMaximum &&
    (described.kind === "number" || Number.isInteger(value));
  return isValid ? null : `must be ${rangeText(described)}`;
}

/** Returns a range as text, such as "an integer from 1 up to 9". */
export function rangeText({ kind, minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const parts = [kind === "integer" ? "an integer" : "a number"];
  if (minimum !== undefined) parts.push(`from ${minimum}`);
  if (exclusiveMinimum !== undefined) parts.push(`above ${exclusiveMinimum}`);
  if (maximum !== undefined) parts.push(`up to ${maximum}`);
  if (exclusiveMaximum !== undefined) parts.push(`below ${exclusiveMaximum}`);
  return parts.join(" ");
}

/** Returns the number nearest to `preferred` in the range. */
export function clamped({ minimum, maximum, exclusiveMinimum }, preferred) {
  const low =
    minimum ?? (exclusiveMinimum === undefined ? -Infinity : exclusiveMinimum + preferred);
  return Math.min(Math.max(preferred, low), maximum ?? Infinity);
}
