// Own data: drawn points, a formula, or a file that is chosen or dropped.

import { byId, h } from "../element.js";

const EXTENSIONS = ".gz,.csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.npy,.npz,.parquet";
const FORMATS = "CSV, Excel, JSON Lines, Parquet, NPY or NPZ; you can also drop a file here";

/** Returns the buttons; each dialog is loaded when it is first opened. */
export function ownDataButtons(form) {
  const upload = async (file) => {
    const { Upload } = await import("./upload_dialog.js");
    await new Upload(form).open(file);
  };
  const input = h("input", {
    type: "file",
    accept: EXTENSIONS,
    class: "visually-hidden",
    "aria-label": "Data file",
    tabindex: "-1",
    onchange: () => {
      if (input.files[0]) upload(input.files[0]);
      input.value = "";
    },
  });
  const draw = async () => (await import("./drawing_dialog.js")).openDrawing(form);
  const formula = async () => (await import("./formula_dialog.js")).openFormula(form);
  acceptDrops(byId("data").closest("section"), upload);
  return h(
    "div",
    { class: "own-data" },
    button("Draw", draw),
    button("Use formula", formula),
    button("Upload", () => input.click(), { title: FORMATS }),
    input,
  );
}

function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", class: "quiet", onclick, ...attributes }, text);
}

function acceptDrops(card, onFile) {
  const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      card.classList.add("dropping");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) card.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    card.classList.remove("dropping");
    if (event.dataTransfer.files[0]) onFile(event.dataTransfer.files[0]);
  });
}
