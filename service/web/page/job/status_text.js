// The status of a job as text.

import { formatDuration, short } from "../format.js";

const END_REASONS = {
  early_stopped: ", stopped early",
  target: ", target reached",
  max_seconds: ", time limit reached",
};

/** Returns the status and its details. */
export function statusText(run, done, epochs) {
  const { job } = run;
  const progress = `epoch ${done.toLocaleString("en")} of ${epochs.toLocaleString("en")}`;
  if (run.connection === "lost" && run.isActive)
    return ["Reconnecting", "the service cannot be reached; the job continues"];
  switch (run.status) {
    case "none":
      return ["Ready", "press Train to start a job"];
    case "queued":
      return ["Queued", queueText(job.queue_position)];
    case "running":
      return [job.cancel_requested_at ? "Cancelling" : "Training", progress + timeLeft(job)];
    case "paused":
      return ["Paused", progress];
    case "cancelled":
      return ["Cancelled", `after ${progress}; its snapshots remain`];
    case "failed":
      return ["Failed", job.error?.detail ?? "see the job"];
    default:
      return ["Trained", progress + (END_REASONS[job.end_reason] ?? "") + trainingTime(job)];
  }
}

function queueText(position) {
  return position ? `position ${position} in the queue` : "waiting for a worker";
}

function timeLeft({ progress }) {
  return progress?.seconds_left ? `, ${formatDuration(progress.seconds_left)} left` : "";
}

function trainingTime(job) {
  const seconds = (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
  if (!Number.isFinite(seconds)) return "";
  return ` in ${seconds < 10 ? `${short(seconds, 2)} s` : formatDuration(seconds)}`;
}
