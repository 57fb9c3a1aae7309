// Data by a formula: a condition gives two classes, anything else gives values.

import { byId, h } from "../element.js";
import { fit, paint } from "../plots/heatmap.js";
import { scatter } from "../plots/points.js";
import { openDialog } from "../dialog.js";
import { parse } from "./formula_parser.js";
import { Plane } from "./plane.js";
import { adaptSpec } from "./adapt_spec.js";

const REACH = 6;
const GRID = 80;
const PLANE = new Plane(["x1", "x2"], [0, 1], [0, 0], [-REACH, REACH], [-REACH, REACH]);
const EXAMPLES = [
  "x1^2 + x2^2 < 9",
  "sin(x1) * cos(x2) > 0",
  "abs(x1) + abs(x2) < 4 and x2 > -1",
  "sin(x1) + x2 / 4",
  "x1 * x2 / 18",
];

export function openFormula(form) {
  const text = h("input", {
    type: "text",
    id: "formula",
    value: EXAMPLES[0],
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": "formula-error formula-help",
  });
  const count = h("input", {
    type: "number",
    id: "formula-count",
    min: 10,
    max: 2000,
    step: 10,
    value: 400,
  });
  const noise = h("input", {
    type: "number",
    id: "formula-noise",
    min: 0,
    max: 2,
    step: 0.1,
    value: 0,
  });
  const fault = h("p", { class: "error", id: "formula-error", role: "status" });
  const heat = h("canvas", { class: "sample-canvas", "aria-hidden": "true" });
  const use = h("button", { type: "button", class: "train" }, "Use this formula");
  let made = null;
  const look = () => {
    try {
      made = samples(parse(text.value), count.valueAsNumber || 0, noise.valueAsNumber || 0);
      fault.textContent = made.fault ?? "";
    } catch (error) {
      made = null;
      fault.textContent = error.message;
    }
    use.disabled = !made || Boolean(made.fault);
    text.setAttribute("aria-invalid", String(use.disabled));
    if (made) show(heat, made);
  };
  use.addEventListener("click", async () => {
    sheet.close();
    await adaptSpec(
      form,
      {
        type: "inline",
        inputs: made.rows.map((row) => row.point),
        targets: made.rows.map((row) => row.target),
      },
      { task: made.task },
    );
    byId("live").textContent = `${made.rows.length} points by the formula are the data now`;
  });
  for (const input of [text, count, noise]) input.addEventListener("input", look);
  const sheet = openDialog("Data by a formula", [
    h(
      "div",
      { class: "field" },
      h("label", { for: "formula" }, "Formula in x1 and x2"),
      text,
      fault,
    ),
    h(
      "p",
      { class: "note", id: "formula-help" },
      "A condition (<, >, and, or) makes two classes, anything else values. + − * / ^, sin, cos, tan, exp, log, sqrt, abs, sign, floor, min, max, pi.",
    ),
    h(
      "div",
      { class: "row examples" },
      EXAMPLES.map((example) =>
        h(
          "button",
          {
            type: "button",
            class: "quiet small",
            onclick: () => {
              text.value = example;
              look();
            },
          },
          example,
        ),
      ),
    ),
    h(
      "div",
      { class: "fields" },
      h("div", { class: "field" }, h("label", { for: "formula-count" }, "points"), count),
      h("div", { class: "field" }, h("label", { for: "formula-noise" }, "noise"), noise),
    ),
    heat,
    h("footer", {}, use),
  ]);
  fit(heat);
  look();
  text.focus();
}

/** Points drawn over the plane, with what the formula says of each, moved by noise. */
function samples({ value, isCondition }, count, noise) {
  if (!(count >= 10 && count <= 2000)) return { fault: "from 10 to 2000 points" };
  const chance = random(7);
  const rows = Array.from({ length: count }, () => {
    const point = [0, 1].map(() => round((2 * chance() - 1) * REACH));
    const moved = point.map((at) => at + noise * (chance() + chance() - 1));
    const told = value(...moved);
    return { point, target: isCondition ? (told ? 1 : -1) : round(Number(told)) };
  });
  const task = isCondition ? "classification" : "regression";
  if (rows.some((row) => !Number.isFinite(row.target)))
    return { fault: "the formula has no finite value everywhere" };
  if (isCondition && new Set(rows.map((row) => row.target)).size < 2)
    return { fault: "every point is of the same class" };
  const scale = Math.max(1e-9, ...rows.map((row) => Math.abs(row.target)));
  return {
    rows,
    task,
    scale,
    map: Float32Array.from(PLANE.grid(GRID), (point) =>
      isCondition ? (value(...point) ? 0.6 : -0.6) : Number(value(...point)) / scale,
    ),
  };
}

function show(canvas, { rows, task, scale, map, fault }) {
  if (fault) return;
  paint(canvas, map, GRID);
  scatter(
    canvas,
    PLANE,
    rows,
    { labels: task === "classification" ? [-1, 1] : null, task, scale },
    { radius: 3, edge: getComputedStyle(canvas).caretColor },
  );
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}

/** mulberry32: the same numbers for the same seed. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
