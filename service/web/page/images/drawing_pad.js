// A pad to draw a digit on, as 8 × 8 pixels from 0 to 16 like the digits data set.

import { h } from "../element.js";

const SIDE = 8;
const INK = 16;
const FINE = 4;

export class DrawingPad {
  /** `onChange(pixels)` is called with the 64 pixels on each change. */
  constructor(onChange) {
    this.onChange = onChange;
    this.canvas = h("canvas", {
      class: "pad",
      width: 256,
      height: 256,
      tabindex: "0",
      role: "application",
      "aria-label":
        "Drawing pad: draw a digit, or move with the arrow keys and paint with the space bar",
    });
    this.small = h("canvas", {
      class: "pad small-pad",
      width: SIDE * 8,
      height: SIDE * 8,
      "aria-hidden": "true",
    });
    this.element = h(
      "div",
      { class: "pads" },
      this.canvas,
      h(
        "div",
        { class: "pad-side" },
        this.small,
        h("p", { class: "note" }, "Input of the network"),
        h("button", { type: "button", class: "quiet", onclick: () => this.clear() }, "Clear"),
      ),
    );
    this.ink = new Float32Array((SIDE * FINE) ** 2);
    this.pen = null;
    this.at = [0.5, 0.5];
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.pen = this.positionOf(event);
      this.stroke(this.pen);
    });
    this.canvas.addEventListener(
      "pointermove",
      (event) => this.pen && this.stroke(this.positionOf(event)),
    );
    this.canvas.addEventListener("pointerup", () => {
      this.pen = null;
    });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    queueMicrotask(() => this.draw());
  }

  positionOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      event.key
    ];
    if (!step && event.key !== " ") return;
    event.preventDefault();
    if (step)
      this.at = this.at.map((at, axis) => Math.max(0.05, Math.min(0.95, at + step[axis] / 16)));
    this.pen = this.at;
    if (!step || event.shiftKey) this.stroke(this.at);
    this.pen = null;
    this.draw();
  }

  /** Draws a line from the last position. */
  stroke(to) {
    const side = SIDE * FINE;
    const from = this.pen;
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * side));
    for (let step = 0; step <= steps; step += 1) {
      const [x, y] = [0, 1].map(
        (axis) => (from[axis] + ((to[axis] - from[axis]) * step) / steps) * side,
      );
      for (let row = 0; row < side; row += 1) {
        for (let column = 0; column < side; column += 1) {
          const ink = 2.1 - Math.hypot(column + 0.5 - x, row + 0.5 - y);
          if (ink > 0)
            this.ink[row * side + column] = Math.min(1, this.ink[row * side + column] + ink);
        }
      }
    }
    this.pen = to;
    this.draw();
    this.onChange(this.pixels);
  }

  clear() {
    this.ink.fill(0);
    this.draw();
  }

  get pixels() {
    const side = SIDE * FINE;
    return Array.from({ length: SIDE * SIDE }, (_, cell) => {
      let sum = 0;
      for (let row = 0; row < FINE; row += 1) {
        for (let column = 0; column < FINE; column += 1) {
          sum +=
            this.ink[(Math.floor(cell / SIDE) * FINE + row) * side + (cell % SIDE) * FINE + column];
        }
      }
      return Math.round((sum / FINE ** 2) * INK);
    });
  }

  draw() {
    this.fill(this.canvas, this.ink, SIDE * FINE, 1);
    this.fill(this.small, this.pixels, SIDE, INK);
  }

  fill(canvas, values, side, max) {
    const context = canvas.getContext("2d");
    const cell = canvas.width / side;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = getComputedStyle(canvas).color;
    for (let index = 0; index < values.length; index += 1) {
      context.globalAlpha = values[index] / max;
      context.fillRect((index % side) * cell, Math.floor(index / side) * cell, cell, cell);
    }
    context.globalAlpha = 1;
  }
}
