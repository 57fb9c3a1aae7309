// A dialog to draw the points of each class.

import { openDialog } from "../dialog.js";
import { announce, h } from "../element.js";
import { labelColor } from "../palette.js";
import { fit } from "../plots/heatmap.js";
import { clear, scatter } from "../plots/points.js";
import { kindOf } from "../spec/spec.js";
import { adaptSpec } from "./adapt_spec.js";
import { Plane } from "./plane.js";

const LIMIT = 6;
const CLASSES = 4;
const SPRAY_SPREAD = 0.035;
const SPRAY_INTERVAL_MS = 45;
const CROSS_STEP = 0.025;
const PLANE = new Plane(["x1", "x2"], [0, 1], [0, 0], [-LIMIT, LIMIT], [-LIMIT, LIMIT]);
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LABEL =
  "Plane to draw on: move a cross with the arrow keys, add a point with the space bar, " +
  "choose the class with 1 to 4";

export function openDrawing(form) {
  new Drawing(form).open();
}

class Drawing {
  constructor(form) {
    this.form = form;
    this.rows = drawnRows(form);
    this.label = 0;
    this.cross = null;
    this.canvas = h("canvas", {
      class: "sample-canvas",
      tabindex: "0",
      role: "application",
      "aria-label": LABEL,
    });
    this.status = h("p", { class: "note", role: "status" });
    this.submit = h(
      "button",
      { type: "button", class: "train", onclick: () => this.use() },
      "Use these points",
    );
    this.classes = h("div", { class: "classes", role: "radiogroup", "aria-label": "Class" });
  }

  open() {
    const button = (text, onclick) =>
      h("button", { type: "button", class: "quiet", onclick }, text);
    const undo = button("Undo", () => this.setRows(this.rows.slice(0, -1)));
    const reset = button("Clear", () => this.setRows([]));
    this.dialog = openDialog("Draw points", [
      h("div", { class: "row" }, this.classes, undo, reset),
      this.canvas,
      h("footer", {}, this.submit, this.status),
    ]);
    this.listen();
    fit(this.canvas);
    this.draw();
  }

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.isDown = true;
      this.add(this.positionOf(event), 0);
    });
    this.canvas.addEventListener("pointermove", (event) => this.isDown && this.spray(event));
    for (const name of ["pointerup", "pointercancel"])
      this.canvas.addEventListener(name, () => {
        this.isDown = false;
      });
    this.canvas.addEventListener("keydown", (event) => this.pressKey(event));
  }

  positionOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  spray(event) {
    const elapsed = performance.now() - (this.lastAdded ?? 0);
    if (elapsed > SPRAY_INTERVAL_MS) this.add(this.positionOf(event), SPRAY_SPREAD);
  }

  /** Adds a point near a position. */
  add(position, spread) {
    this.lastAdded = performance.now();
    const noisy = position.map((value) => {
      const moved = value + spread * (Math.random() + Math.random() - 1);
      return Math.max(0.005, Math.min(0.995, moved));
    });
    const point = PLANE.unproject(...noisy).map((value) => Math.round(value * 100) / 100);
    this.setRows([...this.rows, { point, target: this.label }]);
  }

  pressKey(event) {
    const step = STEPS[event.key];
    this.cross ??= [0.5, 0.5];
    if (step) {
      this.cross = this.cross.map((value, axis) =>
        Math.max(0.01, Math.min(0.99, value + step[axis] * CROSS_STEP)),
      );
    } else if (event.key === " ") this.add(this.cross, 0);
    else if (Number(event.key) >= 1 && Number(event.key) <= CLASSES)
      this.label = Number(event.key) - 1;
    else return;
    event.preventDefault();
    this.draw();
  }

  setRows(rows) {
    this.rows = rows;
    this.draw();
  }

  get usedLabels() {
    return [...new Set(this.rows.map((row) => row.target))].sort();
  }

  get labelCount() {
    return Math.max(2, 1 + Math.max(this.label, ...this.rows.map((row) => row.target)));
  }

  draw() {
    this.drawPoints();
    const buttons = Array.from({ length: CLASSES }, (_, label) => this.classButton(label));
    this.classes.replaceChildren(...buttons);
    const used = this.usedLabels.length;
    this.submit.disabled = used < 2;
    this.status.textContent =
      used < 2
        ? "Draw points of at least two classes."
        : `${this.rows.length} points of ${used} classes.`;
  }

  drawPoints() {
    clear(this.canvas);
    const labels = Array.from({ length: this.labelCount }, (_, label) => label);
    const encoding = { labels, task: "classification", scale: 1 };
    const edge = getComputedStyle(this.canvas).caretColor;
    scatter(this.canvas, PLANE, this.rows, encoding, { radius: 4, edge });
    if (!this.cross) return;
    const cross = { point: PLANE.unproject(...this.cross), target: this.label };
    const style = { radius: 7, isRing: true, edge: "transparent" };
    scatter(this.canvas, PLANE, [cross], encoding, style);
  }

  classButton(label) {
    const dot = h("i", { class: "dot" });
    dot.style.background = labelColor(label, this.labelCount);
    const attributes = {
      type: "button",
      role: "radio",
      "aria-checked": String(label === this.label),
      class: "quiet",
      onclick: () => {
        this.label = label;
        this.draw();
      },
    };
    return h("button", attributes, dot, `Class ${label + 1}`);
  }

  async use() {
    const used = this.usedLabels;
    const targets = used.length === 2 ? [-1, 1] : used.map((_, index) => index);
    const source = {
      type: "inline",
      inputs: this.rows.map((row) => row.point),
      targets: this.rows.map((row) => targets[used.indexOf(row.target)]),
    };
    this.dialog.close();
    await adaptSpec(this.form, source, { task: "classification" });
    announce(`Using ${this.rows.length} drawn points as the data`);
  }
}

/** Returns the points of the spec, if they may have been drawn. */
function drawnRows(form) {
  const source = form.spec.get(["dataset", "source"]);
  if (kindOf(source) !== "inline" || source.inputs[0]?.length !== 2) return [];
  const labels = [...new Set(source.targets)].sort((a, b) => a - b);
  if (labels.length > CLASSES) return [];
  return source.inputs.map((point, index) => ({
    point,
    target: labels.indexOf(source.targets[index]),
  }));
}
