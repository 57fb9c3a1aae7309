// One step on paper: the network as it is built, before any training, with one sample.

import { post } from "../http/api.js";
import { activationOf } from "../job/network_view.js";
import { kindOf } from "../spec/spec.js";

/** Takes the step; answers it in the form of a backward pass, with what comes after. */
export async function singleStep(spec, samples, point, target) {
  const prepare = samples.preparing();
  if (!prepare)
    throw new Error(
      "What the network sees of this point is not known here before it has been trained.",
    );
  const inputs = prepare(point);
  const { architecture, training } = spec;
  const told = await post("/v1/step", {
    architecture,
    points: [inputs],
    targets: [encoded(spec, samples, target)],
    loss: lossOf(spec, samples),
    ...(training.optimizer ? { optimizer: training.optimizer } : {}),
    ...(training.regularization ? { regularization: training.regularization } : {}),
    ...(training.seed ? { seed: training.seed } : {}),
  });
  return {
    cost: told.loss,
    costAfter: told.loss_after,
    layers: told.forward.map((layer, index) => ({ ...layer, ...told.backward[index] })),
    weights: flat(told.before),
    after: flat(told.after),
    worst: Math.max(0, ...Object.values(told.central_differences).map((one) => one.relative_error)),
    inputs,
    spec,
  };
}

function encoded({ architecture }, { labels, task }, target) {
  if (Array.isArray(target)) return target.map(Number);
  if (task !== "classification" || !labels) return target;
  const last = architecture.layers.at(-1);
  const place = labels.indexOf(target);
  if (last.units > 1) return labels.map((_, index) => Number(index === place));
  return activationOf(last) === "tanh" ? 2 * place - 1 : place;
}

function lossOf({ architecture, training }, { task }) {
  if (training.loss && kindOf(training.loss) !== "auto") return training.loss;
  if (task === "regression") return "mse";
  return (
    { sigmoid: "binary_cross_entropy", softmax: "categorical_cross_entropy" }[
      activationOf(architecture.layers.at(-1))
    ] ?? "mse"
  );
}

/** Nested lists by name as flat arrays with their shapes. */
function flat(arrays) {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, nested]) => [
      name,
      { shape: shapeOf(nested), data: [nested].flat(5) },
    ]),
  );
}

export function shapeOf(nested) {
  return Array.isArray(nested) ? [nested.length, ...shapeOf(nested[0])] : [];
}
