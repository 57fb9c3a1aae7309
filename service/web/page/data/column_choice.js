// The choice of the target and of the input columns of an uploaded table, with a plot.

import { h, scrollable } from "../element.js";
import { short } from "../format.js";
import { post } from "../http/api.js";
import { errorDetail } from "../http/problem.js";
import { fit } from "../plots/heatmap.js";
import { clear, scatter } from "../plots/points.js";
import { table } from "../table.js";
import { Plane } from "./plane.js";

const MAX_CLASSES = 12;
const MAX_CATEGORIES = 4;
const HEADS = ["input", "type", "values", "missing"];

export class ColumnChoice {
  constructor({ id, columns }) {
    this.id = id;
    this.columns = columns.filter((column) => column.type !== "text");
    const onchange = () => this.refresh();
    this.target = h(
      "select",
      { id: "upload-target", onchange },
      this.columns.map(({ name }) => h("option", { value: name }, name)),
    );
    this.target.value = this.columns.at(-1)?.name;
    this.inputs = new Map(
      this.columns.map(({ name }) => [
        name,
        h("input", { type: "checkbox", checked: true, onchange }),
      ]),
    );
    this.error = h("p", { class: "error", role: "status" });
    this.canvas = h("canvas", { class: "sample-canvas small-canvas", "aria-hidden": "true" });
    const rows = columns.map((column) => this.row(column));
    const list = table("Columns", HEADS, rows, { class: "list", captionClass: "visually-hidden" });
    this.element = h(
      "div",
      { class: "dataset-preview" },
      h(
        "div",
        {},
        h(
          "div",
          { class: "field" },
          h("label", { for: "upload-target" }, "Target column"),
          this.target,
        ),
        scrollable("Columns of the file", list),
      ),
      this.canvas,
    );
    requestAnimationFrame(() => {
      fit(this.canvas);
      this.refresh();
    });
  }

  row(column) {
    const { name, type, reason } = column;
    const input = this.inputs.get(name);
    return [
      input ? h("label", { class: "check" }, input, name) : name,
      h("span", { title: reason }, type),
      valuesText(column),
      missingText(column),
    ];
  }

  /** The chosen task and preprocessing. */
  get value() {
    const target = this.columns.find(({ name }) => name === this.target.value);
    const isMissing = this.columns.some((column) => column.missing);
    const isClass =
      ["category", "boolean"].includes(target.type) ||
      (target.distinct !== null && target.distinct <= MAX_CLASSES);
    return {
      task: isClass ? "classification" : "regression",
      preprocessing: {
        target: target.name,
        columns: this.chosenColumns,
        ...(isMissing ? { missing: "drop" } : {}),
      },
    };
  }

  get chosenColumns() {
    const names = this.columns.map(({ name }) => name);
    return names.filter((name) => this.inputs.get(name).checked && name !== this.target.value);
  }

  async refresh() {
    for (const [name, input] of this.inputs) input.disabled = name === this.target.value;
    this.error.textContent = this.chosenColumns.length ? "" : "Choose at least one input column.";
    if (!this.chosenColumns.length) return;
    try {
      await this.draw(this.value);
    } catch (problem) {
      this.error.textContent = errorDetail(problem);
    }
  }

  /** Draws the samples over the first two input columns. */
  async draw({ task, preprocessing }) {
    const { points, targets, features, labels } = await post("/v1/datasets/preview?limit=400", {
      source: { type: "uploaded", id: this.id },
      task,
      preprocessing: { ...preprocessing, standardize: false },
    });
    const rows = points.map((point, index) => ({ point, target: targets[index][0] }));
    const plane = Plane.around(features, points);
    clear(this.canvas);
    this.canvas.hidden = !plane;
    if (!plane) return;
    const scale = Math.max(1e-9, ...rows.map((row) => Math.abs(Number(row.target)) || 0));
    const edge = getComputedStyle(this.canvas).caretColor;
    scatter(this.canvas, plane, rows, { labels, task, scale }, { radius: 3.2, edge });
  }
}

function valuesText({ categories, minimum, maximum }) {
  if (categories) {
    const names = categories.slice(0, MAX_CATEGORIES).join(", ");
    return categories.length > MAX_CATEGORIES ? `${names} …` : names;
  }
  return minimum === null ? "" : `${short(minimum)} … ${short(maximum)}`;
}

/** Returns the number of missing values, and the texts that mark them. */
function missingText({ missing, markers }) {
  const texts = Object.entries(markers).map(([text, count]) => `"${text}" ${count}`);
  return texts.length ? `${missing} (${texts.join(", ")})` : String(missing);
}
