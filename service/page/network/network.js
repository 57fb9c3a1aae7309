// The drawing of the network: features, layers with their units, links by weight.

import { byId, h, s, signed, SIGNS } from "../element.js";
import { COARSE, activationOf, unitMap } from "../job/sight.js";
import { image } from "../pictures/image.js";
import { paintUnit } from "../pictures/filters.js";
import { paint } from "../plots/heatmap.js";
import { short } from "../format.js";
import { kindOf, pointer } from "../spec/spec.js";
import { words } from "../form/field.js";
import { USUAL, featureMap, isNumbered, pretty } from "./features.js";
import { drawLinks } from "./links.js";
import { weightTables } from "./weights.js";
import { editLayer } from "./layer.js";

const SHOWN = 8;
const THROUGH = new Set(["activation", "dropout", "batch_normalization", "layer_normalization"]);

export class Network {
  /** `hovered(layer, unit)` and `picked(what)` tell what somebody looks at. */
  constructor(form, samples, { hovered, picked }) {
    Object.assign(this, { form, samples, hovered, picked, sight: null });
    this.svg = s("svg", { class: "links", "aria-hidden": "true" });
    this.columns = h("div", { class: "columns" });
    this.drawing = h("div", { class: "drawing" }, this.svg, this.columns);
    this.weights = weightTables(() => (this.isCurrent ? this.sight : null));
    byId("network").append(h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Layers of the network, from the inputs to the output" }, this.drawing), this.weights.element);
    form.spec.addEventListener("change", (event) => {
      const { path } = event.detail;
      if (!path.length || path[0] === "architecture" || path[0] === "dataset") this.build();
    });
    samples.addEventListener("change", () => this.build());
    new ResizeObserver(() => this.link()).observe(this.drawing);
  }

  /** Shows the network after an epoch; null shows it untrained. */
  show(sight) {
    this.sight = sight;
    this.weights.refresh();
    this.fill();
    this.link();
  }

  /** Whether the network that is shown is the one that is built. */
  get isCurrent() {
    if (!this.sight) return false;
    const trained = this.form.schema.sparse(this.form.schema.describe({ $ref: "#/components/schemas/Architecture" }), this.sight.job.spec.architecture);
    return JSON.stringify(trained.layers.map(shape)) === JSON.stringify(this.form.spec.layers.map(shape));
  }

  build() {
    const { spec } = this.form;
    const key = JSON.stringify([spec.value.architecture, spec.value.dataset?.preparation?.features, this.samples.features, this.samples.plane?.key]);
    if (key === this.built) return;
    const kept = document.activeElement?.dataset?.keep;
    this.built = key;
    this.units = [];
    const layers = spec.layers;
    this.columns.replaceChildren(this.inputs(), ...layers.flatMap((layer, index) => [this.gap(index), this.column(layer, index, layers.length)]));
    this.form.faults.show(document);
    this.fill();
    this.link();
    this.pictured?.();
    if (kept) this.columns.querySelector(`[data-keep="${kept}"]`)?.focus();
  }

  /** The column of the features; over x1 and x2 they are switched on and off here. */
  inputs() {
    const { features = [], columns, plane } = this.samples;
    if (this.samples.isImage) return this.picture(features.length);
    const free = isNumbered(columns);
    const names = free ? USUAL : features.slice(0, SHOWN);
    const chosen = this.form.spec.get(["dataset", "preparation", "features"]) ?? columns;
    const on = (name) => !free || (Array.isArray(chosen) ? chosen : features).includes(name);
    const made = names.map((name) => this.feature(name, free, on(name), plane));
    this.features = made.filter((_, index) => on(names[index]));
    const more = free ? 0 : features.length - made.length;
    return h("div", { class: "column inputs", "data-pointer": "/dataset/preparation/features" },
      h("h3", {}, "Features"), h("div", { class: "units" }, made, more > 0 ? h("p", { class: "others" }, `and ${more} more`) : null), h("p", { class: "fault" }));
  }

  /** Features that are pixels: the picture that is shown. */
  picture(count) {
    this.shownPicture = h("canvas", { width: 96, height: 96, "aria-hidden": "true" });
    this.features = [];
    return h("div", { class: "column inputs", "data-pointer": "/dataset/preparation/features" },
      h("h3", {}, "Features"), h("div", { class: "units" }, h("div", { class: "unit pixels" }, this.shownPicture), h("p", { class: "others" }, `${count} pixels`)), h("p", { class: "fault" }));
  }

  /** Shows another picture among the features. */
  look(pixels) {
    if (pixels && this.samples.isImage && this.shownPicture) image(this.shownPicture, pixels);
  }

  feature(name, isFree, isOn, plane) {
    const map = plane && featureMap(name, plane, COARSE);
    const picture = h("canvas", { width: COARSE * 2, height: COARSE * 2, "aria-hidden": "true" });
    if (map) paint(picture, map, COARSE);
    const label = h("span", {}, pretty(name));
    if (!isFree) return h("div", { class: "unit feature" }, label, map ? picture : null);
    return h("button", {
      type: "button", class: `unit feature ${isOn ? "" : "off"}`, "aria-pressed": String(isOn), "aria-label": `Feature ${pretty(name)}`, "data-keep": `feature-${name}`,
      onclick: () => this.toggle(name, isOn),
    }, label, picture);
  }

  toggle(name, isOn) {
    const path = ["dataset", "preparation", "features"];
    const chosen = this.form.spec.get(path) ?? this.samples.columns;
    const next = isOn ? chosen.filter((one) => one !== name) : USUAL.filter((one) => one === name || chosen.includes(one));
    if (!next.length) return;
    const isUsual = next.join() === this.samples.columns.join();
    this.form.spec.set(path, isUsual ? undefined : next);
  }

  gap(index) {
    return h("div", { class: "gap" }, signed(`Insert a layer before layer ${index + 1}`, SIGNS.plus, { "data-keep": `gap-${index}`, onclick: () => this.insert(index) }));
  }

  insert(index) {
    const { spec } = this.form;
    const near = spec.layers[Math.max(0, index - 1)];
    const isDense = kindOf(near) === "dense" && index > 0;
    const layer = isDense ? { ...structuredClone(near) } : { type: "dense", units: 4, activation: "tanh" };
    spec.set(["architecture", "layers"], spec.layers.toSpliced(index, 0, layer), true);
  }

  column(layer, index, count) {
    const kind = kindOf(layer);
    const path = ["architecture", "layers", index];
    const isOutput = index === count - 1;
    const size = layer.units !== undefined ? "units" : layer.filters !== undefined ? "filters" : null;
    const number = size && Number.isInteger(layer[size]) ? layer[size] : 0;
    const shown = Math.min(number, SHOWN);
    const made = Array.from({ length: shown }, (_, unit) => this.unit(index, unit, kind));
    this.units[index] = { kind, made, count: number };
    return h("div", { class: `column layer ${size ? "" : "slim"} ${isOutput ? "output" : ""}`, "data-pointer": pointer(path) },
      h("h3", {}, h("button", { type: "button", class: "name", "data-keep": `layer-${index}`, onclick: () => editLayer(this.form, index), title: "All fields of this layer" },
        isOutput ? "Output" : words(kind), h("span", { class: "visually-hidden" }, `, layer ${index + 1}: all its fields`), s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: SIGNS.dots })))),
      size ? this.stepper(path, size, number, index) : null,
      this.activation(layer, path, index),
      h("div", { class: "units" }, made, number > shown ? h("p", { class: "others" }, `and ${number - shown} more`) : null),
      h("p", { class: "fault" }));
  }

  stepper(path, size, number, index) {
    const { spec, faults } = this.form;
    const change = (value) => {
      faults.changed(pointer([...path, size]));
      spec.set([...path, size], value, true);
    };
    return h("div", { class: "stepper", "data-pointer": pointer([...path, size]) },
      signed(`Fewer ${size} in layer ${index + 1}`, SIGNS.minus, { disabled: number <= 1, "data-keep": `fewer-${index}`, onclick: () => change(Math.max(1, number - 1)) }),
      h("span", {}, `${number} ${number === 1 ? size.slice(0, -1) : size}`),
      signed(`More ${size} in layer ${index + 1}`, SIGNS.plus, { "data-keep": `more-${index}`, onclick: () => change(number + 1) }),
      h("p", { class: "fault" }));
  }

  activation(layer, path, index) {
    const { schema, spec } = this.form;
    const family = schema.describe({ $ref: "#/components/schemas/Layer" });
    const member = family.mapping[kindOf(layer)] && schema.member(family, kindOf(layer));
    const found = member && schema.fields(member).find(([name]) => name === "activation");
    if (!found) return null;
    const control = h("select", {
      "aria-label": `Activation of layer ${index + 1}`, "data-keep": `activation-${index}`, "data-pointer": pointer([...path, "activation"]),
      onchange: () => spec.set([...path, "activation"], schema.isDefault(found[1], control.value) ? undefined : schema.startMember(found[1], control.value), true),
    }, Object.keys(found[1].mapping).map((name) => h("option", { value: name }, words(name))));
    control.value = activationOf(layer);
    return control;
  }

  unit(layer, unit, kind) {
    const picture = h("canvas", { width: COARSE * 2, height: COARSE * 2, "aria-hidden": "true" });
    const look = () => this.hovered(layer, unit);
    const leave = () => this.hovered(null);
    return h("button", {
      type: "button", class: "unit", "data-keep": `unit-${layer}-${unit}`, "aria-label": `${words(kind)} ${layer + 1}, unit ${unit + 1}`,
      onpointerenter: look, onpointerleave: leave, onfocus: look, onblur: leave,
      onclick: () => this.picked({ kind: "unit", layer, unit }),
    }, picture);
  }

  /** Paints what each unit computes over the plane. */
  fill() {
    const isCurrent = this.isCurrent;
    this.drawing.classList.toggle("untrained", !isCurrent);
    for (const [index, { made, kind }] of (this.units ?? []).entries()) {
      const numbers = isCurrent ? this.sight.units?.[index] : null;
      for (const [unit, element] of made.entries()) {
        const picture = element.firstChild;
        const isPicture = isCurrent && this.samples.isImage && paintUnit(picture, this.sight, index, unit);
        const is = Boolean(numbers) && numbers.shape.length === 2 && unit < numbers.shape[1];
        element.classList.toggle("blank", !is && !isPicture);
        if (is && !isPicture) paint(picture, unitMap(numbers, unit, activationOf(this.sight.job.spec.architecture.layers[index])), COARSE);
        const bias = isCurrent ? this.sight.arrays[`${index}.bias`]?.data[unit] : undefined;
        element.setAttribute("aria-label", `${words(kind)} ${index + 1}, unit ${unit + 1}${bias === undefined ? "" : `, bias ${short(bias)}`}`);
      }
    }
  }

  /** Draws the links before the next picture of the screen, when everything has its place. */
  link() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
      this.drawLinks();
    });
  }

  drawLinks() {
    if (!this.units || !this.drawing.clientWidth) return;
    const gaps = [];
    let before = { made: this.features, isInput: true };
    for (const [index, column] of this.units.entries()) {
      if (THROUGH.has(column.kind)) continue;
      if (column.made.length && before?.made.length) gaps.push(this.gapBetween(before, column, index));
      before = column;
    }
    this.svg.setAttribute("width", this.columns.scrollWidth);
    this.svg.setAttribute("height", this.columns.scrollHeight);
    drawLinks(this.svg, gaps, (gap, i, j) => this.picked({ kind: "weight", layer: gap.index, from: i, unit: j }));
  }

  gapBetween(before, column, index) {
    const weights = this.isCurrent ? this.sight.arrays[`${index}.weight`] : null;
    const isMatrix = weights?.shape.length === 2;
    const units = isMatrix ? weights.shape[1] : 0;
    return {
      index,
      from: before.made.map((element) => middle(element, this.drawing, true)),
      to: column.made.map((element) => middle(element, this.drawing, false)),
      weight: (i, j) => (isMatrix && i < weights.shape[0] && j < units ? weights.data[i * units + j] : null),
      name: (i, j) => `weight ${i + 1} → ${j + 1}`,
    };
  }
}

function middle(element, drawing, isFrom) {
  const box = element.getBoundingClientRect();
  const around = drawing.getBoundingClientRect();
  return [(isFrom ? box.right : box.left) - around.left, box.top + box.height / 2 - around.top];
}

function shape(layer) {
  return [kindOf(layer), layer.units, layer.filters, activationOf(layer)];
}
