// Curves over the epochs as SVG, thinned to the resolution of the screen.

import { h, s, scrollable } from "../element.js";
import { short } from "../format.js";
import { table } from "../table.js";
import { axisLimits, axisTicks } from "./axes.js";

const POINTS = 400;
const LEFT = 46;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;

export class Curve {
  /** `label` describes the plot for screen readers. */
  constructor(label) {
    this.svg = s("svg", { class: "curve", role: "img", "aria-label": label });
    this.values = h("output", { class: "reading" });
    this.table = scrollable(`${label} as a table`);
    this.details = h(
      "details",
      { class: "data-table", ontoggle: () => this.fillTable() },
      h("summary", {}, "Numbers as a table"),
      this.table,
    );
    this.element = h("figure", { class: "plot" }, this.svg, this.values, this.details);
    this.label = label;
    this.series = [];
    this.isLog = false;
    this.mark = null;
    /** The epochs of the values, if they are not consecutive. */
    this.epochLabels = null;
    this.svg.addEventListener("pointermove", (event) => this.showValues(event));
    this.svg.addEventListener("pointerleave", () => this.hideValues());
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  /** Shows series: `{name, values, color, dash}`, the value of epoch 1 first. */
  show(series) {
    this.series = series;
    this.scheduleDraw();
  }

  /** Marks an epoch; null for none. */
  markEpoch(epoch) {
    this.mark = epoch;
    this.scheduleDraw();
  }

  scheduleDraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.svg;
    if (!width) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const finite = this.series.map((one) =>
      one.values.filter((value) => typeof value === "number" && (!this.isLog || value > 0)),
    );
    const epochs = Math.max(2, ...this.series.map((one) => one.values.length));
    const bounds = axisLimits(finite, this.isLog);
    this.x = (epoch) => LEFT + ((epoch - 1) / (epochs - 1)) * (width - LEFT - RIGHT);
    this.y = (value) => {
      const fraction = (this.position(value) - bounds[0]) / (bounds[1] - bounds[0] || 1);
      return height - BOTTOM - fraction * (height - TOP - BOTTOM);
    };
    this.epochs = epochs;
    const lines = this.series.map((one) =>
      s("path", {
        d: this.path(one.values),
        class: "line",
        stroke: one.color,
        "stroke-dasharray": one.dash ?? null,
      }),
    );
    this.cross = s("g", { class: "cross" });
    this.svg.replaceChildren(
      s("g", { class: "axes" }, this.axes(bounds, width, height)),
      ...lines,
      this.markLine(height),
      this.cross,
    );
    this.svg.setAttribute("aria-label", this.summary());
    if (this.details.open) this.fillTable();
  }

  position(value) {
    return this.isLog ? Math.log10(value) : value;
  }

  axes(bounds, width, height) {
    const rows = axisTicks(bounds, this.isLog).flatMap(([value, position]) => {
      const y =
        height -
        BOTTOM -
        ((position - bounds[0]) / (bounds[1] - bounds[0] || 1)) * (height - TOP - BOTTOM);
      return [
        s("line", { x1: LEFT, x2: width - RIGHT, y1: y, y2: y }),
        s("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" }, short(value, 2)),
      ];
    });
    const columns = [1, this.epochs].map((epoch, index) =>
      s(
        "text",
        { x: this.x(epoch), y: height - 5, "text-anchor": index ? "end" : "start" },
        index ? `epoch ${this.epochAt(epoch).toLocaleString("en")}` : String(this.epochAt(epoch)),
      ),
    );
    return [...rows, ...(this.series.length ? columns : [])];
  }

  epochAt(index) {
    const labels = this.epochLabels;
    return labels ? labels[Math.min(index, labels.length) - 1] : index;
  }

  markLine(height) {
    if (this.mark === null || this.mark > this.epochs) return s("g");
    const x = this.x(this.mark);
    return s("line", { class: "mark", x1: x, x2: x, y1: TOP, y2: height - BOTTOM });
  }

  /** Returns a path through the smallest and largest value of each interval of epochs. */
  path(values) {
    const step = Math.max(1, Math.ceil(values.length / POINTS));
    let text = "";
    let isOpen = false;
    for (let from = 0; from < values.length; from += step) {
      const points = [];
      for (let index = from; index < Math.min(values.length, from + step); index += 1) {
        if (typeof values[index] === "number" && (!this.isLog || values[index] > 0))
          points.push([index, values[index]]);
      }
      if (!points.length) {
        isOpen = false;
        continue;
      }
      const chosen =
        step === 1
          ? points
          : [
              points.reduce((a, b) => (b[1] < a[1] ? b : a)),
              points.reduce((a, b) => (b[1] > a[1] ? b : a)),
            ];
      for (const [index, value] of chosen.sort((a, b) => a[0] - b[0])) {
        text += `${isOpen ? "L" : "M"}${this.x(index + 1).toFixed(1)} ${this.y(value).toFixed(1)}`;
        isOpen = true;
      }
    }
    return text;
  }

  showValues(event) {
    if (!this.x || !this.series.length) return;
    const box = this.svg.getBoundingClientRect();
    const fraction = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    const epoch = Math.max(1, Math.min(this.epochs, Math.round(1 + fraction * (this.epochs - 1))));
    this.cross?.replaceChildren(
      s("line", { x1: this.x(epoch), x2: this.x(epoch), y1: TOP, y2: box.height - BOTTOM }),
    );
    this.values.textContent = [
      `epoch ${this.epochAt(epoch)}`,
      ...this.series.map((one) => `${one.name} ${short(one.values[epoch - 1])}`),
    ].join("   ");
  }

  hideValues() {
    this.cross?.replaceChildren();
    this.values.textContent = "";
  }

  summary() {
    if (!this.series.length) return `${this.label}: no values`;
    const latest = this.series.map(({ name, values }) => `${name} ${short(values.at(-1))}`);
    return `${this.label} after ${this.series[0].values.length} epochs: ${latest.join(", ")}`;
  }

  fillTable() {
    if (!this.details.open) return;
    const rows = epochSample(this.epochs ?? 0, 200);
    this.table.replaceChildren(
      table(
        this.label,
        ["epoch", ...this.series.map((one) => one.name)],
        rows.map((epoch) => [
          this.epochAt(epoch),
          ...this.series.map((one) => short(one.values[epoch - 1], 6)),
        ]),
      ),
    );
  }
}

function epochSample(count, max) {
  const step = Math.max(1, Math.ceil(count / max));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => 1 + index * step);
}
