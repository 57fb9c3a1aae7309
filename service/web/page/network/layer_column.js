// The column of one layer: its name, its size, its activation, its units.

import { h, s, iconButton, ICONS } from "../element.js";
import { COARSE, activationOf } from "../job/network_view.js";
import { kindOf, pointer } from "../spec/spec.js";
import { humanize } from "../form/binding.js";
import { editLayer } from "./layer_dialog.js";

const SHOWN = 8;

/** The column of the layer at a place, with the elements of its units; `unit(n)` makes one of them. */
export function column(form, index, unit) {
  const { layers } = form.spec;
  const layer = layers[index];
  const kind = kindOf(layer);
  const path = ["architecture", "layers", index];
  const isOutput = index === layers.length - 1;
  const size = ["units", "filters"].find((name) => layer[name] !== undefined) ?? null;
  const count = size && Number.isInteger(layer[size]) ? layer[size] : 0;
  const made = Array.from({ length: Math.min(count, SHOWN) }, (_, place) => unit(place));
  const element = h(
    "div",
    {
      class: `column layer ${size ? "" : "slim"} ${isOutput ? "output" : ""}`,
      "data-pointer": pointer(path),
    },
    h(
      "h3",
      {},
      h(
        "button",
        {
          type: "button",
          class: "name",
          "data-keep": `layer-${index}`,
          onclick: () => editLayer(form, index),
          title: "All fields of this layer",
        },
        isOutput ? "Output" : humanize(kind),
        h("span", { class: "visually-hidden" }, `, layer ${index + 1}: all its fields`),
        s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICONS.dots })),
      ),
    ),
    size ? stepper(form, path, size, count) : null,
    activation(form, path),
    h(
      "div",
      { class: "units" },
      made,
      count > made.length ? h("p", { class: "remaining" }, `and ${count - made.length} more`) : null,
    ),
    h("p", { class: "error" }),
  );
  return { kind, made, element };
}

/** The button of a unit, with its picture. */
export function unitButton(name, keep, attributes) {
  const picture = h("canvas", { width: COARSE * 2, height: COARSE * 2, "aria-hidden": "true" });
  return h(
    "button",
    { type: "button", class: "unit", "data-keep": keep, "aria-label": name, ...attributes },
    picture,
  );
}

/** What stands between two layers: a button to insert one. */
export function gap(form, index) {
  return h(
    "div",
    { class: "gap" },
    iconButton(`Insert a layer before layer ${index + 1}`, ICONS.plus, {
      "data-keep": `gap-${index}`,
      onclick: () => insert(form.spec, index),
    }),
  );
}

function insert(spec, index) {
  const near = spec.layers[Math.max(0, index - 1)];
  const isDense = kindOf(near) === "dense" && index > 0;
  const layer = isDense
    ? { ...structuredClone(near) }
    : { type: "dense", units: 4, activation: "tanh" };
  spec.set(["architecture", "layers"], spec.layers.toSpliced(index, 0, layer), true);
}

function stepper({ spec, errors }, path, size, count) {
  const number = path.at(-1) + 1;
  const change = (value) => {
    errors.clearAt(pointer([...path, size]));
    spec.set([...path, size], value, true);
  };
  return h(
    "div",
    { class: "stepper", "data-pointer": pointer([...path, size]) },
    iconButton(`Fewer ${size} in layer ${number}`, ICONS.minus, {
      disabled: count <= 1,
      "data-keep": `fewer-${number - 1}`,
      onclick: () => change(Math.max(1, count - 1)),
    }),
    h("span", {}, `${count} ${count === 1 ? size.slice(0, -1) : size}`),
    iconButton(`More ${size} in layer ${number}`, ICONS.plus, {
      "data-keep": `more-${number - 1}`,
      onclick: () => change(count + 1),
    }),
    h("p", { class: "error" }),
  );
}

function activation({ schema, spec }, path) {
  const layer = spec.get(path);
  const family = schema.describe({ $ref: "#/components/schemas/Layer" });
  const member = family.mapping[kindOf(layer)] && schema.member(family, kindOf(layer));
  const [, found] = (member && schema.fields(member).find(([name]) => name === "activation")) ?? [];
  if (!found) return null;
  const number = path.at(-1) + 1;
  const control = h(
    "select",
    {
      "aria-label": `Activation of layer ${number}`,
      "data-keep": `activation-${number - 1}`,
      "data-pointer": pointer([...path, "activation"]),
      onchange: () =>
        spec.set(
          [...path, "activation"],
          schema.isDefault(found, control.value)
            ? undefined
            : schema.initialMember(found, control.value),
          true,
        ),
    },
    Object.keys(found.mapping).map((name) => h("option", { value: name }, humanize(name))),
  );
  control.value = activationOf(layer);
  return control;
}
