// The column of a layer: its name, size, activation and units.

import { h, s, iconButton, ICONS } from "../element.js";
import { humanize } from "../form/binding.js";
import { COARSE_SIZE } from "../job/network_view.js";
import { activationOf, kindOf, pointer } from "../spec/spec.js";
import { editLayer } from "./layer_dialog.js";

const MAX_UNITS = 8;

/** Returns a layer's column and its unit elements; `buildUnit(unit)` builds one of them. */
export function layerColumn(form, index, buildUnit) {
  const { layers } = form.spec;
  const layer = layers[index];
  const kind = kindOf(layer);
  const path = ["architecture", "layers", index];
  const isOutput = index === layers.length - 1;
  const size = ["units", "filters"].find((name) => layer[name] !== undefined) ?? null;
  const count = size && Number.isInteger(layer[size]) ? layer[size] : 0;
  const units = Array.from({ length: Math.min(count, MAX_UNITS) }, (_, unit) => buildUnit(unit));
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
          title: "Edit this layer",
        },
        isOutput ? "Output" : humanize(kind),
        h("span", { class: "visually-hidden" }, `, layer ${index + 1}: all its fields`),
        s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICONS.dots })),
      ),
    ),
    size ? stepper(form, path, size, count) : null,
    activationSelect(form, path),
    h(
      "div",
      { class: "units" },
      units,
      count > units.length
        ? h("p", { class: "remaining" }, `and ${count - units.length} more`)
        : null,
    ),
    h("p", { class: "error" }),
  );
  return { kind, units, element };
}

/** Returns the button of a unit, with a canvas for its output. */
export function unitButton(name, keep, attributes) {
  const canvas = h("canvas", {
    width: COARSE_SIZE * 2,
    height: COARSE_SIZE * 2,
    "aria-hidden": "true",
  });
  return h(
    "button",
    { type: "button", class: "unit", "data-keep": keep, "aria-label": name, ...attributes },
    canvas,
  );
}

/** Returns a button that inserts a layer before another. */
export function insertButton(form, index) {
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
  const previous = spec.layers[Math.max(0, index - 1)];
  const isDense = kindOf(previous) === "dense" && index > 0;
  const layer = isDense
    ? { ...structuredClone(previous) }
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

function activationSelect({ schema, spec }, path) {
  const layer = spec.get(path);
  const family = schema.describe({ $ref: "#/components/schemas/Layer" });
  const member = family.mapping[kindOf(layer)] && schema.member(family, kindOf(layer));
  const [, described] =
    (member && schema.fields(member).find(([name]) => name === "activation")) ?? [];
  if (!described) return null;
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
          schema.isDefault(described, control.value)
            ? undefined
            : schema.initialMember(described, control.value),
          true,
        ),
    },
    Object.keys(described.mapping).map((name) => h("option", { value: name }, humanize(name))),
  );
  control.value = activationOf(layer);
  return control;
}
