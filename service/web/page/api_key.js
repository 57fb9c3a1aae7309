// The key of a service that wants one: asked for once, kept for as long as the tab is open.

import { h } from "./element.js";
import { openDialog } from "./dialog.js";

let asking = null;

/** Asks for the key and says what is wrong with the last; answers null if the sheet is closed. Several askers share one sheet. */
export function promptForApiKey(wrong) {
  asking ??= new Promise((resolve) => {
    const box = h("input", {
      type: "password",
      id: "key",
      autocomplete: "off",
      required: true,
      "aria-describedby": "key-error",
    });
    const form = h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          resolve(box.value.trim());
          sheet.close();
        },
      },
      h(
        "div",
        { class: "field" },
        h("label", { for: "key" }, "This service wants a key"),
        box,
        h("p", { class: "error", id: "key-error" }, wrong),
      ),
      h("footer", {}, h("button", { type: "submit", class: "train" }, "Go on")),
    );
    const sheet = openDialog("Key", form, {
      closed: () => {
        resolve(null);
        asking = null;
      },
    });
    box.focus();
  });
  return asking;
}
