// HTTP requests to the service, with the API key and problem documents.

import { Problem } from "./problem.js";

const KEY = "trainlet-key";

/** Called with the error of the last key; returns another key, or null if none is entered. */
let promptForKey = async () => null;

let declinedAt = 0;

export function onUnauthorized(prompt) {
  promptForKey = prompt;
}

/** Sends a request and returns the Response. Throws Problem. */
export async function request(path, { method = "GET", body, headers = {}, signal } = {}) {
  const allHeaders = { Accept: "application/json", ...headers };
  const key = sessionStorage.getItem(KEY);
  const sentAt = performance.now();
  if (key) allHeaders.Authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch(path, { method, body, headers: allHeaders, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0);
  }
  if (response.ok) return response;
  const document = await response.json().catch(() => ({ title: response.statusText }));
  if (response.status === 401 && (await hasOtherKey(key, document.detail, sentAt)))
    return request(path, { method, body, headers, signal });
  throw new Problem(response.status, document, Number(response.headers.get("Retry-After")) || null);
}

/** Whether there is another key than the rejected one, possibly after a prompt. */
async function hasOtherKey(rejected, detail, sentAt) {
  if (sessionStorage.getItem(KEY) !== rejected) return true;
  if (sentAt < declinedAt) return false; // sent before the prompt was dismissed
  const next = await promptForKey(rejected ? detail : "");
  if (next) sessionStorage.setItem(KEY, next);
  else declinedAt = performance.now();
  return Boolean(next);
}

export async function get(path, options) {
  return readJson(await request(path, options));
}

export async function post(path, document, options = {}) {
  return readJson(await sendText(path, JSON.stringify(document ?? {}), options));
}

/** Returns the JSON of a response; a truncated one counts as unreachable. */
function readJson(response) {
  return response.json().catch((error) => {
    throw error.name === "AbortError" ? error : new Problem(0);
  });
}

/** Posts serialized JSON and returns the Response. */
export function sendText(path, text, { headers = {}, ...rest } = {}) {
  const typed = { "Content-Type": "application/json", ...headers };
  return request(path, { method: "POST", body: text, headers: typed, ...rest });
}

export async function remove(path) {
  await request(path, { method: "DELETE" });
}
