// The two views, and which of them is shown.

import { byId } from "./element.js";

const NAMES = ["lab", "compare"];

export class Views {
  constructor(compare, lab) {
    Object.assign(this, { compare, lab });
    for (const name of NAMES) byId(`to-${name}`).addEventListener("click", () => this.show(name));
  }

  show(wanted) {
    const view = NAMES.includes(wanted) ? wanted : "lab";
    document.body.dataset.view = view;
    for (const name of NAMES) {
      byId(name).hidden = name !== view;
      if (name === view) byId(`to-${name}`).setAttribute("aria-current", "page");
      else byId(`to-${name}`).removeAttribute("aria-current");
    }
    this.compare.watch(view === "compare");
    this.lab.address();
    scrollTo(0, 0);
  }
}
