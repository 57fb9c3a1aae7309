// A sheet over the page: a dialog with a title, closed by Escape, its button or a click beside it.

import { h } from "./element.js";

let count = 0;

/** Opens a sheet; answers its dialog. `closed` is called when it has gone. */
export function openDialog(title, children, { closed = () => {}, wide = false } = {}) {
  const id = `sheet-${(count += 1)}`;
  const dialog = h(
    "dialog",
    { class: `dialog ${wide ? "wide-dialog" : ""}`, "aria-labelledby": id },
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
    closed();
  });
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
