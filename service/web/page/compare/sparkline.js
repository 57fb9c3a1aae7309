// A sparkline: the loss of a job in the space of a word.

import { s } from "../element.js";

const WIDTH = 96;
const HEIGHT = 26;
const POINTS = 48;

export function sparkline(values, name) {
  const finite = values.filter((value) => typeof value === "number");
  const svg = s("svg", {
    class: "spark",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": finite.length
      ? `${name} from ${finite[0].toPrecision(3)} to ${finite.at(-1).toPrecision(3)}`
      : `${name}: none`,
  });
  if (finite.length < 2) return svg;
  const step = Math.max(1, Math.floor(finite.length / POINTS));
  const shown = finite.filter((_, place) => place % step === 0 || place === finite.length - 1);
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low || 1;
  const points = shown.map(
    (value, place) =>
      `${((place / (shown.length - 1)) * (WIDTH - 6) + 3).toFixed(1)} ${(HEIGHT - 3 - ((value - low) / span) * (HEIGHT - 6)).toFixed(1)}`,
  );
  const [x, y] = points.at(-1).split(" ");
  svg.append(s("path", { d: `M${points.join("L")}` }), s("circle", { cx: x, cy: y, r: 2.4 }));
  return svg;
}
