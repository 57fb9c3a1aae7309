// The fields of a nested object.

import { h } from "../element.js";
import { pointer } from "../spec/spec.js";
import { fieldValue, setField } from "./binding.js";

/** Returns the group of an object; `buildField` builds its fields. */
export function groupField(binding, buildField) {
  const { form, described, path, name, ensure } = binding;
  const body = h("div", { class: "fields" });
  const ensureObject = () => {
    ensure();
    const value = form.spec.get(path);
    if (value === undefined || value === null) form.spec.set(path, {});
  };
  const fill = () =>
    body.replaceChildren(
      ...form.schema
        .fields(described)
        .map(([inner, schema, required]) =>
          buildField(form, schema, [...path, inner], { required, ensure: ensureObject }),
        ),
    );
  const element = h(
    "fieldset",
    { class: "group", "data-pointer": pointer(path) },
    h("legend", {}, name),
  );
  if (described.nullable) element.append(nullSwitch(binding, fill, body));
  else fill();
  element.append(body, h("p", { class: "error" }));
  return element;
}

/** Returns a checkbox that sets the object or null. */
function nullSwitch(binding, fill, body) {
  const { form, described, path, name } = binding;
  const box = h("input", {
    type: "checkbox",
    "aria-label": `Use ${name}`,
    onchange: () =>
      setField(binding, box.checked ? form.schema.initialObject(described) : null, true),
  });
  let isFilled = false;
  form.spec.watch(box, () => {
    const value = fieldValue(binding);
    box.checked = value !== null && value !== undefined;
    if (box.checked && !isFilled) fill();
    if (!box.checked) body.replaceChildren();
    isFilled = box.checked;
  });
  return h("label", { class: "switch" }, box, path.length ? "use" : "");
}
