// Weights in hand: any number of the network is set, and all others stay as they are shown.

import { kindOf } from "../spec/spec.js";

const MOST = 5000;
const DIGITS = 8;
/** Changes of a layer that numbers of it outlast. */
const KEEPS = /activation|_initializer|dtype/;

export class WeightEditor extends EventTarget {
  /** `shown` has the sight that is shown, and whether it is that of the built network. */
  constructor(form, samples, shown) {
    super();
    Object.assign(this, { form, shown, before: null });
    form.spec.addEventListener("change", ({ detail: { path } }) => {
      if (this.isSetting) return;
      if (!path.length) this.take(null);
      else if (path[0] === "architecture" && !KEEPS.test(path.join())) this.letGo();
    });
    let inputs = "";
    samples.addEventListener("change", () => {
      if (inputs !== String(samples.features)) this.letGo();
      inputs = String(samples.features);
    });
  }

  /** The number at a place of an array such as `0.weight`; null where none can be set. */
  get(array, place) {
    const { sight } = this.shown;
    const total = sight
      ? Object.values(sight.arrays).reduce((sum, { data }) => sum + data.length, 0)
      : Infinity;
    if (total > MOST || !Object.keys(sight.arrays).every((name) => this.field(name))) return null;
    return this.given(array)?.flat(4)[place] ?? sight.arrays[array]?.data[place] ?? null;
  }

  /** Sets a number; from now on the built network starts from exactly what is shown. */
  set(array, place, value) {
    const { sight } = this.shown;
    const layers = structuredClone(this.form.spec.layers);
    const before = this.before ?? structuredClone(layers);
    for (const [name, { shape, data }] of Object.entries(sight.arrays)) {
      const [index, field] = this.field(name);
      const flat =
        this.given(name)?.flat(4) ?? Array.from(data, (one) => Number(one.toPrecision(DIGITS)));
      if (name === array) flat[place] = value;
      layers[index] = {
        ...layers[index],
        [field]: { type: "values", values: nested(flat, shape) },
      };
    }
    this.put(layers);
    this.take(before);
  }

  /** Gives the layers back the initializers that they had. */
  letGo() {
    if (!this.before) return;
    const layers = this.form.spec.layers.map((layer, index) => {
      const kept = Object.entries(layer).filter(
        ([name, value]) => !(name.endsWith("_initializer") && kindOf(value) === "values"),
      );
      const had = Object.entries(this.before[Math.min(index, this.before.length - 1)]).filter(
        ([name]) => name.endsWith("_initializer"),
      );
      return { ...Object.fromEntries(kept), ...Object.fromEntries(had) };
    });
    this.put(layers);
    this.take(null);
  }

  /** A fork would bring weights of its own: it is given up. */
  put(layers) {
    const { spec } = this.form;
    this.isSetting = true;
    if (spec.get(["start_from"])) spec.set(["start_from"], undefined);
    spec.set(["architecture", "layers"], layers, true);
    this.isSetting = false;
  }

  take(before) {
    if (!before && !this.before) return;
    this.before = before;
    this.dispatchEvent(new Event("change"));
  }

  /** What the built layer says of an array, where it is shown as it is built. */
  given(name) {
    if (!this.shown.isBuilt) return null;
    const [index, field] = this.field(name);
    return this.form.spec.layers[index][field]?.values ?? null;
  }

  /** The layer of an array and the field that gives its first numbers; null if there is none. */
  field(name) {
    const { schema, spec } = this.form;
    const [index, part] = name.split(".");
    const layer = spec.layers[index];
    if (!layer || typeof layer === "string") return null;
    const member = schema.member(
      schema.describe({ $ref: "#/components/schemas/Layer" }),
      kindOf(layer),
    );
    const field = `${part}_initializer`;
    return field in member.properties ? [Number(index), field] : null;
  }
}

function nested(flat, shape) {
  if (shape.length < 2) return flat;
  const step = flat.length / shape[0];
  return Array.from({ length: shape[0] }, (_, place) =>
    nested(flat.slice(place * step, (place + 1) * step), shape.slice(1)),
  );
}
