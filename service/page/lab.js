// The laboratory: build, train, watch. It joins the panels and keeps them telling the same.

import { byId, h } from "./element.js";
import { fieldsOf, frontAndRest } from "./form/group.js";
import { words } from "./form/field.js";
import { dataPanel } from "./data/panel.js";
import { Deck } from "./job/deck.js";
import { Fork } from "./job/fork.js";
import { requestPanel } from "./job/request.js";
import { Judged } from "./pictures/judged.js";
import { Sights, seen } from "./job/sight.js";
import { Time } from "./job/time.js";
import { Inside } from "./inside/panel.js";
import { Network } from "./network/network.js";
import { Picture } from "./pictures/picture.js";
import { Output } from "./plots/output.js";
import { Curves } from "./plots/curves.js";
import { checkWhole } from "./spec/check.js";
import { nearest } from "./spec/faults.js";
import { write } from "./spec/link.js";
import { watchable } from "./spec/watchable.js";

const FRONT = ["epochs", "batch_size", "seed", "optimizer", "loss", "regularization"];

export class Lab {
  constructor(form, run, samples, presets) {
    Object.assign(this, { form, run, samples, presets });
    this.sights = new Sights();
    this.deck = new Deck(run, () => this.train());
    this.time = new Time(run, (epoch) => this.show(epoch), (epoch) => this.sights.of(run.job, epoch, samples.plane).catch(() => null));
    this.curves = new Curves(run);
    dataPanel(form, samples);
    this.trainingPanel();
    requestPanel(form);
    this.network = new Network(form, samples, {
      hovered: (layer, unit) => this.output.look(layer, unit),
      picked: (what) => this.inside.look(what),
    });
    this.output = new Output(samples, (point, row) => this.inside.point(point, row));
    this.picture = new Picture(samples, () => this.pictured(), (point, row) => this.inside.point(point, row));
    this.network.pictured = () => this.network.look(this.picture.point);
    this.judged = new Judged(samples, (row) => this.picture.show(row));
    this.inside = new Inside(form, samples, run, () => (this.isSameData ? this.time.epoch : null), (point) => this.output.choose(point));
    byId("time").append(this.time.element);
    this.fork = new Fork(form, run, this.time);
    this.presetPanel();
    checkWhole(form, (text) => { byId("estimate").textContent = text; });
    this.listen();
  }

  listen() {
    const { run, samples } = this;
    this.form.spec.addEventListener("change", ({ detail }) => { if (!detail.path.length) byId("about").textContent = ""; });
    run.addEventListener("taken", () => {
      this.sight = null;
      this.trainedOn = dataOf(this.form.spec.value);
      this.untrained();
      this.warned();
      this.address();
    });
    run.addEventListener("status", () => this.warned());
    samples.addEventListener("change", () => this.time.epoch !== null && this.show(this.time.epoch));
  }

  trainingPanel() {
    const { schema } = this.form;
    const training = schema.describe({ $ref: "#/components/schemas/Training" });
    byId("training").append(...frontAndRest(this.form, training, ["training"], FRONT));
    const job = this.form.spec.root;
    const architecture = schema.describe({ $ref: "#/components/schemas/Architecture" });
    byId("job").append(
      ...frontAndRest(this.form, job, [], ["name"], ["architecture", "dataset", "training"]),
      h("div", { class: "fields" }, fieldsOf(this.form, { ...architecture, properties: without(architecture.properties, "layers") }, ["architecture"])));
  }

  presetPanel() {
    const control = h("select", { id: "preset", onchange: () => this.load(control.value) },
      h("option", { value: "" }, "a preset …"), this.presets.map((preset) => h("option", { value: preset.name }, words(preset.name.replaceAll("-", " ")))));
    byId("presets").append(h("label", { for: "preset" }, "Start from"), control);
    this.form.spec.addEventListener("change", () => {
      control.value = this.presets.find((preset) => preset.name === this.form.spec.value.name)?.name ?? "";
    });
  }

  load(name) {
    const preset = this.presets.find((one) => one.name === name);
    if (!preset) return;
    const spec = watchable(preset.spec);
    this.form.faults.served([]);
    this.form.spec.replace(spec);
    byId("about").textContent = preset.about;
  }

  async train() {
    const { form, run } = this;
    const local = form.faults.list.find((fault) => fault.by === "field");
    if (local) return this.lead(local);
    this.refuse(null);
    this.deck.busy(true);
    try {
      run.isFresh = true;
      await run.submit(form.spec.value);
      form.faults.served([]);
    } catch (problem) {
      form.faults.served(problem.errors ?? []);
      this.refuse(problem);
    } finally {
      this.deck.busy(false);
    }
  }

