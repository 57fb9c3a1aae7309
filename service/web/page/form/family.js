// A choice among the members of a family, such as layers or optimizers, and their fields.

import { h } from "../element.js";
import { kindOf, pointer } from "../spec/spec.js";
import { fieldValue, humanize, labeled, setField } from "./binding.js";

/** Returns the field of a family; `buildField` builds the fields of its members. */
export function familyField(binding, buildField) {
  const { form, described } = binding;
  const options = [...described.keywords, ...Object.keys(described.mapping)];
  const control = h(
    "select",
    { onchange: () => choose(control.value) },
    described.nullable ? h("option", { value: "" }, "none") : null,
    options.map((kind) => h("option", { value: kind }, humanize(kind))),
  );
  const inner = h("div", { class: "inner" });
  const choose = (kind) =>
    setField(binding, kind === "" ? null : form.schema.initialMember(described, kind), true);
  let shown = null;
  const refresh = () => {
    const kind = kindOf(fieldValue(binding)) ?? "";
    control.value = kind;
    if (kind === shown) return;
    shown = kind;
    inner.replaceChildren(...memberFields(binding, kind, buildField));
  };
  return h("div", { class: "family" }, labeled(binding, { control, refresh }), inner);
}

/** Returns the fields of a member; none for a keyword or null. */
function memberFields({ form, described, path, ensure }, kind, buildField) {
  if (!described.mapping[kind]) return [];
  const member = form.schema.member(described, kind);
  const ensureMember = () => {
    ensure();
    if (form.spec.get(path) === undefined)
      form.spec.set(path, structuredClone(described.default) ?? kind);
  };
  const fields = form.schema
    .fields(member)
    .map(([name, inner, required]) =>
      buildField(form, inner, [...path, name], { required, ensure: ensureMember }),
    );
  if (!fields.length) return [];
  return [h("div", { class: "fields", "data-pointer": pointer(path) }, fields)];
}
