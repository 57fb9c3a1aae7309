// A list of objects that are added and removed one by one.

import { h, iconButton, ICONS } from "../element.js";
import { pointer } from "../spec/spec.js";
import { fieldValue, setField } from "./binding.js";

/** Returns the field of a list; `buildField` builds the fields of its items. */
export function listField(binding, buildField) {
  const { form, described, path, name, ensure } = binding;
  const items = form.schema.describe(described.items);
  const body = h("div", { class: "items" });
  const values = () => {
    const value = fieldValue(binding);
    return Array.isArray(value) ? value : [];
  };
  const change = (next) => {
    ensure();
    setField(binding, next, true);
  };
  const add = h(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: () => change([...values(), form.schema.initialValue(items)]),
    },
    `Add to ${name}`,
  );
  const item = (index) => {
    const label = `${name} ${index + 1}`;
    const onclick = () => change(values().toSpliced(index, 1));
    return h(
      "div",
      { class: "item" },
      buildField(form, items, [...path, index], { name: label, required: true }),
      iconButton(`Remove ${label}`, ICONS.close, { onclick }),
    );
  };
  const element = h(
    "div",
    { class: "field field-list", "data-pointer": pointer(path), role: "group", "aria-label": name },
    h("span", { class: "label" }, name),
    body,
    add,
    h("p", { class: "error" }),
  );
  let shown = -1;
  form.spec.watch(element, () => {
    const { length } = values();
    if (length === shown) return;
    shown = length;
    body.replaceChildren(...Array.from({ length }, (_, index) => item(index)));
  });
  return element;
}
