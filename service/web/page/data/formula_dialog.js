// A dialog to create data by a formula.

import { openDialog } from "../dialog.js";
import { announce, h } from "../element.js";
import { fit, paint } from "../plots/heatmap.js";
import { scatter } from "../plots/points.js";
import { adaptSpec } from "./adapt_spec.js";
import { parse } from "./formula_parser.js";
import { formulaSamples } from "./formula_samples.js";
import { Plane } from "./plane.js";

const LIMIT = 6;
const GRID_SIZE = 80;
const PLANE = new Plane(["x1", "x2"], [0, 1], [0, 0], [-LIMIT, LIMIT], [-LIMIT, LIMIT]);
const EXAMPLES = [
  "x1^2 + x2^2 < 9",
  "sin(x1) * cos(x2) > 0",
  "abs(x1) + abs(x2) < 4 and x2 > -1",
  "sin(x1) + x2 / 4",
  "x1 * x2 / 18",
];
const HELP =
  "A condition (<, >, and, or) gives two classes; any other formula gives values. Operators and " +
  "functions: + − * / ^, sin, cos, tan, exp, log, sqrt, abs, sign, floor, min, max, pi.";

export function openFormula(form) {
  new FormulaDialog(form).open();
}

class FormulaDialog {
  constructor(form) {
    this.form = form;
    this.samples = null;
    const oninput = () => this.refresh();
    this.text = h("input", {
      type: "text",
      id: "formula",
      value: EXAMPLES[0],
      spellcheck: "false",
      autocomplete: "off",
      "aria-describedby": "formula-error formula-help",
      oninput,
    });
    this.count = numberInput("formula-count", {
      min: 10,
      max: 2000,
      step: 10,
      value: 400,
      oninput,
    });
    this.noise = numberInput("formula-noise", { min: 0, max: 2, step: 0.1, value: 0, oninput });
    this.error = h("p", { class: "error", id: "formula-error", role: "status" });
    this.canvas = h("canvas", { class: "sample-canvas", "aria-hidden": "true" });
    this.submit = h(
      "button",
      { type: "button", class: "train", onclick: () => this.use() },
      "Use this formula",
    );
  }

  open() {
    this.dialog = openDialog("Data by a formula", [
      field("Formula in x1 and x2", this.text, this.error),
      h("p", { class: "note", id: "formula-help" }, HELP),
      h(
        "div",
        { class: "row examples" },
        EXAMPLES.map((example) => this.exampleButton(example)),
      ),
      h("div", { class: "fields" }, field("points", this.count), field("noise", this.noise)),
      this.canvas,
      h("footer", {}, this.submit),
    ]);
    fit(this.canvas);
    this.refresh();
    this.text.focus();
  }

  exampleButton(example) {
    const onclick = () => {
      this.text.value = example;
      this.refresh();
    };
    return h("button", { type: "button", class: "quiet small", onclick }, example);
  }

  refresh() {
    this.samples = null;
    this.error.textContent = "";
    try {
      const formula = parse(this.text.value);
      this.samples = formulaSamples(formula, {
        count: this.count.valueAsNumber || 0,
        noise: this.noise.valueAsNumber || 0,
        limit: LIMIT,
      });
      this.draw(formula);
    } catch (error) {
      this.error.textContent = error.message;
    }
    this.submit.disabled = !this.samples;
    this.text.setAttribute("aria-invalid", String(!this.samples));
  }

  draw({ value, isCondition }) {
    const { rows, task, labels, scale } = this.samples;
    const map = Float32Array.from(PLANE.grid(GRID_SIZE), (point) => {
      const result = value(...point);
      return isCondition ? (result ? 0.6 : -0.6) : Number(result) / scale;
    });
    const edge = getComputedStyle(this.canvas).caretColor;
    paint(this.canvas, map, GRID_SIZE);
    scatter(this.canvas, PLANE, rows, { labels, task, scale }, { radius: 3, edge });
  }

  async use() {
    const { rows, task } = this.samples;
    const source = {
      type: "inline",
      inputs: rows.map((row) => row.point),
      targets: rows.map((row) => row.target),
    };
    this.dialog.close();
    await adaptSpec(this.form, source, { task });
    announce(`Using ${rows.length} points of the formula as the data`);
  }
}

function numberInput(id, attributes) {
  return h("input", { type: "number", id, ...attributes });
}

function field(label, input, ...rest) {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, ...rest);
}
