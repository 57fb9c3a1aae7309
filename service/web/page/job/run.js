// The job that is watched: submitted or opened, followed by its events, with all it has told.

import { get, post } from "../http/api.js";
import { follow } from "../http/events.js";

const PERIOD = 1000;
const ENDS = new Set(["succeeded", "failed", "cancelled"]);

export class Run extends EventTarget {
  constructor() {
    super();
    this.clear();
  }

  clear() {
    this.leaving?.abort();
    this.leaving = null;
    clearInterval(this.looking);
    clearTimeout(this.soon);
    this.soon = undefined;
    this.job = null;
    this.history = {};
    this.snapshots = [];
    this.warnings = [];
    this.link = "idle";
    this.isTold = false;
  }

  get id() {
    return this.job?.id ?? null;
  }

  get status() {
    return this.job?.status ?? "none";
  }

  get isActive() {
    return this.job !== null && !ENDS.has(this.job.status);
  }

  get epochs() {
    return Math.max(0, ...Object.values(this.history).map((values) => values.length));
  }

  /** Submits a spec; sending it again after a broken answer makes no second job. */
  async submit(spec) {
    const key = crypto.randomUUID();
    const headers = { "Idempotency-Key": key };
    const sent = () => post("/v1/jobs", spec, { headers });
    const job = await sent().catch((problem) =>
      problem.isUnreachable ? sent() : Promise.reject(problem),
    );
    this.take(job);
  }

  /** Opens a job by its id. */
  async open(id) {
    this.take(await get(`/v1/jobs/${id}`));
  }

  /** Watches none any more. */
  leave() {
    this.clear();
    this.tell("job");
  }

  take(job) {
    this.clear();
    this.job = job;
    this.warnings = job.warnings;
    this.leaving = new AbortController();
    this.tell("job");
    if (ENDS.has(job.status)) this.recall(this.leaving.signal);
    else this.follow(this.leaving.signal);
  }

  /** What an ended job has told, all at once. */
  async recall(signal) {
    const history = await get(`/v1/jobs/${this.id}/history`, { signal }).catch(() => ({}));
    if (signal.aborted) return;
    this.history = history;
    this.tell("epoch");
    await this.look();
  }

  follow(signal) {
    this.looking = setInterval(() => this.refresh(signal), PERIOD);
    follow(this.id, {
      signal,
      told: (name, data) => this.told(name, data, signal),
      connected: (is) => this.connected(is),
    })
      .catch(() => this.connected(false))
      .finally(() => {
        if (signal.aborted) return;
        this.refresh(signal, true);
      });
  }

  connected(is) {
    this.link = is ? "live" : "lost";
    this.tell("link");
  }

  told(name, data) {
    if (name === "epoch") this.add(data.epoch, data.metrics);
    else if (name === "snapshot") this.addSnapshot(data.epoch);
    else if (name === "warning") this.warnings = [...this.warnings, data.detail];
    else
      this.job = {
        ...this.job,
        status: name === "running" ? "running" : name,
        error: data.error ?? this.job.error,
      };
    if (name === "epoch") {
      this.job.status = "running";
      this.lookSoon();
      this.tell("epoch");
    } else this.tell("status");
  }

  /** Where snapshots are told, they need not be looked for. */
  addSnapshot(epoch) {
    this.isTold = true;
    this.setSnapshots([...this.snapshots, epoch]);
  }

  add(epoch, metrics) {
    for (const [name, value] of Object.entries(metrics)) {
      this.history[name] ??= new Array(epoch - 1).fill(null);
      this.history[name][epoch - 1] = value;
    }
  }

  /** How far it is and how long it takes is asked, not told. */
  async refresh(signal, isLast = false) {
    const job = await get(`/v1/jobs/${this.id}`, { signal }).catch(() => null);
    if (!job || signal.aborted) return;
    this.job = job;
    this.warnings = job.warnings.length >= this.warnings.length ? job.warnings : this.warnings;
    if (ENDS.has(job.status)) clearInterval(this.looking);
    if (isLast || ENDS.has(job.status)) {
      this.link = "idle";
      await this.look();
    }
    this.tell("status");
  }

  /** Looks for snapshots, not more often than a picture can be drawn. */
  lookSoon() {
    if (!this.keeps || this.isTold) return;
    this.soon ??= setTimeout(async () => {
      await this.look();
      this.soon = undefined;
    }, 250);
  }

  get keeps() {
    const record = this.job?.spec.training.record ?? {};
    return record.snapshots > 0 || record.every !== null;
  }

  async look() {
    const id = this.id;
    const page = await get(`/v1/jobs/${id}/snapshots`).catch(() => ({ data: [] }));
    if (id === this.id) this.setSnapshots(page.data.map((snapshot) => snapshot.epoch));
  }

  setSnapshots(epochs) {
    const snapshots = [...new Set(epochs)].sort((a, b) => a - b);
    if (snapshots.join() === this.snapshots.join()) return;
    this.snapshots = snapshots;
    this.tell("snapshots");
  }

  async act(verb) {
    this.job = await post(`/v1/jobs/${this.id}/${verb}`);
    if (verb === "resume" && !this.looking) this.follow(this.leaving.signal);
    this.tell("status");
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
