// Suiting the rest of the spec to other data, so that what is built can be trained at once.

import { post } from "../http/api.js";
import { byId } from "../element.js";
import { activationOf } from "../job/network_view.js";
import { kindOf } from "../spec/spec.js";

/** Takes a source, and changes of the rest only what cannot stay. */
export async function adaptSpec(form, source, { task, preparation: asked } = {}) {
  const spec = structuredClone(form.spec.value);
  const { preparation = {}, split } = spec.dataset ?? {};
  const probe = {
    source,
    preparation: { ...asked, standardize: false },
    ...(task ? { task } : {}),
  };
  const preview = await post("/v1/datasets/preview?limit=1", probe);
  const isPlane = preview.features.join() === "x1,x2";
  const { features, standardize } = isPlane ? preparation : {};
  spec.dataset = {
    ...(task ? { task } : {}),
    source,
    preparation: { ...asked, ...defined({ features, standardize }) },
    split: split ?? { validation: 0.25 },
  };
  const { labels } = preview;
  const isRegression = (task ?? kindsTask(kindOf(source), labels)) === "regression";
  const changed = output(spec, isRegression ? null : labels.length);
  spec.architecture.layers = spec.architecture.layers
    .filter((layer) => !/2d|flatten|reshape/.test(kindOf(layer)))
    .map(unset);
  delete spec.start_from;
  form.spec.replace(spec);
  if (changed) byId("live").textContent = changed;
}

/** A layer without numbers that were set for the data before. */
function unset(layer) {
  if (typeof layer === "string") return layer;
  return Object.fromEntries(
    Object.entries(layer).filter(
      ([name, value]) => !(name.endsWith("_initializer") && kindOf(value) === "values"),
    ),
  );
}

function defined(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** What the targets of a ready source are; values have no labels, or far too many. */
function kindsTask(kind, labels) {
  return !labels || kind === "diabetes" ? "regression" : "classification";
}

/** Makes the output layer and the loss fit so many labels, null for values. */
function output(spec, labels) {
  const last = spec.architecture.layers.at(-1);
  if (typeof last === "string" || kindOf(last) !== "dense") return null;
  const activation = activationOf(last);
  const loss = kindOf(spec.training.loss);
  const wanted =
    labels === null
      ? { units: 1, activation: "linear" }
      : labels === 2
        ? { units: 1, activation: ["tanh", "sigmoid"].includes(activation) ? activation : "tanh" }
        : { units: labels, activation: "softmax" };
  const fits = last.units === wanted.units && activation === wanted.activation;
  const keepsLoss = loss === "half_squared_error" || loss === "mse";
  if ((labels !== null && labels > 2) || !keepsLoss) delete spec.training.loss;
  if (labels === 2 && wanted.activation === "tanh" && !keepsLoss)
    spec.training.loss = "half_squared_error";
  if (fits) return null;
  last.units = wanted.units;
  last.activation = wanted.activation;
  return `The output layer has ${wanted.units} ${wanted.units === 1 ? "unit" : "units"} with ${wanted.activation} now`;
}
