// How an uploaded table is read: the options, and reading it again with others.

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
const MOST_COLUMNS = 200;

/** The options of a dataset as a form; `again` reads it with the chosen ones. */
export function readingOptions({ options, columns }, again) {
  const selects = Object.fromEntries(
    Object.entries(CHOICES).map(([name, words]) => [
      name,
      select(`reading-${name}`, words, options[name]),
    ]),
  );
  const markers = h("input", {
    id: "reading-missing",
    type: "text",
    placeholder: "the usual ones",
    value: (options.missing ?? []).join(","),
  });
  const names = [...new Set([...columns.map(({ name }) => name), ...Object.keys(options.columns)])];
  const types = names
    .slice(0, MOST_COLUMNS)
    .map((name, place) => [
      name,
      select(`reading-type-${place}`, TYPES, options.columns[name] ?? "auto"),
    ]);
  const fault = h("p", { class: "error", role: "status" });
  const chosen = () => ({
    ...options,
    ...Object.fromEntries(Object.entries(selects).map(([name, one]) => [name, one.value])),
    missing: markers.value === "" ? null : markers.value.split(",").map((text) => text.trim()),
    columns: {
      ...options.columns,
      ...Object.fromEntries(types.map(([name, one]) => [name, one.value])),
    },
  });
  const button = h(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: async () => {
        button.disabled = true;
        fault.textContent = "Reading…";
        try {
          await again(withoutAuto(chosen()));
        } catch (problem) {
          fault.textContent = problem.errors?.[0]?.detail ?? problem.message;
        }
        button.disabled = false;
      },
    },
    "Read again",
  );
  return h(
    "details",
    { class: "more", open: !columns.length },
    h("summary", {}, "Reading options"),
    h(
      "div",
      { class: "fields" },
      Object.entries(selects).map(([name, one]) => field(LABELS[name], one)),
      field("Missing values (texts, by commas)", markers),
      types.map(([name, one]) => field(`Type of ${name}`, one)),
    ),
    fault,
    button,
  );
}

function withoutAuto(options) {
  const entries = Object.entries(options.columns).filter(([, type]) => type !== "auto");
  return { ...options, columns: Object.fromEntries(entries) };
}

function select(id, words, value) {
  const element = h(
    "select",
    { id },
    words.map((word) => h("option", { value: word }, word)),
  );
  element.value = value;
  return element;
}

function field(text, input) {
  return h("div", { class: "field" }, h("label", { for: input.id }, text), input);
}
