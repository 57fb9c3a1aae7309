// Links between units: the color is the sign of the weight, the width its size.

import { s } from "../element.js";
import { short } from "../format.js";

/**
 * Draws the links of all gaps between layers. A gap is `{from, to, weight, name}`: positions
 * `[x, y]` of units, and the weight between two of them, null if it is unknown.
 */
export function drawLinks(svg, gaps, onSelect) {
  const drawn = [];
  for (const gap of gaps) {
    let largest = 0;
    for (let i = 0; i < gap.from.length; i += 1) {
      for (let j = 0; j < gap.to.length; j += 1)
        largest = Math.max(largest, Math.abs(gap.weight(i, j) ?? 0));
    }
    for (let i = 0; i < gap.from.length; i += 1) {
      for (let j = 0; j < gap.to.length; j += 1) drawn.push(link(gap, i, j, largest, onSelect));
    }
  }
  svg.replaceChildren(...drawn);
}

function link(gap, i, j, largest, onSelect) {
  const [x1, y1] = gap.from[i];
  const [x2, y2] = gap.to[j];
  const bend = Math.max(16, (x2 - x1) * 0.45);
  const d = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  const value = gap.weight(i, j);
  const fraction = value === null || !largest ? 0 : Math.abs(value) / largest;
  const kind = value === null ? "unknown" : value < 0 ? "negative" : "positive";
  const line = s("path", { d, class: `link ${kind}` });
  line.style.strokeWidth = value === null ? 1 : 0.6 + 4.4 * fraction;
  line.style.strokeOpacity = value === null ? 0.5 : 0.18 + 0.82 * fraction;
  if (value === null) return line;
  const group = s(
    "g",
    {},
    line,
    s("path", { d, class: "hit" }, s("title", {}, `${gap.name(i, j)}: ${short(value)}`)),
  );
  group.addEventListener("click", () => onSelect(gap, i, j));
  return group;
}
