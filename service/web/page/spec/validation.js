// Validation of the whole spec by the service, a moment after each change.

import { formatDuration } from "../format.js";
import { post } from "../http/api.js";

const DEBOUNCE_MS = 450;

/**
 * Keeps the form's errors up to date. `onEstimate(text)` is called with the estimated training
 * time, and `onValid(text)` with the JSON of a valid spec.
 */
export function validateOnChange(form, { onEstimate, onValid }) {
  let timer = null;
  let requested = "";
  let valid = "";
  const validate = async () => {
    const text = JSON.stringify(form.spec.value);
    if (text === valid) onValid(text);
    if (text === requested) return;
    requested = text;
    try {
      const estimate = await post("/v1/jobs?dry_run=true", form.spec.value);
      if (text !== requested) return;
      form.errors.setServer([]);
      onEstimate(estimateText(estimate));
      valid = text;
      onValid(text);
    } catch (problem) {
      if (text !== requested) return;
      requested = "";
      if (problem.isTransient) timer = setTimeout(validate, problem.retryDelay);
      else if (problem.status === 422) form.errors.setServer(problem.errors);
      onEstimate("");
    }
  };
  form.spec.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(validate, DEBOUNCE_MS);
  });
}

function estimateText({ parameters, seconds }) {
  const noun = parameters === 1 ? "parameter" : "parameters";
  const duration = `${seconds < 1 ? "" : "about "}${formatDuration(seconds)}`;
  return `${parameters.toLocaleString("en")} ${noun}, ${duration} to train`;
}
