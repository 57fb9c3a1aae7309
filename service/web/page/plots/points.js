// Points of the data over a heat map: filled by their label or value, the test points as rings.

import { colorOf, labelColor } from "../palette.js";

/** The color of a target. */
export function targetColor(target, { labels, task, scale }) {
  if (task === "classification" && labels)
    return labelColor(Math.max(0, labels.indexOf(target)), labels.length);
  const value = Array.isArray(target) ? target[0] : target;
  return colorOf((0.35 + 0.65 * Math.min(1, Math.abs(value) / scale)) * Math.sign(value));
}

/** Draws rows on a canvas that lies over the plane. */
export function scatter(
  canvas,
  plane,
  rows,
  about,
  { radius = 3.4, isTest = false, edge = "#fff" } = {},
) {
  const brush = canvas.getContext("2d");
  const ratio = canvas.width / canvas.clientWidth || 1;
  brush.lineWidth = (isTest ? 1.6 : 1) * ratio;
  for (const { point, target } of rows) {
    const [across, down] = plane.place(point);
    const color = targetColor(target, about);
    brush.beginPath();
    brush.arc(across * canvas.width, down * canvas.height, radius * ratio, 0, 2 * Math.PI);
    brush.fillStyle = isTest ? edge : color;
    brush.strokeStyle = isTest ? color : edge;
    brush.fill();
    brush.stroke();
  }
}

export function clear(canvas) {
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
}
