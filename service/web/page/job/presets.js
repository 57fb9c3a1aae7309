// The presets: specs that are known to work, to start from.

import { byId, h } from "../element.js";
import { humanize } from "../form/binding.js";
import { withSnapshots } from "../spec/snapshots.js";

export function presetChooser(form, presets) {
  const named = (name) => presets.find((preset) => preset.name === name);
  const control = h(
    "select",
    { id: "preset", onchange: () => load(form, named(control.value)) },
    h("option", { value: "" }, "a preset …"),
    presets.map(({ name }) => h("option", { value: name }, humanize(name.replaceAll("-", " ")))),
  );
  byId("presets").append(h("label", { for: "preset" }, "Start from"), control);
  form.spec.addEventListener("change", ({ detail }) => {
    control.value = named(form.spec.value.name)?.name ?? "";
    if (!detail.path.length) byId("preset-description").textContent = "";
  });
}

function load(form, preset) {
  if (!preset) return;
  form.spec.replace(withSnapshots(preset.spec));
  byId("preset-description").textContent = preset.about;
}
