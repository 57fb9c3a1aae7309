// One field of the form, made from its description in the OpenAPI document.

import { h } from "../element.js";
import { pointer } from "../spec/spec.js";
import { range } from "../spec/schema.js";
import { familyField } from "./family.js";
import { listField } from "./list.js";
import { groupField } from "./group.js";

let count = 0;

/**
 * A field for what `described` allows at `path`. `ensure` is called before anything is set, so
 * that what lies around the path is there.
 */
export function field(
  form,
  described,
  path,
  { name = path.at(-1), required = false, ensure = () => {} } = {},
) {
  const told = { form, described, path, name: humanize(name), required, ensure };
  switch (described.kind) {
    case "family":
      return familyField(told);
    case "object":
      return groupField(told);
    case "list":
      return isPlain(form.schema.describe(described.items ?? {}))
        ? simple(told, manyInput(told))
        : listField(told);
    case "boolean":
      return simple(told, checkbox(told));
    case "choice":
      return simple(told, choice(told, described.enum));
    case "integer":
    case "number":
      return simple(told, numberInput(told));
    case "text":
      return simple(told, textInput(told));
    default:
      return simple(told, jsonInput(told));
  }
}

/** What stands at the field's place: as given, else the default. */
export function valueOf({ form, described, path }) {
  const given = form.spec.get(path);
  return given === undefined ? described.default : given;
}

/** Sets a field; the default is left unsaid. */
export function put({ form, described, path, required, ensure }, value, isShape = false) {
  const fault = ["integer", "number", "text"].includes(described.kind)
    ? form.schema.validate(described, value)
    : null;
  form.errors.clearAt(pointer(path));
  form.errors.setLocal(pointer(path), fault);
  ensure();
  const isSaid = required || !form.schema.isDefault(described, value);
  form.spec.set(path, isSaid ? value : undefined, isShape);
}

export function humanize(name) {
  return String(name).replaceAll("_", " ");
}

/** A control with its label, its help and the place for its fault. */
export function simple({ path, name, described }, { control, refresh, form }) {
  const id = `field-${(count += 1)}`;
  const help = [described.description, hint(described)].filter(Boolean).join(" ");
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

function hint(described) {
  const bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].some(
    (bound) => bound in described,
  );
  if (!["integer", "number"].includes(described.kind) || !bounds) return "";
  const text = range(described);
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function isPlain(described) {
  return !["family", "object"].includes(described.kind);
}

function checkbox(told) {
  const control = h("input", { type: "checkbox", onchange: () => put(told, control.checked) });
  return {
    form: told.form,
    control,
    refresh: () => {
      control.checked = Boolean(valueOf(told));
    },
  };
}

function choice(told, options) {
  const empty = told.described.nullable ? [h("option", { value: "" }, "none")] : [];
  const control = h(
    "select",
    { onchange: () => put(told, control.value || null) },
    empty,
    options.map((option) => h("option", { value: option }, humanize(option))),
  );
  return {
    form: told.form,
    control,
    refresh: () => {
      control.value = valueOf(told) ?? "";
    },
  };
}

function numberInput(told) {
  const { described } = told;
  const control = h("input", {
    type: "number",
    step: described.kind === "integer" ? 1 : "any",
    inputmode: "decimal",
    placeholder: described.nullable ? "none" : "",
    oninput: () => {
      if (control.value === "" && !control.validity.badInput)
        put(told, described.nullable ? null : "");
      else put(told, Number.isNaN(control.valueAsNumber) ? control.value : control.valueAsNumber);
    },
  });
  const refresh = () => {
    const value = valueOf(told);
    if (document.activeElement !== control) control.value = value ?? "";
  };
  return { form: told.form, control, refresh };
}

function textInput(told) {
  const { described } = told;
  const control = h("input", {
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: described.nullable ? "none" : "",
    oninput: () => put(told, control.value === "" && described.nullable ? null : control.value),
  });
  const refresh = () => {
    if (document.activeElement !== control) control.value = valueOf(told) ?? "";
  };
  return { form: told.form, control, refresh };
}

function jsonInput(told) {
  const control = h("input", {
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: told.described.nullable ? "none" : "",
    oninput: () => put(told, parsed(control.value, told.described)),
  });
  const refresh = () => {
    if (document.activeElement === control) return;
    const value = valueOf(told);
    control.value =
      value === null || value === undefined
        ? ""
        : typeof value === "string"
          ? value
          : JSON.stringify(value);
  };
  return { form: told.form, control, refresh };
}

function manyInput(told) {
  const made = jsonInput(told);
  made.control.addEventListener("input", () => {
    const text = made.control.value.trim();
    if (text && !/^[[{]/.test(text))
      put(
        told,
        text
          .split(/[,\s]+/)
          .filter(Boolean)
          .map((item) => parsed(item, { texts: true })),
      );
  });
  return made;
}

function parsed(text, described) {
  if (text.trim() === "") return described.nullable ? null : "";
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
