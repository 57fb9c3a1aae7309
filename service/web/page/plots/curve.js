// Curves over the epochs, as SVG: as many series as there are, each thinned to what can be seen.

import { h, s, scrollable } from "../element.js";
import { short } from "../format.js";

const POINTS = 400;
const LEFT = 46;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;

export class Curve {
  /** `label` says what is drawn, for those who do not see it. */
  constructor(label) {
    this.svg = s("svg", { class: "curve", role: "img", "aria-label": label });
    this.reading = h("output", { class: "reading" });
    this.table = scrollable(`${label} as a table`);
    this.details = h(
      "details",
      { class: "data-table", ontoggle: () => this.fillTable() },
      h("summary", {}, "Numbers as a table"),
      this.table,
    );
    this.element = h("figure", { class: "plot" }, this.svg, this.reading, this.details);
    this.label = label;
    this.series = [];
    this.isLog = false;
    this.mark = null;
    /** The epochs that the values are of, where not every epoch has one. */
    this.epochsOf = null;
    this.svg.addEventListener("pointermove", (event) => this.read(event));
    this.svg.addEventListener("pointerleave", () => this.unread());
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  /** Shows series: `{name, values, color, dash}`, the value of epoch 1 first. */
  show(series) {
    this.series = series;
    this.ask();
  }

  /** Marks an epoch; null for none. */
  at(epoch) {
    this.mark = epoch;
    this.ask();
  }

  ask() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
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
    const bounds = limits(finite, this.isLog);
    this.x = (epoch) => LEFT + ((epoch - 1) / (epochs - 1)) * (width - LEFT - RIGHT);
    this.y = (value) => {
      const share = (this.to(value) - bounds[0]) / (bounds[1] - bounds[0] || 1);
      return height - BOTTOM - share * (height - TOP - BOTTOM);
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
      this.marked(height),
      this.cross,
    );
    this.svg.setAttribute("aria-label", this.told());
    if (this.details.open) this.fillTable();
  }

  to(value) {
    return this.isLog ? Math.log10(value) : value;
  }

  axes(bounds, width, height) {
    const rows = ticks(bounds, this.isLog).flatMap(([value, place]) => {
      const y =
        height -
        BOTTOM -
        ((place - bounds[0]) / (bounds[1] - bounds[0] || 1)) * (height - TOP - BOTTOM);
      return [
        s("line", { x1: LEFT, x2: width - RIGHT, y1: y, y2: y }),
        s("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" }, short(value, 2)),
      ];
    });
    const columns = [1, this.epochs].map((epoch, index) =>
      s(
        "text",
        { x: this.x(epoch), y: height - 5, "text-anchor": index ? "end" : "start" },
        index ? `epoch ${this.named(epoch).toLocaleString("en")}` : String(this.named(epoch)),
      ),
    );
    return [...rows, ...(this.series.length ? columns : [])];
  }

  named(place) {
    return this.epochsOf ? this.epochsOf[Math.min(place, this.epochsOf.length) - 1] : place;
  }

  marked(height) {
    if (this.mark === null || this.mark > this.epochs) return s("g");
    const x = this.x(this.mark);
    return s("line", { class: "mark", x1: x, x2: x, y1: TOP, y2: height - BOTTOM });
  }

  /** A line through the smallest and largest value of each stretch of epochs. */
  path(values) {
    const step = Math.max(1, Math.ceil(values.length / POINTS));
    let text = "";
    let isOpen = false;
    for (let from = 0; from < values.length; from += step) {
      const seen = [];
      for (let place = from; place < Math.min(values.length, from + step); place += 1) {
        if (typeof values[place] === "number" && (!this.isLog || values[place] > 0))
          seen.push([place, values[place]]);
      }
      if (!seen.length) {
        isOpen = false;
        continue;
      }
      const chosen =
        step === 1
          ? seen
          : [
              seen.reduce((a, b) => (b[1] < a[1] ? b : a)),
              seen.reduce((a, b) => (b[1] > a[1] ? b : a)),
            ];
      for (const [place, value] of chosen.sort((a, b) => a[0] - b[0])) {
        text += `${isOpen ? "L" : "M"}${this.x(place + 1).toFixed(1)} ${this.y(value).toFixed(1)}`;
        isOpen = true;
      }
    }
    return text;
  }

  read(event) {
    if (!this.x || !this.series.length) return;
    const box = this.svg.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    const epoch = Math.max(1, Math.min(this.epochs, Math.round(1 + share * (this.epochs - 1))));
    this.cross?.replaceChildren(
      s("line", { x1: this.x(epoch), x2: this.x(epoch), y1: TOP, y2: box.height - BOTTOM }),
    );
    this.reading.textContent = [
      `epoch ${this.named(epoch)}`,
      ...this.series.map((one) => `${one.name} ${short(one.values[epoch - 1])}`),
    ].join("   ");
  }

  unread() {
    this.cross?.replaceChildren();
    this.reading.textContent = "";
  }

  told() {
    if (!this.series.length) return `${this.label}: nothing yet`;
    return `${this.label} after ${this.series[0].values.length} epochs: ${this.series.map((one) => `${one.name} ${short(one.values.at(-1))}`).join(", ")}`;
  }

  fillTable() {
    if (!this.details.open) return;
    const rows = every(this.epochs ?? 0, 200);
    this.table.replaceChildren(
      table(
        this.label,
        ["epoch", ...this.series.map((one) => one.name)],
        rows.map((epoch) => [
          this.named(epoch),
          ...this.series.map((one) => short(one.values[epoch - 1], 6)),
        ]),
      ),
    );
  }
}

/** A table with a caption for those who do not see the plot before it. */
export function table(caption, heads, rows) {
  return h(
    "table",
    {},
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((head) => (head === "" ? h("td") : h("th", { scope: "col" }, head))),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          row.map((cell, index) =>
            index ? h("td", {}, cell) : h("th", { scope: "row" }, String(cell)),
          ),
        ),
      ),
    ),
  );
}

function every(count, most) {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => 1 + index * step);
}

function limits(finite, isLog) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of finite)
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low > high) return isLog ? [-3, 0] : [0, 1];
  if (isLog) return [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high) + 1e-9)];
  return [low < 0 ? low : 0, high > 0.5 && high <= 1 ? 1 : high * 1.06 || 1];
}

function ticks([low, high], isLog) {
  if (isLog) {
    const step = Math.max(1, Math.ceil((high - low) / 5));
    return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => [
      10 ** (low + index * step),
      low + index * step,
    ]);
  }
  const rough = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 2.5, 5, 10].find((factor) => factor * unit >= rough) ?? 10);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + 1e-12; value += step)
    found.push([Number(value.toPrecision(6)), value]);
  return found;
}
