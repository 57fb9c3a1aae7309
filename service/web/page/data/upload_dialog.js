// The upload dialog: sends a file, waits until it is read, and offers its columns.

import { openDialog } from "../dialog.js";
import { announce, h } from "../element.js";
import { get, post, request } from "../http/api.js";
import { errorDetail } from "../http/problem.js";
import { adaptSpec } from "./adapt_spec.js";
import { ColumnChoice } from "./column_choice.js";
import { readingOptions } from "./reading_options.js";

const TYPES = {
  csv: "text/csv",
  txt: "text/csv",
  tsv: "text/tab-separated-values",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  jsonl: "application/x-ndjson",
  ndjson: "application/x-ndjson",
  npy: "application/x-npy",
  npz: "application/x-npz",
  parquet: "application/vnd.apache.parquet",
};
const MAX_NAME = 100;
const POLL_INTERVAL_MS = 300;

export class Upload {
  constructor(form) {
    this.form = form;
  }

  async open(file) {
    this.status = h("p", { class: "note", role: "status" }, `Uploading ${file.name}…`);
    this.body = h("div", {}, this.status);
    this.dialog = openDialog(`File ${file.name}`, this.body, { isWide: true });
    try {
      const id = await send(file);
      this.status.textContent = "Reading the columns…";
      await this.show(id);
    } catch (problem) {
      this.body.replaceChildren(h("p", { class: "error", role: "alert" }, problem.message));
    }
  }

  /** Shows a dataset once it is read, with the options to read it again. */
  async show(id) {
    const dataset = await this.waitUntilRead(id);
    if (!dataset) return;
    const options = readingOptions(dataset, async (chosen) => {
      const next = await post(`/v1/datasets/${dataset.id}/read`, chosen);
      await this.show(next.id);
    });
    if (dataset.status === "ready") this.showColumns(dataset, options);
    else {
      const error = h("p", { class: "error", role: "alert" }, dataset.error);
      this.body.replaceChildren(error, options);
    }
  }

  /** Returns the dataset once a worker has read it; null if the dialog was closed before. */
  async waitUntilRead(id) {
    while (this.dialog.isConnected) {
      const dataset = await get(`/v1/datasets/${id}`);
      if (dataset.status !== "profiling") return dataset;
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    return null;
  }

  showColumns(dataset, options) {
    const choice = new ColumnChoice(dataset);
    const onclick = () => this.use(dataset, choice);
    const size = `${dataset.rows.toLocaleString("en")} rows, ${dataset.columns.length} columns.`;
    const notes = [`${size} ${dataset.read_as.join(", ")}`, ...notesOf(dataset)];
    this.body.replaceChildren(
      ...notes.map((text) => h("p", { class: "note" }, text)),
      choice.element,
      options,
      choice.error,
      h("footer", {}, h("button", { type: "button", class: "train", onclick }, "Use this file")),
    );
  }

  async use(dataset, choice) {
    try {
      await adaptSpec(this.form, { type: "uploaded", id: dataset.id }, choice.value);
      this.dialog.close();
      announce(`Using ${dataset.name} as the data`);
    } catch (problem) {
      choice.error.textContent = errorDetail(problem);
    }
  }
}

async function send(file) {
  const type = TYPES[file.name.toLowerCase().replace(/\.gz$/, "").split(".").at(-1)];
  if (!type) throw new Error("The file must be CSV, Excel, JSON Lines, NPY, NPZ or Parquet.");
  const name = encodeURIComponent(file.name.slice(0, MAX_NAME));
  const headers = { "Content-Type": type };
  const response = await request(`/v1/datasets?name=${name}`, {
    method: "POST",
    body: file,
    headers,
  });
  return (await response.json()).id;
}

/** Returns the warnings of a dataset, and its renamed columns. */
function notesOf({ warnings, renamed }) {
  const names = Object.entries(renamed).map(([name, text]) => `"${text}" is named ${name}`);
  return names.length ? [...warnings, `Renamed: ${names.join(", ")}`] : warnings;
}
