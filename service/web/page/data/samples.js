// The samples of the spec: raw points and targets to draw, and whether they fit what is asked.

import { post } from "../http/api.js";
import { featureOf } from "../network/features.js";
import { Plane } from "./plane.js";

const SHOWN = 500;
const QUIET = 120;
const OPEN = new Set(["inline", "uploaded"]);

export class Samples extends EventTarget {
  constructor(spec, faults) {
    super();
    this.spec = spec;
    this.errors = faults;
    this.state = "loading";
    this.columns = [];
    this.labels = null;
    this.parts = { training: [], held: [] };
    this.plane = null;
    this.axes = [0, 1];
    this.asked = "";
    this.loaded = "";
    spec.addEventListener("change", () => this.look());
  }

  /** Whether these are the samples of the spec as it is now. */
  get areCurrent() {
    return this.loaded === JSON.stringify(this.spec.value.dataset ?? {});
  }

  /** What points and targets look like, as text to compare. */
  get form() {
    const [row] = this.parts.training;
    return JSON.stringify([this.columns, this.labels, this.task, [row?.target].flat().length]);
  }

  /** Asks anew if the data of the spec have changed, once nothing has for a moment. */
  look() {
    const wanted = JSON.stringify(this.spec.value.dataset ?? {});
    if (wanted === this.asked) return;
    this.asked = wanted;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(wanted), QUIET);
  }

  async load(wanted) {
    const dataset = JSON.parse(wanted);
    try {
      const part = (name) => post(`/v1/datasets/preview?limit=${SHOWN}&part=${name}`, raw(dataset));
      const [whole, training, ...held] = await Promise.all([
        post(`/v1/datasets/preview?limit=${SHOWN}`, dataset),
        part("training"),
        ...["validation", "test"].filter((name) => dataset.split?.[name]).map(part),
      ]);
      if (wanted !== this.asked) return;
      this.take(whole, training, held);
      this.loaded = wanted;
    } catch (problem) {
      if (wanted !== this.asked) return;
      this.state = problem.isUnreachable ? "away" : "invalid";
      this.problem = problem;
      if (problem.isTransient) this.timer = setTimeout(() => this.load(wanted), problem.retryDelay);
      else if (problem.errors) this.errors.setServer(problem.errors, "/dataset");
    }
    this.dispatchEvent(new Event("change"));
  }

  take(whole, training, held) {
    if (String(this.columns) !== String(training.features)) this.axes = [0, 1];
    this.state = "ready";
    this.columns = training.features;
    this.features = whole.features;
    this.inputShape = whole.input_shape;
    this.seen = whole.points;
    this.labels = training.labels;
    this.warnings = whole.warnings;
    this.counts = training.parts;
    this.parts = {
      training: rows(training),
      held: held.flatMap(rows),
    };
    this.draw();
  }

  /** Chooses the two columns that are drawn. */
  choose(axes) {
    this.axes = axes;
    this.draw();
    this.dispatchEvent(new Event("change"));
  }

  draw() {
    const points = [...this.parts.training, ...this.parts.held].map((row) => row.point);
    this.plane =
      !this.isImage && points.length && points[0].every(Number.isFinite)
        ? Plane.around(this.columns, points, this.axes)
        : null;
  }

  /**
   * What makes of a raw point what the network sees: its features, shifted and scaled as they are
   * in the samples; null where a feature is none that can be read here.
   */
  preparing() {
    const functions = this.features.map((feature) => featureOf(feature, this.columns));
    const training = this.parts.training;
    if (functions.includes(null) || training.length !== this.seen.length) return null;
    const lines = functions.map((feature, place) =>
      line(
        training.map((row) => feature(row.point)),
        this.seen.map((row) => row[place]),
      ),
    );
    return (point) => functions.map((feature, place) => lines[place](feature(point)));
  }

  /** What the targets are, as the service will see it. */
  get task() {
    const { task, source } = this.spec.value.dataset ?? {};
    if (task && task !== "auto") return task;
    const loss = JSON.stringify(this.spec.value.training?.loss ?? "");
    if (this.isMultilabel(loss)) return "multilabel";
    if (/cross_entropy/.test(loss)) return "classification";
    const open = OPEN.has(typeof source === "string" ? source : source?.type);
    const isText = this.labels?.some((label) => typeof label !== "number");
    return this.labels && (!open || isText) ? "classification" : "regression";
  }

  /** Whether each sample has a row of targets that are present or absent. */
  isMultilabel(loss) {
    const targets = this.parts.training.map((row) => row.target);
    if (!Array.isArray(targets[0])) return false;
    const all = targets.flat();
    return (
      all.every((one) => typeof one === "boolean") ||
      (/binary_cross_entropy/.test(loss) && all.every((one) => one === 0 || one === 1))
    );
  }

  /** Whether samples are small pictures: a square of numbers. */
  get isImage() {
    const side = Math.sqrt(this.columns.length);
    return (
      Number.isInteger(side) && side > 4 && this.columns.every((name) => /pixel|^x\d+$/.test(name))
    );
  }

  /** A target from −1 to 1, or the place of its label, as colors need it. */
  get scale() {
    const values = this.parts.training.flatMap((row) => row.target).filter(Number.isFinite);
    return Math.max(...values.map(Math.abs), 1e-9);
  }
}

/** The line through the smallest and the largest of some numbers and what they became. */
function line(before, after) {
  const low = before.indexOf(Math.min(...before));
  const high = before.indexOf(Math.max(...before));
  const slope =
    before[low] === before[high] ? 1 : (after[high] - after[low]) / (before[high] - before[low]);
  return (value) => after[low] + slope * (value - before[low]);
}

/** The same data as they are, without features, scaling or shape. */
function raw(dataset) {
  const {
    features,
    standardize,
    standardize_targets: scaled,
    reshape,
    ...kept
  } = dataset.preparation ?? {};
  return { ...dataset, preparation: { ...kept, standardize: false } };
}

function rows(preview) {
  return preview.points.map((point, index) => {
    const target = preview.targets[index];
    return { point, target: Array.isArray(target) && target.length === 1 ? target[0] : target };
  });
}
