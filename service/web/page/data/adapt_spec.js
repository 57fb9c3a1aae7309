// Adapts the spec to other data, so that its network can be trained on them.

import { announce } from "../element.js";
import { post } from "../http/api.js";
import { withoutExplicitWeights } from "../network/weight_editor.js";
import { activationOf, kindOf } from "../spec/spec.js";

const BINARY_ACTIVATIONS = ["tanh", "sigmoid"];
const DIFFERENCE_LOSSES = ["half_squared_error", "mse"];
const DEFAULT_SPLIT = { validation: 0.25 };

/** Sets the source of the data, and changes the rest of the spec only where it must. */
export async function adaptSpec(form, source, { task, preprocessing } = {}) {
  const spec = structuredClone(form.spec.value);
  const previous = spec.dataset ?? {};
  const fields = task ? { task } : {};
  const preview = await post("/v1/datasets/preview?limit=1", {
    source,
    preprocessing: { ...preprocessing, standardize: false },
    ...fields,
  });
  const isPlane = preview.features.join() === "x1,x2";
  const { features, standardize } = (isPlane && previous.preprocessing) || {};
  spec.dataset = {
    ...fields,
    source,
    preprocessing: { ...preprocessing, ...defined({ features, standardize }) },
    split: previous.split ?? DEFAULT_SPLIT,
  };
  const isRegression = (task ?? sourceTask(source, preview.labels)) === "regression";
  const change = adaptOutput(spec, isRegression ? null : preview.labels.length);
  spec.architecture.layers = spec.architecture.layers
    .filter((layer) => !/2d|flatten|reshape/.test(kindOf(layer)))
    .map(withoutExplicitWeights);
  delete spec.start_from;
  form.spec.replace(spec);
  if (change) announce(change);
}

function defined(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Returns the task of a built-in source. */
function sourceTask(source, labels) {
  return !labels || kindOf(source) === "diabetes" ? "regression" : "classification";
}

/** Adapts the output layer and the loss to a number of labels, null for regression. */
function adaptOutput(spec, labels) {
  const layer = spec.architecture.layers.at(-1);
  if (typeof layer === "string" || kindOf(layer) !== "dense") return null;
  const output = outputFor(labels, activationOf(layer));
  adaptLoss(spec.training, labels, output.activation);
  if (layer.units === output.units && activationOf(layer) === output.activation) return null;
  Object.assign(layer, output);
  const units = output.units === 1 ? "1 unit" : `${output.units} units`;
  return `The output layer now has ${units} with ${output.activation}`;
}

function outputFor(labels, activation) {
  if (labels === null) return { units: 1, activation: "linear" };
  if (labels > 2) return { units: labels, activation: "softmax" };
  return { units: 1, activation: BINARY_ACTIVATIONS.includes(activation) ? activation : "tanh" };
}

function adaptLoss(training, labels, activation) {
  const isDifference = DIFFERENCE_LOSSES.includes(kindOf(training.loss));
  if (labels > 2 || !isDifference) delete training.loss;
  if (labels === 2 && activation === "tanh" && !isDifference) training.loss = "half_squared_error";
}
