// Training curves of several jobs in one plot, one metric at a time.

import { h } from "../element.js";
import { labelColor } from "../palette.js";
import { Curve } from "../plots/curve.js";

const DASHES = [null, "6 3", "2 3", "8 3 2 3"];

export class Overlay {
  constructor() {
    this.metric = h("select", { id: "overlay-metric", onchange: () => this.draw() });
    this.log = h("input", { type: "checkbox", onchange: () => this.draw() });
    this.curve = new Curve("Curves of the chosen jobs");
    this.legend = h("div", { class: "legend" });
    this.hint = h("p", { class: "note" }, "Choose several jobs to compare their curves.");
    this.body = h(
      "div",
      { hidden: true },
      h(
        "div",
        { class: "row" },
        h("label", { for: "overlay-metric" }, "Metric"),
        this.metric,
        h("label", { class: "check" }, this.log, "log"),
      ),
      this.curve.element,
      this.legend,
    );
    this.element = h(
      "section",
      { class: "card overlay", "aria-labelledby": "overlay-title" },
      h("h2", { id: "overlay-title" }, "Compare"),
      this.hint,
      this.body,
    );
    this.jobs = [];
  }

  show(jobs, histories) {
    Object.assign(this, { jobs, histories });
    this.hint.hidden = jobs.length > 0;
    this.body.hidden = jobs.length === 0;
    const names = [...new Set(histories.flatMap((history) => Object.keys(history)))].filter(
      (name) => !/[./]/.test(name),
    );
    const previous = this.metric.value;
    this.metric.replaceChildren(
      ...names.map((name) => h("option", { value: name }, name.replaceAll("_", " "))),
    );
    this.metric.value = names.includes(previous)
      ? previous
      : (names.find((name) => name === "validation_loss") ?? "loss");
    this.draw();
  }

  draw() {
    this.curve.isLog = this.log.checked;
    const series = this.jobs.map((job, index) => ({
      name: `${job.name} ${job.model.version}`,
      values: this.histories[index][this.metric.value] ?? [],
      color: labelColor(index, 3),
      dash: DASHES[Math.floor(index / 9) % DASHES.length],
    }));
    this.curve.show(series);
    this.legend.replaceChildren(
      ...series.map((line) => {
        const stroke = h("i", { class: "stroke" });
        stroke.style.background = line.color;
        return h("span", {}, stroke, line.name);
      }),
    );
  }
}
