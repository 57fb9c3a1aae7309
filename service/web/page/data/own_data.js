// Own data: drawn by hand, by a formula, or brought as a file.

import { byId, h } from "../element.js";

export function bring(form) {
  const take = async (taken) => new (await import("./upload_dialog.js")).Upload(form).take(taken);
  const file = h("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.npy,.npz,.parquet",
    class: "visually-hidden",
    "aria-label": "A file of samples",
    tabindex: "-1",
    onchange: () => {
      if (file.files[0]) take(file.files[0]);
      file.value = "";
    },
  });
  const element = h(
    "div",
    { class: "own-data" },
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: async () => (await import("./drawing_dialog.js")).openDrawing(form),
      },
      "Draw",
    ),
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: async () => (await import("./formula_dialog.js")).openFormula(form),
      },
      "Formula",
    ),
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        title: "CSV, Excel, JSON Lines, Parquet, NPY or NPZ; dropping it here does too",
        onclick: () => file.click(),
      },
      "Upload",
    ),
    file,
  );
  dropping(byId("data").closest("section"), take);
  return element;
}

function dropping(place, taken) {
  const is = (event) => [...event.dataTransfer.types].includes("Files");
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!is(event)) return;
      event.preventDefault();
      place.classList.add("dropping");
    });
  }
  document.addEventListener(
    "dragleave",
    (event) => event.relatedTarget === null && place.classList.remove("dropping"),
  );
  document.addEventListener("drop", (event) => {
    if (!is(event)) return;
    event.preventDefault();
    place.classList.remove("dropping");
    if (event.dataTransfer.files[0]) taken(event.dataTransfer.files[0]);
  });
}
