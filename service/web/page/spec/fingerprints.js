// Parts of a spec as text, to find out whether two specs agree in them.

import { activationOf, isExplicitWeights, kindOf } from "./spec.js";

/** The layers' types, sizes and activations. */
export function shapeFingerprint(schema, spec) {
  const shape = layersOf(schema, spec).map((layer) => [
    kindOf(layer),
    layer.units,
    layer.filters,
    activationOf(layer),
  ]);
  return JSON.stringify(shape);
}

/** The layers' shape and their explicit initial weights. */
export function networkFingerprint(schema, spec) {
  const weights = layersOf(schema, spec).map((layer) =>
    Object.entries(layer)
      .filter(([name, value]) => isExplicitWeights(name, value))
      .sort(),
  );
  return JSON.stringify([shapeFingerprint(schema, spec), weights]);
}

/** The source of the data and their columns: what decides whether a network fits the data. */
export function dataFingerprint({ dataset = {} }) {
  const { features, columns, target, reshape } = dataset.preprocessing ?? {};
  return JSON.stringify([dataset.source, features, columns, target, reshape]);
}

function layersOf(schema, { architecture }) {
  const described = schema.describe({ $ref: "#/components/schemas/Architecture" });
  return schema.withoutDefaults(described, architecture).layers;
}
