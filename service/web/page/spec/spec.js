// The job spec that the form edits: the state of the whole form.

export class Spec extends EventTarget {
  constructor(schema) {
    super();
    this.schema = schema;
    this.root = schema.describe({ $ref: "#/components/schemas/JobSpec" });
    this.value = {};
  }

  /** Replaces the spec; fields that equal their defaults are removed. */
  replace(value) {
    this.value = this.schema.withoutDefaults(this.root, structuredClone(value));
    this.notify([], true);
  }

  get(path) {
    return path.reduce(
      (inner, step) => (inner === null || inner === undefined ? undefined : inner[step]),
      this.value,
    );
  }

  /** Sets the value at a path; `undefined` removes it. `isShape` says that fields come or go. */
  set(path, value, isShape = false) {
    const parent = path.slice(0, -1);
    const last = path.at(-1);
    const container = parent.reduce((inner, step) => {
      if (inner[step] === undefined || inner[step] === null) inner[step] = {};
      if (typeof inner[step] === "string") inner[step] = { type: inner[step] };
      return inner[step];
    }, this.value);
    if (value === undefined) delete container[last];
    else container[last] = value;
    this.prune(parent);
    this.notify(path, isShape);
  }

  /** Removes empty objects; a family member without fields becomes its keyword. */
  prune(path) {
    if (!path.length) return;
    const value = this.get(path);
    const container = this.get(path.slice(0, -1));
    const keys =
      value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : null;
    if (!keys) return;
    if (keys.length === 1 && keys[0] === "type" && path.at(-1) !== "metadata")
      container[path.at(-1)] = value.type;
    const isRequired = path.length === 1 || path.join() === "dataset,source";
    if (!keys.length && !isRequired && !Array.isArray(container)) {
      delete container[path.at(-1)];
      this.prune(path.slice(0, -1));
    }
  }

  notify(path, isShape) {
    this.dispatchEvent(new CustomEvent("change", { detail: { path, isShape } }));
  }

  /** Calls `refresh` now and on every change, while the element is in the page. */
  watch(element, refresh) {
    let wasConnected = false;
    const listener = (event) => {
      if (element.isConnected) wasConnected = true;
      else if (wasConnected) return this.removeEventListener("change", listener);
      return refresh(event.detail);
    };
    this.addEventListener("change", listener);
    refresh({ path: [], isShape: true });
  }

  get layers() {
    return this.value.architecture?.layers ?? [];
  }
}

/** Returns a path as a JSON Pointer. */
export function pointer(path) {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** Returns the type of a family member, which may be a keyword. */
export function kindOf(member) {
  return typeof member === "string" ? member : member?.type;
}

/** Returns the name of a layer's activation; `linear` if it has none. */
export function activationOf(layer) {
  return kindOf(layer.activation) ?? "linear";
}

/** Whether a layer's field holds explicit initial weights. */
export function isExplicitWeights(name, value) {
  return name.endsWith("_initializer") && kindOf(value) === "values";
}
