// Editing of weights: one weight is changed, and all others keep the values that are shown.

import { isExplicitWeights, kindOf } from "../spec/spec.js";

const MAX_WEIGHTS = 5000;
const DIGITS = 8;
const LAYERS = ["architecture", "layers"];
/** Edits of a layer that keep its weights. */
const KEEPS_WEIGHTS = /activation|_initializer|dtype/;

export class WeightEditor extends EventTarget {
  /** `current` has the shown `view`, and `isBuilt`: whether it is the untrained network. */
  constructor(form, samples, current) {
    super();
    Object.assign(this, { form, current, original: null });
    form.spec.addEventListener("change", ({ detail: { path } }) => {
      if (this.isSetting) return;
      if (!path.length) this.setOriginal(null);
      else if (path[0] === "architecture" && !KEEPS_WEIGHTS.test(path.join())) this.reset();
    });
    let features = "";
    samples.addEventListener("change", () => {
      if (features !== String(samples.features)) this.reset();
      features = String(samples.features);
    });
  }

  get isEdited() {
    return this.original !== null;
  }

  /** Returns a weight of an array such as `0.weight`; null if it cannot be edited. */
  get(array, index) {
    const arrays = this.current.view?.arrays;
    if (!arrays) return null;
    const count = Object.values(arrays).reduce((sum, { data }) => sum + data.length, 0);
    const isEditable =
      count <= MAX_WEIGHTS && Object.keys(arrays).every((name) => this.field(name));
    if (!isEditable) return null;
    return this.explicitValues(array)?.flat(4)[index] ?? arrays[array]?.data[index] ?? null;
  }

  /** Sets a weight; training starts from it and from all shown weights. */
  set(array, index, value) {
    const layers = structuredClone(this.form.spec.layers);
    const original = this.original ?? structuredClone(layers);
    for (const [name, { shape, data }] of Object.entries(this.current.view.arrays)) {
      const [layer, field] = this.field(name);
      const flat =
        this.explicitValues(name)?.flat(4) ??
        Array.from(data, (weight) => Number(weight.toPrecision(DIGITS)));
      if (name === array) flat[index] = value;
      const values = nested(flat, shape);
      layers[layer] = { ...layers[layer], [field]: { type: "values", values } };
    }
    this.setLayers(layers);
    this.setOriginal(original);
  }

  /** Restores the layers' initializers. */
  reset() {
    if (!this.original) return;
    const last = this.original.length - 1;
    const layers = this.form.spec.layers.map((layer, index) => {
      if (typeof layer === "string") return layer;
      const original = Object.entries(this.original[Math.min(index, last)]);
      return {
        ...withoutExplicitWeights(layer),
        ...Object.fromEntries(original.filter(([name]) => name.endsWith("_initializer"))),
      };
    });
    this.setLayers(layers);
    this.setOriginal(null);
  }

  setLayers(layers) {
    const { spec } = this.form;
    this.isSetting = true;
    if (spec.value.start_from) spec.set(["start_from"], undefined);
    spec.set(LAYERS, layers, true);
    this.isSetting = false;
  }

  setOriginal(original) {
    if (!original && !this.original) return;
    this.original = original;
    this.dispatchEvent(new Event("change"));
  }

  /** Returns the explicit values of an array in the spec, if the untrained network is shown. */
  explicitValues(name) {
    if (!this.current.isBuilt) return null;
    const [index, field] = this.field(name);
    return this.form.spec.layers[index][field]?.values ?? null;
  }

  /** Returns the layer of an array and its initializer field; null if there is none. */
  field(name) {
    const { schema, spec } = this.form;
    const [index, part] = name.split(".");
    const layer = spec.layers[index];
    if (!layer || typeof layer === "string") return null;
    const family = schema.describe({ $ref: "#/components/schemas/Layer" });
    const field = `${part}_initializer`;
    const { properties } = schema.member(family, kindOf(layer));
    return field in properties ? [Number(index), field] : null;
  }
}

/** Returns a layer without explicit initial weights. */
export function withoutExplicitWeights(layer) {
  if (typeof layer === "string") return layer;
  const entries = Object.entries(layer);
  return Object.fromEntries(entries.filter(([name, value]) => !isExplicitWeights(name, value)));
}

function nested(flat, shape) {
  if (shape.length < 2) return flat;
  const step = flat.length / shape[0];
  return Array.from({ length: shape[0] }, (_, index) =>
    nested(flat.slice(index * step, (index + 1) * step), shape.slice(1)),
  );
}
