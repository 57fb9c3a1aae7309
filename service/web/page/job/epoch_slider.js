// The epoch slider: scrubs and plays the snapshots of a job, and follows it while it trains.

import { h, iconButton, ICONS } from "../element.js";
import { reducedMotion } from "../theme.js";

const FRAME_MS = 70;
const PREFETCHED = 2;

export class EpochSlider {
  /** `onEpoch(epoch)` shows an epoch and resolves when it is shown; `prefetch(epoch)` loads it. */
  constructor(run, { onEpoch, prefetch }) {
    Object.assign(this, { run, onEpoch, prefetch, index: -1 });
    this.isPlaying = false;
    this.isBuilt = false;
    this.slider = h("input", {
      type: "range",
      min: 0,
      max: 0,
      step: 1,
      value: 0,
      "aria-label": "Epoch",
      disabled: true,
      oninput: () => this.scrub(this.slider.valueAsNumber),
    });
    this.label = h("output", { class: "epoch" }, "–");
    this.play = iconButton("Play the epochs", ICONS.play, {
      onclick: () => (this.isPlaying ? this.stop() : this.start()),
    });
    this.previous = iconButton("Previous snapshot", ICONS.back, {
      onclick: () => this.scrub(this.index - 1),
    });
    this.next = iconButton("Next snapshot", ICONS.forward, {
      onclick: () => this.scrub(this.index + 1),
    });
    const controls = [this.previous, this.play, this.next, this.slider, this.label];
    this.element = h("div", { class: "epoch-slider" }, controls);
    run.addEventListener("job", () => this.reset());
    run.addEventListener("snapshots", () => this.snapshotsChanged());
    this.refresh();
  }

  get epoch() {
    return this.run.snapshots[this.index] ?? null;
  }

  reset() {
    this.index = -1;
    this.isPlaying = false;
    this.refresh();
  }

  /** Moves to new snapshots, unless an earlier one is selected. */
  snapshotsChanged() {
    const { snapshots, isActive, isNew } = this.run;
    const isAtEnd = this.index < 0 || this.isPlaying || this.epoch === this.latest;
    this.latest = snapshots.at(-1);
    this.refresh();
    if (!isAtEnd) return;
    const isFinished = this.index < 0 && !isActive && !isNew;
    if (reducedMotion.matches || isFinished) this.scrub(snapshots.length - 1);
    else this.animate();
  }

  /** Says whether the untrained network is shown instead of the selected epoch. */
  setBuilt(isBuilt) {
    this.isBuilt = isBuilt;
    this.refresh();
  }

  scrub(index) {
    this.isPlaying = false;
    this.go(index);
  }

  start() {
    if (this.index >= this.run.snapshots.length - 1) this.index = -1;
    this.animate();
  }

  stop() {
    this.isPlaying = false;
    this.refresh();
  }

  async animate() {
    if (this.isPlaying) return;
    this.isPlaying = true;
    const { run } = this;
    const { id } = run;
    while (this.isPlaying && id === run.id && this.index < run.snapshots.length - 1) {
      const started = performance.now();
      const following = this.index + 2;
      for (const epoch of run.snapshots.slice(following, following + PREFETCHED))
        this.prefetch(epoch);
      await this.go(this.index + 1);
      const rest = Math.max(0, FRAME_MS - (performance.now() - started));
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
    if (id === run.id) this.stop();
  }

  async go(index) {
    this.index = Math.max(0, Math.min(this.run.snapshots.length - 1, index));
    this.refresh();
    if (this.epoch !== null) await this.onEpoch(this.epoch);
  }

  refresh() {
    const { epoch } = this;
    const count = this.run.snapshots.length;
    this.slider.max = Math.max(0, count - 1);
    this.slider.value = Math.max(0, this.index);
    this.slider.disabled = count < 2;
    const text = epoch === null ? "no snapshot yet" : `after epoch ${epoch}`;
    this.slider.setAttribute("aria-valuetext", text);
    this.label.textContent = this.labelText();
    this.previous.disabled = this.index <= 0;
    this.next.disabled = this.index >= count - 1;
    this.play.disabled = count < 2;
    this.play.classList.toggle("selected", this.isPlaying);
    this.play.querySelector("path").setAttribute("d", this.isPlaying ? ICONS.pause : ICONS.play);
    this.play.setAttribute("aria-label", this.isPlaying ? "Stop the animation" : "Play the epochs");
  }

  labelText() {
    if (this.epoch === null) return "untrained";
    return this.isBuilt ? "as built" : `epoch ${this.epoch.toLocaleString("en")}`;
  }
}
