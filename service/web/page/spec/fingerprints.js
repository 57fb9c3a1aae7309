// How alike two specs are: in the shape of their networks, in the numbers set by hand, in their data.

import { activationOf } from "../job/network_view.js";
import { kindOf } from "./spec.js";

const GIVEN = /_initializer$/;

/** The shape of a spec's network, as text to compare. */
export function shapeOf(schema, spec) {
  return JSON.stringify(
    layersOf(schema, spec).map((layer) => [
      kindOf(layer),
      layer.units,
      layer.filters,
      activationOf(layer),
    ]),
  );
}

/** The same, with the numbers that are given by hand. */
export function networkOf(schema, spec) {
  return JSON.stringify([shapeOf(schema, spec), layersOf(schema, spec).map(given)]);
}

/** What decides whether a network can be shown over the data: their source and their columns. */
export function dataOf({ dataset = {} }) {
  const { features, columns, target, reshape } = dataset.preparation ?? {};
  return JSON.stringify([dataset.source, features, columns, target, reshape]);
}

function given(layer) {
  return Object.entries(layer)
    .filter(([name, value]) => GIVEN.test(name) && kindOf(value) === "values")
    .sort();
}

function layersOf(schema, { architecture }) {
  return schema.withoutDefaults(
    schema.describe({ $ref: "#/components/schemas/Architecture" }),
    architecture,
  ).layers;
}
