// The two views, and which of them is shown; the second is fetched when it is asked for.

import { byId, h } from "./element.js";

const NAMES = ["lab", "compare"];

export class Views {
  constructor(schema, lab) {
    Object.assign(this, { schema, lab, compare: null });
    for (const name of NAMES) byId(`to-${name}`).addEventListener("click", () => this.show(name));
  }

  async show(wanted) {
    const view = NAMES.includes(wanted) ? wanted : "lab";
    document.body.dataset.view = view;
    for (const name of NAMES) {
      byId(name).hidden = name !== view;
      if (name === view) byId(`to-${name}`).setAttribute("aria-current", "page");
      else byId(`to-${name}`).removeAttribute("aria-current");
    }
    this.lab.address();
    scrollTo(0, 0);
    if (view === "compare") this.compare ??= this.fetch();
    (await this.compare)?.watch(document.body.dataset.view === "compare");
  }

  /** The second view; null where it could not be fetched, which is said in its place. */
  async fetch() {
    const module = await import("./compare/view.js").catch(() => null);
    if (!module) return this.away();
    return new module.Compare(this.schema, (job) => {
      this.show("lab");
      this.lab.open(job, true);
    });
  }

  /** A module that failed is kept as failed by some browsers: only a new page asks for it again. */
  away() {
    byId("compare").replaceChildren(
      h(
        "div",
        { class: "away", role: "alert" },
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
