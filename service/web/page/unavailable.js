// A message in place of a view that could not be loaded, with a button to reload the page.

import { h } from "./element.js";

export function unavailable(title, detail) {
  const onclick = () => location.reload();
  return h(
    "div",
    { class: "unavailable", role: "alert" },
    h("h2", {}, title),
    h("p", {}, detail),
    h("button", { type: "button", class: "train", onclick }, "Try again"),
  );
}
