// The output over the plane: decision boundary, samples, and the selected point.

import { byId, h, scrollable } from "../element.js";
import { minus, short } from "../format.js";
import { labelColor } from "../palette.js";
import { activationOf } from "../spec/spec.js";
import { fit, paint, paintLabels } from "./heatmap.js";
import { outputMap, unitMap } from "./maps.js";
import { outputTables } from "./output_tables.js";
import { clear, scatter } from "./points.js";

const PICK_DISTANCE = 0.022;
const MAX_LABELS = 10;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const EMPTY_TEXTS = {
  loading: "Loading samples…",
  unreachable: "The service cannot be reached.",
  invalid: "These data cannot be drawn: see the error in the form.",
  ready: "The data have no two numeric columns to draw.",
};

export class Output {
  /** `onPick(point, row)` is called with a selected point, and its sample if there is one. */
  constructor(samples, onPick) {
    Object.assign(this, { samples, onPick, view: null, unit: null, marked: null });
    this.heat = h("canvas", { class: "heat", "aria-hidden": "true" });
    this.overlay = h("canvas", { class: "over", "aria-hidden": "true" });
    this.empty = h("p", { class: "empty" });
    const label = "Output over the plane: move a cross with the arrow keys, inspect it with Enter";
    this.plot = h(
      "div",
      { class: "plane", tabindex: "0", role: "application", "aria-label": label },
      this.heat,
      this.overlay,
      this.empty,
    );
    this.xLabel = h("span", { class: "axis-x" });
    this.yLabel = h("span", { class: "axis-y" });
    this.axes = h("div", { class: "axes-choice" });
    this.legend = h("div", { class: "legend" });
    this.heldOut = this.option("Held-out samples");
    this.decision = this.option("Decision boundary only");
    this.tables = scrollable("Points and outputs as tables");
    this.details = h(
      "details",
      { class: "data-table", ontoggle: () => this.fillTables() },
      h("summary", {}, "Points and outputs as tables"),
      this.tables,
    );
    byId("plane").append(
      h("div", { class: "frame" }, this.yLabel, this.plot, this.xLabel),
      this.axes,
      this.legend,
      h("div", { class: "options" }, this.heldOut.label, this.decision.label),
      this.details,
    );
    this.listen();
    samples.addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.plot);
  }

  option(name) {
    const box = h("input", { type: "checkbox", onchange: () => this.draw() });
    return { box, label: h("label", { class: "check" }, box, name) };
  }

  listen() {
    this.plot.addEventListener("click", (event) => {
      const box = this.plot.getBoundingClientRect();
      this.pick((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    });
    this.plot.addEventListener("keydown", (event) => this.moveCross(event));
    this.plot.addEventListener("blur", () => {
      this.cross = null;
      this.drawPoints();
    });
  }

  moveCross(event) {
    const step = STEPS[event.key];
    this.cross ??= [0.5, 0.5];
    if (step) {
      const size = event.shiftKey ? 0.1 : 0.02;
      this.cross = this.cross.map((value, axis) =>
        Math.max(0, Math.min(1, value + size * step[axis])),
      );
    } else if (event.key === "Enter") this.pick(...this.cross);
    else return;
    event.preventDefault();
    this.drawPoints();
  }

  /** Picks the sample near a position of the plot, or the point itself. */
  pick(x, y) {
    const { plane } = this.samples;
    if (!plane) return;
    let row = null;
    let nearest = PICK_DISTANCE;
    for (const candidate of this.visibleRows()) {
      const [left, top] = plane.project(candidate.point);
      const distance = Math.hypot(left - x, top - y);
      if (distance < nearest) [nearest, row] = [distance, candidate];
    }
    const position = plane.unproject(x, y).map((value) => Number(value.toPrecision(4)));
    this.onPick(row?.point ?? plane.at(...position), row);
  }

  /** Shows the output of a network view; null shows the samples alone. */
  show(view) {
    this.view = view;
    this.draw();
  }

  /** Shows the output of one unit instead; `layer` is null to stop. */
  showUnit(layer, unit) {
    this.unit = layer === null ? null : { layer, unit };
    this.drawMap();
  }

  /** Marks the inspected point; null removes the mark. */
  markPoint(point) {
    this.marked = point;
    this.drawPoints();
  }

  draw() {
    const { plane, state, splits } = this.samples;
    fit(this.heat);
    fit(this.overlay);
    this.empty.textContent = plane ? "" : EMPTY_TEXTS[state];
    [this.xLabel.textContent, this.yLabel.textContent] = plane?.names ?? ["", ""];
    this.heldOut.label.hidden = !splits.heldOut.length;
    this.drawAxesChoice();
    this.drawLegend();
    this.drawMap();
    this.drawPoints();
    this.fillTables();
  }

  /** Offers a choice of two columns if there are more; the others keep their means. */
  drawAxesChoice() {
    const { columns, axes, plane } = this.samples;
    const key = plane && columns.length > 2 ? `${columns} ${axes}` : "";
    if (key === this.axesKey) return;
    this.axesKey = key;
    const choice = [
      this.axisSelect("x axis", 0),
      this.axisSelect("y axis", 1),
      h("small", {}, "other columns at their means"),
    ];
    this.axes.replaceChildren(...(key ? choice : []));
  }

  axisSelect(name, axis) {
    const { columns, axes } = this.samples;
    const control = h(
      "select",
      {
        "aria-label": `Column of the ${name}`,
        onchange: () => {
          const next = axes.with(axis, control.selectedIndex);
          if (next[0] !== next[1]) this.samples.chooseAxes(next);
        },
      },
      columns.map((column) => h("option", {}, column)),
    );
    control.selectedIndex = axes[axis];
    return h("label", {}, name, control);
  }

  drawMap() {
    const { view, unit, samples } = this;
    if (!this.heat.width) return;
    const isCurrent = view?.output && view.plane?.key === samples.plane?.key;
    if (!isCurrent) return paint(this.heat, new Float32Array(4), 2);
    const { layers } = view.spec.architecture;
    const outputs = unit && view.units?.[unit.layer];
    if (outputs && outputs.shape.length === 2 && unit.unit < outputs.shape[1]) {
      const map = unitMap(outputs, unit.unit, activationOf(layers[unit.layer]));
      return paint(this.heat, map, view.coarse);
    }
    const isDecision = this.decision.box.checked;
    const count = view.output.data.length / view.fine ** 2;
    if (count > 1) return paintLabels(this.heat, view.output.data, count, view.fine, isDecision);
    const map = outputMap(view.output, layers.at(-1), view.task, samples.scale);
    return paint(this.heat, map, view.fine, isDecision);
  }

  drawPoints() {
    const { plane, splits, labels, task, scale } = this.samples;
    clear(this.overlay);
    if (!plane || !this.overlay.width) return;
    const encoding = { labels, task, scale };
    const edge = getComputedStyle(this.plot).caretColor;
    const radius = Math.max(2.4, Math.min(4.4, this.overlay.clientWidth / 95));
    scatter(this.overlay, plane, splits.training, encoding, { edge, radius });
    if (this.heldOut.box.checked) {
      const style = { edge, radius: radius * 0.82, isRing: true };
      scatter(this.overlay, plane, splits.heldOut, encoding, style);
    }
    if (this.marked) this.drawRing(plane.project(this.marked), radius * 2.4);
    if (this.cross) this.drawRing(this.cross, radius * 1.8);
  }

  drawRing([x, y], radius) {
    const context = this.overlay.getContext("2d");
    const { width, height, clientWidth } = this.overlay;
    const ratio = width / clientWidth;
    context.lineWidth = 2.5 * ratio;
    context.strokeStyle = getComputedStyle(this.plot).color;
    context.beginPath();
    context.arc(x * width, y * height, radius * ratio, 0, 2 * Math.PI);
    context.stroke();
  }

  visibleRows() {
    const { training, heldOut } = this.samples.splits;
    return this.heldOut.box.checked ? [...training, ...heldOut] : training;
  }

  drawLegend() {
    const { labels, task, scale, plane } = this.samples;
    if (!plane) return this.legend.replaceChildren();
    if (task === "classification" && labels) {
      const entries = labels.slice(0, MAX_LABELS).map((label, index) => {
        const dot = h("i", { class: "dot" });
        dot.style.background = labelColor(index, labels.length);
        return h("span", {}, dot, minus(String(label)));
      });
      return this.legend.replaceChildren(...entries);
    }
    return this.legend.replaceChildren(
      h("span", {}, short(-scale, 2)),
      h("i", { class: "ramp" }),
      h("span", {}, short(scale, 2)),
    );
  }

  fillTables() {
    if (!this.details.open) return;
    this.tables.replaceChildren(...outputTables(this.view, this.samples, this.visibleRows()));
  }
}
