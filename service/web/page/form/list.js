// A list of things that have fields themselves: added and removed one by one.

import { h, iconButton, ICONS } from "../element.js";
import { pointer } from "../spec/spec.js";
import { field, put, valueOf } from "./field.js";

export function listField(told) {
  const { form, described, path, name, ensure } = told;
  const items = form.schema.describe(described.items);
  const body = h("div", { class: "items" });
  const add = h(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: () => change([...current(), form.schema.initialValue(items)]),
    },
    `Add to ${name}`,
  );
  const current = () => {
    const value = valueOf(told);
    return Array.isArray(value) ? value : [];
  };
  const change = (values) => {
    ensure();
    put(told, values, true);
  };
  let shown = -1;
  const element = h(
    "div",
    { class: "field field-list", "data-pointer": pointer(path), role: "group", "aria-label": name },
    h("span", { class: "label" }, name),
    body,
    add,
    h("p", { class: "error" }),
  );
  form.spec.watch(element, () => {
    const values = current();
    if (values.length === shown) return;
    shown = values.length;
    body.replaceChildren(
      ...values.map((_, index) =>
        h(
          "div",
          { class: "item" },
          field(form, items, [...path, index], { name: `${name} ${index + 1}`, required: true }),
          iconButton(`Remove ${name} ${index + 1}`, ICONS.close, {
            onclick: () => change(current().toSpliced(index, 1)),
          }),
        ),
      ),
    );
  });
  return element;
}
