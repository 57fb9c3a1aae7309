// The run controls: train, pause, cancel, and the progress of the job.

import { announce, byId, h, iconButton, ICONS } from "../element.js";
import { formatMetric } from "../format.js";
import { statusText } from "./status_text.js";

const TRAIN = "Train";
const ANNOUNCE_INTERVAL_MS = 10_000;
const MAX_METRICS = 4;
const METRICS = [
  "loss",
  "validation_loss",
  "test_loss",
  "accuracy",
  "validation_accuracy",
  "test_accuracy",
];

export class RunControls {
  /** `onTrain()` submits the spec, `onStep()` trains one more epoch. */
  constructor(run, { onTrain, onStep }) {
    this.run = run;
    this.train = h(
      "button",
      { type: "button", class: "train", id: "train", onclick: onTrain },
      h("span", { class: "triangle", "aria-hidden": "true" }),
      h("span", {}, TRAIN),
    );
    this.step = iconButton("Train one more epoch", ICONS.step, { onclick: onStep });
    this.pause = iconButton("Pause", ICONS.pause, {
      onclick: () => this.act(run.status === "paused" ? "resume" : "pause"),
    });
    this.cancel = iconButton("Cancel", ICONS.stop, { onclick: () => this.act("cancel") });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": "Progress" });
    this.status = h("p", { class: "run-status" });
    this.metrics = h("dl", { class: "numbers" });
    this.announced = { status: "", time: 0 };
    byId("run-controls").append(
      h("div", { class: "buttons" }, this.train, this.step, this.pause, this.cancel),
      h("div", { class: "progress" }, this.status, this.bar),
      this.metrics,
    );
    for (const name of ["job", "status", "epoch", "connection"])
      run.addEventListener(name, () => this.scheduleRefresh());
    this.refresh();
  }

  async act(verb) {
    try {
      await this.run.act(verb);
    } catch (problem) {
      announce(problem.message);
    }
  }

  scheduleRefresh() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.refresh();
    });
  }

  setBusy(isBusy) {
    this.train.disabled = isBusy;
    this.train.lastChild.textContent = isBusy ? "Sending…" : TRAIN;
  }

  refresh() {
    const { run } = this;
    const epochs = run.job?.spec.training.epochs ?? 0;
    const done = Math.max(run.epochs, run.job?.progress?.epoch ?? 0);
    this.refreshButtons();
    this.bar.value = fractionDone(run, done, epochs);
    this.bar.dataset.status = run.status;
    const text = statusText(run, done, epochs);
    this.status.replaceChildren(h("strong", {}, text[0]), h("span", {}, text[1]));
    const metrics = METRICS.map((name) => [name, latestValue(run, name)])
      .filter(([, value]) => value !== undefined && value !== null)
      .sort(([a], [b]) => rank(a) - rank(b))
      .slice(0, MAX_METRICS);
    this.metrics.replaceChildren(...metrics.map(metricElement));
    this.announceStatus(text);
  }

  refreshButtons() {
    const { run } = this;
    this.step.disabled = run.isActive;
    this.pause.disabled = !run.isActive;
    this.cancel.disabled = !run.isActive;
    const isPaused = run.status === "paused";
    this.pause.setAttribute("aria-label", isPaused ? "Resume" : "Pause");
    this.pause.title = isPaused ? "Resume" : "Pause";
    this.pause.querySelector("path").setAttribute("d", isPaused ? ICONS.play : ICONS.pause);
  }

  /** Announces each change of status to screen readers, and the progress now and then. */
  announceStatus([head, rest]) {
    const status = `${this.run.id} ${head}`;
    const now = performance.now();
    const isProgress = status === this.announced.status;
    const isDue = head === "Training" && now - this.announced.time >= ANNOUNCE_INTERVAL_MS;
    if (isProgress && !isDue) return;
    this.announced = { status, time: now };
    if (this.run.job) announce(`${head}: ${rest}`);
  }
}

function fractionDone(run, done, epochs) {
  if (run.status === "succeeded") return 1;
  const fraction = run.isActive ? (run.job.progress?.fraction ?? 0) : 0;
  return Math.max(epochs ? done / epochs : 0, fraction);
}

function metricElement([name, value]) {
  const label = name.replaceAll("_", " ");
  return h("div", {}, h("dt", {}, label), h("dd", {}, formatMetric(name, value)));
}

function rank(name) {
  const split = name.startsWith("test") ? 2 : name.startsWith("validation") ? 1 : 0;
  return (name.endsWith("accuracy") ? 10 : 0) + split;
}

function latestValue(run, name) {
  const latest = run.history[name]?.at(-1);
  return run.isActive ? latest : (run.job?.progress?.metrics[name] ?? latest);
}
