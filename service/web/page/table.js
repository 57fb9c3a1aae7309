// Tables with a caption, column heads and row heads.

import { h } from "./element.js";

/** Returns a table; the first cell of each row is its head, and "" is an empty column head. */
export function table(caption, heads, rows, attributes = {}) {
  const { captionClass = null, ...others } = attributes;
  return h(
    "table",
    others,
    h("caption", { class: captionClass }, caption),
    tableHead(heads),
    h("tbody", {}, rows.map(tableRow)),
  );
}

export function tableHead(heads) {
  const cells = heads.map((head) => (head === "" ? h("td") : h("th", { scope: "col" }, head)));
  return h("thead", {}, h("tr", {}, cells));
}

function tableRow([head, ...cells]) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, asChild(head)),
    cells.map((cell) => h("td", {}, asChild(cell))),
  );
}

function asChild(cell) {
  return cell instanceof Node ? cell : String(cell);
}
