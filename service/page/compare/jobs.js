// The jobs: a list with status, metrics and sparkline; several can be laid over each other.

import { get, remove } from "../wire/api.js";
import { Problem } from "../wire/problem.js";
import { byId, h, scrolling, signed, SIGNS } from "../element.js";
import { ago, metric } from "../format.js";
import { sparkline } from "./sparkline.js";

const LIMIT = 12;
const PERIOD = 2500;
const STATUSES = ["queued", "running", "paused", "succeeded", "failed", "cancelled"];
const SHOWN = ["test_accuracy", "validation_accuracy", "accuracy", "test_r2", "validation_r2", "r2"];

export class Jobs {
  /** `open(job)` shows one in the laboratory, `picked(jobs, histories)` compares several. */
  constructor(open, picked) {
    Object.assign(this, { open, picked, rows: [], next: null, chosen: new Map(), histories: new Map() });
    this.status = h("select", { id: "job-status", onchange: () => this.load() }, h("option", { value: "" }, "all"), STATUSES.map((status) => h("option", { value: status }, status)));
    this.body = h("tbody", {});
    this.state = h("p", { class: "note", role: "status" });
    this.more = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.load(this.next) }, "Older jobs");
    this.element = h("section", { class: "card", "aria-labelledby": "jobs-title" },
      h("header", { class: "row" }, h("h2", { id: "jobs-title" }, "Jobs"), h("div", { class: "filter" }, h("label", { for: "job-status" }, "Status"), this.status)),
      scrolling("The list of jobs", h("table", { class: "list" },
        h("thead", {}, h("tr", {}, ["", "job", "status", "loss", "best", "when", ""].map((head) => h("th", { scope: "col" }, head || h("span", { class: "visually-hidden" }, "action"))))),
        this.body)),
      this.state, this.more);
  }

  /** Keeps the list fresh for as long as somebody looks. */
  watch(isLooking) {
    clearInterval(this.timer);
    if (!isLooking) return;
    this.load();
    this.timer = setInterval(() => {
      if (!this.rows.length || (this.rows.length <= LIMIT && this.rows.some((job) => !job.finished_at))) this.load();
    }, PERIOD);
  }

  async load(cursor = null) {
    if (!this.rows.length) this.state.textContent = "Reading the list…";
    const query = new URLSearchParams({ limit: LIMIT, ...(cursor ? { cursor } : {}), ...(this.status.value ? { status: this.status.value } : {}) });
    try {
      const page = await get(`/v1/jobs?${query}`);
      this.take(cursor ? [...this.rows, ...page.data] : page.data, page.next);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.state.textContent = `The list could not be read: ${problem.message}.`;
    }
  }

  take(rows, next) {
    Object.assign(this, { rows, next });
    this.state.textContent = rows.length ? "" : "No jobs yet. Press Train on the other page, or send one with curl.";
    this.draw();
  }

  draw() {
    this.more.hidden = !this.next;
    const kept = document.activeElement?.dataset?.keep;
    this.body.replaceChildren(...this.rows.map((job) => this.row(job)));
    if (kept) this.body.querySelector(`[data-keep="${kept}"]`)?.focus();
  }

  row(job) {
    const { metrics = {}, fraction = 0 } = job.progress ?? {};
    const best = SHOWN.find((name) => typeof metrics[name] === "number");
    const box = h("input", { type: "checkbox", checked: this.chosen.has(job.id), "aria-label": `Compare ${job.name} ${job.model.version}`, "data-keep": `job-${job.id}`, onchange: () => this.choose(job, box.checked) });
    const spark = h("span", { class: "spark-place" });
    this.fillSpark(spark, job);
    return h("tr", {},
      h("td", {}, box),
      h("th", { scope: "row" }, h("button", { type: "button", class: "name-of", onclick: () => this.open(job.id), title: "Open" }, job.name, h("small", {}, ` ${job.model.version}`))),
      h("td", {}, h("span", { class: `status ${job.status}` }, job.status === "running" ? `${Math.round(100 * fraction)} %` : job.status)),
      h("td", {}, spark),
      h("td", {}, best ? h("span", { title: best.replaceAll("_", " ") }, metric(best, metrics[best]), h("small", {}, ` ${best.replace(/_.*/, "") === "accuracy" ? "training" : best.split("_")[0]}`)) : "–"),
      h("td", {}, ago(job.created_at)),
      h("td", {}, job.finished_at ? signed(`Delete job ${job.name} ${job.model.version}`, SIGNS.close, { onclick: () => this.drop(job) }) : null));
  }

  async history(job) {
    if (!this.histories.has(job.id) || !job.finished_at) this.histories.set(job.id, get(`/v1/jobs/${job.id}/history`).catch(() => ({})));
    return this.histories.get(job.id);
  }

  async fillSpark(place, job) {
    const history = await this.history(job);
    place.replaceChildren(sparkline(history.loss ?? [], "loss"));
  }

  async choose(job, is) {
    if (is) this.chosen.set(job.id, job);
    else this.chosen.delete(job.id);
    await this.compare();
  }

  async compare() {
    const jobs = [...this.chosen.values()];
    this.picked(jobs, await Promise.all(jobs.map((job) => this.history(job))));
  }

  async drop(job) {
    await remove(`/v1/jobs/${job.id}`).catch((problem) => { byId("live").textContent = problem.message; });
    this.chosen.delete(job.id);
    await this.load();
    await this.compare();
  }
}
