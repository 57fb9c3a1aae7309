// The training view: connects the form, the network, the output and the job.

import { dataPanel } from "./data/panel.js";
import { announce, byId, h } from "./element.js";
import { formPanels } from "./form/panels.js";
import { ConfusionMatrix } from "./images/confusion_matrix.js";
import { ImagePanel } from "./images/image_panel.js";
import { Inspection } from "./inspection/panel.js";
import { EpochSlider } from "./job/epoch_slider.js";
import { Fork } from "./job/fork.js";
import { activationsOf, NetworkViews, untrainedView } from "./job/network_view.js";
import { presetChooser } from "./job/presets.js";
import { requestPanel } from "./job/request.js";
import { RunControls } from "./job/run_controls.js";
import { focusField, SubmitErrors } from "./job/submit_errors.js";
import { editNotice } from "./network/edit_notice.js";
import { Network } from "./network/network.js";
import { WeightEditor } from "./network/weight_editor.js";
import { Curves } from "./plots/curves.js";
import { Output } from "./plots/output.js";
import { dataFingerprint, networkFingerprint } from "./spec/fingerprints.js";
import { writeLink } from "./spec/link.js";
import { validateOnChange } from "./spec/validation.js";

const MAX_WARNINGS = 4;

export class TrainingView {
  constructor(form, run, samples, presets) {
    Object.assign(this, { form, run, samples, view: null, isBuilt: true });
    this.views = new NetworkViews();
    this.createControls();
    dataPanel(form, samples);
    formPanels(form);
    requestPanel(form);
    this.createPanels();
    this.fork = new Fork(form, run, this.slider);
    presetChooser(form, presets);
    validateOnChange(form, {
      onEstimate: (text) => {
        byId("estimate").textContent = text;
      },
      onValid: (text) => this.specValidated(text),
    });
    this.listen();
  }

  createControls() {
    const { run } = this;
    this.submitErrors = new SubmitErrors(() => this.train());
    this.controls = new RunControls(run, {
      onTrain: () => this.train(),
      onStep: () => this.step(),
    });
    this.slider = new EpochSlider(run, {
      onEpoch: (epoch) => this.showEpoch(epoch),
      prefetch: (epoch) => this.views.of(run.job, epoch, this.plane).catch(() => null),
    });
    byId("epoch-slider").append(this.slider.element);
    this.curves = new Curves(run);
  }

  createPanels() {
    const { form, run, samples } = this;
    const onPick = (point, row) => this.inspection.selectPoint(point, row);
    this.editor = new WeightEditor(form, samples, this);
    this.network = new Network(form, samples, {
      onHover: (layer, unit) => this.output.showUnit(layer, unit),
      onSelect: (selection) => this.inspection.select(selection),
      onBuild: () => this.network.setImage(this.images.point),
    });
    editNotice(this.editor);
    this.output = new Output(samples, onPick);
    this.images = new ImagePanel(samples, { onChange: () => this.imageChanged(), onPick });
    this.confusion = new ConfusionMatrix(samples, (row) => this.images.show(row));
    this.inspection = new Inspection(form, samples, run, this.editor, {
      shownEpoch: () => (this.isBuilt ? null : this.slider.epoch),
      onPoint: (point) => this.output.markPoint(point),
    });
  }

  listen() {
    const { form, run, samples } = this;
    form.spec.addEventListener("change", () => this.specChanged());
    form.errors.addEventListener("change", () => {
      if (form.errors.list.length) this.setLoading(false);
      else if (this.submitErrors.status === 422) this.submitErrors.show(null);
    });
    this.editor.addEventListener("change", () =>
      this.specValidated(JSON.stringify(form.spec.value)),
    );
    run.addEventListener("job", () => this.jobChanged());
    run.addEventListener("status", () => this.showWarnings());
    samples.addEventListener("change", () => {
      if (this.isBuilt || this.slider.epoch === null) this.showUntrained();
      else this.showEpoch(this.slider.epoch);
    });
  }

  jobChanged() {
    this.trainedData = dataFingerprint(this.form.spec.value);
    this.isBuilt = true;
    this.confusion.hide();
    if (this.run.isActive || !this.run.job) this.showUntrained();
    else this.show(null);
    this.showWarnings();
    this.writeLink();
  }

  async train() {
    const { form, run } = this;
    const local = form.errors.list.find((error) => error.source === "field");
    if (local) return focusField(local.pointer);
    this.submitErrors.show(null);
    this.controls.setBusy(true);
    try {
      await run.submit(form.spec.value);
      form.errors.setServer([]);
    } catch (problem) {
      form.errors.setServer(problem.errors ?? []);
      this.submitErrors.show(problem);
    } finally {
      this.controls.setBusy(false);
    }
  }

