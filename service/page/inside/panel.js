// Inside: every number of a point, the past of a unit or a weight.

import { byId, h, signed, SIGNS } from "../element.js";
import { long, short } from "../format.js";
import { backward } from "./backward.js";
import { equations } from "./equations.js";
import { onPaper } from "./paper.js";
import { past } from "./past.js";

export class Inside {
  /** `epoch()` is the epoch that is shown, null before training; `chosen(point)` tells which point is looked into, null for none. */
  constructor(form, samples, run, epoch, chosen) {
    Object.assign(this, { form, samples, run, epoch, chosen, what: null });
    this.body = byId("inside");
    this.empty();
    run.addEventListener("taken", () => this.what?.kind !== "point" && this.close());
    samples.addEventListener("change", () => this.alone());
  }

  empty() {
    this.body.replaceChildren(h("p", { class: "note" }, "Click a point of the output, and see the four equations of backpropagation with its numbers; click a unit or a link of the network, and see its past."));
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
    else if (this.what?.kind === "point" && this.what.point.length !== this.samples.columns.length) this.close();
  }

  point(point, row) {
    const target = row ? row.target : this.guess();
    this.what = { kind: "point", point, row, target };
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
    byId("inside-card").scrollIntoView({ block: "nearest" });
  }

  /** Another epoch is shown: its numbers. */
  async refresh() {
    const { what } = this;
    if (!what) return;
    try {
      const made = what.kind === "point" ? await this.ofPoint(what) : await this.ofPast(what);
      if (what === this.what && made) this.body.replaceChildren(...made);
    } catch (problem) {
      if (what === this.what) this.body.replaceChildren(this.head("Not this time"), h("p", { class: "note" }, problem.message));
    }
  }

  async ofPoint(what) {
    const epoch = what.onPaper ? null : this.epoch();
    const pass = epoch === null
      ? await onPaper(this.form.spec.value, this.samples, what.point, what.target)
      : await backward(this.run.job, epoch, what.point, what.target);
    if (epoch !== (what.onPaper ? null : this.epoch())) return null;
    const place = this.samples.columns.slice(0, 4).map((name, at) => `${name} = ${short(what.point[at])}`).join(", ");
    return [
      this.head(`${what.row ? "Sample" : "Point"} ${place}`),
      h("div", { class: "row facts" }, this.target(what), ...this.facts(pass, epoch), this.paper(what)),
      equations(pass),
    ];
  }

  facts(pass, epoch) {
    const fact = (name, value) => h("span", { class: "fact" }, h("small", {}, name), value);
    if (epoch !== null) return [fact("after epoch", epoch.toLocaleString("en")), fact("cost", long(pass.cost))];
    return [fact("cost before the step", long(pass.cost)), fact("cost after it", long(pass.costAfter)), fact("furthest from central differences", short(pass.worst, 2))];
  }

  /** The target of the point; for a place without a sample one may choose it. */
  target(what) {
    const { labels, task } = this.samples;
    if (what.row || task !== "classification" || !labels) return h("span", { class: "fact" }, h("small", {}, "target"), String(what.target).replaceAll("-", "−").replaceAll(",", ", "));
    const control = h("select", { "aria-label": "Target of this point", onchange: () => {
      what.target = labels[control.selectedIndex];
      this.refresh();
    } }, labels.map((label) => h("option", { value: String(label), selected: label === what.target }, String(label))));
    return h("label", { class: "fact pick" }, h("small", {}, "target"), control);
  }

  paper(what) {
    if (this.epoch() === null) return null;
    const text = what.onPaper ? `After epoch ${this.epoch()}` : "First step on paper";
    return h("button", { type: "button", class: "quiet", onclick: () => {
      what.onPaper = !what.onPaper;
      this.refresh();
    } }, text);
  }

  async ofPast(what) {
    const title = what.kind === "weight" ? `Weight ${what.from + 1} → ${what.unit + 1} of layer ${what.layer + 1}` : `Unit ${what.unit + 1} of layer ${what.layer + 1}`;
    if (!this.run.kept.length) return [this.head(title), h("p", { class: "note" }, "It has no past yet: press Train.")];
    this.body.replaceChildren(this.head(title), h("p", { class: "note" }, "Reading its past…"));
    const names = what.layer ? Array.from({ length: 64 }, (_, unit) => `unit ${unit + 1}`) : this.samples.features ?? [];
    const count = this.form.spec.layers[what.layer - 1]?.units ?? names.length;
    return [this.head(title), ...(await past(this.run, what, names.slice(0, count)))];
  }

  head(title) {
    return h("header", { class: "row" }, h("h3", { class: "title" }, title), signed("Close", SIGNS.close, { onclick: () => this.close() }));
  }
}
