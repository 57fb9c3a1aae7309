// Weights and biases as tables below the network diagram.

import { h, scrollable } from "../element.js";
import { short } from "../format.js";
import { table } from "../table.js";

const MAX_CELLS = 24;

/** Returns a disclosure with tables of `currentView()`, which are built while it is open. */
export function weightTables(currentView) {
  const content = scrollable("Weights and biases as tables");
  const refresh = () => {
    if (!element.open) return;
    const view = currentView();
    const note = h("p", { class: "note" }, "Press Train to get weights.");
    content.replaceChildren(...(view ? tablesOf(view.arrays) : [note]));
  };
  const element = h(
    "details",
    { class: "data-table", ontoggle: refresh },
    h("summary", {}, "Weights as tables"),
    content,
  );
  return { element, refresh };
}

function tablesOf(arrays) {
  return Object.entries(arrays).map(([name, { shape, data }]) => {
    const [layer, part] = name.split(".");
    const columns = shape.at(-1);
    const units = Array.from({ length: Math.min(MAX_CELLS, columns) }, (_, unit) => unit);
    const rows = Array.from({ length: Math.min(MAX_CELLS, data.length / columns) }, (_, row) => [
      shape.length > 1 ? `from ${row + 1}` : part,
      ...units.map((unit) => short(data[row * columns + unit])),
    ]);
    const caption = `Layer ${Number(layer) + 1}: ${part}, ${shape.join(" × ")}`;
    return table(caption, ["", ...units.map((unit) => `unit ${unit + 1}`)], rows);
  });
}
