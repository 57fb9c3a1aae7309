// The reading options of an uploaded table, and reading it again with other options.

import { h } from "../element.js";

const CHOICES = {
  delimiter: ["auto", "comma", "semicolon", "tab", "pipe", "space"],
  header: ["auto", "true", "false"],
  decimal: ["point", "comma"],
  thousands: ["none", "comma", "point", "space", "apostrophe"],
  encoding: ["auto", "utf-8", "utf-16", "latin-1", "cp1252"],
};
const LABELS = {
  delimiter: "Delimiter",
  header: "First line has names",
  decimal: "Decimal separator",
  thousands: "Thousands separator",
  encoding: "Encoding",
};
const TYPES = ["auto", "number", "category", "date", "boolean", "ignore"];
const MAX_COLUMNS = 200;

/** Returns the options of a dataset as a form; `onRead(options)` reads the file again. */
export function readingOptions({ options, columns }, onRead) {
  const selects = Object.entries(CHOICES).map(([name, choices]) => [
    name,
    select(`reading-${name}`, choices, options[name]),
  ]);
  const missing = h("input", {
    id: "reading-missing",
    type: "text",
    placeholder: "default markers",
    value: (options.missing ?? []).join(","),
  });
  const names = [...new Set([...columns.map(({ name }) => name), ...Object.keys(options.columns)])];
  const types = names
    .slice(0, MAX_COLUMNS)
    .map((name, index) => [
      name,
      select(`reading-type-${index}`, TYPES, options.columns[name] ?? "auto"),
    ]);
  const chosen = () => ({
    ...options,
    ...valuesOf(selects),
    missing: missing.value === "" ? null : missing.value.split(",").map((text) => text.trim()),
    columns: withoutAuto({ ...options.columns, ...valuesOf(types) }),
  });
  const error = h("p", { class: "error", role: "status" });
  return h(
    "details",
    { class: "more", open: !columns.length },
    h("summary", {}, "Reading options"),
    h(
      "div",
      { class: "fields" },
      selects.map(([name, control]) => field(LABELS[name], control)),
      field("Markers of missing values, separated by commas", missing),
      types.map(([name, control]) => field(`Type of ${name}`, control)),
    ),
    error,
    readButton(() => onRead(chosen()), error),
  );
}

function readButton(onRead, error) {
  const onclick = async () => {
    button.disabled = true;
    error.textContent = "Reading…";
    try {
      await onRead();
    } catch (problem) {
      error.textContent = errorText(problem);
    }
    button.disabled = false;
  };
  const button = h("button", { type: "button", class: "quiet", onclick }, "Read again");
  return button;
}

/** Returns the name of the rejected option and its error. */
function errorText({ errors = [], message }) {
  const [error] = errors;
  return error ? `${error.pointer.slice(2)} ${error.detail}` : message;
}

function valuesOf(controls) {
  return Object.fromEntries(controls.map(([name, control]) => [name, control.value]));
}

function withoutAuto(types) {
  return Object.fromEntries(Object.entries(types).filter(([, type]) => type !== "auto"));
}

function select(id, choices, value) {
  const element = h(
    "select",
    { id },
    choices.map((choice) => h("option", { value: choice }, choice)),
  );
  element.value = value;
  return element;
}

function field(label, control) {
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}
