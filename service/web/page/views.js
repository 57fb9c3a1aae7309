// The two views, and which of them is shown; the second is fetched when it is asked for.

import { byId, h } from "./element.js";

const NAMES = ["train", "compare"];

export class Views {
  constructor(schema, training) {
    Object.assign(this, { schema, training, compare: null });
    for (const name of NAMES) byId(`to-${name}`).addEventListener("click", () => this.show(name));
  }

  async show(wanted) {
    const view = NAMES.includes(wanted) ? wanted : "train";
    document.body.dataset.view = view;
    for (const name of NAMES) {
      byId(`${name}-view`).hidden = name !== view;
      if (name === view) byId(`to-${name}`).setAttribute("aria-current", "page");
      else byId(`to-${name}`).removeAttribute("aria-current");
    }
    this.training.address();
    scrollTo(0, 0);
    if (view === "compare") this.compare ??= this.fetch();
    (await this.compare)?.watch(document.body.dataset.view === "compare");
  }

  /** The second view; null where it could not be fetched, which is said in its place. */
  async fetch() {
    const module = await import("./compare/view.js").catch(() => null);
    if (!module) return this.showUnavailable();
    return new module.Compare(this.schema, (job) => {
      this.show("train");
      this.training.open(job, true);
    });
  }

  /** A module that failed is kept as failed by some browsers: only a new page asks for it again. */
  showUnavailable() {
    byId("compare-view").replaceChildren(
      h(
        "div",
        { class: "unreachable", role: "alert" },
        h("h2", {}, "This view could not be fetched"),
        h(
          "p",
          {},
          "The service is out of reach or very busy. What is built and watched is kept in the address.",
        ),
        h(
          "button",
          { type: "button", class: "train", onclick: () => location.reload() },
          "Try again",
        ),
      ),
    );
    return null;
  }
}
