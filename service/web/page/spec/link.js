// The address of the page holds what is built and what is watched: a link restores it.

/** What the address says: `{spec, job, view}`, each null where it does not. */
export function read() {
  const words = new URLSearchParams(location.hash.slice(1));
  let spec = null;
  try {
    spec = JSON.parse(words.get("spec"));
  } catch {
    spec = null; // somebody cut the link short
  }
  return { spec, job: words.get("job"), view: words.get("view") };
}

export function write({ spec, job, view }) {
  const words = [];
  if (view && view !== "train") words.push(`view=${view}`);
  if (job) words.push(`job=${job}`);
  if (spec) words.push(`spec=${encodeURIComponent(JSON.stringify(spec))}`);
  history.replaceState(null, "", `#${words.join("&")}`);
}

/** The spec as a line for a shell. */
export function curl(spec) {
  const text = JSON.stringify(spec).replaceAll("'", "'\\''");
  return `curl -s ${location.origin}/v1/jobs -H 'Content-Type: application/json' -d '${text}'`;
}
