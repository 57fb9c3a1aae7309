// The composition root of the page.

import { promptForApiKey } from "./api_key.js";
import { Samples } from "./data/samples.js";
import { byId } from "./element.js";
import { get, onUnauthorized } from "./http/api.js";
import { Run } from "./job/run.js";
import { FieldErrors } from "./spec/field_errors.js";
import { readLink } from "./spec/link.js";
import { Schema } from "./spec/schema.js";
import { withSnapshots } from "./spec/snapshots.js";
import { pointer, Spec } from "./spec/spec.js";
import { followTheme } from "./theme.js";
import { TrainingView } from "./training_view.js";
import { unavailable } from "./unavailable.js";
import { Views } from "./views.js";

const FIRST_PRESET = "spiral";

async function start() {
  onUnauthorized(promptForApiKey);
  const [openapi, presets] = await Promise.all([get("/openapi.json"), get("/v1/presets")]);
  const schema = new Schema(openapi);
  const form = { schema, spec: new Spec(schema), errors: new FieldErrors() };
  let training = null;
  byId("theme").addEventListener(
    "click",
    followTheme(() => training?.redraw()),
  );
  const samples = new Samples(form.spec, form.errors);
  const link = readLink();
  form.spec.value = link.spec ?? firstSpec(presets.data);
  training = new TrainingView(form, new Run(), samples, presets.data);
  const views = new Views(schema, training);
  listen(form, training, views);
  form.spec.replace(form.spec.value);
  await training.restore(link);
  views.show(link.view);
  document.documentElement.dataset.ready = "yes";
  performance.mark("ready");
}

function listen(form, training, views) {
  form.errors.addEventListener("change", () => form.errors.render(document));
  form.spec.addEventListener("change", ({ detail }) => {
    if (detail.path.length) form.errors.clearAt(pointer(detail.path));
    else form.errors.clear();
    training.writeLink();
  });
  addEventListener("hashchange", () => {
    const link = readLink();
    training.restore(link);
    views.show(link.view);
  });
}

/** Returns the spec of a page without a link. */
function firstSpec(presets) {
  const preset = presets.find(({ name }) => name === FIRST_PRESET) ?? presets[0];
  return withSnapshots(preset.spec);
}

start().catch((problem) => {
  const isUnauthorized = problem.status === 401;
  const title = isUnauthorized
    ? "This service requires an API key"
    : "The service cannot be reached";
  const detail = problem.status
    ? problem.message
    : "It may be starting, or it was stopped. Accepted jobs continue when it is back.";
  byId("train-view").replaceChildren(unavailable(title, detail));
  document.documentElement.dataset.ready = "no";
  if (!problem.status && problem.name !== "Error") throw problem;
});
