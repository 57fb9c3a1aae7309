// The laboratory: build, train, watch. It joins the panels and keeps them telling the same.

import { byId, h } from "./element.js";
import { formPanels } from "./form/panels.js";
import { dataPanel } from "./data/panel.js";
import { RunControls } from "./job/run_controls.js";
import { Fork } from "./job/fork.js";
import { presetChooser } from "./job/presets.js";
import { SubmitErrors, focusField } from "./job/submit_errors.js";
import { requestPanel } from "./job/request.js";
import { NetworkViews, seen, untrained } from "./job/network_view.js";
import { EpochSlider } from "./job/epoch_slider.js";
import { Inspection } from "./inspection/panel.js";
import { editNotice } from "./network/edit_notice.js";
import { WeightEditor } from "./network/weight_editor.js";
import { Network } from "./network/network.js";
import { ConfusionMatrix } from "./images/confusion_matrix.js";
import { ImagePanel } from "./images/image_panel.js";
import { Output } from "./plots/output.js";
import { Curves } from "./plots/curves.js";
import { validateOnChange } from "./spec/validation.js";
import { dataOf, networkOf } from "./spec/fingerprints.js";
import { write } from "./spec/link.js";

export class TrainingView {
  constructor(form, run, samples, presets) {
    Object.assign(this, { form, run, samples, sight: null, isBuilt: true });
    this.sights = new NetworkViews();
    this.refusal = new SubmitErrors(() => this.train());
    this.deck = new RunControls(
      run,
      () => this.train(),
      () => this.step(),
    );
    this.time = new EpochSlider(
      run,
      (epoch) => this.show(epoch),
      (epoch) => this.sights.of(run.job, epoch, this.plane).catch(() => null),
    );
    this.curves = new Curves(run);
    dataPanel(form, samples);
    formPanels(form);
    requestPanel(form);
    this.hand = new WeightEditor(form, samples, this);
    this.network = new Network(form, samples, {
      hovered: (layer, unit) => this.output.look(layer, unit),
      picked: (what) => this.inside.look(what),
    });
    editNotice(this.hand);
    this.output = new Output(samples, (point, row) => this.inside.point(point, row));
    this.picture = new ImagePanel(
      samples,
      () => this.pictured(),
      (point, row) => this.inside.point(point, row),
    );
    this.network.pictured = () => this.network.look(this.picture.point);
    this.judged = new ConfusionMatrix(samples, (row) => this.picture.show(row));
    this.inside = new Inspection(
      form,
      samples,
      run,
      this.hand,
      () => (this.isBuilt ? null : this.time.epoch),
      (point) => this.output.choose(point),
    );
    byId("epoch-slider").append(this.time.element);
    this.fork = new Fork(form, run, this.time);
    presetChooser(form, presets);
    validateOnChange(
      form,
      (text) => {
        byId("estimate").textContent = text;
      },
      (text) => this.passed(text),
    );
    this.listen();
  }

  listen() {
    const { form, run, samples } = this;
    form.spec.addEventListener("change", () => this.changed());
    form.errors.addEventListener("change", () => {
      if (form.errors.list.length) this.awaits(false);
      else if (this.refusal.status === 422) this.refusal.show(null);
    });
    this.hand.addEventListener("change", () => this.passed(JSON.stringify(form.spec.value)));
    run.addEventListener("job", () => {
      this.trainedOn = dataOf(form.spec.value);
      this.isBuilt = true;
      this.judged.hide();
      if (run.isActive || !run.job) this.build();
      else this.look(null);
      this.warned();
      this.address();
    });
    run.addEventListener("status", () => this.warned());
    samples.addEventListener("change", () =>
      this.isBuilt || this.time.epoch === null ? this.build() : this.show(this.time.epoch),
    );
  }

  async train() {
    const { form, run } = this;
    const local = form.errors.list.find((error) => error.source === "field");
    if (local) return focusField(local.pointer);
    this.refusal.show(null);
    this.deck.busy(true);
    try {
      run.isFresh = true;
      await run.submit(form.spec.value);
      form.errors.setServer([]);
    } catch (problem) {
      form.errors.setServer(problem.errors ?? []);
      this.refusal.show(problem);
    } finally {
      this.deck.busy(false);
    }
  }

