// The built-in sources as tiles, each with a plot of its samples.

import { post } from "../http/api.js";
import { h } from "../element.js";
import { humanize } from "../form/binding.js";
import { kindOf } from "../spec/spec.js";
import { clear, scatter } from "../plots/points.js";
import { paintPixels } from "../images/pixels.js";
import { Plane } from "./plane.js";
import { adaptSpec } from "./adapt_spec.js";

const SAMPLES = 36;
const SIDE = 64;

export function sourceTiles(form) {
  const family = form.schema.describe({ $ref: "#/components/schemas/Source" });
  const kinds = Object.keys(family.mapping).filter(
    (kind) => typeof form.schema.initialMember(family, kind) === "string",
  );
  const elements = kinds.map((kind) => tile(form, kind));
  const element = h("div", { class: "tiles", role: "group", "aria-label": "Data" }, elements);
  form.spec.watch(element, () => {
    const chosen = kindOf(form.spec.get(["dataset", "source"]));
    for (const [index, kind] of kinds.entries())
      elements[index].setAttribute("aria-pressed", String(kind === chosen));
  });
  return element;
}

function tile(form, kind) {
  const picture = h("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
  const element = h(
    "button",
    {
      type: "button",
      class: "tile",
      "aria-pressed": "false",
      title: humanize(kind),
      onclick: () => choose(form, kind),
    },
    picture,
    h("span", {}, humanize(kind)),
  );
  element.redraw = async () => {
    const preview = await post(`/v1/datasets/preview?limit=${SAMPLES}`, {
      source: kind,
      preprocessing: { standardize: false },
    }).catch(() => null);
    if (preview) draw(picture, preview);
  };
  requestIdleCallback(element.redraw, { timeout: 1500 });
  return element;
}

function draw(picture, preview) {
  clear(picture);
  const rows = preview.points.map((point, index) => ({ point, target: preview.targets[index][0] }));
  if (preview.points[0].length === 64) return paintPixels(picture, preview.points[0]);
  const plane = Plane.around(preview.features, preview.points);
  const values = rows.map((row) => row.target);
  const scale = Math.max(...values.filter(Number.isFinite).map(Math.abs), 1e-9);
  const isLabeled = preview.labels && preview.labels.length <= 10;
  scatter(
    picture,
    plane,
    rows,
    { labels: preview.labels, task: isLabeled ? "classification" : "regression", scale },
    { radius: 2, edge: "transparent" },
  );
}

async function choose(form, kind) {
  const { spec } = form;
  const previous = spec.get(["dataset", "source"]);
  const family = form.schema.describe({ $ref: "#/components/schemas/Source" });
  const supported = Object.keys(form.schema.member(family, kind).properties);
  const fields =
    typeof previous === "object"
      ? Object.fromEntries(
          Object.entries(previous).filter(([name]) => name !== "type" && supported.includes(name)),
        )
      : {};
  await adaptSpec(form, Object.keys(fields).length ? { type: kind, ...fields } : kind);
}
