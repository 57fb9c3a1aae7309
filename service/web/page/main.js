// The composition root of the page: everything that there is, put together.

import { get, onUnauthorized } from "./http/api.js";
import { promptForApiKey } from "./api_key.js";
import { byId, h } from "./element.js";
import { followTheme } from "./theme.js";
import { Schema } from "./spec/schema.js";
import { Spec, pointer } from "./spec/spec.js";
import { FieldErrors } from "./spec/field_errors.js";
import { read } from "./spec/link.js";
import { withSnapshots } from "./spec/snapshots.js";
import { Samples } from "./data/samples.js";
import { Run } from "./job/run.js";
import { TrainingView } from "./training_view.js";
import { Views } from "./views.js";

async function start() {
  onUnauthorized(promptForApiKey);
  const [document_, presets] = await Promise.all([get("/openapi.json"), get("/v1/presets")]);
  const schema = new Schema(document_);
  const form = { schema, spec: new Spec(schema), errors: new FieldErrors() };
  let lab = null;
  byId("theme").addEventListener(
    "click",
    followTheme(() => lab?.redraw()),
  );
  const run = new Run();
  const samples = new Samples(form.spec, form.errors);
  const link = read();
  form.spec.value = link.spec ?? first(presets.data);
  lab = new TrainingView(form, run, samples, presets.data);
  const views = new Views(schema, lab);
  form.errors.addEventListener("change", () => form.errors.render(document));
  form.spec.addEventListener("change", ({ detail }) => {
    if (detail.path.length) form.errors.clearAt(pointer(detail.path));
    else form.errors.clear();
    lab.address();
  });
  addEventListener("hashchange", () => {
    const followed = read();
    lab.restore(followed);
    views.show(followed.view);
  });
  form.spec.replace(form.spec.value);
  await lab.restore(link);
  views.show(link.view);
  document.documentElement.dataset.ready = "yes";
  performance.mark("ready");
}

/** What the page begins with: a spiral, small enough to see every number and quick to learn. */
function first(presets) {
  const found = presets.find((preset) => preset.name === "spiral") ?? presets[0];
  return withSnapshots(found.spec);
}

start().catch((problem) => {
  byId("train-view").replaceChildren(
    h(
      "div",
      { class: "unreachable", role: "alert" },
      h(
        "h2",
        {},
        problem.status === 401 ? "This service wants a key" : "The service cannot be reached",
      ),
      h(
        "p",
        {},
        problem.status
          ? problem.message
          : "It may be starting, or it has been stopped. What it had accepted goes on as soon as it is back.",
      ),
      h(
        "button",
        { type: "button", class: "train", onclick: () => location.reload() },
        "Try again",
      ),
    ),
  );
  document.documentElement.dataset.ready = "no";
  if (!problem.status && problem.name !== "Error") throw problem;
});
