// A backward pass of a watched job at a point: every number, from the service.

import { post } from "../http/api.js";
import { snapshotWeights } from "../job/network_view.js";
import { featureOf } from "../network/features.js";

/** The numbers of one sample after an epoch, with the weights that made them. */
export async function backward(job, epoch, point, target) {
  const [told, weights] = await Promise.all([
    post(`/v1/jobs/${job.id}/backpropagate?epoch=${epoch}`, { points: [point], targets: [target] }),
    snapshotWeights(job, epoch),
  ]);
  return {
    cost: told.cost,
    layers: told.layers,
    weights: weights.arrays,
    inputs: inputsOf(weights.preparation, point),
    spec: job.spec,
  };
}

/** What the network saw of a raw point; null where that cannot be said here. */
function inputsOf(preparation, point) {
  if (!preparation) return null;
  const { columns, features, mean, scale } = preparation;
  const functions = (features.length ? features : columns).map((feature) =>
    featureOf(feature, columns),
  );
  if (functions.includes(null)) return null;
  return functions.map(
    (feature, place) => (feature(point) - (mean?.[place] ?? 0)) / (scale?.[place] ?? 1),
  );
}
