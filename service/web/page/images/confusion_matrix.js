// Right and wrong: the confusion matrix after an epoch, and what was answered wrongly.

import { post } from "../http/api.js";
import { byId, h, scrollable } from "../element.js";
import { percent } from "../format.js";
import { colorOf } from "../palette.js";
import { paintPixels } from "./pixels.js";

const MOST_LABELS = 12;
const SHOWN = 12;

export class ConfusionMatrix {
  /** `picked(row)` shows a sample that was answered wrongly. */
  constructor(samples, picked) {
    Object.assign(this, { samples, picked, cell: null });
    this.place = byId("confusion");
  }

  get rows() {
    const { training, held } = this.samples.parts;
    return held.length ? held : training;
  }

  hide() {
    byId("confusion-card").hidden = true;
    this.key = null;
  }

  /** Judges a job after an epoch, where there are several labels. */
  async look(job, epoch) {
    const { labels, task } = this.samples;
    const is =
      task === "classification" &&
      labels &&
      labels.length > 2 &&
      labels.length <= MOST_LABELS &&
      this.rows.length > 0;
    if (!is) return this.hide();
    const key = `${job.id} ${epoch}`;
    this.key = key;
    const answered = await post(`/v1/jobs/${job.id}/predict?epoch=${epoch}`, {
      points: this.rows.map((row) => row.point),
    }).catch(() => null);
    if (!answered?.labels || key !== this.key) return null;
    byId("confusion-card").hidden = false;
    this.answers = answered.labels;
    return this.draw();
  }

  draw() {
    const { labels } = this.samples;
    const counts = labels.map(() => labels.map(() => []));
    for (const [place, row] of this.rows.entries()) {
      const [is, said] = [labels.indexOf(row.target), labels.indexOf(this.answers[place])];
      if (is >= 0 && said >= 0) counts[is][said].push(row);
    }
    const wrong = counts.flatMap((line, is) =>
      line.flatMap((rows, said) => (is === said ? [] : rows.map((row) => [row, labels[said]]))),
    );
    const chosen = this.cell
      ? counts[this.cell[0]][this.cell[1]].map((row) => [row, labels[this.cell[1]]])
      : wrong;
    const part = this.samples.parts.held.length ? "kept from training" : "trained on";
    this.place.replaceChildren(
      h(
        "p",
        { class: "note" },
        `${percent(1 - wrong.length / this.rows.length)} of ${this.rows.length} samples ${part} are answered rightly.`,
      ),
      scrollable("Confusion matrix", this.matrix(counts)),
      h(
        "p",
        { class: "note" },
        this.cell
          ? `${labels[this.cell[0]]} answered as ${labels[this.cell[1]]}: ${chosen.length}`
          : `Wrong: ${wrong.length}${wrong.length > SHOWN ? `, the first ${SHOWN}` : ""}`,
      ),
      h(
        "div",
        { class: "misclassified" },
        chosen.slice(0, SHOWN).map(([row, said]) => this.example(row, said)),
      ),
    );
  }

  matrix(counts) {
    const { labels } = this.samples;
    const most = Math.max(1, ...counts.flat().map((rows) => rows.length));
    const cell = (rows, is, said) => {
      const made = h(
        "td",
        {},
        rows.length
          ? h(
              "button",
              {
                type: "button",
                "aria-label": `${rows.length} of label ${labels[is]} answered as ${labels[said]}`,
                onclick: () => this.choose(is, said),
              },
              String(rows.length),
            )
          : h("span", { class: "none" }, "·"),
      );
      made.style.setProperty(
        "--fill",
        rows.length
          ? colorOf((is === said ? 0.5 : -0.9) * (rows.length / most) ** 0.6)
          : "transparent",
      );
      return made;
    };
    return h(
      "table",
      { class: "confusion-matrix" },
      h("caption", {}, "Rows: what it is. Columns: what was answered."),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          labels.map((label) => h("th", { scope: "col" }, String(label))),
        ),
      ),
      h(
        "tbody",
        {},
        counts.map((line, is) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, String(labels[is])),
            line.map((rows, said) => cell(rows, is, said)),
          ),
        ),
      ),
    );
  }

  choose(is, said) {
    this.cell = this.cell?.[0] === is && this.cell[1] === said ? null : [is, said];
    this.draw();
  }

  example(row, said) {
    const name = `${row.target} answered as ${said}`;
    if (!this.samples.isImage) return h("span", { class: "misclassified-sample" }, name);
    const canvas = h("canvas", { width: 64, height: 64, "aria-hidden": "true" });
    requestAnimationFrame(() => paintPixels(canvas, row.point));
    return h(
      "button",
      { type: "button", class: "misclassified-sample", "aria-label": name, onclick: () => this.picked(row) },
      canvas,
      h("span", { "aria-hidden": "true" }, `${row.target} → ${said}`),
    );
  }
}
