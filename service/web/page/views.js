// The training view and the comparison view; the second is loaded when it is first shown.

import { byId } from "./element.js";
import { unavailable } from "./unavailable.js";

const NAMES = ["train", "compare"];

export class Views {
  constructor(schema, training) {
    Object.assign(this, { schema, training, compare: null });
    for (const name of NAMES) byId(`to-${name}`).addEventListener("click", () => this.show(name));
  }

  async show(name) {
    const view = NAMES.includes(name) ? name : "train";
    document.body.dataset.view = view;
    for (const other of NAMES) {
      byId(`${other}-view`).hidden = other !== view;
      if (other === view) byId(`to-${other}`).setAttribute("aria-current", "page");
      else byId(`to-${other}`).removeAttribute("aria-current");
    }
    this.training.writeLink();
    scrollTo(0, 0);
    if (view === "compare") this.compare ??= this.load();
    (await this.compare)?.setVisible(document.body.dataset.view === "compare");
  }

  /** Loads the comparison view; null if it could not be loaded. */
  async load() {
    const module = await import("./compare/view.js").catch(() => null);
    if (!module) return this.showUnavailable();
    return new module.CompareView(this.schema, (job) => {
      this.show("train");
      this.training.open(job, true);
    });
  }

  /** Offers to reload the page: some browsers never request a failed module again. */
  showUnavailable() {
    const detail =
      "The service cannot be reached or is busy. The address of this page keeps the spec.";
    byId("compare-view").replaceChildren(unavailable("This view could not be loaded", detail));
    return null;
  }
}
