// The job that is shown: submitted or opened, and updated by its events.

import { get, post } from "../http/api.js";
import { followEvents } from "../http/events.js";

const POLL_INTERVAL_MS = 1000;
const SNAPSHOT_DELAY_MS = 250;
const END_STATUSES = new Set(["succeeded", "failed", "cancelled"]);

/** Dispatches "job", "status", "epoch", "snapshots" and "connection". */
export class Run extends EventTarget {
  constructor() {
    super();
    this.clear();
  }

  clear() {
    this.controller?.abort();
    this.controller = null;
    clearInterval(this.pollTimer);
    clearTimeout(this.snapshotTimer);
    this.snapshotTimer = undefined;
    this.job = null;
    this.history = {};
    this.snapshots = [];
    this.warnings = [];
    this.connection = "idle";
    this.hasSnapshotEvents = false;
  }

  get id() {
    return this.job?.id ?? null;
  }

  get status() {
    return this.job?.status ?? "none";
  }

  get isActive() {
    return this.job !== null && !END_STATUSES.has(this.job.status);
  }

  get epochs() {
    return Math.max(0, ...Object.values(this.history).map((values) => values.length));
  }

  /** Submits a spec; the idempotency key allows one retry after a lost response. */
  async submit(spec) {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const submit = () => post("/v1/jobs", spec, { headers });
    const job = await submit().catch((problem) => {
      if (problem.isUnreachable) return submit();
      throw problem;
    });
    this.isNew = true;
    this.setJob(job);
  }

  /** Opens a job by its id. */
  async open(id) {
    this.isNew = false;
    this.setJob(await get(`/v1/jobs/${id}`));
  }

  close() {
    this.clear();
    this.notify("job");
  }

  setJob(job) {
    this.clear();
    this.job = job;
    this.warnings = job.warnings;
    this.controller = new AbortController();
    this.notify("job");
    if (END_STATUSES.has(job.status)) this.loadHistory(this.controller.signal);
    else this.follow(this.controller.signal);
  }

  /** Loads the history of a finished job. */
  async loadHistory(signal) {
    const history = await get(`/v1/jobs/${this.id}/history`, { signal }).catch(() => ({}));
    if (signal.aborted) return;
    this.history = history;
    this.notify("epoch");
    await this.loadSnapshots();
  }

  follow(signal) {
    this.pollTimer = setInterval(() => this.refresh(signal), POLL_INTERVAL_MS);
    followEvents(this.id, {
      signal,
      onEvent: (name, data) => this.handleEvent(name, data),
      onConnection: (isConnected) => this.setConnected(isConnected),
    })
      .catch(() => this.setConnected(false))
      .finally(() => {
        if (!signal.aborted) this.refresh(signal, true);
      });
  }

  setConnected(isConnected) {
    this.connection = isConnected ? "live" : "lost";
    this.notify("connection");
  }

  handleEvent(name, data) {
    if (name === "epoch") {
      this.addMetrics(data.epoch, data.metrics);
      this.job.status = "running";
      this.scheduleSnapshots();
      this.notify("epoch");
      return;
    }
    if (name === "snapshot") this.addSnapshot(data.epoch);
    else if (name === "warning") this.warnings = [...this.warnings, data.detail];
    else this.job = { ...this.job, status: name, error: data.error ?? this.job.error };
    this.notify("status");
  }

  /** Adds a snapshot from an event; snapshots need no polling from then on. */
  addSnapshot(epoch) {
    this.hasSnapshotEvents = true;
    this.setSnapshots([...this.snapshots, epoch]);
  }

  addMetrics(epoch, metrics) {
    for (const [name, value] of Object.entries(metrics)) {
      this.history[name] ??= new Array(epoch - 1).fill(null);
      this.history[name][epoch - 1] = value;
    }
  }

  /** Polls the progress and the remaining time, which have no events. */
  async refresh(signal, isLast = false) {
    const job = await get(`/v1/jobs/${this.id}`, { signal }).catch(() => null);
    if (!job || signal.aborted) return;
    this.job = job;
    this.warnings = job.warnings.length >= this.warnings.length ? job.warnings : this.warnings;
    if (END_STATUSES.has(job.status)) clearInterval(this.pollTimer);
    if (isLast || END_STATUSES.has(job.status)) {
      this.connection = "idle";
      await this.loadSnapshots();
    }
    this.notify("status");
  }

  /** Loads the snapshots in a moment, if the job records them without events. */
  scheduleSnapshots() {
    if (!this.recordsSnapshots || this.hasSnapshotEvents) return;
    this.snapshotTimer ??= setTimeout(async () => {
      await this.loadSnapshots();
      this.snapshotTimer = undefined;
    }, SNAPSHOT_DELAY_MS);
  }

  get recordsSnapshots() {
    const record = this.job?.spec.training.record ?? {};
    return record.snapshots > 0 || record.every !== null;
  }

  async loadSnapshots() {
    const { id } = this;
    const page = await get(`/v1/jobs/${id}/snapshots`).catch(() => ({ data: [] }));
    if (id === this.id) this.setSnapshots(page.data.map((snapshot) => snapshot.epoch));
  }

  setSnapshots(epochs) {
    const snapshots = [...new Set(epochs)].sort((a, b) => a - b);
    if (snapshots.join() === this.snapshots.join()) return;
    this.snapshots = snapshots;
    this.notify("snapshots");
  }

  async act(verb) {
    this.job = await post(`/v1/jobs/${this.id}/${verb}`);
    if (verb === "resume" && !this.pollTimer) this.follow(this.controller.signal);
    this.notify("status");
  }

  notify(name) {
    this.dispatchEvent(new Event(name));
  }
}
