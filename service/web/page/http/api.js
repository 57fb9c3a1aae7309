// The HTTP contract: every request of the page goes through `ask`.

import { Problem } from "./problem.js";

const KEY = "trainlet-key";

/** Called with what is wrong with the last key; answers another, or null where nobody gives one. */
let promptForApiKey = async () => null;

let declinedAt = 0;

export function onUnauthorized(ask) {
  promptForApiKey = ask;
}

/** One request; answers the Response, or raises Problem. */
export async function request(path, { method = "GET", body, headers = {}, signal } = {}) {
  const sent = { Accept: "application/json", ...headers };
  const key = sessionStorage.getItem(KEY);
  const sentAt = performance.now();
  if (key) sent.Authorization = `Bearer ${key}`;
  let answer;
  try {
    answer = await fetch(path, { method, body, headers: sent, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0);
  }
  if (answer.ok) return answer;
  const document = await answer.json().catch(() => ({ title: answer.statusText }));
  if (answer.status === 401 && (await hasOther(key, document.detail, sentAt)))
    return request(path, { method, body, headers, signal });
  throw new Problem(answer.status, document, Number(answer.headers.get("Retry-After")) || null);
}

/** Whether there is another key than the one that was refused, at the latest once it was asked for. */
async function hasOther(refused, detail, sentAt) {
  if (sessionStorage.getItem(KEY) !== refused) return true;
  if (sentAt < declinedAt) return false; // whoever would give none is not asked once more for this
  const given = await promptForApiKey(refused ? detail : "");
  if (given) sessionStorage.setItem(KEY, given);
  else declinedAt = performance.now();
  return Boolean(given);
}

export async function get(path, options) {
  return read(await request(path, options));
}

export async function post(path, document, options = {}) {
  return read(await send(path, JSON.stringify(document ?? {}), options));
}

/** The document of an answer; one that breaks off is none. */
function read(answer) {
  return answer.json().catch((error) => {
    throw error.name === "AbortError" ? error : new Problem(0);
  });
}

/** Posts JSON that is written already; answers the Response. */
export function send(path, text, { headers = {}, ...rest } = {}) {
  const typed = { "Content-Type": "application/json", ...headers };
  return request(path, { method: "POST", body: text, headers: typed, ...rest });
}

export async function remove(path) {
  await request(path, { method: "DELETE" });
}
