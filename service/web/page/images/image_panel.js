// Pictures: a sample or one's own drawing, and what the network says it is.

import { byId, h, iconButton, ICONS } from "../element.js";
import { short } from "../format.js";
import { labelColor } from "../palette.js";
import { paintPixels } from "./pixels.js";
import { DrawingPad } from "./drawing_pad.js";

export class ImagePanel {
  /** `looked()` tells that another picture is shown, `picked(point, row)` that its numbers are wanted. */
  constructor(samples, looked, picked) {
    Object.assign(this, { samples, looked, picked, place: 0, drawn: null });
    this.canvas = h("canvas", { class: "pad picture", width: 256, height: 256, role: "img" });
    this.told = h("output", { class: "note" });
    this.bars = h("div", { class: "bars", role: "group", "aria-label": "What the network says" });
    this.pad = new DrawingPad((pixels) => this.draw(pixels));
    this.own = h("div", { hidden: true }, this.pad.element);
    this.given = h(
      "div",
      {},
      this.canvas,
      h(
        "div",
        { class: "row pager" },
        iconButton("The picture before", ICONS.back, { onclick: () => this.turn(-1) }),
        this.told,
        iconButton("The next picture", ICONS.on, { onclick: () => this.turn(1) }),
      ),
    );
    this.tabs = ["A sample", "Draw one"].map((name, index) =>
      h(
        "button",
        {
          type: "button",
          class: "quiet",
          "aria-pressed": String(!index),
          onclick: () => this.tab(index),
        },
        name,
      ),
    );
    byId("image").append(
      h(
        "div",
        { class: "row tabs" },
        this.tabs,
        h(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () => this.row && this.picked(this.point, this.drawn ? null : this.row),
          },
          "Look inside",
        ),
      ),
      this.given,
      this.own,
      this.bars,
    );
    samples.addEventListener("change", () => {
      this.refresh();
      if (samples.isImage) this.looked();
    });
  }

  get rows() {
    const { training, held } = this.samples.parts;
    return held.length ? held : training;
  }

  get row() {
    return this.rows[this.place % Math.max(1, this.rows.length)] ?? null;
  }

  /** The raw point that is shown. */
  get point() {
    return this.drawn ?? this.row?.point ?? null;
  }

  turn(by) {
    const count = this.rows.length;
    this.place = (this.place + by + count) % count;
    this.refresh();
    this.looked();
  }

  /** Shows a sample, as one that was answered wrongly. */
  show(row) {
    this.tab(0);
    this.place = Math.max(0, this.rows.indexOf(row));
    this.refresh();
    this.looked();
  }

  tab(index) {
    this.own.hidden = index === 0;
    this.given.hidden = index === 1;
    for (const [place, button] of this.tabs.entries())
      button.setAttribute("aria-pressed", String(place === index));
    this.drawn = index ? this.pad.pixels : null;
    this.looked();
  }

  draw(pixels) {
    this.drawn = pixels;
    this.looked();
  }

  refresh() {
    byId("image").hidden = !this.samples.isImage;
    byId("plane").hidden = this.samples.isImage;
    const { row } = this;
    if (!this.samples.isImage || !row) return;
    paintPixels(this.canvas, row.point);
    this.canvas.setAttribute("aria-label", `A picture of ${row.target}`);
    this.told.textContent = `${this.place + 1} of ${this.rows.length}: a ${row.target}`;
  }

  /** What the network says of the picture; null for nothing yet. */
  answer(outputs) {
    const { labels } = this.samples;
    if (!outputs || !labels || outputs.length !== labels.length)
      return this.bars.replaceChildren(
        h("p", { class: "note" }, "Train, and see here what the network takes it for."),
      );
    const best = outputs.indexOf(Math.max(...outputs));
    return this.bars.replaceChildren(
      ...labels.map((label, place) => {
        const fill = h("i", {});
        fill.style.width = `${100 * Math.max(0, Math.min(1, outputs[place]))}%`;
        fill.style.background = labelColor(place, labels.length);
        return h(
          "div",
          { class: `bar ${place === best ? "best" : ""}` },
          h("span", {}, String(label)),
          h("span", { class: "track" }, fill),
          h("span", {}, short(outputs[place], 2)),
        );
      }),
    );
  }
}
