// A job's Server-Sent Events, taken up behind the last one whenever the stream breaks.

import { request } from "./api.js";

const LAST = new Set(["succeeded", "failed", "cancelled"]);
const SHORTEST = 500;
const LONGEST = 5000;

/**
 * Follows a job until it ends: calls `told(name, data)` for each event, and `connected(true)` or
 * `connected(false)` as the stream comes and goes. Stops when `signal` is aborted.
 */
export async function follow(jobId, { told, connected, signal }) {
  let last = null;
  let pause = SHORTEST;
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream" };
      if (last !== null) headers["Last-Event-ID"] = last;
      const answer = await request(`/v1/jobs/${jobId}/events`, { headers, signal });
      if (answer.status === 204) return;
      connected(true);
      for await (const event of events(answer.body)) {
        last = event.id ?? last;
        pause = SHORTEST;
        told(event.name, event.data);
        if (LAST.has(event.name)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.status && error.status < 500 && error.status !== 429) throw error;
    }
    connected(false);
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(2 * pause, LONGEST);
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
