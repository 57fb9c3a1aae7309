// Explanations: what each column is worth, and what the answer for a point rests on.

import { h, scrollable } from "../element.js";
import { short } from "../format.js";
import { paintSigned } from "../images/pixels.js";

const SHOWN = 16;

/** By how much the loss rises once a column is shuffled, the column that is worth most first. */
export function worth({ part, rows, repeats, columns }) {
  const sorted = columns.toSorted((one, other) => other.importance - one.importance);
  const said = {
    test: "kept for the test",
    validation: "kept from training",
    training: "that were trained on",
  }[part];
  return [
    h(
      "p",
      { class: "note" },
      `The loss on ${rows.toLocaleString("en")} samples ${said} rises by so much once a column is shuffled among them, in the mean of ${repeats} times.`,
    ),
    shares(
      "What each column is worth",
      ["column", "", "rise of the loss", "deviation"],
      sorted.map(({ column, importance, deviation }) => [
        column,
        importance,
        [importance, deviation],
      ]),
    ),
  ];
}

/** Gradient × input of the output, feature by feature, the strongest first; as a picture for one. */
export function rests({ output, label, features }, isImage) {
  const said =
    label === null
      ? `output ${short(output)}`
      : `output for ${String(label).replace("-", "−")}, ${short(output)}`;
  const about = h(
    "p",
    { class: "note" },
    `Gradient × input of the ${said}: blue speaks for it, orange against it.`,
  );
  if (isImage) return [about, picture(features.map(({ product }) => product))];
  const sorted = features.toSorted((one, other) => Math.abs(other.product) - Math.abs(one.product));
  return [
    about,
    shares(
      "What the answer rests on",
      ["feature", "", "gradient × input", "gradient", "input"],
      sorted.map(({ feature, product, gradient, input }) => [
        feature,
        product,
        [product, gradient, input],
      ]),
    ),
  ];
}

function picture(values) {
  const canvas = h("canvas", {
    class: "pad small-canvas attribution-image",
    width: 160,
    height: 160,
    role: "img",
    "aria-label": "What speaks for the answer in the picture, and what against it",
  });
  paintSigned(canvas, values, Math.round(Math.sqrt(values.length)));
  return canvas;
}

/** A table whose second column draws the number of a row as a bar, from the middle if there are both signs. */
function shares(caption, heads, rows) {
  const most = Math.max(1e-12, ...rows.map(([, value]) => Math.abs(value)));
  const isSigned = rows.some(([, value]) => value < 0);
  const more = rows.length > SHOWN ? `, the first ${SHOWN} of ${rows.length}` : "";
  return scrollable(
    caption,
    h(
      "table",
      { class: "importance" },
      h("caption", { class: more ? "" : "visually-hidden" }, caption + more),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td"))),
        ),
      ),
      h(
        "tbody",
        {},
        rows.slice(0, SHOWN).map(([name, value, numbers]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            h("td", {}, bar(value / most, isSigned)),
            numbers.map((one) => h("td", {}, short(one, 3))),
          ),
        ),
      ),
    ),
  );
}

function bar(share, isSigned) {
  const fill = h("i", { class: share < 0 ? "against" : "for" });
  fill.style.width = `${(isSigned ? 50 : 100) * Math.abs(share)}%`;
  return h("span", { class: `signed-bar ${isSigned ? "signed" : ""}`, "aria-hidden": "true" }, fill);
}