  /** Says why a job was not taken, and where. */
  refuse(problem) {
    const box = byId("refusal");
    clearInterval(this.waiting);
    box.hidden = problem === null;
    box.replaceChildren();
    if (!problem) return;
    if (problem.status === 429 || problem.status === 503) return this.wait(box, problem);
    const heads = { 0: "The service cannot be reached", 422: "Not yet: the spec has faults" };
    box.append(h("strong", {}, heads[problem.status] ?? "Not taken"));
    if (!problem.errors.length) box.append(h("p", {}, problem.message));
    box.append(h("ul", {}, problem.errors.slice(0, 8).map((error) => h("li", {},
      h("button", { type: "button", class: "place", onclick: () => this.lead({ pointer: (error.pointer ?? "").slice(1) }) }, (error.pointer ?? error.parameter ?? "").replace(/^#\//, "").replaceAll("/", " › ") || "spec"),
      ` ${error.detail}`))));
    if (problem.errors[0]?.pointer) this.lead({ pointer: problem.errors[0].pointer.slice(1) });
  }

  /** The queue is full or the service busy: count down, and try again. */
  wait(box, problem) {
    let left = problem.retryAfter ?? 5;
    const told = h("p", {});
    const tell = () => { told.textContent = `${problem.message}. Trying again in ${left} s.`; };
    const again = h("button", { type: "button", class: "quiet", onclick: () => this.train() }, "Try now");
    const stop = h("button", { type: "button", class: "quiet", onclick: () => this.refuse(null) }, "Leave it");
    box.append(h("strong", {}, problem.status === 429 ? "The queue is full" : "The service is busy"), told, h("div", { class: "row" }, again, stop));
    tell();
    this.waiting = setInterval(() => {
      left -= 1;
      if (left > 0) return tell();
      clearInterval(this.waiting);
      return this.train();
    }, 1000);
  }

  /** Brings the field of a fault before the eyes. */
  lead(fault) {
    const field = nearest(document, fault.pointer);
    if (!field) return;
    for (let above = field.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
    (field.querySelector("input,select,textarea,button") ?? field).focus();
    field.scrollIntoView({ block: "center" });
  }

  /** Another picture is shown. */
  pictured() {
    this.network.look(this.picture.point);
    if (this.time.epoch !== null) this.show(this.time.epoch);
  }

  /** Whether the watched job learned from the data that are built now. */
  get isSameData() {
    return this.trainedOn === dataOf(this.form.spec.value);
  }

  async show(epoch) {
    const { job } = this.run;
    const { plane } = this.samples;
    this.curves.at(epoch);
    if (!this.isSameData) return this.untrained();
    const sight = await this.sights.of(job, epoch, plane).catch(() => this.sights.of(job, epoch, null).catch(() => null));
    if (!sight || job.id !== this.run.id || epoch !== this.time.epoch) return null;
    if (this.samples.isImage && this.picture.point) sight.seen = await seen(job, epoch, this.picture.point).catch(() => null);
    this.sight = sight;
    this.network.show(sight);
    this.output.show(sight);
    this.picture.answer(sight.seen && Array.from(sight.seen.at(-1).data));
    this.judged.look(job, epoch);
    if (this.inside.what?.kind === "point") this.inside.refresh();
    return sight;
  }

  /** Other data are built than those that were learned from: nothing is known of them yet. */
  untrained() {
    this.network.show(null);
    this.output.show(null);
    this.picture.answer(null);
    this.judged.hide();
  }

  warned() {
    byId("warnings").replaceChildren(...this.run.warnings.slice(0, 4).map((warning) => h("li", {}, warning)));
  }

  address() {
    write({ spec: this.form.spec.value, job: this.run.id, view: document.body.dataset.view });
  }

  /** Restores what a link says. */
  async restore({ spec, job }) {
    if (spec && JSON.stringify(spec) !== JSON.stringify(this.form.spec.value)) this.form.spec.replace(spec);
    if (job && job !== this.run.id) {
      await this.open(job, !spec).catch(() => { byId("live").textContent = "The job of this link is no more"; });
    }
  }

  /** Watches a job by its id; its spec becomes that of the form if `takesSpec`. */
  async open(job, takesSpec) {
    this.run.isFresh = false;
    await this.run.open(job);
    if (takesSpec) this.form.spec.replace(this.run.job.spec);
    this.trainedOn = dataOf(this.form.spec.value);
  }

  redraw() {
    this.network.built = null;
    this.network.build();
    this.output.draw();
    this.curves.draw();
    for (const tile of document.querySelectorAll(".tile")) tile.redraw?.();
  }
}

/** What decides whether a network can be shown over the data: their source and their columns. */
function dataOf({ dataset = {} }) {
  const { features, columns, target, reshape } = dataset.preparation ?? {};
  return JSON.stringify([dataset.source, features, columns, target, reshape]);
}

function without(properties, name) {
  const { [name]: _, ...kept } = properties;
  return kept;
}
