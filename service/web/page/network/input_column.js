// The column of the inputs: features to switch on and off, or the image that is shown.

import { h } from "../element.js";
import { paintPixels } from "../images/pixels.js";
import { COARSE_SIZE } from "../job/network_view.js";
import { paint } from "../plots/heatmap.js";
import { featureMap, FEATURES, formatFeature, hasPlaneColumns } from "./features.js";

const MAX_FEATURES = 8;
const PATH = ["dataset", "preprocessing", "features"];

export class InputColumn {
  constructor(form, samples) {
    Object.assign(this, { form, samples, units: [] });
  }

  /** Returns the column; `units` are its elements with links. */
  build() {
    const { features = [], columns, isImage } = this.samples;
    if (isImage) return this.imageColumn(features.length);
    const isChoice = hasPlaneColumns(columns);
    const names = isChoice ? FEATURES : features.slice(0, MAX_FEATURES);
    const chosen = this.form.spec.get(PATH) ?? columns;
    const active = Array.isArray(chosen) ? chosen : features;
    const isOn = (name) => !isChoice || active.includes(name);
    const elements = names.map((name) => this.feature(name, isChoice, isOn(name)));
    this.units = elements.filter((_, index) => isOn(names[index]));
    const rest = isChoice ? 0 : features.length - elements.length;
    if (rest > 0) elements.push(h("p", { class: "remaining" }, `and ${rest} more`));
    return inputColumn(elements);
  }

  imageColumn(count) {
    this.canvas = h("canvas", { width: 96, height: 96, "aria-hidden": "true" });
    this.units = [];
    const unit = h("div", { class: "unit pixels" }, this.canvas);
    return inputColumn([unit, h("p", { class: "remaining" }, `${count} pixels`)]);
  }

  /** Shows an image in place of features. */
  setImage(pixels) {
    if (pixels && this.samples.isImage && this.canvas) paintPixels(this.canvas, pixels);
  }

  feature(name, isChoice, isOn) {
    const { plane } = this.samples;
    const map = plane && featureMap(name, plane, COARSE_SIZE);
    const size = COARSE_SIZE * 2;
    const canvas = h("canvas", { width: size, height: size, "aria-hidden": "true" });
    if (map) paint(canvas, map, COARSE_SIZE);
    const label = h("span", {}, formatFeature(name));
    if (!isChoice) return h("div", { class: "unit feature" }, label, map ? canvas : null);
    return h(
      "button",
      {
        type: "button",
        class: `unit feature ${isOn ? "" : "off"}`,
        "aria-pressed": String(isOn),
        "aria-label": `Feature ${formatFeature(name)}`,
        "data-keep": `feature-${name}`,
        onclick: () => this.toggle(name, isOn),
      },
      label,
      canvas,
    );
  }

  toggle(name, isOn) {
    const { columns } = this.samples;
    const chosen = this.form.spec.get(PATH) ?? columns;
    const next = isOn
      ? chosen.filter((feature) => feature !== name)
      : FEATURES.filter((feature) => feature === name || chosen.includes(feature));
    if (!next.length) return;
    this.form.spec.set(PATH, next.join() === columns.join() ? undefined : next);
  }
}

function inputColumn(units) {
  return h(
    "div",
    { class: "column inputs", "data-pointer": "/dataset/preprocessing/features" },
    h("h3", {}, "Features"),
    h("div", { class: "units" }, units),
    h("p", { class: "error" }),
  );
}
