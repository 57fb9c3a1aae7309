// Snapshots and validation for a preset, so that its training can be shown.

const SNAPSHOTS = 60;

/** Returns the spec with snapshots, and with its test set as the validation set. */
export function withSnapshots(preset) {
  const spec = structuredClone(preset);
  const { split } = spec.dataset;
  if (split?.test && !split.validation) {
    split.validation = split.test;
    delete split.test;
  }
  spec.training.record ??= { snapshots: Math.min(SNAPSHOTS, spec.training.epochs) };
  return spec;
}
