// The list of models.

import { h, scrollable } from "../element.js";
import { formatMetric, timeAgo } from "../format.js";
import { tableHead } from "../table.js";
import { bestMetric } from "./best_metric.js";
import { PagedList } from "./paged_list.js";

const LIMIT = 12;
const HEADS = ["model", "task", "metric", "parameters", "created"];

export class Models {
  /** `onChoose(model)` shows a model's predictions. */
  constructor(onChoose) {
    Object.assign(this, { onChoose, rows: [], chosen: null });
    this.body = h("tbody", {});
    this.list = new PagedList({
      path: (cursor) => `/v1/models?limit=${LIMIT}${cursor ? `&cursor=${cursor}` : ""}`,
      draw: (rows) => this.draw(rows),
      empty: "No models yet. Train a job to get one.",
      older: "Show older models",
    });
    this.element = h(
      "section",
      { class: "card", "aria-labelledby": "models-title" },
      h("h2", { id: "models-title" }, "Models"),
      scrollable("Models", h("table", { class: "list" }, tableHead(HEADS), this.body)),
      this.list.state,
      this.list.more,
    );
  }

  draw(rows) {
    this.rows = rows;
    this.body.replaceChildren(...rows.map((model) => this.row(model)));
  }

  row(model) {
    const best = bestMetric(model.metrics);
    const isChosen = this.chosen === model.sha256;
    const link = h(
      "button",
      {
        type: "button",
        class: "link-button",
        "aria-pressed": String(isChosen),
        onclick: () => this.choose(model),
      },
      model.name,
      h("small", {}, ` ${model.version}`),
      model.aliases.map((alias) => h("small", { class: "alias" }, alias)),
    );
    return h(
      "tr",
      { class: isChosen ? "selected" : "" },
      h("th", { scope: "row" }, link),
      h("td", {}, model.task),
      h("td", {}, best ? formatMetric(best, model.metrics[best]) : "–"),
      h("td", {}, model.parameters.toLocaleString("en")),
      h("td", {}, timeAgo(model.created_at)),
    );
  }

  choose(model) {
    this.chosen = model.sha256;
    this.draw(this.rows);
    this.onChoose(model);
  }
}
