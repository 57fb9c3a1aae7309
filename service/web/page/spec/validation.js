// The spec checked as a whole by the service, a moment after each change, and what it would take.

import { post } from "../http/api.js";
import { seconds } from "../format.js";

const QUIET = 450;

/** Keeps the faults true to the spec; `told(text)` says what training takes, `passed(text)` that it can. */
export function validateOnChange(form, told, passed) {
  let timer = null;
  let asked = "";
  let sound = "";
  const check = async () => {
    const text = JSON.stringify(form.spec.value);
    if (text === sound) passed(text);
    if (text === asked) return;
    asked = text;
    try {
      const run = await post("/v1/jobs?dry_run=true", form.spec.value);
      if (text !== asked) return;
      form.errors.setServer([]);
      told(
        `${run.parameters.toLocaleString("en")} ${run.parameters === 1 ? "parameter" : "parameters"}, ${run.seconds < 1 ? "" : "about "}${seconds(run.seconds)} to train`,
      );
      sound = text;
      passed(text);
    } catch (problem) {
      if (text !== asked) return;
      asked = "";
      if (problem.isTransient) timer = setTimeout(check, problem.retryDelay);
      else if (problem.status === 422) form.errors.setServer(problem.errors);
      told("");
    }
  };
  form.spec.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(check, QUIET);
  });
}
