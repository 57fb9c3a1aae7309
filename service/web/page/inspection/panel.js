// The inspection panel: a point's backward pass, the weights of a unit, feature importance.

import { byId, h, iconButton, ICONS } from "../element.js";
import { short } from "../format.js";
import { post } from "../http/api.js";
import { passFacts, targetFact, textFact } from "./facts.js";

const DEBOUNCE_MS = 300;
const MAX_NAMES = 64;
const WEIGHT_KINDS = new Set(["unit", "weight"]);
const HINT =
  "Click a point of the output to see its activations, gradients and the four equations of " +
  "backpropagation. Click a unit or a link of the network to see and edit its weights.";

export class Inspection {
  /**
   * `shownEpoch()` returns the epoch that is shown, null before training. `onPoint(point)` is
   * called with the inspected point, null for none.
   */
  constructor(form, samples, run, editor, { shownEpoch, onPoint }) {
    Object.assign(this, { form, samples, run, editor, shownEpoch, onPoint, selection: null });
    this.hasAttribution = false;
    this.body = byId("inspection");
    this.importanceButton = h(
      "button",
      { type: "button", class: "quiet", onclick: () => this.select({ kind: "importance" }) },
      "Compute feature importance",
    );
    this.clear();
    run.addEventListener("job", () => this.jobChanged());
    for (const name of ["snapshots", "status"])
      run.addEventListener(name, () => this.refreshHistory());
    samples.addEventListener("change", () => this.samplesChanged());
  }

  clear() {
    this.body.replaceChildren(h("p", { class: "note" }, HINT), this.importanceButton);
    this.importanceButton.hidden = this.shownEpoch() === null;
  }

  close() {
    this.selection = null;
    this.onPoint(null);
    this.clear();
  }

  /** Selects the point of a data set of one sample; closes a point of other data. */
  samplesChanged() {
    const { splits, state, layout } = this.samples;
    const isSingle = splits.training.length === 1 && !splits.heldOut.length;
    if (isSingle && state === "ready")
      this.selectPoint(splits.training[0].point, splits.training[0]);
    else if (this.selection?.kind === "point" && this.selection.layout !== layout) this.close();
  }

  selectPoint(point, row) {
    const { labels, task, layout } = this.samples;
    const defaultTarget = task === "classification" && labels ? labels.at(-1) : 0;
    const target = row ? row.target : defaultTarget;
    this.selection = { kind: "point", point, row, target, layout };
    this.onPoint(point);
    this.refresh();
  }

  /** Selects a unit, a weight or the feature importance. */
  select(selection) {
    this.selection = selection;
    this.onPoint(null);
    this.refresh();
    byId("inspection-card").scrollIntoView({ block: "nearest" });
  }

  /** Updates the numbers after another epoch or network is shown. */
  viewChanged() {
    this.importanceButton.hidden = this.shownEpoch() === null;
    this.weightFields?.refresh();
    clearTimeout(this.timer);
    const kind = this.selection?.kind;
    if (kind === "point") this.refresh();
    else if (kind === "importance") this.timer = setTimeout(() => this.refresh(), DEBOUNCE_MS);
  }

  jobChanged() {
    if (this.selection?.kind === "importance") this.close();
    else if (WEIGHT_KINDS.has(this.selection?.kind)) this.refresh();
  }

  /** Loads the history of the selected weights once a job has finished. */
  refreshHistory() {
    const { run, selection } = this;
    const history = `${run.id} ${run.snapshots.length}`;
    if (run.isActive || !WEIGHT_KINDS.has(selection?.kind) || selection.history === history) return;
    selection.history = history;
    this.refresh();
  }

  async refresh() {
    const { selection } = this;
    const { id } = this.run;
    if (!selection) return;
    const isCurrent = () => selection === this.selection && id === this.run.id;
    try {
      const content = await this.contentOf(selection);
      if (isCurrent() && content) this.body.replaceChildren(...content);
    } catch (problem) {
      if (!isCurrent()) return;
      const message = h("p", { class: "note" }, problem.message);
      this.body.replaceChildren(this.header("The request failed"), message);
    }
  }

  contentOf(selection) {
    if (selection.kind === "point") return this.pointContent(selection);
    if (selection.kind === "importance") return this.importanceContent();
    return this.weightContent(selection);
  }

