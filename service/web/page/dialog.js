// Modal dialogs with a title, closed by Escape, their button or a click on the backdrop.

import { h } from "./element.js";

let count = 0;

/** Opens a dialog and returns it; `onClose` is called after it was closed. */
export function openDialog(title, children, { onClose = () => {}, isWide = false } = {}) {
  const id = `dialog-${(count += 1)}`;
  const dialog = h(
    "dialog",
    { class: `dialog ${isWide ? "wide-dialog" : ""}`, "aria-labelledby": id },
    h(
      "header",
      {},
      h("h2", { id }, title),
      h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Close"),
    ),
    children,
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
  });
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
