// EpochSlider: back and forth through the kept epochs, by hand or as a film; it follows while a job runs.

import { h, iconButton, ICONS } from "../element.js";
import { stillness } from "../theme.js";

const FRAME = 70;
const AHEAD = 2;

export class EpochSlider {
  /** `show(epoch)` draws an epoch and answers when that is done; `fetch(epoch)` gets it beforehand. */
  constructor(run, show, fetch) {
    Object.assign(this, { run, show, fetch });
    this.index = -1;
    this.isPlaying = false;
    this.isAside = false;
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
    this.told = h("output", { class: "epoch" }, "–");
    this.play = iconButton("Play the epochs", ICONS.play, {
      onclick: () => (this.isPlaying ? this.stop() : this.start()),
    });
    this.before = iconButton("One snapshot back", ICONS.back, {
      onclick: () => this.scrub(this.index - 1),
    });
    this.after = iconButton("One snapshot on", ICONS.on, { onclick: () => this.scrub(this.index + 1) });
    this.element = h(
      "div",
      { class: "epoch-slider" },
      this.before,
      this.play,
      this.after,
      this.slider,
      this.told,
    );
    run.addEventListener("job", () => this.reset());
    run.addEventListener("snapshots", () => this.grown());
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

  /** New snapshots have come: on to them, unless somebody looks at an earlier one. */
  grown() {
    const isAtEnd = this.index < 0 || this.isPlaying || this.run.snapshots[this.index] === this.last;
    this.last = this.run.snapshots.at(-1);
    this.refresh();
    if (!isAtEnd) return;
    if (stillness.matches || (this.index < 0 && !this.run.isActive && !this.run.isFresh))
      this.scrub(this.run.snapshots.length - 1);
    else this.film();
  }

  /** Tells whether something else is shown than the epoch that the slider stands at. */
  aside(is) {
    this.isAside = is;
    this.refresh();
  }

  scrub(index) {
    this.isPlaying = false;
    this.go(index);
  }

  start() {
    if (this.index >= this.run.snapshots.length - 1) this.index = -1;
    this.film();
  }

  stop() {
    this.isPlaying = false;
    this.refresh();
  }

  async film() {
    if (this.isPlaying) return;
    this.isPlaying = true;
    const { id } = this.run;
    while (this.isPlaying && id === this.run.id && this.index < this.run.snapshots.length - 1) {
      const began = performance.now();
      for (const ahead of this.run.snapshots.slice(this.index + 2, this.index + 2 + AHEAD))
        this.fetch(ahead);
      await this.go(this.index + 1);
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, FRAME - (performance.now() - began))),
      );
    }
    if (id === this.run.id) this.stop();
  }

  async go(index) {
    this.index = Math.max(0, Math.min(this.run.snapshots.length - 1, index));
    this.refresh();
    if (this.epoch !== null) await this.show(this.epoch);
  }

  refresh() {
    const count = this.run.snapshots.length;
    this.slider.max = Math.max(0, count - 1);
    this.slider.value = Math.max(0, this.index);
    this.slider.disabled = count < 2;
    this.slider.setAttribute(
      "aria-valuetext",
      this.epoch === null ? "no snapshot yet" : `after epoch ${this.epoch}`,
    );
    this.told.textContent =
      this.epoch === null
        ? "untrained"
        : this.isAside
          ? "as built"
          : `epoch ${this.epoch.toLocaleString("en")}`;
    this.play.disabled = count < 2;
    this.before.disabled = this.index <= 0;
    this.after.disabled = this.index >= count - 1;
    this.play.classList.toggle("selected", this.isPlaying);
    this.play.querySelector("path").setAttribute("d", this.isPlaying ? ICONS.pause : ICONS.play);
    this.play.setAttribute("aria-label", this.isPlaying ? "Stop the film" : "Play the epochs");
  }
}
