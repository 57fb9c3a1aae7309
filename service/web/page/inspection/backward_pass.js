// The backward pass of a job's snapshot for one sample.

import { post } from "../http/api.js";
import { snapshotWeights } from "../job/network_view.js";
import { featureOf } from "../network/features.js";

/** Returns activations and gradients of a sample after an epoch, with the weights and inputs. */
export async function backwardPass(job, epoch, point, target) {
  const [pass, weights] = await Promise.all([
    post(`/v1/jobs/${job.id}/backpropagate?epoch=${epoch}`, { points: [point], targets: [target] }),
    snapshotWeights(job, epoch),
  ]);
  return {
    cost: pass.cost,
    layers: pass.layers,
    weights: weights.arrays,
    inputs: inputsOf(weights.preprocessing, point),
    spec: job.spec,
  };
}

/** Returns the preprocessed inputs of a raw point; null if they cannot be computed here. */
function inputsOf(preprocessing, point) {
  if (!preprocessing) return null;
  const { columns, features, mean, scale } = preprocessing;
  const functions = (features.length ? features : columns).map((name) => featureOf(name, columns));
  if (functions.includes(null)) return null;
  return functions.map(
    (feature, index) => (feature(point) - (mean?.[index] ?? 0)) / (scale?.[index] ?? 1),
  );
}
