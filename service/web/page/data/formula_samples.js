// Samples of a formula: a condition gives two classes, any other formula gives values.

const MIN_POINTS = 10;
const MAX_POINTS = 2000;
const SEED = 7;

/**
 * Returns `count` points within ±`limit`, with the value of the formula at each point plus noise.
 * Throws an error that says what to change.
 */
export function formulaSamples({ value, isCondition }, { count, noise, limit }) {
  if (!(count >= MIN_POINTS && count <= MAX_POINTS))
    throw new Error(`the number of points must be from ${MIN_POINTS} to ${MAX_POINTS}`);
  const random = mulberry32(SEED);
  const rows = Array.from({ length: count }, () => {
    const point = [0, 1].map(() => round((2 * random() - 1) * limit));
    const noisy = point.map((x) => x + noise * (random() + random() - 1));
    const result = value(...noisy);
    return { point, target: isCondition ? (result ? 1 : -1) : round(Number(result)) };
  });
  const targets = rows.map((row) => row.target);
  if (!targets.every(Number.isFinite)) throw new Error("the formula must be finite at every point");
  if (isCondition && new Set(targets).size < 2)
    throw new Error("the formula must be true for some points and false for others");
  return {
    rows,
    task: isCondition ? "classification" : "regression",
    labels: isCondition ? [-1, 1] : null,
    scale: Math.max(1e-9, ...targets.map(Math.abs)),
  };
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}

/** Returns the mulberry32 generator of a seed. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
