// A fork: the next job starts where a watched one was after an epoch.

import { byId, h, iconButton, ICONS } from "../element.js";

export class Fork {
  constructor(form, run, time) {
    Object.assign(this, { form, run, time });
    this.button = iconButton("Fork from this epoch", ICONS.fork, {
      disabled: true,
      onclick: () => this.fork(),
    });
    time.element.append(this.button);
    form.spec.watch(byId("fork"), () => this.tell());
    for (const name of ["job", "snapshots"])
      run.addEventListener(name, () => {
        this.button.disabled = !run.snapshots.length;
      });
  }

  /** Takes the spec of the watched job, to start from the epoch that is shown. */
  fork() {
    const { job } = this.run;
    const { epoch } = this.time;
    const spec = structuredClone(job.spec);
    spec.start_from = { job: job.id, epoch };
    if (spec.training.epochs <= epoch) spec.training.epochs = 2 * epoch;
    this.form.spec.replace(spec);
    byId("live").textContent =
      `The next job starts from epoch ${epoch} of ${job.name}: change what you like and press Train`;
    byId("fork").scrollIntoView({ block: "nearest" });
  }

  tell() {
    const start = this.form.spec.value.start_from;
    const place = byId("fork");
    place.hidden = !start;
    if (!start) return;
    const with_ = h(
      "select",
      {
        "aria-label": "What comes along",
        onchange: () =>
          this.form.spec.set(
            ["start_from", "state"],
            with_.value === "all" ? undefined : with_.value,
          ),
      },
      h("option", { value: "all" }, "with optimizer and history"),
      h("option", { value: "weights" }, "with the weights alone"),
    );
    with_.value = start.state ?? "all";
    place.replaceChildren(
      h(
        "p",
        {},
        h("strong", {}, "Fork. "),
        `The next job starts where job ${start.job.slice(-8)} was after ${start.epoch ? `epoch ${start.epoch.toLocaleString("en")}` : "its newest snapshot"}.`,
      ),
      with_,
      iconButton("Start anew instead", ICONS.close, {
        onclick: () => this.form.spec.set(["start_from"], undefined),
      }),
    );
  }
}
