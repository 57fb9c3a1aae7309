// A spec as the page loads it: what can be watched is kept and judged on the way.

const SNAPSHOTS = 60;

/** The same spec with snapshots, and judged by its test part after every epoch, not at the end. */
export function withSnapshots(given) {
  const spec = structuredClone(given);
  const { split } = spec.dataset;
  if (split?.test && !split.validation) {
    split.validation = split.test;
    delete split.test;
  }
  spec.training.record ??= { snapshots: Math.min(SNAPSHOTS, spec.training.epochs) };
  return spec;
}