  /** Trains one epoch more than the watched job was trained, or a first one. */
  step() {
    const { form, run } = this;
    const { start_from: _, ...spec } = structuredClone(form.spec.value);
    const last = this.isBuilt ? undefined : run.snapshots.at(-1);
    if (last) spec.start_from = { job: run.id, epoch: last };
    spec.training.epochs = (last ?? 0) + 1;
    spec.training.record ??= { snapshots: 1 };
    form.spec.replace(spec);
    return this.train();
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

  /** The spec has changed: is it still that of the job that is watched? */
  changed() {
    const { form, run, time } = this;
    const was = this.isBuilt;
    this.isBuilt =
      !run.job ||
      time.epoch === null ||
      !this.isSameData ||
      networkOf(form.schema, form.spec.value) !== networkOf(form.schema, run.job.spec);
    this.awaits(this.isBuilt);
    if (was && !this.isBuilt) this.show(time.epoch);
  }

  /** Tells whether the network that is built has yet to be shown. */
  awaits(is) {
    byId("network").setAttribute("aria-busy", String(is));
  }

  /** The plane of the data that are built now; null while others are still shown. */
  get plane() {
    return this.samples.areCurrent ? this.samples.plane : null;
  }

  /** Shows the watched job as it was after an epoch. */
  async show(epoch) {
    const { job } = this.run;
    this.curves.at(epoch);
    if (!this.isSameData) return null;
    this.isBuilt = false;
    this.awaits(false);
    const sight = await this.sights
      .of(job, epoch, this.plane)
      .catch(() => this.sights.of(job, epoch, null).catch(() => null));
    if (!sight || job.id !== this.run.id || epoch !== this.time.epoch || this.isBuilt) return null;
    if (this.samples.areCurrent && this.samples.isImage && this.picture.point)
      sight.seen = await seen(job, epoch, this.picture.point).catch(() => null);
    this.look(sight);
    this.judged.look(job, epoch);
    return sight;
  }

  /** The spec as this text can be trained, so its network can be shown. */
  passed(text) {
    this.sound = text;
    this.build();
  }

  /** Whether the built network is to be shown, and can be. */
  get isShowable() {
    return (
      this.isBuilt && this.sound === JSON.stringify(this.form.spec.value) && this.samples.areCurrent
    );
  }

  /** Shows the network that is built, if that is what is looked at, as it is before any training. */
  async build() {
    this.building?.abort();
    if (!this.isShowable) return;
    this.awaits(true);
    this.building = new AbortController();
    const { signal } = this.building;
    const sight = await untrained(this.form.spec, this.samples, signal).catch(() => null);
    if (signal.aborted || !this.isShowable) return;
    this.judged.hide();
    this.look(sight);
  }

  /** Shows a sight everywhere; null where nothing is known. */
  look(sight) {
    this.awaits(false);
    this.sight = sight;
    this.network.show(sight);
    this.output.show(sight);
    this.picture.answer(sight?.seen ? Array.from(sight.seen.at(-1).data) : null);
    this.inside.shown();
    this.time.aside(this.isBuilt);
  }

  warned() {
    byId("warnings").replaceChildren(
      ...this.run.warnings.slice(0, 4).map((warning) => h("li", {}, warning)),
    );
  }

  address() {
    write({ spec: this.form.spec.value, job: this.run.id, view: document.body.dataset.view });
  }

  /** Restores what a link says, a job that is watched or none. */
  async restore({ spec, job }) {
    if (spec && JSON.stringify(spec) !== JSON.stringify(this.form.spec.value))
      this.form.spec.replace(spec);
    if (!job && this.run.id) this.run.leave();
    if (job && job !== this.run.id) {
      await this.open(job, !spec).catch(() => {
        byId("live").textContent = "The job of this link is no more";
      });
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
