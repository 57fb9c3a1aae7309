// The models: what was trained, to be tried and taken along.

import { h, scrollable } from "../element.js";
import { ago, metric } from "../format.js";
import { PagedList } from "./paged_list.js";

const LIMIT = 12;
const SHOWN = [
  "test_accuracy",
  "validation_accuracy",
  "accuracy",
  "test_r2",
  "validation_r2",
  "r2",
];

export class Models {
  /** `picked(model)` shows one to try. */
  constructor(picked) {
    Object.assign(this, { picked, shown: [], chosen: null });
    this.body = h("tbody", {});
    this.listing = new PagedList({
      path: (cursor) => `/v1/models?limit=${LIMIT}${cursor ? `&cursor=${cursor}` : ""}`,
      draw: (rows) => this.draw(rows),
      empty: "No models yet: a job that has succeeded leaves one.",
      older: "Older models",
    });
    this.element = h(
      "section",
      { class: "card", "aria-labelledby": "models-title" },
      h("h2", { id: "models-title" }, "Models"),
      scrollable(
        "The list of models",
        h(
          "table",
          { class: "list" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["model", "task", "metric", "parameters", "when"].map((head) =>
                h("th", { scope: "col" }, head),
              ),
            ),
          ),
          this.body,
        ),
      ),
      this.listing.state,
      this.listing.more,
    );
  }

  draw(rows) {
    this.shown = rows;
    this.body.replaceChildren(...rows.map((model) => this.row(model)));
  }

  row(model) {
    const best = SHOWN.find((name) => typeof model.metrics[name] === "number");
    const is = this.chosen === model.sha256;
    return h(
      "tr",
      { class: is ? "selected" : "" },
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          {
            type: "button",
            class: "link-button",
            "aria-pressed": String(is),
            onclick: () => this.choose(model),
          },
          model.name,
          h("small", {}, ` ${model.version}`),
          model.aliases.map((alias) => h("small", { class: "alias" }, alias)),
        ),
      ),
      h("td", {}, model.task),
      h("td", {}, best ? metric(best, model.metrics[best]) : "–"),
      h("td", {}, model.parameters.toLocaleString("en")),
      h("td", {}, ago(model.created_at)),
    );
  }

  choose(model) {
    this.chosen = model.sha256;
    this.draw(this.shown);
    this.picked(model);
  }
}
