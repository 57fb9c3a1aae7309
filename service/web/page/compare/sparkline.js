// A sparkline: a small plot of the loss of a job.

import { s } from "../element.js";

const WIDTH = 96;
const HEIGHT = 26;
const MARGIN = 3;
const MAX_POINTS = 48;

export function sparkline(values, name) {
  const finite = values.filter((value) => typeof value === "number");
  const range = finite.length
    ? `from ${finite[0].toPrecision(3)} to ${finite.at(-1).toPrecision(3)}`
    : "no values";
  const svg = s("svg", {
    class: "spark",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": `${name} ${range}`,
  });
  if (finite.length < 2) return svg;
  const points = pointsOf(finite);
  const [x, y] = points.at(-1).split(" ");
  svg.append(s("path", { d: `M${points.join("L")}` }), s("circle", { cx: x, cy: y, r: 2.4 }));
  return svg;
}

function pointsOf(values) {
  const step = Math.max(1, Math.floor(values.length / MAX_POINTS));
  const last = values.length - 1;
  const thinned = values.filter((_, index) => index % step === 0 || index === last);
  const low = Math.min(...thinned);
  const span = Math.max(...thinned) - low || 1;
  return thinned.map((value, index) => {
    const x = (index / (thinned.length - 1)) * (WIDTH - 2 * MARGIN) + MARGIN;
    const y = HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
}
