// Input controls for single values and for lists of plain values.

import { h } from "../element.js";
import { fieldValue, humanize, setField } from "./binding.js";

export function checkbox(binding) {
  const control = h("input", {
    type: "checkbox",
    onchange: () => setField(binding, control.checked),
  });
  const refresh = () => {
    control.checked = Boolean(fieldValue(binding));
  };
  return { control, refresh };
}

export function selectInput(binding) {
  const { described } = binding;
  const control = h(
    "select",
    { onchange: () => setField(binding, control.value || null) },
    described.nullable ? h("option", { value: "" }, "none") : null,
    described.enum.map((option) => h("option", { value: option }, humanize(option))),
  );
  const refresh = () => {
    control.value = fieldValue(binding) ?? "";
  };
  return { control, refresh };
}

export function numberInput(binding) {
  const { described } = binding;
  const control = h("input", {
    type: "number",
    step: described.kind === "integer" ? 1 : "any",
    inputmode: "decimal",
    placeholder: placeholder(described),
    oninput: () => {
      const isEmpty = control.value === "" && !control.validity.badInput;
      const number = control.valueAsNumber;
      if (isEmpty) setField(binding, described.nullable ? null : "");
      else setField(binding, Number.isNaN(number) ? control.value : number);
    },
  });
  return { control, refresh: () => showValue(control, fieldValue(binding) ?? "") };
}

export function textInput(binding) {
  const { described } = binding;
  const control = freeText(described, (text) =>
    setField(binding, text === "" && described.nullable ? null : text),
  );
  return { control, refresh: () => showValue(control, fieldValue(binding) ?? "") };
}

export function jsonInput(binding) {
  const { described } = binding;
  const control = freeText(described, (text) => setField(binding, parseValue(text, described)));
  return { control, refresh: () => showValue(control, jsonText(fieldValue(binding))) };
}

/** Returns an input for a list of plain values: JSON, or values separated by commas or spaces. */
export function valuesInput(binding) {
  const { described } = binding;
  const control = freeText(described, (text) => {
    const isJson = text.trim() === "" || /^\s*[[{]/.test(text);
    const items = text.split(/[,\s]+/).filter(Boolean);
    setField(
      binding,
      isJson ? parseValue(text, described) : items.map((item) => parseValue(item, described)),
    );
  });
  return { control, refresh: () => showValue(control, jsonText(fieldValue(binding))) };
}

function freeText(described, onText) {
  const control = h("input", {
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: placeholder(described),
    oninput: () => onText(control.value),
  });
  return control;
}

function placeholder(described) {
  return described.nullable ? "none" : "";
}

/** Shows a value, unless it is being edited. */
function showValue(control, value) {
  if (document.activeElement !== control) control.value = value;
}

function jsonText(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function parseValue(text, described) {
  if (text.trim() === "") return described.nullable ? null : "";
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
