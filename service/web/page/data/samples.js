// The samples of the spec's data: raw points and targets to draw.

import { post } from "../http/api.js";
import { featureOf } from "../network/features.js";
import { kindOf } from "../spec/spec.js";
import { Plane } from "./plane.js";

const PREVIEW = "/v1/datasets/preview?limit=500";
const DEBOUNCE_MS = 120;
const OWN_DATA = new Set(["inline", "uploaded"]);

export class Samples extends EventTarget {
  constructor(spec, errors) {
    super();
    this.spec = spec;
    this.errors = errors;
    this.state = "loading";
    this.columns = [];
    this.labels = null;
    this.splits = { training: [], heldOut: [] };
    this.plane = null;
    this.axes = [0, 1];
    this.requested = "";
    this.loaded = "";
    spec.addEventListener("change", () => this.scheduleLoad());
  }

  /** The held-out samples, or the training set without any. */
  get evaluationRows() {
    const { training, heldOut } = this.splits;
    return heldOut.length ? heldOut : training;
  }

  /** Whether these are the samples of the spec as it is now. */
  get areCurrent() {
    return this.loaded === JSON.stringify(this.spec.value.dataset ?? {});
  }

  /** The layout of points and targets as text, to compare two data sets. */
  get layout() {
    const [row] = this.splits.training;
    return JSON.stringify([this.columns, this.labels, this.task, [row?.target].flat().length]);
  }

  /** Loads the samples a moment after the data of the spec have changed. */
  scheduleLoad() {
    const text = JSON.stringify(this.spec.value.dataset ?? {});
    if (text === this.requested) return;
    this.requested = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(text), DEBOUNCE_MS);
  }

  async load(text) {
    const dataset = JSON.parse(text);
    try {
      const raw = withoutPreprocessing(dataset);
      const loadSplit = (name) => post(`${PREVIEW}&part=${name}`, raw);
      const [whole, training, ...heldOut] = await Promise.all([
        post(PREVIEW, dataset),
        loadSplit("training"),
        ...["validation", "test"].filter((name) => dataset.split?.[name]).map(loadSplit),
      ]);
      if (text !== this.requested) return;
      this.setSamples(whole, training, heldOut);
      this.loaded = text;
    } catch (problem) {
      if (text !== this.requested) return;
      this.state = problem.isUnreachable ? "unreachable" : "invalid";
      this.problem = problem;
      if (problem.isTransient) this.timer = setTimeout(() => this.load(text), problem.retryDelay);
      else if (problem.errors) this.errors.setServer(problem.errors, "/dataset");
    }
    this.dispatchEvent(new Event("change"));
  }

  setSamples(whole, training, heldOut) {
    if (String(this.columns) !== String(training.features)) this.axes = [0, 1];
    this.state = "ready";
    this.columns = training.features;
    this.features = whole.features;
    this.inputShape = whole.input_shape;
    this.inputs = whole.points;
    this.labels = training.labels;
    this.warnings = whole.warnings;
    this.counts = training.splits;
    this.splits = {
      training: rowsOf(training),
      heldOut: heldOut.flatMap(rowsOf),
    };
    this.updatePlane();
  }

  /** Chooses the two columns of the plane. */
  chooseAxes(axes) {
    this.axes = axes;
    this.updatePlane();
    this.dispatchEvent(new Event("change"));
  }

  updatePlane() {
    const points = [...this.splits.training, ...this.splits.heldOut].map((row) => row.point);
    this.plane =
      !this.isImage && points.length && points[0].every(Number.isFinite)
        ? Plane.around(this.columns, points, this.axes)
        : null;
  }

  /**
   * Returns the preprocessing of raw points: their features, scaled as in the samples; null if a
   * feature is not supported here.
   */
  preprocessing() {
    const functions = this.features.map((feature) => featureOf(feature, this.columns));
    const training = this.splits.training;
    if (functions.includes(null) || training.length !== this.inputs.length) return null;
    const lines = functions.map((feature, index) =>
      line(
        training.map((row) => feature(row.point)),
        this.inputs.map((row) => row[index]),
      ),
    );
    return (point) => functions.map((feature, index) => lines[index](feature(point)));
  }

  /** The task, as the service determines it. */
  get task() {
    const { task, source } = this.spec.value.dataset ?? {};
    if (task && task !== "auto") return task;
    const loss = JSON.stringify(this.spec.value.training?.loss ?? "");
    if (this.isMultilabel(loss)) return "multilabel";
    if (/cross_entropy/.test(loss)) return "classification";
    const isOwnData = OWN_DATA.has(kindOf(source));
    const isText = this.labels?.some((label) => typeof label !== "number");
    return this.labels && (!isOwnData || isText) ? "classification" : "regression";
  }

  /** Whether the targets are rows of labels that are present or absent. */
  isMultilabel(loss) {
    const targets = this.splits.training.map((row) => row.target);
    if (!Array.isArray(targets[0])) return false;
    const all = targets.flat();
    return (
      all.every((value) => typeof value === "boolean") ||
      (/binary_cross_entropy/.test(loss) && all.every((value) => value === 0 || value === 1))
    );
  }

  /** Whether the samples are square images. */
  get isImage() {
    const side = Math.sqrt(this.columns.length);
    return (
      Number.isInteger(side) && side > 4 && this.columns.every((name) => /pixel|^x\d+$/.test(name))
    );
  }

  /** The largest absolute target, which scales the colors. */
  get scale() {
    const values = this.splits.training.flatMap((row) => row.target).filter(Number.isFinite);
    return Math.max(...values.map(Math.abs), 1e-9);
  }
}

/** Returns the linear function that maps the numbers before scaling to those after it. */
function line(before, after) {
  const low = before.indexOf(Math.min(...before));
  const high = before.indexOf(Math.max(...before));
  const slope =
    before[low] === before[high] ? 1 : (after[high] - after[low]) / (before[high] - before[low]);
  return (value) => after[low] + slope * (value - before[low]);
}

/** Returns the data set without features, scaling or shape. */
function withoutPreprocessing(dataset) {
  const {
    features,
    standardize,
    standardize_targets: scaled,
    reshape,
    ...preprocessing
  } = dataset.preprocessing ?? {};
  return { ...dataset, preprocessing: { ...preprocessing, standardize: false } };
}

function rowsOf(preview) {
  return preview.points.map((point, index) => {
    const target = preview.targets[index];
    return { point, target: Array.isArray(target) && target.length === 1 ? target[0] : target };
  });
}
