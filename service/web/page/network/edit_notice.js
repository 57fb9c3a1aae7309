// A notice that weights were edited, with a button to reset them.

import { byId, h } from "../element.js";

export function editNotice(editor) {
  const container = byId("edit-notice");
  container.append(
    h("p", {}, h("strong", {}, "Edited weights. "), "Training starts from the weights shown."),
    h("button", { type: "button", class: "quiet", onclick: () => editor.reset() }, "Reset weights"),
  );
  editor.addEventListener("change", () => {
    container.hidden = !editor.isEdited;
  });
}
