// The fields of an object: all of them, or the frequent ones with the rest in a disclosure.

import { h } from "../element.js";
import { humanize } from "./binding.js";
import { field } from "./field.js";

/** Returns all fields of an object. */
export function fieldsOf(form, described, path) {
  return form.schema
    .fields(described)
    .map(([name, inner, required]) => field(form, inner, [...path, name], { required }));
}

/**
 * Returns the fields named in `frequent`, and a disclosure with the rest. `excluded` names the
 * fields that are shown elsewhere; fields that this page does not know are in the rest.
 */
export function frequentAndRest(form, described, path, frequent, excluded = []) {
  const built = new Map(
    form.schema
      .fields(described)
      .filter(([name]) => !excluded.includes(name))
      .map(([name, inner, required]) => [name, field(form, inner, [...path, name], { required })]),
  );
  const first = frequent.filter((name) => built.has(name)).map((name) => built.get(name));
  const rest = [...built].filter(([name]) => !frequent.includes(name));
  const fields = [h("div", { class: "fields" }, first)];
  if (rest.length) {
    const title = `More of ${humanize(path.at(-1) ?? "job")}`;
    fields.push(
      h(
        "details",
        { class: "more" },
        h("summary", {}, title),
        h(
          "div",
          { class: "fields" },
          rest.map(([, element]) => element),
        ),
      ),
    );
  }
  return fields;
}
