// The deck: train, pause, cancel, and how far the job is.

import { byId, h, iconButton, ICONS } from "../element.js";
import { metric, seconds, short } from "../format.js";

const TRAIN = "Train";

export class RunControls {
  /** `train()` submits what is built, `step()` trains one epoch more. */
  constructor(run, train, step) {
    this.run = run;
    this.train = h(
      "button",
      { type: "button", class: "train", id: "train", onclick: train },
      h("span", { class: "triangle", "aria-hidden": "true" }),
      h("span", {}, TRAIN),
    );
    this.step = iconButton("One epoch more", ICONS.step, { onclick: step });
    this.pause = iconButton("Pause", ICONS.pause, {
      onclick: () => this.act(run.status === "paused" ? "resume" : "pause"),
    });
    this.cancel = iconButton("Cancel", ICONS.stop, { onclick: () => this.act("cancel") });
    this.bar = h("progress", { max: 1, value: 0, "aria-label": "Progress" });
    this.told = h("p", { class: "run-status" });
    this.numbers = h("dl", { class: "numbers" });
    byId("run-controls").append(
      h("div", { class: "buttons" }, this.train, this.step, this.pause, this.cancel),
      h("div", { class: "progress" }, this.told, this.bar),
      this.numbers,
    );
    for (const name of ["job", "status", "epoch", "link"])
      run.addEventListener(name, () => this.soon());
    this.refresh();
  }

  async act(verb) {
    try {
      await this.run.act(verb);
    } catch (problem) {
      byId("live").textContent = problem.message;
    }
  }

  soon() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = undefined;
      this.refresh();
    });
  }

  busy(is) {
    this.train.disabled = is;
    this.train.lastChild.textContent = is ? "Sending…" : TRAIN;
  }

  refresh() {
    const { run } = this;
    const { job } = run;
    const epochs = job?.spec.training.epochs ?? 0;
    const done = Math.max(run.epochs, job?.progress?.epoch ?? 0);
    this.step.disabled = run.isActive;
    this.pause.disabled = !run.isActive;
    this.cancel.disabled = !run.isActive;
    const isPaused = run.status === "paused";
    this.pause.setAttribute("aria-label", isPaused ? "Resume" : "Pause");
    this.pause.title = isPaused ? "Resume" : "Pause";
    this.pause.querySelector("path").setAttribute("d", isPaused ? ICONS.play : ICONS.pause);
    this.bar.value =
      run.status === "succeeded"
        ? 1
        : Math.max(epochs ? done / epochs : 0, run.isActive ? (job.progress?.fraction ?? 0) : 0);
    this.bar.dataset.status = run.status;
    const text = words(run, done, epochs);
    this.told.replaceChildren(h("strong", {}, text[0]), h("span", {}, text[1]));
    this.numbers.replaceChildren(
      ...[
        "loss",
        "validation_loss",
        "test_loss",
        "accuracy",
        "validation_accuracy",
        "test_accuracy",
      ]
        .map((name) => [name, latest(run, name)])
        .filter(([, value]) => value !== undefined && value !== null)
        .sort(([one], [other]) => rank(one) - rank(other))
        .slice(0, 4)
        .map(([name, value]) =>
          h("div", {}, h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, metric(name, value))),
        ),
    );
    announce(run, text);
  }
}

function rank(name) {
  return (
    (name.endsWith("accuracy") ? 10 : 0) +
    (name.startsWith("test") ? 2 : name.startsWith("validation") ? 1 : 0)
  );
}

function latest(run, name) {
  return run.isActive
    ? run.history[name]?.at(-1)
    : (run.job?.progress?.metrics[name] ?? run.history[name]?.at(-1));
}

/** What is happening, and the rest of the sentence. */
function words(run, done, epochs) {
  const { job } = run;
  const part = `epoch ${done.toLocaleString("en")} of ${epochs.toLocaleString("en")}`;
  if (run.link === "lost" && run.isActive)
    return ["Reconnecting", "the service is out of reach; the job goes on without us"];
  switch (run.status) {
    case "none":
      return ["Ready", "press Train and watch the network learn"];
    case "queued": {
      const position = job.queue_position;
      return ["Queued", position ? `place ${position} in the queue` : "waiting for a worker"];
    }
    case "running": {
      const left = job.progress?.seconds_left;
      return [
        job.cancel_requested_at ? "Cancelling" : "Training",
        part + (left ? `, ${seconds(left)} left` : ""),
      ];
    }
    case "paused":
      return ["Paused", part];
    case "cancelled":
      return ["Cancelled", `after ${part}; its snapshots stay`];
    case "failed":
      return ["Failed", job.error?.detail ?? "see the job"];
    default:
      return ["Trained", ended(job, part)];
  }
}

function ended(job, part) {
  const time = (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
  const reason =
    { early_stopped: ", stopped early", target: ", target reached", max_seconds: ", time is up" }[
      job.end_reason
    ] ?? "";
  return `${part}${reason}${Number.isFinite(time) ? ` in ${time < 10 ? `${short(time, 2)} s` : seconds(time)}` : ""}`;
}

let told = "";
let when = 0;

/** The live region: each change of status, and now and then how far it is. */
function announce(run, [head, rest]) {
  const isNews = `${run.id} ${head}` !== told;
  if (!isNews && (head !== "Training" || performance.now() - when < 10000)) return;
  told = `${run.id} ${head}`;
  when = performance.now();
  if (run.job) byId("live").textContent = `${head}: ${rest}`;
}
