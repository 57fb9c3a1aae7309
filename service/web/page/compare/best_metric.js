// The metric that a list shows of a job or a model.

const METRICS = [
  "test_accuracy",
  "validation_accuracy",
  "accuracy",
  "test_r2",
  "validation_r2",
  "r2",
];

/** Returns the name of the most telling metric; undefined if there is none. */
export function bestMetric(metrics) {
  return METRICS.find((name) => typeof metrics[name] === "number");
}
