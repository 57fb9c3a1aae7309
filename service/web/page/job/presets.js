// Presets: tested specs to start from.

import { byId, h } from "../element.js";
import { humanize } from "../form/binding.js";
import { withSnapshots } from "../spec/snapshots.js";

export function presetChooser(form, presets) {
  const presetOf = (name) => presets.find((preset) => preset.name === name);
  const control = h(
    "select",
    { id: "preset", onchange: () => load(form, presetOf(control.value)) },
    h("option", { value: "" }, "Choose a preset"),
    presets.map(({ name }) => h("option", { value: name }, humanize(name.replaceAll("-", " ")))),
  );
  byId("presets").append(h("label", { for: "preset" }, "Preset"), control);
  form.spec.addEventListener("change", ({ detail }) => {
    control.value = presetOf(form.spec.value.name)?.name ?? "";
    if (!detail.path.length) byId("preset-description").textContent = "";
  });
}

function load(form, preset) {
  if (!preset) return;
  form.spec.replace(withSnapshots(preset.spec));
  byId("preset-description").textContent = preset.about;
}
