// The past of a weight or of a unit: its numbers over the epochs epochs.

import { short } from "../format.js";
import { snapshotWeights } from "../job/network_view.js";
import { Curve, table } from "../plots/curve.js";

const LINES = 8;
const AT_ONCE = 4;

/** What a weight was after each epochs epoch, or a unit's bias and the weights into it. */
export async function past(run, what, names) {
  const { job, snapshots: epochs } = run;
  const arrays = await each(epochs, (epoch) => snapshotWeights(job, epoch));
  const matrix = `${what.layer}.weight`;
  const units = arrays[0].arrays[matrix]?.shape.at(-1) ?? 0;
  const series =
    what.kind === "weight"
      ? [
          [
            `w ${names[what.from] ?? what.from + 1} → ${what.unit + 1}`,
            matrix,
            what.from * units + what.unit,
          ],
        ]
      : [
          ["bias", `${what.layer}.bias`, what.unit],
          ...names
            .slice(0, LINES)
            .map((name, from) => [`from ${name}`, matrix, from * units + what.unit]),
        ];
  const lines = series
    .filter(([, name]) => arrays[0].arrays[name])
    .map(([name, array, place]) => ({
      name,
      values: arrays.map((one) => one.arrays[array].data[place]),
    }));
  return show(epochs, lines, what);
}

function show(epochs, lines, what) {
  const curve = new Curve(
    what.kind === "weight"
      ? "The weight over the epochs epochs"
      : "Bias and weights of the unit over the epochs epochs",
  );
  curve.epochsOf = epochs;
  curve.show(
    lines.map((line, index) => ({
      ...line,
      color: index || what.kind === "weight" ? strokes(line, index) : "var(--ink)",
      dash: index === 0 && what.kind === "unit" ? "5 3" : null,
    })),
  );
  const last = lines.map((line) => [line.name, short(line.values[0]), short(line.values.at(-1))]);
  return [
    curve.element,
    table("First and last", ["", `after epoch ${epochs[0]}`, `after epoch ${epochs.at(-1)}`], last),
  ];
}

function strokes(line) {
  return line.values.at(-1) < 0 ? "var(--orange)" : "var(--blue)";
}

async function each(items, make) {
  const made = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const place = next;
      next += 1;
      made[place] = await make(items[place]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return made;
}
