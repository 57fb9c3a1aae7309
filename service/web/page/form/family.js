// A choice among kinds (a layer, an optimizer, …), and below it the fields of the chosen one.

import { h } from "../element.js";
import { kindOf, pointer } from "../spec/spec.js";
import { field, put, simple, valueOf, humanize } from "./field.js";

export function familyField(told) {
  const { form, described, path, ensure } = told;
  const control = h(
    "select",
    { onchange: () => choose(control.value) },
    described.nullable ? h("option", { value: "" }, "none") : null,
    described.words.map((word) => h("option", { value: word }, humanize(word))),
    Object.keys(described.mapping).map((kind) => h("option", { value: kind }, humanize(kind))),
  );
  const inner = h("div", { class: "inner" });
  const choose = (kind) =>
    put(told, kind === "" ? null : form.schema.initialMember(described, kind), true);
  let shown = null;
  const refresh = () => {
    const kind = kindOf(valueOf(told)) ?? "";
    control.value = kind;
    if (kind === shown) return;
    shown = kind;
    inner.replaceChildren(...memberFields(told, kind));
  };
  const element = simple(told, { form, control, refresh });
  const group = h("div", { class: "family" }, element, inner);
  group.prepare = () => {
    ensure();
    if (typeof form.spec.get(path) !== "object") form.spec.set(path, kindOf(valueOf(told)) ?? null);
  };
  return group;
}

/** The fields of the chosen kind; nothing for a word or none. */
function memberFields(told, kind) {
  const { form, described, path, ensure } = told;
  if (!described.mapping[kind]) return [];
  const member = form.schema.member(described, kind);
  const prepare = () => {
    ensure();
    if (form.spec.get(path) === undefined)
      form.spec.set(path, structuredClone(described.default) ?? kind);
  };
  const fields = form.schema
    .fields(member)
    .map(([name, inner, required]) =>
      field(form, inner, [...path, name], { required, ensure: prepare }),
    );
  return fields.length
    ? [h("div", { class: "fields", "data-pointer": pointer(path) }, fields)]
    : [];
}
