// Weights and biases as tables, behind the drawing of the network.

import { h, scrollable } from "../element.js";
import { short } from "../format.js";
import { table } from "../plots/curve.js";

const MOST = 24;

/** A disclosure whose tables are made when it is open; `current()` gives the sight, or null. */
export function weightTables(current) {
  const place = scrollable("Weights and biases as tables");
  const element = h(
    "details",
    { class: "data-table", ontoggle: () => refresh() },
    h("summary", {}, "Weights as tables"),
    place,
  );
  const refresh = () => {
    if (!element.open) return;
    const sight = current();
    place.replaceChildren(
      ...(sight
        ? tables(sight.arrays)
        : [h("p", { class: "note" }, "There are weights once it has been trained.")]),
    );
  };
  return { element, refresh };
}

function tables(arrays) {
  return Object.entries(arrays).map(([name, { shape, data }]) => {
    const columns = shape.at(-1);
    const rows = Math.min(MOST, data.length / columns);
    const shown = Math.min(MOST, columns);
    const [layer, part] = name.split(".");
    return table(
      `Layer ${Number(layer) + 1}: ${part}, ${shape.join(" × ")}`,
      ["", ...Array.from({ length: shown }, (_, unit) => `unit ${unit + 1}`)],
      Array.from({ length: rows }, (_, row) => [
        shape.length > 1 ? `from ${row + 1}` : part,
        ...Array.from({ length: shown }, (__, unit) => short(data[row * columns + unit])),
      ]),
    );
  });
}
