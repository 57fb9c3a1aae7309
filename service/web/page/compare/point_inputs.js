// Inputs of points to predict: one field per column, or several points as text.

import { h } from "../element.js";

/** Returns a field per column; `onPoints` is called now and on each change. */
export function pointFields(columns, onPoints) {
  const inputs = columns.map((name) =>
    h("input", {
      type: "text",
      inputmode: "decimal",
      value: "0",
      required: true,
      "aria-label": name,
      oninput: () => submit(),
    }),
  );
  const submit = () => onPoints([inputs.map((input) => parseValue(input.value))]);
  const fields = columns.map((name, index) =>
    h("label", { class: "field" }, h("span", { class: "label" }, name), inputs[index]),
  );
  queueMicrotask(submit);
  return h("div", { class: "fields" }, fields);
}

/** Returns a text area for points, one per line. */
export function pointList(columns, onPoints) {
  const example = columns.slice(0, 4).map((_, index) => index);
  const area = h("textarea", {
    rows: 4,
    spellcheck: "false",
    "aria-label": "Points, one per line, values separated by commas",
    placeholder: example.join(", "),
  });
  const submit = () => {
    const lines = area.value.trim().split("\n");
    onPoints(lines.map((line) => line.split(/[,;\t]/).map(parseValue)));
  };
  const button = h("button", { type: "button", class: "quiet", onclick: submit }, "Predict");
  return h("div", { class: "batch-input" }, area, button);
}

function parseValue(text) {
  const trimmed = text.trim();
  const number = Number(trimmed.replace("−", "-"));
  if (trimmed === "") return null;
  return Number.isNaN(number) ? trimmed : number;
}
