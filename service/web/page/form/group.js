// An object: its fields; those in front first, the others behind "More".

import { h } from "../element.js";
import { pointer } from "../spec/spec.js";
import { field, put, valueOf, humanize } from "./field.js";

export function groupField(told) {
  const { form, described, path, name, ensure } = told;
  const body = h("div", { class: "fields" });
  const prepare = () => {
    ensure();
    const value = form.spec.get(path);
    if (value === undefined || value === null) form.spec.set(path, {});
  };
  const fill = () => body.replaceChildren(...fieldsOf(form, described, path, prepare));
  const element = h(
    "fieldset",
    { class: "group", "data-pointer": pointer(path) },
    h("legend", {}, name),
  );
  if (described.nullable) element.append(switchOf(told, fill, body));
  else fill();
  element.append(body, h("p", { class: "error" }));
  return element;
}

/** All fields of an object. */
export function fieldsOf(form, described, path, ensure = () => {}) {
  return form.schema
    .fields(described)
    .map(([name, inner, required]) => field(form, inner, [...path, name], { required, ensure }));
}

/**
 * The fields of an object with those named in `front` before a disclosure that holds the rest;
 * `without` names those that stand elsewhere. What the page has never heard of is in the rest.
 */
export function frontAndRest(form, described, path, front, without = []) {
  const made = form.schema
    .fields(described)
    .filter(([name]) => !without.includes(name))
    .map(([name, inner, required]) => [name, field(form, inner, [...path, name], { required })]);
  const first = front.flatMap((name) => made.filter(([known]) => known === name));
  const rest = made.filter(([name]) => !front.includes(name));
  return [
    h(
      "div",
      { class: "fields" },
      first.map(([, element]) => element),
    ),
    rest.length
      ? h(
          "details",
          { class: "more" },
          h("summary", {}, `More of ${humanize(path.at(-1) ?? "job")}`),
          h(
            "div",
            { class: "fields" },
            rest.map(([, element]) => element),
          ),
        )
      : null,
  ].filter(Boolean);
}

function switchOf(told, fill, body) {
  const { form, described, path, name } = told;
  const box = h("input", {
    type: "checkbox",
    "aria-label": `Use ${name}`,
    onchange: () => put(told, box.checked ? form.schema.initialObject(described) : null, true),
  });
  let filled = false;
  form.spec.watch(box, () => {
    const value = valueOf(told);
    box.checked = value !== null && value !== undefined;
    if (box.checked && !filled) fill();
    if (!box.checked) body.replaceChildren();
    filled = box.checked;
  });
  return h("label", { class: "switch" }, box, path.length ? "use" : "");
}
