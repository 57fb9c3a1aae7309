// The two views, and which of them is shown; the second is fetched when it is asked for.

import { byId } from "./element.js";

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

  async fetch() {
    const { Compare } = await import("./compare/view.js");
    return new Compare(this.schema, (job) => {
      this.show("lab");
      this.lab.open(job, true);
    });
  }
}
