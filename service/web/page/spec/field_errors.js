// Errors of the spec's fields, found in the form while typing or by the service.

export class FieldErrors extends EventTarget {
  constructor() {
    super();
    this.errors = new Map();
  }

  /** Sets the error that a field found itself; null clears it. */
  setLocal(pointer, detail) {
    if (detail === null) {
      if (this.errors.delete(pointer)) this.notify();
    } else if (this.errors.get(pointer)?.detail !== detail) {
      this.errors.set(pointer, { pointer, detail, source: "field" });
      this.notify();
    }
  }

  /** Replaces the errors under `prefix` that the service returned earlier. */
  setServer(errors, prefix = "") {
    for (const [pointer, error] of this.errors) {
      if (error.source === "service" && pointer.startsWith(prefix)) this.errors.delete(pointer);
    }
    for (const error of errors) {
      const pointer = prefix + (error.pointer ?? "").replace(/^#/, "");
      this.errors.set(pointer, { pointer, detail: error.detail, source: "service" });
    }
    this.notify();
  }

  /** Clears all errors, because another spec was loaded. */
  clear() {
    this.errors.clear();
    this.notify();
  }

  /** Clears the service's errors of a field that has been edited since. */
  clearAt(pointer) {
    const stale = this.list.filter(
      (error) =>
        error.source === "service" &&
        (error.pointer.startsWith(pointer) || pointer.startsWith(error.pointer)),
    );
    for (const error of stale) this.errors.delete(error.pointer);
    if (stale.length) this.notify();
  }

  get list() {
    return [...this.errors.values()];
  }

  notify() {
    this.dispatchEvent(new Event("change"));
  }

  /** Shows each error on the field nearest to its location. */
  render(root) {
    for (const element of root.querySelectorAll(".invalid")) element.classList.remove("invalid");
    for (const element of root.querySelectorAll("[data-pointer] .error")) element.textContent = "";
    for (const element of root.querySelectorAll("[data-pointer] [aria-invalid]"))
      element.removeAttribute("aria-invalid");
    for (const error of this.list) {
      const field = nearestField(root, error.pointer);
      if (field) renderError(field, error);
    }
  }
}

function renderError(field, error) {
  field.classList.add("invalid");
  const text = field.querySelector(".error");
  if (text) text.textContent = error.detail;
  field.querySelector("input,select,textarea")?.setAttribute("aria-invalid", "true");
  for (const details of ancestors(field, "details")) details.classList.add("invalid");
}

/** Returns the elements around an element that match a selector, the innermost first. */
export function ancestors(element, selector) {
  const matches = [];
  for (let next = element.closest(selector); next; next = next.parentElement.closest(selector))
    matches.push(next);
  return matches;
}

/** Returns the element of a field, or of the innermost group that contains it. */
export function nearestField(root, pointer) {
  let best = null;
  for (const element of root.querySelectorAll("[data-pointer]")) {
    const candidate = element.dataset.pointer;
    const contains = pointer === candidate || pointer.startsWith(`${candidate}/`);
    if (contains && (!best || candidate.length >= best.dataset.pointer.length)) best = element;
  }
  return best;
}
