// Numbers to take in hand: a weight, or a unit's bias and the weights into it.

import { h } from "../element.js";

const MOST = 24;
const DIGITS = 6;
const REACH = 3;

/** Fields for the numbers of what is looked at; `refresh()` on the element has them follow. */
export function held(what, hand, names) {
  const { arrays } = hand.shown.sight;
  const weight = `${what.layer}.weight`;
  const { shape = [] } = arrays[weight] ?? {};
  const into = (from, name) => number(hand, weight, from * shape[1] + what.unit, name);
  const fields =
    what.kind === "weight"
      ? [into(what.from, "weight"), slider(hand, weight, what.from * shape[1] + what.unit)]
      : [
          ...(arrays[`${what.layer}.bias`]
            ? [number(hand, `${what.layer}.bias`, what.unit, "bias")]
            : []),
          ...(shape.length === 2
            ? Array.from({ length: Math.min(MOST, shape[0]) }, (_, from) =>
                into(from, `from ${names[from] ?? from + 1}`),
              )
            : []),
        ];
  const element = h(
    "div",
    { class: "weight-fields", role: "group", "aria-label": "Numbers to set by hand" },
    fields,
  );
  element.refresh = () => {
    for (const field of fields) field.refresh();
  };
  element.refresh();
  return element;
}

function number(hand, array, place, name) {
  const box = h("input", {
    type: "number",
    step: 0.1,
    oninput: () => Number.isFinite(box.valueAsNumber) && hand.set(array, place, box.valueAsNumber),
  });
  return following(
    h("label", { class: "field" }, h("span", { class: "label" }, name), box),
    box,
    hand,
    array,
    place,
  );
}

function slider(hand, array, place) {
  const reach = Math.max(REACH, 2 * Math.abs(hand.get(array, place) ?? 0));
  const box = h("input", {
    type: "range",
    min: -reach,
    max: reach,
    step: reach / 100,
    "aria-label": "The weight as a slider",
    oninput: () => hand.set(array, place, box.valueAsNumber),
  });
  return following(h("div", { class: "field slider" }, box), box, hand, array, place);
}

/** The element with `refresh()`: its box shows the number, unless somebody is writing there. */
function following(element, box, hand, array, place) {
  element.refresh = () => {
    const value = hand.get(array, place);
    box.disabled = value === null;
    if (document.activeElement !== box || box.disabled)
      box.value = value === null ? "" : Number(value.toPrecision(DIGITS));
  };
  return element;
}