  /** Trains one more epoch than the shown job, or the first one. */
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

  imageChanged() {
    this.network.setImage(this.images.point);
    if (this.slider.epoch !== null) this.showEpoch(this.slider.epoch);
  }

  /** Whether the shown job was trained on the data of the spec. */
  get isSameData() {
    return this.trainedData === dataFingerprint(this.form.spec.value);
  }

  /** Whether the shown job has the network of the spec. */
  get isSameNetwork() {
    const { schema, spec } = this.form;
    const trained = networkFingerprint(schema, this.run.job.spec);
    return networkFingerprint(schema, spec.value) === trained;
  }

  /** Finds out whether the shown job still matches the spec. */
  specChanged() {
    const { run, slider } = this;
    const wasBuilt = this.isBuilt;
    const isTrained = run.job && slider.epoch !== null && this.isSameData && this.isSameNetwork;
    this.isBuilt = !isTrained;
    this.setLoading(this.isBuilt);
    if (wasBuilt && !this.isBuilt) this.showEpoch(slider.epoch);
  }

  setLoading(isLoading) {
    byId("network").setAttribute("aria-busy", String(isLoading));
  }

  /** The plane of the spec's data; null while other data are shown. */
  get plane() {
    return this.samples.areCurrent ? this.samples.plane : null;
  }

  /** Shows the job after an epoch. */
  async showEpoch(epoch) {
    const { job } = this.run;
    this.curves.markEpoch(epoch);
    if (!this.isSameData) return;
    this.isBuilt = false;
    this.setLoading(false);
    const view = await this.viewOf(job, epoch);
    const isCurrent = job.id === this.run.id && epoch === this.slider.epoch && !this.isBuilt;
    if (!view || !isCurrent) return;
    if (this.samples.areCurrent && this.samples.isImage && this.images.point)
      view.activations = await activationsOf(job, epoch, this.images.point).catch(() => null);
    this.show(view);
    this.confusion.load(job, epoch);
  }

  /** Returns the view of an epoch, without a plane if the job cannot compute it. */
  viewOf(job, epoch) {
    return this.views
      .of(job, epoch, this.plane)
      .catch(() => this.views.of(job, epoch, null).catch(() => null));
  }

  specValidated(text) {
    this.validSpec = text;
    this.showUntrained();
  }

  /** Whether the untrained network is to be shown, and can be. */
  get canShowUntrained() {
    const isValid = this.validSpec === JSON.stringify(this.form.spec.value);
    return this.isBuilt && isValid && this.samples.areCurrent;
  }

  /** Shows the network of the spec before training. */
  async showUntrained() {
    this.controller?.abort();
    if (!this.canShowUntrained) return;
    this.setLoading(true);
    this.controller = new AbortController();
    const { signal } = this.controller;
    const view = await untrainedView(this.form.spec, this.samples, signal).catch(() => null);
    if (signal.aborted || !this.canShowUntrained) return;
    this.confusion.hide();
    this.show(view);
  }

  /** Shows a network view in all panels; null shows the data alone. */
  show(view) {
    const output = view?.activations?.at(-1);
    this.setLoading(false);
    this.view = view;
    this.network.show(view);
    this.output.show(view);
    this.images.showPrediction(output ? Array.from(output.data) : null);
    this.inspection.viewChanged();
    this.slider.setBuilt(this.isBuilt);
  }

  showWarnings() {
    const warnings = this.run.warnings.slice(0, MAX_WARNINGS);
    byId("warnings").replaceChildren(...warnings.map((warning) => h("li", {}, warning)));
  }

  writeLink() {
    const { view } = document.body.dataset;
    writeLink({ spec: this.form.spec.value, job: this.run.id, view });
  }

  /** Restores the spec and the job of a link. */
  async restore({ spec, job }) {
    const current = JSON.stringify(this.form.spec.value);
    if (spec && JSON.stringify(spec) !== current) this.form.spec.replace(spec);
    if (!job && this.run.id) this.run.close();
    if (job && job !== this.run.id)
      await this.open(job, !spec).catch(() => announce("The job of this link was not found"));
  }

  /** Opens a job by its id, and loads its spec into the form if `loadsSpec`. */
  async open(job, loadsSpec) {
    await this.run.open(job);
    if (loadsSpec) this.form.spec.replace(this.run.job.spec);
    this.trainedData = dataFingerprint(this.form.spec.value);
  }

  redraw() {
    this.network.rebuild();
    this.output.draw();
    this.curves.draw();
    for (const tile of document.querySelectorAll(".tile")) tile.redraw?.();
  }
}
