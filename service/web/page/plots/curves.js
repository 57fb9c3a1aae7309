// The training curves of the job: the loss, and one metric.

import { byId, h } from "../element.js";
import { Curve } from "./curve.js";

const COLORS = { training: "var(--blue)", validation: "var(--green)", test: "var(--orange)" };

export class Curves {
  constructor(run) {
    this.run = run;
    this.loss = new Curve("Loss");
    this.metric = new Curve("Metric");
    const log = h("input", {
      type: "checkbox",
      onchange: () => {
        this.loss.isLog = log.checked;
        this.loss.scheduleDraw();
      },
    });
    this.legend = h("div", { class: "legend" });
    this.name = h("h3", {}, "accuracy");
    byId("curves").append(
      h(
        "div",
        { class: "row" },
        h("h3", {}, "loss"),
        this.legend,
        h("label", { class: "check" }, log, "log"),
      ),
      this.loss.element,
      h("div", { class: "row" }, this.name),
      this.metric.element,
    );
    for (const name of ["job", "epoch", "status"])
      run.addEventListener(name, () => this.scheduleDraw());
    this.draw();
  }

  scheduleDraw() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.draw();
    }, 80);
  }

  draw() {
    const { history } = this.run;
    const metric = mainMetric(history);
    this.loss.show(seriesOf(history, "loss"));
    this.metric.show(seriesOf(history, metric));
    this.metric.label = metric;
    this.name.textContent = metric.replaceAll("_", " ");
    const splits = ["training", "validation", "test"].filter(
      (split) => nameOf("loss", split) in history,
    );
    this.legend.replaceChildren(
      ...splits.map((split) => {
        const line = h("i", { class: "stroke" });
        line.style.background = COLORS[split];
        return h("span", {}, line, split);
      }),
    );
  }

  markEpoch(epoch) {
    this.loss.markEpoch(epoch);
    this.metric.markEpoch(epoch);
  }
}

/** Returns the series of a metric on each data set that has one. */
function seriesOf(history, metric) {
  return Object.entries(COLORS)
    .map(([split, color]) => ({
      name: split,
      values: history[nameOf(metric, split)],
      color,
      dash: split === "test" ? "5 3" : null,
    }))
    .filter((one) => one.values);
}

function nameOf(metric, split) {
  return split === "training" ? metric : `${split}_${metric}`;
}

/** Returns the metric to show below the loss. */
function mainMetric(history) {
  const names = Object.keys(history).filter((name) => !/loss|^validation_|^test_|[./]/.test(name));
  return ["accuracy", "r2", "mae"].find((name) => names.includes(name)) ?? names[0] ?? "accuracy";
}
