// The column of the inputs: features that are switched on and off, or the picture that is shown.

import { h } from "../element.js";
import { COARSE } from "../job/network_view.js";
import { paintPixels } from "../images/pixels.js";
import { paint } from "../plots/heatmap.js";
import { USUAL, featureMap, isNumbered, pretty } from "./features.js";

const SHOWN = 8;
const PATH = ["dataset", "preparation", "features"];

export class Inputs {
  constructor(form, samples) {
    Object.assign(this, { form, samples, made: [] });
  }

  /** The column anew; `made` are its elements that links start from. */
  column() {
    const { features = [], columns, isImage } = this.samples;
    if (isImage) return this.picture(features.length);
    const free = isNumbered(columns);
    const names = free ? USUAL : features.slice(0, SHOWN);
    const chosen = this.form.spec.get(PATH) ?? columns;
    const on = (name) => !free || (Array.isArray(chosen) ? chosen : features).includes(name);
    const made = names.map((name) => this.feature(name, free, on(name)));
    this.made = made.filter((_, index) => on(names[index]));
    const more = free ? 0 : features.length - made.length;
    return around(made, more > 0 ? h("p", { class: "remaining" }, `and ${more} more`) : null);
  }

  /** Features that are pixels: the picture that is shown. */
  picture(count) {
    this.shown = h("canvas", { width: 96, height: 96, "aria-hidden": "true" });
    this.made = [];
    return around(
      h("div", { class: "unit pixels" }, this.shown),
      h("p", { class: "remaining" }, `${count} pixels`),
    );
  }

  /** Shows another picture among the features. */
  look(pixels) {
    if (pixels && this.samples.isImage && this.shown) paintPixels(this.shown, pixels);
  }

  feature(name, isFree, isOn) {
    const { plane } = this.samples;
    const map = plane && featureMap(name, plane, COARSE);
    const picture = h("canvas", { width: COARSE * 2, height: COARSE * 2, "aria-hidden": "true" });
    if (map) paint(picture, map, COARSE);
    const label = h("span", {}, pretty(name));
    if (!isFree) return h("div", { class: "unit feature" }, label, map ? picture : null);
    return h(
      "button",
      {
        type: "button",
        class: `unit feature ${isOn ? "" : "off"}`,
        "aria-pressed": String(isOn),
        "aria-label": `Feature ${pretty(name)}`,
        "data-keep": `feature-${name}`,
        onclick: () => this.toggle(name, isOn),
      },
      label,
      picture,
    );
  }

  toggle(name, isOn) {
    const chosen = this.form.spec.get(PATH) ?? this.samples.columns;
    const next = isOn
      ? chosen.filter((one) => one !== name)
      : USUAL.filter((one) => one === name || chosen.includes(one));
    if (!next.length) return;
    const isUsual = next.join() === this.samples.columns.join();
    this.form.spec.set(PATH, isUsual ? undefined : next);
  }
}

function around(...units) {
  return h(
    "div",
    { class: "column inputs", "data-pointer": "/dataset/preparation/features" },
    h("h3", {}, "Features"),
    h("div", { class: "units" }, ...units),
    h("p", { class: "error" }),
  );
}
