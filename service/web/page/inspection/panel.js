// Inspection: every number of a point, weights to take in hand and their past, what columns are worth.

import { post } from "../http/api.js";
import { byId, h, iconButton, ICONS } from "../element.js";
import { long, short } from "../format.js";

const QUIET = 300;
/** What has a past to be told. */
const PASTS = new Set(["unit", "weight"]);
const HINT =
  "Click a point of the output, and see the four equations of backpropagation with its numbers; click a unit or a link of the network, and see its past and set it by hand.";

export class Inspection {
  /** `epoch()` is the epoch that is shown, null before training; `chosen(point)` tells which point is looked into, null for none. */
  constructor(form, samples, run, hand, epoch, chosen) {
    Object.assign(this, { form, samples, run, hand, epoch, chosen, what: null, isResting: false });
    this.body = byId("inspection");
    this.worth = h(
      "button",
      { type: "button", class: "quiet", onclick: () => this.look({ kind: "worth" }) },
      "What is each column worth?",
    );
    this.empty();
    run.addEventListener("job", () => this.taken());
    for (const name of ["snapshots", "status"]) run.addEventListener(name, () => this.ended());
    samples.addEventListener("change", () => this.alone());
  }

  empty() {
    this.body.replaceChildren(h("p", { class: "note" }, HINT), this.worth);
    this.worth.hidden = this.epoch() === null;
  }

  close() {
    this.what = null;
    this.chosen(null);
    this.empty();
  }

  /** Data of a single sample, as Mazur's, are looked into at once. */
  alone() {
    const { training, held } = this.samples.parts;
    const isAlone = training.length === 1 && !held.length;
    if (isAlone && this.samples.state === "ready") this.point(training[0].point, training[0]);
    else if (this.what?.kind === "point" && this.what.form !== this.samples.form) this.close();
  }

  point(point, row) {
    const target = row ? row.target : this.guess();
    this.what = { kind: "point", point, row, target, form: this.samples.form };
    this.chosen(point);
    this.refresh();
  }

  guess() {
    const { labels, task } = this.samples;
    return task === "classification" && labels ? labels.at(-1) : 0;
  }

  look(what) {
    this.what = what;
    this.chosen(null);
    this.refresh();
    byId("inspection-card").scrollIntoView({ block: "nearest" });
  }

  /** Something else is shown: other numbers, unless they are asked for too often. */
  shown() {
    this.worth.hidden = this.epoch() === null;
    this.held?.refresh();
    clearTimeout(this.soon);
    if (this.what?.kind === "point") this.refresh();
    else if (this.what?.kind === "worth") this.soon = setTimeout(() => this.refresh(), QUIET);
  }

  /** Another job is watched, or none: what the one before has told is not its past. */
  taken() {
    if (this.what?.kind === "worth") this.close();
    else if (PASTS.has(this.what?.kind)) this.refresh();
  }

  /** A job that has come to its end has a past. */
  ended() {
    const { run, what } = this;
    const past = `${run.id} ${run.snapshots.length}`;
    if (run.isActive || !PASTS.has(what?.kind) || what.past === past) return;
    what.past = past;
    this.refresh();
  }

  async refresh() {
    const {
      what,
      run: { id },
    } = this;
    if (!what) return;
    const isAsked = () => what === this.what && id === this.run.id;
    const make =
      { point: () => this.ofPoint(what), worth: () => this.ofColumns() }[what.kind] ??
      (() => this.ofPast(what));
    try {
      const made = await make();
      if (isAsked() && made) this.body.replaceChildren(...made);
    } catch (problem) {
      if (isAsked())
        this.body.replaceChildren(
          this.head("Not this time"),
          h("p", { class: "note" }, problem.message),
        );
    }
  }

  async ofPoint(what) {
    const epoch = what.singleStep ? null : this.epoch();
    if (epoch === null && !this.samples.areCurrent) return null; // asked again once they are
    const { equations, backward, singleStep } = await import("./pass.js");
    const [pass, resting] = await Promise.all([
      epoch === null
        ? singleStep(this.form.spec.value, this.samples, what.point, what.target)
        : backward(this.run.job, epoch, what.point, what.target),
      epoch === null ? null : this.resting(what, epoch),
    ]);
    if (epoch !== (what.singleStep ? null : this.epoch())) return null;
    const place = this.samples.columns
      .slice(0, 4)
      .map((name, at) => `${name} = ${short(what.point[at])}`)
      .join(", ");
    return [
      this.head(`${what.row ? "Sample" : "Point"} ${place}`),
      h(
        "div",
        { class: "row facts" },
        this.target(what),
        ...this.facts(pass, epoch),
        this.paper(what),
      ),
      resting,
      equations(pass),
    ].filter(Boolean);
  }

