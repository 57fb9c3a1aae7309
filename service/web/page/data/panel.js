// The data panel: the source and its fields, and the split.

import { byId, h } from "../element.js";
import { field } from "../form/field.js";
import { frequentAndRest } from "../form/sections.js";
import { kindOf, pointer } from "../spec/spec.js";
import { ownDataButtons } from "./own_data.js";
import { sourceTiles } from "./source_tiles.js";

const SPLIT = ["validation", "test"];

export function dataPanel(form, samples) {
  const { schema, spec } = form;
  const source = h("div", { class: "source" });
  const rest = h("div", {});
  const note = h("p", { class: "note" });
  byId("data").append(sourceTiles(form), ownDataButtons(form), source, rest, note);
  let shown = null;
  spec.watch(source, ({ path }) => {
    const kind = kindOf(spec.get(["dataset", "source"]));
    if (kind === shown && path.length) return;
    if (kind !== shown) source.replaceChildren(...sourceFields(form, kind));
    shown = kind;
  });
  const dataset = schema.describe({ $ref: "#/components/schemas/Dataset" });
  const split = schema.describe({ $ref: "#/components/schemas/Split" });
  rest.append(
    h(
      "div",
      { class: "fields" },
      schema
        .fields(split)
        .filter(([name]) => SPLIT.includes(name))
        .map(([name, inner]) =>
          field(form, inner, ["dataset", "split", name], {
            ensure: () => spec.get(["dataset", "split"]) ?? spec.set(["dataset", "split"], {}),
          }),
        ),
    ),
    ...frequentAndRest(form, dataset, ["dataset"], [], ["source"]),
  );
  samples.addEventListener("change", () => {
    note.textContent = samples.state === "ready" ? summary(samples) : "";
  });
}

function sourceFields(form, kind) {
  const { schema } = form;
  const family = schema.describe({ $ref: "#/components/schemas/Source" });
  if (!family.mapping[kind]) return [];
  const member = schema.member(family, kind);
  const path = ["dataset", "source"];
  const fields =
    kind === "inline"
      ? []
      : schema
          .fields(member)
          .map(([name, inner, required]) => field(form, inner, [...path, name], { required }));
  return [
    h(
      "div",
      { class: "fields", "data-pointer": pointer(path) },
      h("p", { class: "note" }, member.description),
      fields,
      h("p", { class: "error" }),
    ),
  ];
}

function summary({ counts, columns, labels, task, warnings }) {
  const parts = [`${counts.training.toLocaleString("en")} for training`];
  if (counts.validation) parts.push(`${counts.validation.toLocaleString("en")} for validation`);
  if (counts.test) parts.push(`${counts.test.toLocaleString("en")} for testing`);
  const targets = {
    classification: labels ? `${labels.length} labels` : "values",
    multilabel: "several labels per row",
  };
  const about = targets[task] ?? "values";
  return `${parts.join(", ")}; ${columns.length} columns, ${about}. ${warnings.join(" ")}`;
}
