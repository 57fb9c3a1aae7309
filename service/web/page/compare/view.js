// The comparison view: jobs and models, side by side.

import { byId, h } from "../element.js";
import { Jobs } from "./jobs.js";
import { Models } from "./models.js";
import { Overlay } from "./overlay.js";
import { PredictPanel } from "./predict_panel.js";

export class CompareView {
  /** `onOpen(jobId)` opens a job in the training view. */
  constructor(schema, onOpen) {
    const predict = new PredictPanel(schema);
    const overlay = new Overlay();
    this.jobs = new Jobs({
      onOpen,
      onChoose: (jobs, histories) => overlay.show(jobs, histories),
    });
    this.models = new Models((model) => {
      predict.show(model);
      predict.element.scrollIntoView({ block: "nearest" });
    });
    byId("compare-view").append(
      h(
        "div",
        { class: "columns-2" },
        h("div", { class: "stack" }, this.jobs.element, this.models.element),
        h("div", { class: "stack" }, overlay.element, predict.element),
      ),
    );
  }

  /** Keeps the lists up to date while the view is visible. */
  setVisible(isVisible) {
    this.jobs.list.setVisible(isVisible);
    this.models.list.setVisible(isVisible);
  }
}
