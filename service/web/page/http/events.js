// A job's Server-Sent Events, resumed after the last one when the connection breaks.

import { request } from "./api.js";

const END_EVENTS = new Set(["succeeded", "failed", "cancelled"]);
const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 5000;

/**
 * Follows a job until it finishes: calls `onEvent(name, data)` for each event, and
 * `onConnection(isConnected)` on each change. Stops when `signal` is aborted.
 */
export async function followEvents(jobId, { onEvent, onConnection, signal }) {
  let last = null;
  let delay = MIN_DELAY_MS;
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream" };
      if (last !== null) headers["Last-Event-ID"] = last;
      const response = await request(`/v1/jobs/${jobId}/events`, { headers, signal });
      if (response.status === 204) return;
      onConnection(true);
      for await (const event of events(response.body)) {
        last = event.id ?? last;
        delay = MIN_DELAY_MS;
        onEvent(event.name, event.data);
        if (END_EVENTS.has(event.name)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.status && error.status < 500 && error.status !== 429) throw error;
    }
    onConnection(false);
    await new Promise((resolve) => setTimeout(resolve, delay));
    delay = Math.min(2 * delay, MAX_DELAY_MS);
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = parse(block);
      if (event) yield event;
    }
  }
}

function parse(block) {
  const fields = {};
  for (const line of block.split("\n")) {
    const cut = line.indexOf(": ");
    if (cut > 0) fields[line.slice(0, cut)] = line.slice(cut + 2);
  }
  if (!fields.event) return null;
  return { id: fields.id, name: fields.event, data: JSON.parse(fields.data) };
}
