// The view of all that there is: jobs and models, side by side.

import { byId, h } from "../element.js";
import { Jobs } from "./jobs.js";
import { Models } from "./models.js";
import { Overlay } from "./overlay.js";
import { PredictPanel } from "./predict_panel.js";

export class Compare {
  /** `open(jobId)` shows a job in the laboratory. */
  constructor(schema, open) {
    this.trying = new PredictPanel(schema);
    this.overlay = new Overlay();
    this.jobs = new Jobs(open, (jobs, histories) => this.overlay.show(jobs, histories));
    this.models = new Models((model) => {
      this.trying.show(model);
      this.trying.element.scrollIntoView({ block: "nearest" });
    });
    byId("compare-view").append(
      h(
        "div",
        { class: "columns-2" },
        h("div", { class: "stack" }, this.jobs.element, this.models.element),
        h("div", { class: "stack" }, this.overlay.element, this.trying.element),
      ),
    );
  }

  /** Reads the lists while this view is shown. */
  watch(isLooking) {
    this.jobs.listing.watch(isLooking);
    this.models.listing.watch(isLooking);
  }
}
