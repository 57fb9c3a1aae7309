// The output over the plane: heat map, points, and what lies under the pointer.

import { byId, h, scrollable } from "../element.js";
import { short } from "../format.js";
import { activationOf, outputMap, unitMap } from "../job/network_view.js";
import { labelColor } from "../palette.js";
import { fit, paint, paintLabels } from "./heatmap.js";
import { clear, scatter } from "./points.js";
import { table } from "./curve.js";

const ROWS = 200;
const PLACES = 8;

export class Output {
  /** `picked(point, row)` tells of a place that was clicked, and of the sample that lies there. */
  constructor(samples, picked) {
    Object.assign(this, { samples, picked, sight: null, unit: null, chosen: null });
    this.heat = h("canvas", { class: "heat", "aria-hidden": "true" });
    this.over = h("canvas", { class: "over", "aria-hidden": "true" });
    this.empty = h("p", { class: "empty" });
    this.plot = h(
      "div",
      {
        class: "plane",
        tabindex: "0",
        role: "application",
        "aria-label":
          "Output over the plane: arrow keys move a cross, Enter looks inside at its place",
      },
      this.heat,
      this.over,
      this.empty,
    );
    this.axisX = h("span", { class: "axis-x" });
    this.axisY = h("span", { class: "axis-y" });
    this.sides = h("div", { class: "axes-choice" });
    this.legend = h("div", { class: "legend" });
    this.test = this.option("Points kept from training", false);
    this.stepped = this.option("Only the decision", false);
    this.table = scrollable("Points and outputs as tables");
    this.behind = h(
      "details",
      { class: "data-table", ontoggle: () => this.fillTable() },
      h("summary", {}, "Points and outputs as tables"),
      this.table,
    );
    byId("plane").append(
      h("div", { class: "frame" }, this.axisY, this.plot, this.axisX),
      this.sides,
      this.legend,
      h("div", { class: "options" }, this.test.label, this.stepped.label),
      this.behind,
    );
    this.listen();
    samples.addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.plot);
  }

  option(name, is) {
    const box = h("input", { type: "checkbox", checked: is, onchange: () => this.draw() });
    return { box, label: h("label", { class: "check" }, box, name) };
  }

  listen() {
    this.plot.addEventListener("click", (event) => {
      const box = this.plot.getBoundingClientRect();
      this.pick((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    });
    this.plot.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
        event.key
      ];
      this.cross ??= [0.5, 0.5];
      if (step)
        this.cross = this.cross.map((at, axis) =>
          Math.max(0, Math.min(1, at + step[axis] / (event.shiftKey ? 10 : 50))),
        );
      else if (event.key === "Enter") this.pick(...this.cross);
      else return;
      event.preventDefault();
      this.points();
    });
    this.plot.addEventListener("blur", () => {
      this.cross = null;
      this.points();
    });
  }

  pick(across, down) {
    const { plane } = this.samples;
    if (!plane) return;
    let row = null;
    let best = 0.022;
    for (const candidate of this.shownRows()) {
      const [x, y] = plane.place(candidate.point);
      const distance = Math.hypot(x - across, y - down);
      if (distance < best) [best, row] = [distance, candidate];
    }
    const point =
      row?.point ??
      plane.at(...plane.inverse(across, down).map((value) => Number(value.toPrecision(4))));
    this.picked(point, row);
  }

  /** Shows the output of a sight; null shows the points alone. */
  show(sight) {
    this.sight = sight;
    this.draw();
  }

  /** Shows a single unit instead, for as long as somebody looks at it. */
  look(layer, unit) {
    this.unit = layer === null ? null : { layer, unit };
    this.map();
  }

  /** Marks the point that is looked into. */
  choose(point) {
    this.chosen = point;
    this.points();
  }

  draw() {
    const { plane, state } = this.samples;
    fit(this.heat);
    fit(this.over);
    this.empty.textContent = plane
      ? ""
      : {
          loading: "Drawing samples…",
          away: "The service cannot be reached.",
          invalid: "These data cannot be drawn: see the fault in the form.",
          ready: "No two columns of numbers to draw.",
        }[state];
    const names = plane?.names ?? ["", ""];
    this.axisX.textContent = names[0];
    this.axisY.textContent = names[1];
    this.test.label.hidden = !this.samples.parts.held.length;
    this.choices();
    this.told();
    this.map();
    this.points();
    this.fillTable();
  }

  /** Which two columns are drawn, where there are more: the others are held at their mean. */
  choices() {
    const { columns, axes, plane } = this.samples;
    const key = plane && columns.length > 2 ? `${columns} ${axes}` : "";
    if (key === this.chosenSides) return;
    this.chosenSides = key;
    const side = (name, place) => {
      const control = h(
        "select",
        {
          "aria-label": `Column ${name}`,
          onchange: () => {
            const next = axes.with(place, control.selectedIndex);
            if (next[0] !== next[1]) this.samples.choose(next);
          },
        },
        columns.map((column) => h("option", {}, column)),
      );
      control.selectedIndex = axes[place];
      return h("label", {}, name, control);
    };
    this.sides.replaceChildren(
      ...(key
        ? [side("across", 0), side("up", 1), h("small", {}, "the others at their mean")]
        : []),
    );
  }

  map() {
    const { sight, unit, samples } = this;
    if (!this.heat.width) return;
    const fits = sight?.output && sight.plane?.key === samples.plane?.key;
    if (!fits) return paint(this.heat, new Float32Array(4), 2);
    const layers = sight.spec.architecture.layers;
    const looked = unit && sight.units?.[unit.layer];
    if (looked && looked.shape.length === 2 && unit.unit < looked.shape[1]) {
      return paint(
        this.heat,
        unitMap(looked, unit.unit, activationOf(layers[unit.layer])),
        sight.coarse,
      );
    }
    const { output } = sight;
    const count = output.data.length / sight.fine ** 2;
    if (count === 1)
      return paint(
        this.heat,
        outputMap(output, layers.at(-1), sight.task, samples.scale),
        sight.fine,
        this.stepped.box.checked,
      );
    return paintLabels(this.heat, output.data, count, sight.fine, this.stepped.box.checked);
  }

  points() {
    const { plane, parts } = this.samples;
    clear(this.over);
    if (!plane || !this.over.width) return;
    const edge = getComputedStyle(this.plot).caretColor;
    const radius = Math.max(2.4, Math.min(4.4, this.over.clientWidth / 95));
    scatter(this.over, plane, parts.training, this.about, { edge, radius });
    if (this.test.box.checked)
      scatter(this.over, plane, parts.held, this.about, {
        edge,
        radius: radius * 0.82,
        isTest: true,
      });
    if (this.chosen) this.ring(plane.place(this.chosen), radius * 2.4);
    if (this.cross) this.ring(this.cross, radius * 1.8);
  }

  ring([across, down], radius) {
    const brush = this.over.getContext("2d");
    const ratio = this.over.width / this.over.clientWidth;
    brush.lineWidth = 2.5 * ratio;
    brush.strokeStyle = getComputedStyle(this.plot).color;
    brush.beginPath();
    brush.arc(across * this.over.width, down * this.over.height, radius * ratio, 0, 2 * Math.PI);
    brush.stroke();
  }

  get about() {
    const { labels, task, scale } = this.samples;
    return { labels, task, scale };
  }

  shownRows() {
    const { training, held } = this.samples.parts;
    return this.test.box.checked ? [...training, ...held] : training;
  }

  /** What colors mean. */
  told() {
    const { labels, task, scale, plane } = this.samples;
    if (!plane) return this.legend.replaceChildren();
    if (task === "classification" && labels) {
      return this.legend.replaceChildren(
        ...labels.slice(0, 10).map((label, place) => {
          const dot = h("i", { class: "dot" });
          dot.style.background = labelColor(place, labels.length);
          return h("span", {}, dot, String(label).replace("-", "−"));
        }),
      );
    }
    return this.legend.replaceChildren(
      h("span", {}, short(-scale, 2)),
      h("i", { class: "ramp" }),
      h("span", {}, short(scale, 2)),
    );
  }

  /** The output at some places of the plane, for those who do not see its colors. */
  outputTable() {
    const {
      sight,
      samples: { plane },
    } = this;
    if (!sight?.output || sight.plane?.key !== plane?.key) return [];
    const { fine } = sight;
    const count = sight.output.data.length / fine ** 2;
    const places = Array.from({ length: PLACES }, (_, place) =>
      Math.round(((place + 0.5) / PLACES) * fine),
    );
    const said = (row, column) => {
      const outputs = Array.from(
        sight.output.data.slice((row * fine + column) * count, (row * fine + column + 1) * count),
      );
      return count === 1
        ? short(outputs[0], 3)
        : String(
            this.samples.labels?.[outputs.indexOf(Math.max(...outputs))] ??
              outputs.map((one) => short(one, 2)).join(", "),
          );
    };
    const at = (place) => plane.inverse((place + 0.5) / fine, (place + 0.5) / fine);
    return [
      table(
        `Output: ${plane.names[1]} down, ${plane.names[0]} across`,
        ["", ...places.map((place) => short(at(place)[0], 3))],
        places.map((row) => [short(at(row)[1], 3), ...places.map((column) => said(row, column))]),
      ),
    ];
  }

  fillTable() {
    if (!this.behind.open) return;
    const { columns } = this.samples;
    this.table.replaceChildren(
      ...this.outputTable(),
      table(
        "Points",
        ["row", ...columns.slice(0, 8), "target"],
        this.shownRows()
          .slice(0, ROWS)
          .map(({ point, target }, index) => [
            index + 1,
            ...point.slice(0, 8).map((value) => short(value)),
            String(target),
          ]),
      ),
    );
  }
}
