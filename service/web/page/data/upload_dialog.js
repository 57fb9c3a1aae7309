// A file of samples: sent, read by a worker, looked at, and used with a target of one's choice.

import { get, post, request } from "../http/api.js";
import { byId, h, scrollable } from "../element.js";
import { short } from "../format.js";
import { fit } from "../plots/heatmap.js";
import { clear, scatter } from "../plots/points.js";
import { openDialog } from "../dialog.js";
import { Plane } from "./plane.js";
import { readingOptions } from "./reading_options.js";
import { adaptSpec } from "./adapt_spec.js";

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
const FEW = 12;
const PERIOD = 300;

export class Upload {
  constructor(form) {
    this.form = form;
  }

  async take(file) {
    const told = h("p", { class: "note", role: "status" }, `Sending ${file.name}…`);
    const body = h("div", {}, told);
    const sheet = openDialog(`File ${file.name}`, body, { wide: true });
    try {
      const type = TYPES[file.name.split(".").at(-1).toLowerCase()];
      if (!type) throw new Error("a file must be CSV, Excel, JSON Lines, NPY, NPZ or Parquet");
      const sent = await request(
        `/v1/datasets?name=${encodeURIComponent(file.name.slice(0, 100))}`,
        { method: "POST", body: file, headers: { "Content-Type": type } },
      );
      told.textContent = "Reading its columns…";
      await this.show((await sent.json()).id, sheet, body);
    } catch (problem) {
      body.replaceChildren(h("p", { class: "error", role: "alert" }, problem.message));
    }
  }

  /** Shows a dataset once it is read, with the options to read it in another way. */
  async show(id, sheet, body) {
    const dataset = await this.read(id, sheet);
    if (!dataset) return;
    const reading = readingOptions(dataset, async (options) => {
      const again = await post(`/v1/datasets/${dataset.id}/read`, options);
      await this.show(again.id, sheet, body);
    });
    if (dataset.status === "ready") body.replaceChildren(...this.choices(dataset, sheet, reading));
    else body.replaceChildren(h("p", { class: "error", role: "alert" }, dataset.error), reading);
  }

  /** Waits until a worker has read the file; null if the sheet is closed before. */
  async read(id, sheet) {
    while (sheet.isConnected) {
      const dataset = await get(`/v1/datasets/${id}`);
      if (dataset.status !== "profiling") return dataset;
      await new Promise((resolve) => setTimeout(resolve, PERIOD));
    }
    return null;
  }

  choices(dataset, sheet, reading) {
    const { columns } = dataset;
    const usable = columns.filter((column) => column.type !== "text");
    const target = h(
      "select",
      { id: "upload-target", onchange: () => look() },
      usable.map((column) => h("option", { value: column.name }, column.name)),
    );
    target.value = usable.at(-1)?.name;
    const boxes = usable.map((column) =>
      h("input", { type: "checkbox", checked: true, value: column.name, onchange: () => look() }),
    );
    const canvas = h("canvas", { class: "sample-canvas small-canvas", "aria-hidden": "true" });
    const fault = h("p", { class: "error", role: "status" });
    const use = h(
      "button",
      { type: "button", class: "train", onclick: () => this.use(dataset, ask(), sheet, fault) },
      "Use this file",
    );
    const ask = () => preparation(usable, boxes, target.value);
    const look = async () => {
      for (const box of boxes) box.disabled = box.value === target.value;
      fault.textContent = await show(canvas, dataset.id, ask());
    };
    requestAnimationFrame(() => {
      fit(canvas);
      look();
    });
    return [
      h(
        "p",
        { class: "note" },
        `${dataset.rows.toLocaleString("en")} rows, ${columns.length} columns. ${dataset.read_as.join(", ")}`,
      ),
      ...notes(dataset).map((text) => h("p", { class: "note" }, text)),
      h(
        "div",
        { class: "dataset-preview" },
        h(
          "div",
          {},
          h(
            "div",
            { class: "field" },
            h("label", { for: "upload-target" }, "Target: the column to be learned"),
            target,
          ),
          scrollable(
            "The columns of the file",
            h(
              "table",
              { class: "list" },
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  ["learn from", "type", "from … to", "missing"].map((head) =>
                    h("th", { scope: "col" }, head),
                  ),
                ),
              ),
              h(
                "tbody",
                {},
                columns.map((column) => {
                  const box = boxes[usable.indexOf(column)];
                  return h(
                    "tr",
                    {},
                    h(
                      "th",
                      { scope: "row" },
                      box ? h("label", { class: "check" }, box, column.name) : column.name,
                    ),
                    h("td", { title: column.reason }, column.type),
                    h("td", {}, reach(column)),
                    h("td", {}, missing(column)),
                  );
                }),
              ),
            ),
          ),
        ),
        canvas,
      ),
      reading,
      fault,
      h("footer", {}, use),
    ];
  }

  async use(dataset, asked, sheet, fault) {
    try {
      await adaptSpec(this.form, { type: "uploaded", id: dataset.id }, asked);
      sheet.close();
      byId("live").textContent = `${dataset.name} is the data now`;
    } catch (problem) {
      fault.textContent = problem.errors?.[0]?.detail ?? problem.message;
    }
  }
}

/** What is chosen, as a preparation and a task. */
function preparation(usable, boxes, name) {
  const target = usable.find((column) => column.name === name);
  const columns = boxes.filter((box) => box.checked && box.value !== name).map((box) => box.value);
  const isMissing = usable.some((column) => column.missing);
  const isLabel =
    target.type === "category" ||
    target.type === "boolean" ||
    (target.distinct !== null && target.distinct <= FEW);
  return {
    task: isLabel ? "classification" : "regression",
    preparation: { target: name, columns, ...(isMissing ? { missing: "drop" } : {}) },
  };
}

/** Draws the first two columns; answers what is wrong, or nothing. */
async function show(canvas, id, { preparation: asked, task }) {
  if (!asked.columns.length) return "Choose at least one column to learn from.";
  try {
    const preview = await post("/v1/datasets/preview?limit=400", {
      source: { type: "uploaded", id },
      task,
      preparation: { ...asked, standardize: false },
    });
    const rows = preview.points.map((point, place) => ({
      point,
      target: preview.targets[place][0],
    }));
    const plane = Plane.around(preview.features, preview.points);
    clear(canvas);
    canvas.hidden = !plane;
    const scale = Math.max(1e-9, ...rows.map((row) => Math.abs(Number(row.target)) || 0));
    if (plane)
      scatter(
        canvas,
        plane,
        rows,
        { labels: preview.labels, task, scale },
        { radius: 3.2, edge: getComputedStyle(canvas).caretColor },
      );
    return "";
  } catch (problem) {
    return problem.errors?.[0]?.detail ?? problem.message;
  }
}

/** The warnings of a dataset, and the names that its columns have in place of the header's. */
function notes({ warnings, renamed }) {
  const names = Object.entries(renamed).map(([name, text]) => `"${text}" is named ${name}`);
  return names.length ? [...warnings, `Renamed: ${names.join(", ")}`] : warnings;
}

/** How many values are missing, and the texts that were read as missing. */
function missing({ missing: count, markers }) {
  const texts = Object.entries(markers).map(([text, times]) => `"${text}" ${times}`);
  return texts.length ? `${count} (${texts.join(", ")})` : String(count);
}

function reach(column) {
  if (column.categories)
    return column.categories.slice(0, 4).join(", ") + (column.categories.length > 4 ? " …" : "");
  return column.minimum === null ? "" : `${short(column.minimum)} … ${short(column.maximum)}`;
}
