// One training step of the untrained network with one sample.

import { post } from "../http/api.js";
import { activationOf, kindOf } from "../spec/spec.js";

const OUTPUT_LOSSES = { sigmoid: "binary_cross_entropy", softmax: "categorical_cross_entropy" };

/** Takes the step; returns a backward pass with the weights after it. */
export async function singleStep(spec, samples, point, target) {
  const preprocess = samples.preprocessing();
  if (!preprocess)
    throw new Error("The inputs of this point cannot be computed here before training.");
  const inputs = preprocess(point);
  const { architecture, training } = spec;
  const step = await post("/v1/step", {
    architecture,
    points: [inputs],
    targets: [encodedTarget(spec, samples, target)],
    loss: lossOf(spec, samples),
    ...(training.optimizer ? { optimizer: training.optimizer } : {}),
    ...(training.regularization ? { regularization: training.regularization } : {}),
    ...(training.seed ? { seed: training.seed } : {}),
  });
  const checks = Object.values(step.central_differences);
  return {
    cost: step.loss,
    costAfter: step.loss_after,
    layers: step.forward.map((layer, index) => ({ ...layer, ...step.backward[index] })),
    weights: flatArrays(step.before),
    after: flatArrays(step.after),
    largestError: Math.max(0, ...checks.map((check) => check.relative_error)),
    inputs,
    spec,
  };
}

function encodedTarget({ architecture }, { labels, task }, target) {
  if (Array.isArray(target)) return target.map(Number);
  if (task !== "classification" || !labels) return target;
  const output = architecture.layers.at(-1);
  const label = labels.indexOf(target);
  if (output.units > 1) return labels.map((_, index) => Number(index === label));
  return activationOf(output) === "tanh" ? 2 * label - 1 : label;
}

function lossOf({ architecture, training }, { task }) {
  if (training.loss && kindOf(training.loss) !== "auto") return training.loss;
  if (task === "regression") return "mse";
  return OUTPUT_LOSSES[activationOf(architecture.layers.at(-1))] ?? "mse";
}

/** Returns nested lists by name as flat arrays with their shapes. */
function flatArrays(arrays) {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, nested]) => [
      name,
      { shape: shapeOf(nested), data: [nested].flat(5) },
    ]),
  );
}

function shapeOf(nested) {
  return Array.isArray(nested) ? [nested.length, ...shapeOf(nested[0])] : [];
}
