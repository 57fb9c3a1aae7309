// Suiting the rest of the spec to other data, so that what is built can be trained at once.

import { post } from "../wire/api.js";
import { byId } from "../element.js";
import { activationOf } from "../job/sight.js";
import { kindOf } from "../spec/spec.js";

/** Takes a source, and changes of the rest only what cannot stay; `task` where it must be said. */
export async function suit(form, source, task) {
  const spec = structuredClone(form.spec.value);
  const { preparation = {}, split } = spec.dataset ?? {};
  const preview = await post("/v1/datasets/preview?limit=1", { source, preparation: { standardize: false } });
  const isPlane = preview.features.join() === "x1,x2";
  const kept = isPlane ? { features: preparation.features, standardize: preparation.standardize } : {};
  spec.dataset = { source, preparation: kept, split: split ?? { test: 0.5 } };
  if (task) spec.dataset.task = task;
  const { labels } = preview;
  const isRegression = task === "regression" || !labels || ["diabetes", "plane", "gaussian_regression"].includes(kindOf(source));
  const changed = output(spec, isRegression ? null : labels.length);
  if (!isPlane && !preparation.reshape) spec.architecture.layers = spec.architecture.layers.filter((layer) => !/2d|flatten|reshape/.test(kindOf(layer)));
  if (isPlane) spec.architecture.layers = spec.architecture.layers.filter((layer) => !/2d|flatten|reshape/.test(kindOf(layer)));
  if (spec.start_from) delete spec.start_from;
  form.spec.replace(spec);
  if (changed) byId("live").textContent = changed;
}

/** Makes the output layer and the loss fit so many labels, null for values. */
function output(spec, labels) {
  const last = spec.architecture.layers.at(-1);
  if (typeof last === "string" || kindOf(last) !== "dense") return null;
  const activation = activationOf(last);
  const loss = kindOf(spec.training.loss);
  const wanted = labels === null
    ? { units: 1, activation: "linear" }
    : labels === 2 ? { units: 1, activation: ["tanh", "sigmoid"].includes(activation) ? activation : "tanh" }
      : { units: labels, activation: "softmax" };
  const fits = last.units === wanted.units && activation === wanted.activation;
  const keepsLoss = loss === "half_squared_error" || loss === "mse";
  if (labels !== null && labels > 2 ? true : !keepsLoss) delete spec.training.loss;
  if (labels === 2 && wanted.activation === "tanh" && !keepsLoss) spec.training.loss = "half_squared_error";
  if (fits) return null;
  last.units = wanted.units;
  last.activation = wanted.activation;
  return `The output layer has ${wanted.units} ${wanted.units === 1 ? "unit" : "units"} with ${wanted.activation} now`;
}
