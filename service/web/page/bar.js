// A labeled bar for a number from 0 to 1.

import { h } from "./element.js";

export function bar(name, fraction, color, text, isBest = false) {
  const fill = h("i", {});
  fill.style.width = `${100 * Math.max(0, Math.min(1, fraction))}%`;
  fill.style.background = color;
  return h(
    "div",
    { class: `bar ${isBest ? "best" : ""}` },
    h("span", {}, String(name)),
    h("span", { class: "track" }, fill),
    h("span", {}, text),
  );
}
