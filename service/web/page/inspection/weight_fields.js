// Input fields for a weight, or for a unit's bias and its incoming weights.

import { h } from "../element.js";

const MAX_FIELDS = 24;
const DIGITS = 6;
const SLIDER_RANGE = 3;

/** Returns fields for the weights of a selection; `refresh()` of the element updates them. */
export function weightFields(selection, editor, names) {
  const fields =
    selection.kind === "weight"
      ? fieldsOfWeight(selection, editor)
      : fieldsOfUnit(selection, editor, names);
  const element = h(
    "div",
    { class: "weight-fields", role: "group", "aria-label": "Edit the weights" },
    fields,
  );
  element.refresh = () => {
    for (const field of fields) field.refresh();
  };
  element.refresh();
  return element;
}

function fieldsOfWeight({ layer, from, unit }, editor) {
  const array = `${layer}.weight`;
  const index = from * weightShape(editor, layer)[1] + unit;
  return [numberField(editor, array, index, "weight"), slider(editor, array, index)];
}

function fieldsOfUnit({ layer, unit }, editor, names) {
  const { arrays } = editor.current.view;
  const shape = weightShape(editor, layer);
  const bias = `${layer}.bias`;
  const count = shape.length === 2 ? Math.min(MAX_FIELDS, shape[0]) : 0;
  const incoming = Array.from({ length: count }, (_, from) =>
    numberField(
      editor,
      `${layer}.weight`,
      from * shape[1] + unit,
      `from ${names[from] ?? from + 1}`,
    ),
  );
  return arrays[bias] ? [numberField(editor, bias, unit, "bias"), ...incoming] : incoming;
}

function weightShape(editor, layer) {
  return editor.current.view.arrays[`${layer}.weight`]?.shape ?? [];
}

function numberField(editor, array, index, name) {
  const input = h("input", {
    type: "number",
    step: 0.1,
    oninput: () => {
      if (Number.isFinite(input.valueAsNumber)) editor.set(array, index, input.valueAsNumber);
    },
  });
  const label = h("label", { class: "field" }, h("span", { class: "label" }, name), input);
  return withRefresh(label, input, () => editor.get(array, index));
}

function slider(editor, array, index) {
  const range = Math.max(SLIDER_RANGE, 2 * Math.abs(editor.get(array, index) ?? 0));
  const input = h("input", {
    type: "range",
    min: -range,
    max: range,
    step: range / 100,
    "aria-label": "The weight as a slider",
    oninput: () => editor.set(array, index, input.valueAsNumber),
  });
  const element = h("div", { class: "field slider" }, input);
  return withRefresh(element, input, () => editor.get(array, index));
}

/** Adds `refresh()` to an element: its input shows the value, unless it is being edited. */
function withRefresh(element, input, currentValue) {
  element.refresh = () => {
    const value = currentValue();
    input.disabled = value === null;
    if (document.activeElement === input && !input.disabled) return;
    input.value = value === null ? "" : Number(value.toPrecision(DIGITS));
  };
  return element;
}
