// One model: try points, and take it along in any of its forms.

import { post } from "../http/api.js";
import { download } from "../http/download.js";
import { h, scrollable } from "../element.js";
import { short } from "../format.js";
import { labelColor } from "../palette.js";
import { DrawingPad } from "../images/drawing_pad.js";

const MOST_FIELDS = 30;

export class PredictPanel {
  constructor(schema) {
    this.schema = schema;
    this.element = h("section", { class: "card", "aria-labelledby": "trying-title" });
    this.show(null);
  }

  show(model) {
    this.model = model;
    const title = h(
      "h2",
      { id: "trying-title" },
      model ? `Try ${model.name} ${model.version}` : "Try",
    );
    if (!model) {
      this.element.replaceChildren(
        title,
        h(
          "p",
          { class: "note" },
          "Choose a model, give it points, see what it answers; download it here as well.",
        ),
      );
      return;
    }
    this.answer = h("div", { class: "prediction", role: "status", "aria-live": "polite" });
    this.element.replaceChildren(
      title,
      this.inputs(),
      this.answer,
      this.columns(),
      this.downloads(),
    );
  }

  /** What the columns are worth to the model, asked for once it is opened. */
  columns() {
    const place = h("div", {});
    const { self } = this.model.links;
    const element = h(
      "details",
      {
        class: "more",
        ontoggle: async () => {
          if (!element.open || place.hasChildNodes()) return;
          place.append(h("p", { class: "note" }, "Shuffling the columns…"));
          try {
            const [{ worth }, told] = await Promise.all([
              import("../inspection/explanations.js"),
              post(`${self}/explain`, {}),
            ]);
            place.replaceChildren(...worth(told));
          } catch (problem) {
            place.replaceChildren(h("p", { class: "error" }, problem.message));
          }
        },
      },
      h("summary", {}, "What each column is worth"),
      place,
    );
    return element;
  }

  inputs() {
    const { columns } = this.model;
    if (columns.length === 64) return new DrawingPad((pixels) => this.ask([pixels])).element;
    return columns.length > MOST_FIELDS ? this.pasted() : this.fields();
  }

  fields() {
    const { columns } = this.model;
    const boxes = columns.map((name) =>
      h("input", {
        type: "text",
        inputmode: "decimal",
        value: "0",
        required: true,
        "aria-label": name,
        oninput: () => ask(),
      }),
    );
    const ask = () => this.ask([boxes.map((box) => value(box.value))]);
    const form = h(
      "div",
      { class: "fields" },
      columns.map((name, place) =>
        h("label", { class: "field" }, h("span", { class: "label" }, name), boxes[place]),
      ),
    );
    const many = h(
      "details",
      { class: "more" },
      h("summary", {}, "Several points at once"),
      this.pasted(),
    );
    queueMicrotask(ask);
    return h("div", {}, form, many);
  }

  pasted() {
    const area = h("textarea", {
      rows: 4,
      spellcheck: "false",
      "aria-label": "Points, one a line, values with commas",
      placeholder: this.model.columns
        .slice(0, 4)
        .map((_, place) => place)
        .join(", "),
    });
    const go = h(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: () =>
          this.ask(
            area.value
              .trim()
              .split("\n")
              .map((line) => line.split(/[,;\t]/).map(value)),
          ),
      },
      "Predict",
    );
    return h("div", { class: "batch-input" }, area, go);
  }

  async ask(points) {
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      this.told(await post(`${this.model.links.self}/predict`, { points }, { signal }), points);
    } catch (problem) {
      if (signal.aborted) return;
      const [fault] = problem.errors ?? [];
      this.answer.replaceChildren(
        h(
          "p",
          { class: "error" },
          fault
            ? `${(fault.pointer ?? "").replace("#/points/", "point ")} ${fault.detail}`
            : problem.message,
        ),
      );
    }
  }

  told({ outputs, labels, values }, points) {
    if (points.length > 1) {
      const rows = outputs
        .slice(0, 200)
        .map((output, place) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, String(place + 1)),
            h(
              "td",
              {},
              labels ? labelText(labels[place]) : values[place].map((one) => short(one)).join(", "),
            ),
            h("td", {}, output.map((one) => short(one, 3)).join("  ")),
          ),
        );
      this.answer.replaceChildren(
        scrollable(
          "The answers",
          h(
            "table",
            {},
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                ["point", labels ? "label" : "value", "outputs"].map((head) =>
                  h("th", { scope: "col" }, head),
                ),
              ),
            ),
            h("tbody", {}, rows),
          ),
        ),
      );
      return;
    }
    const head = h(
      "p",
      { class: "predicted" },
      labels
        ? labelText(labels[0]).replace("-", "−")
        : values[0].map((one) => short(one)).join(", "),
    );
    const names = this.model.labels ?? [];
    const bars =
      outputs[0].length > 1 && names.length === outputs[0].length
        ? outputs[0].map((one, place) => bar(names[place], one, labelColor(place, names.length)))
        : [h("p", { class: "note" }, `output ${outputs[0].map((one) => short(one)).join(", ")}`)];
    this.answer.replaceChildren(head, h("div", { class: "bars" }, bars));
  }

  downloads() {
    const { links, name, version, job } = this.model;
    const file = `${name}-${version}`;
    const offered = [
      ["Weights", links.weights, `${file}.safetensors`, "application/octet-stream"],
      ["ONNX", links.onnx, `${file}.onnx`, "*/*"],
      ["One Python file", links.standalone, `${file}.py`, "*/*"],
      ...(job
        ? [
            ["History as CSV", `/v1/jobs/${job}/history`, `${file}.csv`, "text/csv"],
            ...this.plots(job, file),
          ]
        : []),
    ];
    const told = h("p", { class: "error" });
    return h(
      "div",
      { class: "downloads" },
      h("h3", {}, "Take it along"),
      h(
        "div",
        { class: "row" },
        offered.map(([label, path, saved, accept]) =>
          h(
            "button",
            {
              type: "button",
              class: "quiet",
              onclick: () =>
                download(path, saved, accept).then(
                  () => {
                    told.textContent = "";
                  },
                  (problem) => {
                    told.textContent = `${label}: ${problem.message}`;
                  },
                ),
            },
            label,
          ),
        ),
      ),
      told,
    );
  }

  /** The plots that the service draws, if it does. */
  plots(job, file) {
    return Object.keys(this.schema.document.paths)
      .map((path) => path.split("/").at(-1))
      .filter((plot) => /\.(png|gif)$/.test(plot))
      .map((plot) => [plot, `/v1/jobs/${job}/${plot}`, `${file}-${plot}`, "*/*"]);
  }
}

/** A label, or the labels that are present. */
function labelText(label) {
  return Array.isArray(label) ? label.join(", ") || "no label" : String(label);
}

function bar(name, share, color) {
  const fill = h("i", {});
  fill.style.width = `${100 * Math.max(0, Math.min(1, share))}%`;
  fill.style.background = color;
  return h(
    "div",
    { class: "bar" },
    h("span", {}, String(name)),
    h("span", { class: "track" }, fill),
    h("span", {}, short(share, 3)),
  );
}

function value(text) {
  const number = Number(text.trim().replace("−", "-"));
  return text.trim() === "" ? null : Number.isNaN(number) ? text.trim() : number;
}