  /** What the answer rests on, asked for while it is open. */
  async resting(what, epoch) {
    const told = h("div", {});
    const element = h(
      "details",
      {
        class: "more attribution",
        open: this.isResting,
        ontoggle: () => {
          if (this.isResting === element.open) return;
          this.isResting = element.open;
          this.refresh();
        },
      },
      h("summary", {}, "What the answer rests on"),
      told,
    );
    if (!this.isResting) return element;
    const [{ rests }, { point }] = await Promise.all([
      import("./explanations.js"),
      this.explain(epoch, { point: what.point }),
    ]);
    told.append(...rests(point, this.samples.isImage));
    return element;
  }

  explain(epoch, asked) {
    return post(`/v1/jobs/${this.run.id}/explain?epoch=${epoch}`, asked);
  }

  async ofColumns() {
    const epoch = this.epoch();
    const title = this.head("What each column is worth");
    if (epoch === null) return [title, h("p", { class: "note" }, "Nothing yet: press Train.")];
    const [{ worth }, told] = await Promise.all([
      import("./explanations.js"),
      this.explain(epoch, {}),
    ]);
    return [
      title,
      h("div", { class: "row facts" }, this.fact("after epoch", epoch.toLocaleString("en"))),
      ...worth(told),
    ];
  }

  fact(name, value) {
    return h("span", { class: "fact" }, h("small", {}, name), value);
  }

  facts(pass, epoch) {
    if (epoch !== null)
      return [
        this.fact("after epoch", epoch.toLocaleString("en")),
        this.fact("cost", long(pass.cost)),
      ];
    return [
      this.fact("cost before the step", long(pass.cost)),
      this.fact("cost after it", long(pass.costAfter)),
      this.fact("furthest from central differences", short(pass.worst, 2)),
    ];
  }

  /** The target of the point; for a place without a sample one may choose it. */
  target(what) {
    const { labels, task } = this.samples;
    if (what.row || task !== "classification" || !labels)
      return this.fact("target", String(what.target).replaceAll("-", "−").replaceAll(",", ", "));
    const control = h(
      "select",
      {
        "aria-label": "Target of this point",
        onchange: () => {
          what.target = labels[control.selectedIndex];
          this.refresh();
        },
      },
      labels.map((label) =>
        h("option", { value: String(label), selected: label === what.target }, String(label)),
      ),
    );
    return h("label", { class: "fact target-choice" }, h("small", {}, "target"), control);
  }

  paper(what) {
    if (this.epoch() === null) return null;
    const text = what.singleStep ? `After epoch ${this.epoch()}` : "First step on paper";
    return h(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: () => {
          what.singleStep = !what.singleStep;
          this.refresh();
        },
      },
      text,
    );
  }

  /** The numbers of a weight or a unit, to be set, and what they were after the kept epochs. */
  async ofPast(what) {
    const head = this.head(
      what.kind === "weight"
        ? `Weight ${what.from + 1} → ${what.unit + 1} of layer ${what.layer + 1}`
        : `Unit ${what.unit + 1} of layer ${what.layer + 1}`,
    );
    const { held, past } = await import("./numbers.js");
    const names = what.layer
      ? Array.from({ length: 64 }, (_, unit) => `unit ${unit + 1}`)
      : (this.samples.features ?? []);
    this.held = this.hand.shown.sight && held(what, this.hand, names);
    const first = [head, this.held].filter(Boolean);
    if (!this.run.snapshots.length)
      return [
        ...first,
        h(
          "p",
          { class: "note" },
          this.run.isActive
            ? "Its past is told when the job has ended."
            : "It has no past yet: press Train.",
        ),
      ];
    this.body.replaceChildren(...first, h("p", { class: "note" }, "Reading its past…"));
    const count = this.form.spec.layers[what.layer - 1]?.units ?? names.length;
    return [...first, ...(await past(this.run, what, names.slice(0, count)))];
  }

  head(title) {
    return h(
      "header",
      { class: "row" },
      h("h3", { class: "title" }, title),
      iconButton("Close", ICONS.close, { onclick: () => this.close() }),
    );
  }
}
