// Points of each class, drawn by hand onto the plane.

import { byId, h } from "../element.js";
import { kindOf } from "../spec/spec.js";
import { labelColor } from "../palette.js";
import { fit } from "../plots/heatmap.js";
import { clear, scatter } from "../plots/points.js";
import { openDialog } from "../dialog.js";
import { Plane } from "./plane.js";
import { adaptSpec } from "./adapt_spec.js";

const REACH = 6;
const CLASSES = 4;
const SPREAD = 0.035;
const EVERY = 45;
const PLANE = new Plane(["x1", "x2"], [0, 1], [0, 0], [-REACH, REACH], [-REACH, REACH]);

export function openDrawing(form) {
  new Drawing(form).open();
}

class Drawing {
  constructor(form) {
    this.form = form;
    this.rows = earlier(form);
    this.label = 0;
    this.cross = null;
    this.canvas = h("canvas", {
      class: "sample-canvas",
      tabindex: "0",
      role: "application",
      "aria-label":
        "Plane to draw on: arrow keys move a cross, the space bar sets a point, 1 to 4 choose the class",
    });
    this.told = h("p", { class: "note", role: "status" });
    this.use = h(
      "button",
      { type: "button", class: "train", onclick: () => this.done() },
      "Use these points",
    );
    this.classes = h("div", { class: "classes", role: "radiogroup", "aria-label": "Class" });
  }

  open() {
    this.sheet = openDialog("Draw points", [
      h(
        "div",
        { class: "row" },
        this.classes,
        h(
          "button",
          { type: "button", class: "quiet", onclick: () => this.change(this.rows.slice(0, -1)) },
          "Undo",
        ),
        h("button", { type: "button", class: "quiet", onclick: () => this.change([]) }, "Wipe"),
      ),
      this.canvas,
      h("footer", {}, this.use, this.told),
    ]);
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.isDown = true;
      this.add(...this.at(event), 0);
    });
    this.canvas.addEventListener("pointermove", (event) => this.isDown && this.spray(event));
    for (const name of ["pointerup", "pointercancel"])
      this.canvas.addEventListener(name, () => {
        this.isDown = false;
      });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    fit(this.canvas);
    this.draw();
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  spray(event) {
    if (performance.now() - (this.last ?? 0) > EVERY) this.add(...this.at(event), SPREAD);
  }

  add(across, down, spread) {
    this.last = performance.now();
    const around = [across, down].map((share) =>
      Math.max(0.005, Math.min(0.995, share + spread * (Math.random() + Math.random() - 1))),
    );
    const point = PLANE.inverse(...around).map((value) => Math.round(value * 100) / 100);
    this.change([...this.rows, { point, target: this.label }]);
  }

  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      event.key
    ];
    this.cross ??= [0.5, 0.5];
    if (step)
      this.cross = this.cross.map((share, axis) =>
        Math.max(0.01, Math.min(0.99, share + step[axis] / 40)),
      );
    else if (event.key === " ") this.add(...this.cross, 0);
    else if (Number(event.key) >= 1 && Number(event.key) <= CLASSES)
      this.label = Number(event.key) - 1;
    else return;
    event.preventDefault();
    this.draw();
  }

  change(rows) {
    this.rows = rows;
    this.draw();
  }

  draw() {
    clear(this.canvas);
    const labels = Array.from({ length: this.count }, (_, place) => place);
    scatter(
      this.canvas,
      PLANE,
      this.rows,
      { labels, task: "classification", scale: 1 },
      { radius: 4, edge: getComputedStyle(this.canvas).caretColor },
    );
    if (this.cross)
      scatter(
        this.canvas,
        PLANE,
        [{ point: PLANE.inverse(...this.cross), target: this.label }],
        { labels, task: "classification", scale: 1 },
        { radius: 7, isTest: true, edge: "transparent" },
      );
    this.classes.replaceChildren(
      ...Array.from({ length: CLASSES }, (_, place) => this.classButton(place)),
    );
    const used = new Set(this.rows.map((row) => row.target)).size;
    this.use.disabled = used < 2;
    this.told.textContent =
      used < 2
        ? "Draw points of at least two classes."
        : `${this.rows.length} points of ${used} classes.`;
  }

  get count() {
    return Math.max(2, 1 + Math.max(this.label, ...this.rows.map((row) => row.target)));
  }

  classButton(place) {
    const dot = h("i", { class: "dot" });
    dot.style.background = labelColor(place, this.count);
    return h(
      "button",
      {
        type: "button",
        role: "radio",
        "aria-checked": String(place === this.label),
        class: "quiet",
        onclick: () => {
          this.label = place;
          this.draw();
        },
      },
      dot,
      `Class ${place + 1}`,
    );
  }

  async done() {
    const used = [...new Set(this.rows.map((row) => row.target))].sort();
    const labels = used.length === 2 ? [-1, 1] : used.map((_, place) => place);
    const source = {
      type: "inline",
      inputs: this.rows.map((row) => row.point),
      targets: this.rows.map((row) => labels[used.indexOf(row.target)]),
    };
    this.sheet.close();
    await adaptSpec(this.form, source, { task: "classification" });
    byId("live").textContent = `${this.rows.length} drawn points are the data now`;
  }
}

/** What was drawn before, to go on with. */
function earlier(form) {
  const source = form.spec.get(["dataset", "source"]);
  if (kindOf(source) !== "inline" || source.inputs[0]?.length !== 2) return [];
  const labels = [...new Set(source.targets)].sort((a, b) => a - b);
  if (labels.length > CLASSES) return [];
  return source.inputs.map((point, place) => ({
    point,
    target: labels.indexOf(source.targets[place]),
  }));
}
