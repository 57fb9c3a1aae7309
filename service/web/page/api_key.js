// The prompt for an API key; the key is stored until the tab is closed.

import { openDialog } from "./dialog.js";
import { h } from "./element.js";

let prompt = null;

/**
 * Asks for an API key and shows the error of the last one. Resolves to null if the dialog is
 * closed. Concurrent requests share one dialog.
 */
export function promptForApiKey(error) {
  prompt ??= new Promise((resolve) => {
    const input = h("input", {
      type: "password",
      id: "key",
      autocomplete: "off",
      required: true,
      "aria-describedby": "key-error",
    });
    const submit = (event) => {
      event.preventDefault();
      resolve(input.value.trim());
      dialog.close();
    };
    const form = h(
      "form",
      { onsubmit: submit },
      h(
        "div",
        { class: "field" },
        h("label", { for: "key" }, "This service requires an API key"),
        input,
        h("p", { class: "error", id: "key-error" }, error),
      ),
      h("footer", {}, h("button", { type: "submit", class: "train" }, "Continue")),
    );
    const dialog = openDialog("API key", form, {
      onClose: () => {
        resolve(null);
        prompt = null;
      },
    });
    input.focus();
  });
  return prompt;
}
