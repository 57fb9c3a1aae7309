// The drawing of the network: features, layers with their units, links by weight.

import { byId, h, s } from "../element.js";
import { activationOf, unitMap } from "../job/network_view.js";
import { paintUnit } from "../images/unit_images.js";
import { paint } from "../plots/heatmap.js";
import { short } from "../format.js";
import { shapeOf } from "../spec/fingerprints.js";
import { humanize } from "../form/binding.js";
import { column, gap, unitButton } from "./layer_column.js";
import { Inputs } from "./input_column.js";
import { drawLinks } from "./links.js";
import { weightTables } from "./weight_tables.js";

const THROUGH = new Set(["activation", "dropout", "batch_normalization", "layer_normalization"]);

export class Network {
  /** `hovered(layer, unit)` and `picked(what)` tell what somebody looks at. */
  constructor(form, samples, { hovered, picked }) {
    Object.assign(this, { form, samples, hovered, picked, sight: null, units: [] });
    this.inputs = new Inputs(form, samples);
    this.svg = s("svg", { class: "links", "aria-hidden": "true" });
    this.columns = h("div", { class: "columns" });
    this.drawing = h("div", { class: "drawing" }, this.svg, this.columns);
    this.weights = weightTables(() => (this.isCurrent ? this.sight : null));
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
      this.weights.element,
    );
    form.spec.addEventListener("change", (event) => {
      const { path } = event.detail;
      if (!path.length || path[0] === "architecture" || path[0] === "dataset") this.build();
    });
    samples.addEventListener("change", () => this.build());
    new ResizeObserver(() => this.link()).observe(this.drawing);
  }

  /** Shows the network of a sight; null shows that nothing is known of it. */
  show(sight) {
    this.sight = sight;
    this.weights.refresh();
    this.fill();
    this.link();
  }

  /** Whether the network that is shown is the one that is built. */
  get isCurrent() {
    return (
      this.sight !== null &&
      shapeOf(this.form.schema, this.sight.spec) === shapeOf(this.form.schema, this.form.spec.value)
    );
  }

  build() {
    const { form, samples } = this;
    const key = JSON.stringify([
      form.spec.value.architecture,
      form.spec.value.dataset?.preparation?.features,
      samples.features,
      samples.plane?.key,
    ]);
    if (key === this.built) return;
    const kept = document.activeElement?.dataset?.keep;
    this.built = key;
    const inputs = this.inputs.column();
    this.units = form.spec.layers.map((_, index) =>
      column(form, index, (unit) => this.unit(index, unit)),
    );
    this.columns.replaceChildren(
      inputs,
      ...this.units.flatMap(({ element }, index) => [gap(form, index), element]),
    );
    form.errors.render(document);
    this.fill();
    this.link();
    this.pictured?.();
    if (kept) this.columns.querySelector(`[data-keep="${kept}"]`)?.focus();
  }

  /** Shows another picture among the features. */
  look(pixels) {
    this.inputs.look(pixels);
  }

  unit(layer, unit) {
    const look = () => this.hovered(layer, unit);
    const leave = () => this.hovered(null);
    return unitButton(`Layer ${layer + 1}, unit ${unit + 1}`, `unit-${layer}-${unit}`, {
      onpointerenter: look,
      onpointerleave: leave,
      onfocus: look,
      onblur: leave,
      onclick: () => this.picked({ kind: "unit", layer, unit }),
    });
  }

  /** Paints what each unit computes over the plane. */
  fill() {
    const sight = this.isCurrent ? this.sight : null;
    this.drawing.classList.toggle("untrained", !sight);
    for (const [index, { made, kind }] of this.units.entries()) {
      for (const [unit, element] of made.entries()) {
        element.classList.toggle(
          "blank",
          !sight || !this.paint(element.firstChild, sight, index, unit),
        );
        const bias = sight?.arrays[`${index}.bias`]?.data[unit];
        element.setAttribute(
          "aria-label",
          `${humanize(kind)} ${index + 1}, unit ${unit + 1}${bias === undefined ? "" : `, bias ${short(bias)}`}`,
        );
      }
    }
  }

  /** Paints one unit; tells whether there was something to paint. */
  paint(picture, sight, index, unit) {
    if (this.samples.isImage) return paintUnit(picture, sight, index, unit);
    const numbers = sight.units?.[index];
    if (!numbers || numbers.shape.length !== 2 || unit >= numbers.shape[1]) return false;
    paint(
      picture,
      unitMap(numbers, unit, activationOf(sight.spec.architecture.layers[index])),
      sight.coarse,
    );
    return true;
  }

  /** Draws the links before the next picture of the screen, when everything has its place. */
  link() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
      this.drawLinks();
    });
  }

  drawLinks() {
    if (!this.units.length || !this.drawing.clientWidth) return;
    const gaps = [];
    let before = this.inputs;
    for (const [index, layer] of this.units.entries()) {
      if (THROUGH.has(layer.kind)) continue;
      if (layer.made.length && before.made.length) gaps.push(this.gapBetween(before, layer, index));
      before = layer;
    }
    this.svg.setAttribute("width", this.columns.scrollWidth);
    this.svg.setAttribute("height", this.columns.scrollHeight);
    drawLinks(this.svg, gaps, (gap_, i, j) =>
      this.picked({ kind: "weight", layer: gap_.index, from: i, unit: j }),
    );
  }

  gapBetween(before, layer, index) {
    const weights = this.isCurrent ? this.sight.arrays[`${index}.weight`] : null;
    const isMatrix = weights?.shape.length === 2;
    const units = isMatrix ? weights.shape[1] : 0;
    const around = this.drawing.getBoundingClientRect();
    return {
      index,
      from: before.made.map((element) => middle(element, around, true)),
      to: layer.made.map((element) => middle(element, around, false)),
      weight: (i, j) =>
        isMatrix && i < weights.shape[0] && j < units ? weights.data[i * units + j] : null,
      name: (i, j) => `weight ${i + 1} → ${j + 1}`,
    };
  }
}

function middle(element, around, isFrom) {
  const box = element.getBoundingClientRect();
  return [(isFrom ? box.right : box.left) - around.left, box.top + box.height / 2 - around.top];
}
