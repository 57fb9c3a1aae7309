// The list of jobs, with status, loss and best metric; several jobs can be compared.

import { announce, h, iconButton, ICONS, scrollable } from "../element.js";
import { formatMetric, timeAgo } from "../format.js";
import { get, remove } from "../http/api.js";
import { tableHead } from "../table.js";
import { bestMetric } from "./best_metric.js";
import { PagedList } from "./paged_list.js";
import { sparkline } from "./sparkline.js";

const LIMIT = 12;
const STATUSES = ["queued", "running", "paused", "succeeded", "failed", "cancelled"];

export class Jobs {
  /** `onOpen(jobId)` opens a job, `onChoose(jobs, histories)` compares the chosen ones. */
  constructor({ onOpen, onChoose }) {
    Object.assign(this, { onOpen, onChoose, chosen: new Map(), histories: new Map() });
    this.status = h(
      "select",
      { id: "job-status", onchange: () => this.list.load() },
      h("option", { value: "" }, "all"),
      STATUSES.map((status) => h("option", { value: status }, status)),
    );
    this.body = h("tbody", {});
    this.list = new PagedList({
      path: (cursor) => this.path(cursor),
      draw: (rows) => this.draw(rows),
      empty: "No jobs yet. Train one in the other view, or submit one with curl.",
      older: "Show older jobs",
      isChanging: (rows) => rows.length <= LIMIT && rows.some((job) => !job.finished_at),
    });
    const action = h("span", { class: "visually-hidden" }, "action");
    const compare = h("span", { class: "visually-hidden" }, "compare");
    const head = tableHead([compare, "job", "status", "loss", "best", "created", action]);
    this.element = h(
      "section",
      { class: "card", "aria-labelledby": "jobs-title" },
      h(
        "header",
        { class: "row" },
        h("h2", { id: "jobs-title" }, "Jobs"),
        h("div", { class: "filter" }, h("label", { for: "job-status" }, "Status"), this.status),
      ),
      scrollable("Jobs", h("table", { class: "list" }, head, this.body)),
      this.list.state,
      this.list.more,
    );
  }

  path(cursor) {
    const query = new URLSearchParams({ limit: LIMIT });
    if (cursor) query.set("cursor", cursor);
    if (this.status.value) query.set("status", this.status.value);
    return `/v1/jobs?${query}`;
  }

  draw(rows) {
    const focused = document.activeElement?.dataset?.keep;
    this.body.replaceChildren(...rows.map((job) => this.row(job)));
    if (focused) this.body.querySelector(`[data-keep="${focused}"]`)?.focus();
  }

  row(job) {
    const name = `${job.name} ${job.model.version}`;
    const box = h("input", {
      type: "checkbox",
      checked: this.chosen.has(job.id),
      "aria-label": `Compare ${name}`,
      "data-keep": `job-${job.id}`,
      onchange: () => this.choose(job, box.checked),
    });
    const link = h(
      "button",
      { type: "button", class: "link-button", onclick: () => this.onOpen(job.id), title: "Open" },
      job.name,
      h("small", {}, ` ${job.model.version}`),
    );
    const spark = h("span", { class: "spark-cell" });
    this.fillSpark(spark, job);
    const onclick = () => this.remove(job);
    const remover = job.finished_at
      ? iconButton(`Delete job ${name}`, ICONS.close, { onclick })
      : null;
    return h(
      "tr",
      {},
      h("td", {}, box),
      h("th", { scope: "row" }, link),
      h("td", {}, h("span", { class: `status ${job.status}` }, statusText(job))),
      h("td", {}, spark),
      h("td", {}, bestValue(job.progress?.metrics ?? {})),
      h("td", {}, timeAgo(job.created_at)),
      h("td", {}, remover),
    );
  }

  /** Returns the history of a job; an empty one if it cannot be loaded. */
  history(job) {
    const key = `${job.id} ${job.finished_at}`;
    if (!this.histories.has(key) || !job.finished_at) {
      const history = get(`/v1/jobs/${job.id}/history`).catch(() => {
        this.histories.delete(key); // so that it is requested again
        return {};
      });
      this.histories.set(key, history);
    }
    return this.histories.get(key);
  }

  async fillSpark(container, job) {
    const history = await this.history(job);
    container.replaceChildren(sparkline(history.loss ?? [], "loss"));
  }

  async choose(job, isChosen) {
    if (isChosen) this.chosen.set(job.id, job);
    else this.chosen.delete(job.id);
    await this.compare();
  }

  async compare() {
    const jobs = [...this.chosen.values()];
    this.onChoose(jobs, await Promise.all(jobs.map((job) => this.history(job))));
  }

  async remove(job) {
    await remove(`/v1/jobs/${job.id}`).catch((problem) => announce(problem.message));
    this.chosen.delete(job.id);
    await this.list.load();
    await this.compare();
  }
}

function statusText({ status, progress }) {
  return status === "running" ? `${Math.round(100 * (progress?.fraction ?? 0))} %` : status;
}

function bestValue(metrics) {
  const best = bestMetric(metrics);
  if (!best) return "–";
  const split = /^(test|validation)_/.exec(best)?.[1] ?? "training";
  return h(
    "span",
    { title: best.replaceAll("_", " ") },
    formatMetric(best, metrics[best]),
    h("small", {}, ` ${split}`),
  );
}
