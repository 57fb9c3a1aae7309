// The jobs: a list with status, metrics and sparkline; several can be laid over each other.

import { get, remove } from "../http/api.js";
import { byId, h, scrollable, iconButton, ICONS } from "../element.js";
import { ago, metric } from "../format.js";
import { PagedList } from "./paged_list.js";
import { sparkline } from "./sparkline.js";

const LIMIT = 12;
const STATUSES = ["queued", "running", "paused", "succeeded", "failed", "cancelled"];
const SHOWN = [
  "test_accuracy",
  "validation_accuracy",
  "accuracy",
  "test_r2",
  "validation_r2",
  "r2",
];

export class Jobs {
  /** `open(job)` shows one in the laboratory, `picked(jobs, histories)` compares several. */
  constructor(open, picked) {
    Object.assign(this, { open, picked, chosen: new Map(), histories: new Map() });
    this.status = h(
      "select",
      { id: "job-status", onchange: () => this.listing.load() },
      h("option", { value: "" }, "all"),
      STATUSES.map((status) => h("option", { value: status }, status)),
    );
    this.body = h("tbody", {});
    this.listing = new PagedList({
      path: (cursor) => this.path(cursor),
      draw: (rows) => this.draw(rows),
      empty: "No jobs yet. Press Train on the other page, or send one with curl.",
      older: "Older jobs",
      isMoving: (rows) => rows.length <= LIMIT && rows.some((job) => !job.finished_at),
    });
    this.element = h(
      "section",
      { class: "card", "aria-labelledby": "jobs-title" },
      h(
        "header",
        { class: "row" },
        h("h2", { id: "jobs-title" }, "Jobs"),
        h("div", { class: "filter" }, h("label", { for: "job-status" }, "Status"), this.status),
      ),
      scrollable(
        "The list of jobs",
        h(
          "table",
          { class: "list" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["", "job", "status", "loss", "best", "when", ""].map((head) =>
                h(
                  "th",
                  { scope: "col" },
                  head || h("span", { class: "visually-hidden" }, "action"),
                ),
              ),
            ),
          ),
          this.body,
        ),
      ),
      this.listing.state,
      this.listing.more,
    );
  }

  path(cursor) {
    const query = {
      limit: LIMIT,
      ...(cursor ? { cursor } : {}),
      ...(this.status.value ? { status: this.status.value } : {}),
    };
    return `/v1/jobs?${new URLSearchParams(query)}`;
  }

  draw(rows) {
    const kept = document.activeElement?.dataset?.keep;
    this.body.replaceChildren(...rows.map((job) => this.row(job)));
    if (kept) this.body.querySelector(`[data-keep="${kept}"]`)?.focus();
  }

  row(job) {
    const metrics = job.progress?.metrics ?? {};
    const fraction = job.progress?.fraction ?? 0;
    const best = SHOWN.find((name) => typeof metrics[name] === "number");
    const box = h("input", {
      type: "checkbox",
      checked: this.chosen.has(job.id),
      "aria-label": `Compare ${job.name} ${job.model.version}`,
      "data-keep": `job-${job.id}`,
      onchange: () => this.choose(job, box.checked),
    });
    const spark = h("span", { class: "spark-cell" });
    this.fillSpark(spark, job);
    return h(
      "tr",
      {},
      h("td", {}, box),
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          { type: "button", class: "link-button", onclick: () => this.open(job.id), title: "Open" },
          job.name,
          h("small", {}, ` ${job.model.version}`),
        ),
      ),
      h(
        "td",
        {},
        h(
          "span",
          { class: `status ${job.status}` },
          job.status === "running" ? `${Math.round(100 * fraction)} %` : job.status,
        ),
      ),
      h("td", {}, spark),
      h(
        "td",
        {},
        best
          ? h(
              "span",
              { title: best.replaceAll("_", " ") },
              metric(best, metrics[best]),
              h(
                "small",
                {},
                ` ${best.replace(/_.*/, "") === "accuracy" ? "training" : best.split("_")[0]}`,
              ),
            )
          : "–",
      ),
      h("td", {}, ago(job.created_at)),
      h(
        "td",
        {},
        job.finished_at
          ? iconButton(`Delete job ${job.name} ${job.model.version}`, ICONS.close, {
              onclick: () => this.drop(job),
            })
          : null,
      ),
    );
  }

  /** What a job has told of its epochs; nothing where it cannot be read now. */
  history(job) {
    const key = `${job.id} ${job.finished_at}`;
    if (!this.histories.has(key) || !job.finished_at) {
      this.histories.set(
        key,
        get(`/v1/jobs/${job.id}/history`).catch(() => {
          this.histories.delete(key); // another time
          return {};
        }),
      );
    }
    return this.histories.get(key);
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
    await remove(`/v1/jobs/${job.id}`).catch((problem) => {
      byId("live").textContent = problem.message;
    });
    this.chosen.delete(job.id);
    await this.listing.load();
    await this.compare();
  }
}
