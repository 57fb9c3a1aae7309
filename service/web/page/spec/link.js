// Links to the page: its URL fragment contains the spec, the job and the view.

/** Returns `{spec, job, view}` of the URL, each null if it is missing. */
export function readLink() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  let spec = null;
  try {
    spec = JSON.parse(fragment.get("spec"));
  } catch {
    spec = null; // a link that was cut off
  }
  return { spec, job: fragment.get("job"), view: fragment.get("view") };
}

export function writeLink({ spec, job, view }) {
  const parts = [];
  if (view && view !== "train") parts.push(`view=${view}`);
  if (job) parts.push(`job=${job}`);
  if (spec) parts.push(`spec=${encodeURIComponent(JSON.stringify(spec))}`);
  history.replaceState(null, "", `#${parts.join("&")}`);
}

/** Returns the submission of a spec as a shell command. */
export function curlCommand(spec) {
  const text = JSON.stringify(spec).replaceAll("'", "'\\''");
  return `curl -s ${location.origin}/v1/jobs -H 'Content-Type: application/json' -d '${text}'`;
}
