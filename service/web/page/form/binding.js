// A form field bound to a location of the spec: its value, label, help and error.

import { h } from "../element.js";
import { rangeText } from "../spec/ranges.js";
import { pointer } from "../spec/spec.js";

const CHECKED_KINDS = ["integer", "number", "text"];
const BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

let count = 0;

/** Returns the value at the field's location, or its default. */
export function fieldValue({ form, described, path }) {
  const value = form.spec.get(path);
  return value === undefined ? described.default : value;
}

/** Sets a field's value; a default is removed from the spec. */
export function setField({ form, described, path, required, ensure }, value, isShape = false) {
  const isChecked = CHECKED_KINDS.includes(described.kind);
  form.errors.clearAt(pointer(path));
  form.errors.setLocal(pointer(path), isChecked ? form.schema.validate(described, value) : null);
  ensure();
  const isStored = required || !form.schema.isDefault(described, value);
  form.spec.set(path, isStored ? value : undefined, isShape);
}

/** Returns the name of a field as a label. */
export function humanize(name) {
  return String(name).replaceAll("_", " ");
}

/** Returns a control with its label, its help and its error. */
export function labeled({ form, path, name, described }, { control, refresh }) {
  const id = `field-${(count += 1)}`;
  const help = [described.description, rangeHint(described)].filter(Boolean).join(" ");
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-help ${id}-error`);
  const element = h(
    "div",
    { class: `field field-${described.kind}`, "data-pointer": pointer(path) },
    h("label", { for: id }, name),
    control,
    h("p", { class: "help", id: `${id}-help` }, help),
    h("p", { class: "error", id: `${id}-error` }),
  );
  form.spec.watch(element, refresh);
  return element;
}

function rangeHint(described) {
  const isNumber = ["integer", "number"].includes(described.kind);
  if (!isNumber || !BOUNDS.some((bound) => bound in described)) return "";
  const text = rangeText(described);
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
