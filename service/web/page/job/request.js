// The job spec that the form holds, as JSON and as a line for a shell.

import { byId, h, iconButton, ICONS } from "../element.js";
import { curl } from "../spec/link.js";

export function requestPanel(form) {
  const json = h("pre", { tabindex: "0", "aria-label": "The job spec as JSON" });
  const line = h("pre", {
    class: "line",
    id: "curl",
    tabindex: "0",
    "aria-label": "The job spec as a curl line",
  });
  const copy = (name, text) =>
    iconButton(`Copy the ${name}`, ICONS.copy, {
      onclick: async () => {
        await navigator.clipboard.writeText(text());
        byId("live").textContent = `The ${name} has been copied`;
      },
    });
  byId("request").append(
    h(
      "div",
      { class: "block" },
      copy("JSON", () => json.textContent),
      json,
    ),
    h("h3", {}, "The same with curl"),
    h(
      "div",
      { class: "block" },
      copy("curl line", () => line.textContent),
      line,
    ),
  );
  form.spec.watch(json, () => {
    json.textContent = compact(form.spec.value);
    line.textContent = curl(form.spec.value);
  });
}

/** JSON in which what is short stands on one line. */
export function compact(value, indent = "") {
  const flat = JSON.stringify(value);
  if (flat.length < 56 || value === null || typeof value !== "object") {
    return flat.length > 400
      ? `${flat.slice(0, 200)} … ${flat.slice(-40)}`
      : flat.replaceAll('":', '": ').replaceAll(',"', ', "');
  }
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const entries = Array.isArray(value)
    ? value.map((item) => compact(item, deeper))
    : Object.entries(value).map(([name, item]) => `"${name}": ${compact(item, deeper)}`);
  if (entries.length > 40)
    return `${open}${entries.slice(0, 5).join(", ")}, … ${entries.length} in all${close}`;
  return `${open}\n${entries.map((entry) => deeper + entry).join(",\n")}\n${indent}${close}`;
}
