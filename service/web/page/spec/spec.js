// The spec of the job that is being built: the whole state of the form.

export class Spec extends EventTarget {
  constructor(schema) {
    super();
    this.schema = schema;
    this.root = schema.describe({ $ref: "#/components/schemas/JobSpec" });
    this.value = {};
  }

  /** Takes another spec in place of this one; what defaults say is left out. */
  replace(value) {
    this.value = this.schema.withoutDefaults(this.root, structuredClone(value));
    this.tell([], true);
  }

  get(path) {
    return path.reduce(
      (inner, step) => (inner === null || inner === undefined ? undefined : inner[step]),
      this.value,
    );
  }

  /** Sets what stands at a path; `undefined` removes it. `isShape` tells that fields come or go. */
  set(path, value, isShape = false) {
    const above = path.slice(0, -1);
    const last = path.at(-1);
    const holder = above.reduce((inner, step) => {
      if (inner[step] === undefined || inner[step] === null) inner[step] = {};
      if (typeof inner[step] === "string") inner[step] = { type: inner[step] };
      return inner[step];
    }, this.value);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
    this.prune(above);
    this.tell(path, isShape);
  }

  /** An object that says nothing any more is taken away, a member of a family becomes its word. */
  prune(path) {
    if (!path.length) return;
    const value = this.get(path);
    const holder = this.get(path.slice(0, -1));
    const keys =
      value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : null;
    if (!keys) return;
    if (keys.length === 1 && keys[0] === "type" && this.isShort(path, value.type))
      holder[path.at(-1)] = value.type;
    const needed = path.length === 1 || path.join() === "dataset,source";
    if (!keys.length && !needed && !Array.isArray(holder)) {
      delete holder[path.at(-1)];
      this.prune(path.slice(0, -1));
    }
  }

  isShort(path) {
    return path.at(-1) !== "metadata";
  }

  tell(path, isShape) {
    this.dispatchEvent(new CustomEvent("change", { detail: { path, isShape } }));
  }

  /** Calls `refresh` now and on every change, for as long as the element is in the page. */
  watch(element, refresh) {
    let seen = false;
    const listener = (event) => {
      if (element.isConnected) seen = true;
      else if (seen) return this.removeEventListener("change", listener);
      return refresh(event.detail);
    };
    this.addEventListener("change", listener);
    refresh({ path: [], isShape: true });
  }

  get layers() {
    return this.value.architecture?.layers ?? [];
  }
}

export function pointer(path) {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

export function kindOf(member) {
  return typeof member === "string" ? member : member?.type;
}
