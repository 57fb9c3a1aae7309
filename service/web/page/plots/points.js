// Samples over a heat map, colored by their target; held-out samples as rings.

import { colorOf, labelColor } from "../palette.js";

/** Returns the color of a target. */
function targetColor(target, { labels, task, scale }) {
  if (task === "classification" && labels)
    return labelColor(Math.max(0, labels.indexOf(target)), labels.length);
  const value = Array.isArray(target) ? target[0] : target;
  return colorOf((0.35 + 0.65 * Math.min(1, Math.abs(value) / scale)) * Math.sign(value));
}

/** Draws rows on a canvas over the plane. */
export function scatter(
  canvas,
  plane,
  rows,
  encoding,
  { radius = 3.4, isRing = false, edge = "#fff" } = {},
) {
  const context = canvas.getContext("2d");
  const ratio = canvas.width / canvas.clientWidth || 1;
  context.lineWidth = (isRing ? 1.6 : 1) * ratio;
  for (const { point, target } of rows) {
    const [across, down] = plane.project(point);
    const color = targetColor(target, encoding);
    context.beginPath();
    context.arc(across * canvas.width, down * canvas.height, radius * ratio, 0, 2 * Math.PI);
    context.fillStyle = isRing ? edge : color;
    context.strokeStyle = isRing ? color : edge;
    context.fill();
    context.stroke();
  }
}

export function clear(canvas) {
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
}
