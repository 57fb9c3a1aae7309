// A fork: the next job starts from the snapshot of another job.

import { announce, byId, h, iconButton, ICONS } from "../element.js";

export class Fork {
  constructor(form, run, slider) {
    Object.assign(this, { form, run, slider });
    this.button = iconButton("Fork from this epoch", ICONS.fork, {
      disabled: true,
      onclick: () => this.fork(),
    });
    slider.element.append(this.button);
    form.spec.watch(byId("fork"), () => this.refresh());
    for (const name of ["job", "snapshots"])
      run.addEventListener(name, () => {
        this.button.disabled = !run.snapshots.length;
      });
  }

  /** Loads the spec of the job, to start from the epoch that is shown. */
  fork() {
    const { job } = this.run;
    const { epoch } = this.slider;
    const spec = structuredClone(job.spec);
    spec.start_from = { job: job.id, epoch };
    if (spec.training.epochs <= epoch) spec.training.epochs = 2 * epoch;
    this.form.spec.replace(spec);
    const start = `epoch ${epoch} of ${job.name}`;
    announce(`The next job starts from ${start}: edit the spec and press Train`);
    byId("fork").scrollIntoView({ block: "nearest" });
  }

  refresh() {
    const { spec } = this.form;
    const start = spec.value.start_from;
    const container = byId("fork");
    container.hidden = !start;
    if (!start) return;
    const state = h(
      "select",
      {
        "aria-label": "State to start from",
        onchange: () =>
          spec.set(["start_from", "state"], state.value === "all" ? undefined : state.value),
      },
      h("option", { value: "all" }, "with optimizer and history"),
      h("option", { value: "weights" }, "with the weights alone"),
    );
    state.value = start.state ?? "all";
    const epoch = start.epoch ? `epoch ${start.epoch.toLocaleString("en")}` : "the latest snapshot";
    container.replaceChildren(
      h(
        "p",
        {},
        h("strong", {}, "Fork. "),
        `The next job starts from ${epoch} of job ${start.job.slice(-8)}.`,
      ),
      state,
      iconButton("Start from new weights", ICONS.close, {
        onclick: () => spec.set(["start_from"], undefined),
      }),
    );
  }
}