  /** The activations and gradients of a point; null until its samples are loaded. */
  async pointContent(selection) {
    const epochOf = () => (selection.isSingleStep ? null : this.shownEpoch());
    const epoch = epochOf();
    if (epoch === null && !this.samples.areCurrent) return null;
    const [{ equations }, pass, attribution] = await Promise.all([
      import("./equations.js"),
      this.passOf(selection, epoch),
      epoch === null ? null : this.attribution(selection, epoch),
    ]);
    if (epoch !== epochOf()) return null;
    const coordinates = this.samples.columns
      .slice(0, 4)
      .map((name, index) => `${name} = ${short(selection.point[index])}`);
    return [
      this.header(`${selection.row ? "Sample" : "Point"} ${coordinates.join(", ")}`),
      h(
        "div",
        { class: "row facts" },
        targetFact(selection, this.samples, () => this.refresh()),
        passFacts(pass, epoch),
        this.stepSwitch(selection),
      ),
      attribution,
      equations(pass),
    ].filter(Boolean);
  }

  async passOf({ point, target }, epoch) {
    if (epoch === null) {
      const { singleStep } = await import("./single_step.js");
      return singleStep(this.form.spec.value, this.samples, point, target);
    }
    const { backwardPass } = await import("./backward_pass.js");
    return backwardPass(this.run.job, epoch, point, target);
  }

  /** Switches between the shown epoch and the first training step. */
  stepSwitch(selection) {
    const epoch = this.shownEpoch();
    if (epoch === null) return null;
    const onclick = () => {
      selection.isSingleStep = !selection.isSingleStep;
      this.refresh();
    };
    const text = selection.isSingleStep ? `Show epoch ${epoch}` : "Show the first training step";
    return h("button", { type: "button", class: "quiet", onclick }, text);
  }

  /** The feature attribution of a point, requested while its disclosure is open. */
  async attribution({ point }, epoch) {
    const content = h("div", {});
    const element = h(
      "details",
      {
        class: "more attribution",
        open: this.hasAttribution,
        ontoggle: () => {
          if (this.hasAttribution === element.open) return;
          this.hasAttribution = element.open;
          this.refresh();
        },
      },
      h("summary", {}, "Feature attribution"),
      content,
    );
    if (!this.hasAttribution) return element;
    const [{ featureAttribution }, explanation] = await Promise.all([
      import("./explanations.js"),
      this.explain(epoch, { point }),
    ]);
    content.append(...featureAttribution(explanation.point, this.samples.isImage));
    return element;
  }

  explain(epoch, body) {
    return post(`/v1/jobs/${this.run.id}/explain?epoch=${epoch}`, body);
  }

  async importanceContent() {
    const epoch = this.shownEpoch();
    const header = this.header("Permutation feature importance");
    if (epoch === null)
      return [header, h("p", { class: "note" }, "Press Train to get a model to explain.")];
    const [{ featureImportance }, explanation] = await Promise.all([
      import("./explanations.js"),
      this.explain(epoch, {}),
    ]);
    const fact = textFact("after epoch", epoch.toLocaleString("en"));
    const facts = h("div", { class: "row facts" }, fact);
    return [header, facts, ...featureImportance(explanation)];
  }

  /** The weights of a unit or link: fields to edit them, and their history. */
  async weightContent(selection) {
    const layer = `layer ${selection.layer + 1}`;
    const title =
      selection.kind === "weight"
        ? `Weight ${selection.from + 1} → ${selection.unit + 1} of ${layer}`
        : `Unit ${selection.unit + 1} of ${layer}`;
    const { weightFields } = await import("./weight_fields.js");
    const names = selection.layer
      ? Array.from({ length: MAX_NAMES }, (_, unit) => `unit ${unit + 1}`)
      : (this.samples.features ?? []);
    this.weightFields = this.editor.current.view && weightFields(selection, this.editor, names);
    const content = [this.header(title), this.weightFields].filter(Boolean);
    return [...content, ...(await this.historyContent(selection, names, content))];
  }

  async historyContent(selection, names, content) {
    const { run } = this;
    const note = (text) => h("p", { class: "note" }, text);
    if (!run.snapshots.length)
      return [
        note(
          run.isActive
            ? "The history is available when the job has finished."
            : "Press Train to record a history of these weights.",
        ),
      ];
    this.body.replaceChildren(...content, note("Loading the history…"));
    const { weightHistory } = await import("./weight_history.js");
    const count = this.form.spec.layers[selection.layer - 1]?.units ?? names.length;
    return weightHistory(run, selection, names.slice(0, count));
  }

  header(title) {
    return h(
      "header",
      { class: "row" },
      h("h3", { class: "title" }, title),
      iconButton("Close", ICONS.close, { onclick: () => this.close() }),
    );
  }
}
