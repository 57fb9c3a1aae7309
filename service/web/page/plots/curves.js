// The curves of the watched job: loss above, the metric below, training and test.

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
        this.loss.ask();
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
    for (const name of ["job", "epoch", "status"]) run.addEventListener(name, () => this.soon());
    this.draw();
  }

  soon() {
    this.asked ??= setTimeout(() => {
      this.asked = undefined;
      this.draw();
    }, 80);
  }

  draw() {
    const { history } = this.run;
    const metric = main(history);
    this.loss.show(seriesOf(history, "loss"));
    this.metric.show(seriesOf(history, metric));
    this.metric.label = metric;
    this.name.textContent = metric.replaceAll("_", " ");
    const parts = ["training", "validation", "test"].filter(
      (part) => nameOf("loss", part) in history,
    );
    this.legend.replaceChildren(
      ...parts.map((part) => {
        const line = h("i", { class: "stroke" });
        line.style.background = COLORS[part];
        return h("span", {}, line, part);
      }),
    );
  }

  at(epoch) {
    this.loss.at(epoch);
    this.metric.at(epoch);
  }
}

/** The series of a metric: training, validation and test, as far as there are such. */
function seriesOf(history, metric) {
  return Object.entries(COLORS)
    .map(([part, color]) => ({
      name: part,
      values: history[nameOf(metric, part)],
      color,
      dash: part === "test" ? "5 3" : null,
    }))
    .filter((one) => one.values);
}

function nameOf(metric, part) {
  return part === "training" ? metric : `${part}_${metric}`;
}

/** The metric to show beside the loss. */
export function main(history) {
  const names = Object.keys(history).filter((name) => !/loss|^validation_|^test_|[./]/.test(name));
  return ["accuracy", "r2", "mae"].find((name) => names.includes(name)) ?? names[0] ?? "accuracy";
}
