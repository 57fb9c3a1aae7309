// The confusion matrix of a snapshot, with the misclassified samples.

import { byId, h, scrollable } from "../element.js";
import { percent } from "../format.js";
import { post } from "../http/api.js";
import { colorOf } from "../palette.js";
import { tableHead } from "../table.js";
import { paintPixels } from "./pixels.js";

const MAX_LABELS = 12;
const MAX_SAMPLES = 12;

export class ConfusionMatrix {
  /** `onPick(row)` shows a misclassified sample. */
  constructor(samples, onPick) {
    Object.assign(this, { samples, onPick, cell: null });
    this.container = byId("confusion");
  }

  hide() {
    byId("confusion-card").hidden = true;
    this.key = null;
  }

  get isSupported() {
    const { labels, task, evaluationRows } = this.samples;
    const isMulticlass = task === "classification" && labels && labels.length > 2;
    return isMulticlass && labels.length <= MAX_LABELS && evaluationRows.length > 0;
  }

  /** Loads the predictions of a job after an epoch. */
  async load(job, epoch) {
    if (!this.isSupported) return this.hide();
    const key = `${job.id} ${epoch}`;
    this.key = key;
    const points = this.samples.evaluationRows.map((row) => row.point);
    const path = `/v1/jobs/${job.id}/predict?epoch=${epoch}`;
    const prediction = await post(path, { points }).catch(() => null);
    if (!prediction?.labels || key !== this.key) return null;
    byId("confusion-card").hidden = false;
    this.predictions = prediction.labels;
    return this.draw();
  }

  /** Returns the rows of each cell: `cells[actual][predicted]`, by label index. */
  cells() {
    const { labels, evaluationRows } = this.samples;
    const cells = labels.map(() => labels.map(() => []));
    for (const [index, row] of evaluationRows.entries()) {
      const actual = labels.indexOf(row.target);
      const predicted = labels.indexOf(this.predictions[index]);
      if (actual >= 0 && predicted >= 0) cells[actual][predicted].push(row);
    }
    return cells;
  }

  draw() {
    const { labels, evaluationRows } = this.samples;
    const cells = this.cells();
    const examples = (actual, predicted) =>
      cells[actual][predicted].map((row) => [row, labels[predicted]]);
    const wrong = labels.flatMap((_, actual) =>
      labels.flatMap((__, predicted) => (actual === predicted ? [] : examples(actual, predicted))),
    );
    const shown = this.cell ? examples(...this.cell) : wrong;
    const note = (text) => h("p", { class: "note" }, text);
    this.container.replaceChildren(
      note(this.summary(evaluationRows.length, wrong.length)),
      scrollable("Confusion matrix", this.matrix(cells)),
      note(this.caption(shown.length)),
      h(
        "div",
        { class: "misclassified" },
        shown.slice(0, MAX_SAMPLES).map(([row, predicted]) => this.example(row, predicted)),
      ),
    );
  }

  summary(count, wrong) {
    const kind = this.samples.splits.heldOut.length ? "held-out samples" : "training samples";
    const accuracy = percent(1 - wrong / count);
    return `${accuracy} of ${count} ${kind} are correctly classified.`;
  }

  caption(count) {
    if (this.cell) {
      const [actual, predicted] = this.cell.map((index) => this.samples.labels[index]);
      return `${actual} predicted as ${predicted}: ${count}`;
    }
    return `Misclassified: ${count}${count > MAX_SAMPLES ? `, the first ${MAX_SAMPLES}` : ""}`;
  }

  matrix(cells) {
    const { labels } = this.samples;
    const largest = Math.max(1, ...cells.flat().map((rows) => rows.length));
    const rows = cells.map((line, actual) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, String(labels[actual])),
        line.map((samples, predicted) =>
          this.matrixCell(samples.length, largest, actual, predicted),
        ),
      ),
    );
    return h(
      "table",
      { class: "confusion-matrix" },
      h("caption", {}, "Rows: actual label. Columns: predicted label."),
      tableHead(["", ...labels.map(String)]),
      h("tbody", {}, rows),
    );
  }

  matrixCell(count, largest, actual, predicted) {
    const { labels } = this.samples;
    if (!count) return h("td", {}, h("span", { class: "none" }, "·"));
    const button = h(
      "button",
      {
        type: "button",
        "aria-label": `${count} of label ${labels[actual]} predicted as ${labels[predicted]}`,
        onclick: () => this.choose(actual, predicted),
      },
      String(count),
    );
    const cell = h("td", {}, button);
    const strength = (actual === predicted ? 0.5 : -0.9) * (count / largest) ** 0.6;
    cell.style.setProperty("--fill", colorOf(strength));
    return cell;
  }

  choose(actual, predicted) {
    const isChosen = this.cell?.[0] === actual && this.cell[1] === predicted;
    this.cell = isChosen ? null : [actual, predicted];
    this.draw();
  }

  example(row, predicted) {
    const name = `${row.target} predicted as ${predicted}`;
    if (!this.samples.isImage) return h("span", { class: "misclassified-sample" }, name);
    const canvas = h("canvas", { width: 64, height: 64, "aria-hidden": "true" });
    requestAnimationFrame(() => paintPixels(canvas, row.point));
    return h(
      "button",
      {
        type: "button",
        class: "misclassified-sample",
        "aria-label": name,
        onclick: () => this.onPick(row),
      },
      canvas,
      h("span", { "aria-hidden": "true" }, `${row.target} → ${predicted}`),
    );
  }
}
