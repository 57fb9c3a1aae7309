// The models: what was trained, to be tried and taken along.

import { get } from "../wire/api.js";
import { h, scrolling } from "../element.js";
import { ago, metric } from "../format.js";

const LIMIT = 12;
const SHOWN = ["test_accuracy", "validation_accuracy", "accuracy", "test_r2", "validation_r2", "r2"];

export class Models {
  /** `picked(model)` shows one to try. */
  constructor(picked) {
    Object.assign(this, { picked, rows: [], next: null, chosen: null });
    this.body = h("tbody", {});
    this.state = h("p", { class: "note", role: "status" });
    this.more = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.load(this.next) }, "Older models");
    this.element = h("section", { class: "card", "aria-labelledby": "models-title" }, h("h2", { id: "models-title" }, "Models"),
      scrolling("The list of models", h("table", { class: "list" },
        h("thead", {}, h("tr", {}, ["model", "task", "metric", "parameters", "when"].map((head) => h("th", { scope: "col" }, head)))), this.body)),
      this.state, this.more);
  }

  async load(cursor = null) {
    if (!this.rows.length) this.state.textContent = "Reading the list…";
    try {
      const page = await get(`/v1/models?limit=${LIMIT}${cursor ? `&cursor=${cursor}` : ""}`);
      this.rows = cursor ? [...this.rows, ...page.data] : page.data;
      this.next = page.next;
      this.state.textContent = this.rows.length ? "" : "No models yet: a job that has succeeded leaves one.";
      this.draw();
    } catch (problem) {
      this.state.textContent = `The list could not be read: ${problem.message}.`;
    }
  }

  draw() {
    this.more.hidden = !this.next;
    this.body.replaceChildren(...this.rows.map((model) => this.row(model)));
  }

  row(model) {
    const best = SHOWN.find((name) => typeof model.metrics[name] === "number");
    const is = this.chosen === model.sha256;
    return h("tr", { class: is ? "on" : "" },
      h("th", { scope: "row" }, h("button", { type: "button", class: "name-of", "aria-pressed": String(is), onclick: () => this.choose(model) }, model.name, h("small", {}, ` ${model.version}`), model.aliases.map((alias) => h("small", { class: "alias" }, alias)))),
      h("td", {}, model.task),
      h("td", {}, best ? metric(best, model.metrics[best]) : "–"),
      h("td", {}, model.parameters.toLocaleString("en")),
      h("td", {}, ago(model.created_at)));
  }

  choose(model) {
    this.chosen = model.sha256;
    this.draw();
    this.picked(model);
  }
}
