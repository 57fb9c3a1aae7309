// The history of a weight, or of a unit's bias and incoming weights, over the snapshots.

import { short } from "../format.js";
import { snapshotWeights } from "../job/network_view.js";
import { Curve } from "../plots/curve.js";
import { table } from "../table.js";

const MAX_WEIGHTS = 8;
const CONCURRENCY = 4;

/** Returns a plot and a table of the selection's values after each snapshot. */
export async function weightHistory(run, selection, names) {
  const { job, snapshots } = run;
  const weights = await mapConcurrently(snapshots, (epoch) => snapshotWeights(job, epoch));
  const lines = seriesOf(selection, weights[0].arrays, names)
    .filter(({ array }) => weights[0].arrays[array])
    .map(({ name, array, index, ...style }) => {
      const values = weights.map(({ arrays }) => arrays[array].data[index]);
      return { color: values.at(-1) < 0 ? "var(--orange)" : "var(--blue)", ...style, name, values };
    });
  const isWeight = selection.kind === "weight";
  const curve = new Curve(isWeight ? "Weight by snapshot" : "Bias and weights by snapshot");
  curve.epochLabels = snapshots;
  curve.show(lines);
  const rows = lines.map(({ name, values }) => [name, short(values[0]), short(values.at(-1))]);
  const heads = ["", `after epoch ${snapshots[0]}`, `after epoch ${snapshots.at(-1)}`];
  return [curve.element, table("First and last snapshot", heads, rows)];
}

function seriesOf({ kind, layer, from, unit }, arrays, names) {
  const array = `${layer}.weight`;
  const units = arrays[array]?.shape.at(-1) ?? 0;
  if (kind === "weight") {
    const name = `w ${names[from] ?? from + 1} → ${unit + 1}`;
    return [{ name, array, index: from * units + unit }];
  }
  const bias = {
    name: "bias",
    array: `${layer}.bias`,
    index: unit,
    color: "var(--ink)",
    dash: "5 3",
  };
  const incoming = names
    .slice(0, MAX_WEIGHTS)
    .map((name, input) => ({ name: `from ${name}`, array, index: input * units + unit }));
  return [bias, ...incoming];
}

async function mapConcurrently(items, load) {
  const results = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await load(items[index]);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return results;
}
