// The samples, and the output at some points of the plane, as tables for screen readers.

import { short } from "../format.js";
import { table } from "../table.js";

const MAX_ROWS = 200;
const MAX_COLUMNS = 8;
const GRID_SIZE = 8;

export function outputTables(view, samples, rows) {
  const { columns, plane } = samples;
  const cells = rows
    .slice(0, MAX_ROWS)
    .map(({ point, target }, index) => [
      index + 1,
      ...point.slice(0, MAX_COLUMNS).map((value) => short(value)),
      String(target),
    ]);
  const heads = ["row", ...columns.slice(0, MAX_COLUMNS), "target"];
  const points = table("Points", heads, cells);
  const hasOutput = view?.output && view.plane?.key === plane?.key;
  return hasOutput ? [outputTable(view, samples), points] : [points];
}

function outputTable({ fine, output }, { labels, plane }) {
  const count = output.data.length / fine ** 2;
  const cells = Array.from({ length: GRID_SIZE }, (_, index) =>
    Math.round(((index + 0.5) / GRID_SIZE) * fine),
  );
  const at = (cell) => plane.unproject((cell + 0.5) / fine, (cell + 0.5) / fine);
  const text = (row, column) => {
    const start = (row * fine + column) * count;
    return outputText(Array.from(output.data.slice(start, start + count)), labels);
  };
  return table(
    `Output: ${plane.names[1]} by row, ${plane.names[0]} by column`,
    ["", ...cells.map((cell) => short(at(cell)[0], 3))],
    cells.map((row) => [short(at(row)[1], 3), ...cells.map((column) => text(row, column))]),
  );
}

/** Returns a single output, or the label of the largest. */
function outputText(outputs, labels) {
  if (outputs.length === 1) return short(outputs[0], 3);
  const label = labels?.[outputs.indexOf(Math.max(...outputs))];
  return String(label ?? outputs.map((output) => short(output, 2)).join(", "));
}
