// The image panel: a sample or a drawing, and the predicted probabilities.

import { bar } from "../bar.js";
import { byId, h, iconButton, ICONS } from "../element.js";
import { short } from "../format.js";
import { labelColor } from "../palette.js";
import { DrawingPad } from "./drawing_pad.js";
import { paintPixels } from "./pixels.js";

export class ImagePanel {
  /** `onChange()` says that another image is shown, `onPick(point, row)` inspects it. */
  constructor(samples, { onChange, onPick }) {
    Object.assign(this, { samples, onChange, onPick, index: 0, drawn: null });
    this.canvas = h("canvas", { class: "pad picture", width: 256, height: 256, role: "img" });
    this.caption = h("output", { class: "note" });
    this.bars = h("div", { class: "bars", role: "group", "aria-label": "Predicted labels" });
    this.pad = new DrawingPad((pixels) => this.drawingChanged(pixels));
    this.drawing = h("div", { hidden: true }, this.pad.element);
    this.sample = h(
      "div",
      {},
      this.canvas,
      h(
        "div",
        { class: "row pager" },
        iconButton("Previous image", ICONS.back, { onclick: () => this.turn(-1) }),
        this.caption,
        iconButton("Next image", ICONS.forward, { onclick: () => this.turn(1) }),
      ),
    );
    this.tabs = ["Show a sample", "Draw an image"].map((name, index) =>
      textButton(name, () => this.openTab(index), { "aria-pressed": String(!index) }),
    );
    const inspect = textButton("Inspect", () => this.inspect());
    byId("image").append(
      h("div", { class: "row tabs" }, this.tabs, inspect),
      this.sample,
      this.drawing,
      this.bars,
    );
    samples.addEventListener("change", () => {
      this.refresh();
      if (samples.isImage) this.onChange();
    });
  }

  get row() {
    const rows = this.samples.evaluationRows;
    return rows[this.index % Math.max(1, rows.length)] ?? null;
  }

  /** The raw point that is shown. */
  get point() {
    return this.drawn ?? this.row?.point ?? null;
  }

  inspect() {
    if (this.row) this.onPick(this.point, this.drawn ? null : this.row);
  }

  turn(by) {
    const count = this.samples.evaluationRows.length;
    this.index = (this.index + by + count) % count;
    this.refresh();
    this.onChange();
  }

  /** Shows a sample. */
  show(row) {
    this.openTab(0);
    this.index = Math.max(0, this.samples.evaluationRows.indexOf(row));
    this.refresh();
    this.onChange();
  }

  openTab(index) {
    this.drawing.hidden = index === 0;
    this.sample.hidden = index === 1;
    for (const [tab, button] of this.tabs.entries())
      button.setAttribute("aria-pressed", String(tab === index));
    this.drawn = index ? this.pad.pixels : null;
    this.onChange();
  }

  drawingChanged(pixels) {
    this.drawn = pixels;
    this.onChange();
  }

  refresh() {
    const { row } = this;
    const { isImage, evaluationRows } = this.samples;
    byId("image").hidden = !isImage;
    byId("plane").hidden = isImage;
    if (!isImage || !row) return;
    paintPixels(this.canvas, row.point);
    this.canvas.setAttribute("aria-label", `Image of label ${row.target}`);
    this.caption.textContent = `${this.index + 1} of ${evaluationRows.length}: label ${row.target}`;
  }

  /** Shows the outputs for the image; null before training. */
  showPrediction(outputs) {
    const { labels } = this.samples;
    if (!outputs || !labels || outputs.length !== labels.length) {
      const hint = "Press Train to see what the network predicts.";
      this.bars.replaceChildren(h("p", { class: "note" }, hint));
      return;
    }
    const best = outputs.indexOf(Math.max(...outputs));
    const bars = labels.map((label, index) => {
      const color = labelColor(index, labels.length);
      return bar(label, outputs[index], color, short(outputs[index], 2), index === best);
    });
    this.bars.replaceChildren(...bars);
  }
}

function textButton(text, onclick, attributes = {}) {
  return h("button", { type: "button", class: "quiet", onclick, ...attributes }, text);
}
