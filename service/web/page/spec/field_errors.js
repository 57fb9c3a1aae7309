// What is wrong with the spec, and where: found here while typing, or by the service.

export class Faults extends EventTarget {
  constructor() {
    super();
    this.found = new Map();
  }

  /** Notes or clears the fault that a field found itself. */
  local(pointer, detail) {
    if (detail === null ? this.found.delete(pointer) : this.found.get(pointer)?.detail !== detail) {
      if (detail !== null) this.found.set(pointer, { pointer, detail, by: "field" });
      this.tell();
    }
  }

  /** Takes the faults that the service found in place of its earlier ones under `prefix`. */
  served(errors, prefix = "") {
    for (const [pointer, fault] of this.found) {
      if (fault.by === "service" && pointer.startsWith(prefix)) this.found.delete(pointer);
    }
    for (const error of errors) {
      const place = prefix + (error.pointer ?? "").replace(/^#/, "");
      this.found.set(place, { pointer: place, detail: error.detail, by: "service" });
    }
    this.tell();
  }

  /** Forgets everything: another spec has come. */
  forget() {
    this.found.clear();
    this.tell();
  }

  /** Forgets what was found at a place that has been changed since. */
  changed(pointer) {
    const gone = [...this.found.values()].filter(
      (fault) =>
        fault.by === "service" &&
        (fault.pointer.startsWith(pointer) || pointer.startsWith(fault.pointer)),
    );
    for (const fault of gone) this.found.delete(fault.pointer);
    if (gone.length) this.tell();
  }

  get list() {
    return [...this.found.values()];
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }

  /** Shows each fault on the field nearest to its place. */
  show(root) {
    for (const element of root.querySelectorAll(".faulty")) element.classList.remove("faulty");
    for (const element of root.querySelectorAll("[data-pointer] .fault")) element.textContent = "";
    for (const element of root.querySelectorAll("[data-pointer] [aria-invalid]"))
      element.removeAttribute("aria-invalid");
    for (const fault of this.list) {
      const field = nearest(root, fault.pointer);
      if (!field) continue;
      field.classList.add("faulty");
      const text = field.querySelector(".fault");
      if (text) text.textContent = fault.detail;
      field.querySelector("input,select,textarea")?.setAttribute("aria-invalid", "true");
      for (
        let above = field.closest("details");
        above;
        above = above.parentElement.closest("details")
      ) {
        above.classList.add("faulty");
      }
    }
  }
}

/** The element whose place is that of a fault, or the nearest around it. */
export function nearest(root, pointer) {
  let best = null;
  for (const element of root.querySelectorAll("[data-pointer]")) {
    const place = element.dataset.pointer;
    const holds = pointer === place || pointer.startsWith(`${place}/`);
    if (holds && (!best || place.length >= best.dataset.pointer.length)) best = element;
  }
  return best;
}
