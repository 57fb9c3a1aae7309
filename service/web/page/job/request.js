// The job spec as JSON and as a curl command.

import { announce, byId, h, iconButton, ICONS } from "../element.js";
import { curlCommand } from "../spec/link.js";

export function requestPanel(form) {
  const json = h("pre", { tabindex: "0", "aria-label": "The job spec as JSON" });
  const line = h("pre", {
    class: "line",
    id: "curl",
    tabindex: "0",
    "aria-label": "The job spec as a curl command",
  });
  const copy = (name, text) =>
    iconButton(`Copy the ${name}`, ICONS.copy, {
      onclick: async () => {
        await navigator.clipboard.writeText(text());
        announce(`Copied the ${name}`);
      },
    });
  byId("request").append(
    h(
      "div",
      { class: "block" },
      copy("JSON", () => json.textContent),
      json,
    ),
    h("h3", {}, "curl"),
    h(
      "div",
      { class: "block" },
      copy("curl command", () => line.textContent),
      line,
    ),
  );
  form.spec.watch(json, () => {
    json.textContent = compact(form.spec.value);
    line.textContent = curlCommand(form.spec.value);
  });
}

/** Returns JSON with short values on one line. */
function compact(value, indent = "") {
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
