// The network diagram: features, layers with their units, and weights as links.

import { byId, h, s } from "../element.js";
import { humanize } from "../form/binding.js";
import { short } from "../format.js";
import { paintUnit } from "../images/unit_images.js";
import { paint } from "../plots/heatmap.js";
import { unitMap } from "../plots/maps.js";
import { shapeFingerprint } from "../spec/fingerprints.js";
import { activationOf } from "../spec/spec.js";
import { InputColumn } from "./input_column.js";
import { insertButton, layerColumn, unitButton } from "./layer_column.js";
import { drawLinks } from "./links.js";
import { weightTables } from "./weight_tables.js";

const UNLINKED = new Set(["activation", "dropout", "batch_normalization", "layer_normalization"]);

export class Network {
  /** `onHover(layer, unit)`, `onSelect(selection)` and `onBuild()` report what the user does. */
  constructor(form, samples, { onHover, onSelect, onBuild }) {
    Object.assign(this, { form, samples, onHover, onSelect, onBuild, view: null, layers: [] });
    this.inputs = new InputColumn(form, samples);
    this.svg = s("svg", { class: "links", "aria-hidden": "true" });
    this.columns = h("div", { class: "columns" });
    this.drawing = h("div", { class: "drawing" }, this.svg, this.columns);
    this.tables = weightTables(() => (this.isCurrent ? this.view : null));
    byId("network").append(
      h(
        "div",
        {
          class: "wide",
          tabindex: "0",
          role: "group",
          "aria-label": "Layers of the network, from the inputs to the output",
        },
        this.drawing,
      ),
      this.tables.element,
    );
    form.spec.addEventListener("change", ({ detail: { path } }) => {
      if (!path.length || path[0] === "architecture" || path[0] === "dataset") this.build();
    });
    samples.addEventListener("change", () => this.build());
    new ResizeObserver(() => this.scheduleLinks()).observe(this.drawing);
  }

  /** Shows a network view; null shows the layers without weights. */
  show(view) {
    this.view = view;
    this.tables.refresh();
    this.fill();
    this.scheduleLinks();
  }

  /** Whether the view has the layers of the spec. */
  get isCurrent() {
    if (this.view === null) return false;
    const { schema, spec } = this.form;
    return shapeFingerprint(schema, this.view.spec) === shapeFingerprint(schema, spec.value);
  }

  rebuild() {
    this.builtKey = null;
    this.build();
  }

  /** Builds the columns, unless the spec and the samples have the same layers and features. */
  build() {
    const { form, samples } = this;
    const { architecture, dataset } = form.spec.value;
    const features = dataset?.preprocessing?.features;
    const key = JSON.stringify([architecture, features, samples.features, samples.plane?.key]);
    if (key === this.builtKey) return;
    const focused = document.activeElement?.dataset?.keep;
    this.builtKey = key;
    const inputs = this.inputs.build();
    this.layers = form.spec.layers.map((_, index) =>
      layerColumn(form, index, (unit) => this.unitButton(index, unit)),
    );
    const columns = this.layers.flatMap(({ element }, index) => [
      insertButton(form, index),
      element,
    ]);
    this.columns.replaceChildren(inputs, ...columns);
    form.errors.render(document);
    this.fill();
    this.scheduleLinks();
    this.onBuild();
    if (focused) this.columns.querySelector(`[data-keep="${focused}"]`)?.focus();
  }

  /** Shows an image among the features. */
  setImage(pixels) {
    this.inputs.setImage(pixels);
  }

  unitButton(layer, unit) {
    const enter = () => this.onHover(layer, unit);
    const leave = () => this.onHover(null);
    return unitButton(`Layer ${layer + 1}, unit ${unit + 1}`, `unit-${layer}-${unit}`, {
      onpointerenter: enter,
      onpointerleave: leave,
      onfocus: enter,
      onblur: leave,
      onclick: () => this.onSelect({ kind: "unit", layer, unit }),
    });
  }

  /** Paints the output of each unit over the plane. */
  fill() {
    const view = this.isCurrent ? this.view : null;
    this.drawing.classList.toggle("untrained", !view);
    for (const [index, { units, kind }] of this.layers.entries()) {
      for (const [unit, element] of units.entries()) {
        const isPainted = view && this.paintUnit(element.firstChild, view, index, unit);
        element.classList.toggle("blank", !isPainted);
        const bias = view?.arrays[`${index}.bias`]?.data[unit];
        const name = `${humanize(kind)} ${index + 1}, unit ${unit + 1}`;
        const label = bias === undefined ? name : `${name}, bias ${short(bias)}`;
        element.setAttribute("aria-label", label);
      }
    }
  }

  /** Paints one unit; returns whether its output is known. */
  paintUnit(canvas, view, index, unit) {
    if (this.samples.isImage) return paintUnit(canvas, view, index, unit);
    const outputs = view.units?.[index];
    if (!outputs || outputs.shape.length !== 2 || unit >= outputs.shape[1]) return false;
    const activation = activationOf(view.spec.architecture.layers[index]);
    paint(canvas, unitMap(outputs, unit, activation), view.coarse);
    return true;
  }

  /** Draws the links in the next frame, after the layout of the columns. */
  scheduleLinks() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.drawLinks();
    });
  }

  drawLinks() {
    if (!this.layers.length || !this.drawing.clientWidth) return;
    const gaps = [];
    let previous = this.inputs;
    for (const [index, layer] of this.layers.entries()) {
      if (UNLINKED.has(layer.kind)) continue;
      if (layer.units.length && previous.units.length)
        gaps.push(this.gapBetween(previous, layer, index));
      previous = layer;
    }
    this.svg.setAttribute("width", this.columns.scrollWidth);
    this.svg.setAttribute("height", this.columns.scrollHeight);
    drawLinks(this.svg, gaps, (gap, from, unit) =>
      this.onSelect({ kind: "weight", layer: gap.index, from, unit }),
    );
  }

  gapBetween(previous, layer, index) {
    const weights = this.isCurrent ? this.view.arrays[`${index}.weight`] : null;
    const isMatrix = weights?.shape.length === 2;
    const [inputs, units] = isMatrix ? weights.shape : [0, 0];
    const box = this.drawing.getBoundingClientRect();
    return {
      index,
      from: previous.units.map((element) => anchor(element, box, true)),
      to: layer.units.map((element) => anchor(element, box, false)),
      weight: (i, j) => (i < inputs && j < units ? weights.data[i * units + j] : null),
      name: (i, j) => `weight ${i + 1} → ${j + 1}`,
    };
  }
}

/** Returns where links leave or enter an element, relative to a box. */
function anchor(element, box, isSource) {
  const { left, right, top, height } = element.getBoundingClientRect();
  return [(isSource ? right : left) - box.left, top + height / 2 - box.top];
}
