// The network as it was after an epoch: its weights, and what it computes over the plane.

import { request, send } from "../http/api.js";
import { readNpz, readSafetensors } from "../http/arrays.js";

const FINE = 100;
export const COARSE = 24;
const BUILT = 64;
const MOST_UNITS = 1200;
const KEPT = 240;
const NPZ = { Accept: "application/x-npz" };

/**
 * A sight: `spec` and `task` of the network, its `epoch`, the `arrays` of its parameters, and what
 * the output makes of the plane (`fine` × `fine` points) and the units (`coarse` × `coarse`).
 */
export class NetworkViews {
  constructor() {
    this.known = new Map();
  }

  /** The sight of a job after an epoch; the last ones are kept. */
  of(job, epoch, plane) {
    const key = `${job.id} ${epoch} ${plane?.key}`;
    if (!this.known.has(key)) {
      const made = look(job, epoch, plane);
      made.catch(() => this.known.delete(key));
      this.known.set(key, made);
      if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
    }
    return this.known.get(key);
  }
}

async function look(job, epoch, plane) {
  const own = `/v1/jobs/${job.id}`;
  const last = job.spec.architecture.layers.length - 1;
  const [weights, fine, coarse] = await Promise.all([
    snapshotWeights(job, epoch),
    plane ? forward(`${own}/forward?epoch=${epoch}&first=${last}&limit=1`, plane.body(FINE)) : null,
    plane && unitCount(job) <= MOST_UNITS
      ? forward(`${own}/forward?epoch=${epoch}`, plane.body(COARSE))
      : null,
  ]);
  return {
    spec: job.spec,
    task: job.spec.dataset.task,
    epoch,
    plane,
    fine: FINE,
    coarse: COARSE,
    ...weights,
    output: fine && layerOf(fine, last),
    units: coarse && job.spec.architecture.layers.map((_, index) => layerOf(coarse, index)),
  };
}

/** What every layer makes of one point after an epoch; null where it is not told. */
export async function seen(job, epoch, point) {
  const arrays = await forward(
    `/v1/jobs/${job.id}/forward?epoch=${epoch}`,
    JSON.stringify({ points: [point] }),
  );
  return job.spec.architecture.layers.map((_, index) => layerOf(arrays, index));
}

/** The network that is built, before any training; null for a fork, or where there is no plain row of inputs. */
export async function untrained({ value: spec }, samples, signal) {
  const { plane, parts, task, inputShape } = samples;
  const prepare = !spec.start_from && inputShape?.length === 1 ? samples.preparing() : null;
  if (!prepare || !parts.training.length) return null;
  const {
    architecture,
    training: { seed },
  } = spec;
  const last = architecture.layers.length - 1;
  const ask = (query, points) =>
    forward(
      `/v1/forward${query}`,
      JSON.stringify({ architecture, points: points.map(prepare), ...(seed ? { seed } : {}) }),
      signal,
    );
  const [fine, coarse] = await Promise.all([
    plane ? ask(`?first=${last}&limit=1`, plane.grid(BUILT)) : null,
    ask("", plane ? plane.grid(COARSE) : [parts.training[0].point]),
  ]);
  return {
    spec,
    task,
    epoch: null,
    plane,
    fine: BUILT,
    coarse: COARSE,
    arrays: parametersOf(coarse),
    output: fine && layerOf(fine, last),
    units: plane && architecture.layers.map((_, index) => layerOf(coarse, index)),
  };
}

/** What is no layer's answer is a parameter. */
function parametersOf(arrays) {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => !/\.[azy]$/.test(name)));
}

const files = new Map();

/** The arrays of a job after an epoch, and what its preparation learned. */
export async function snapshotWeights(job, epoch) {
  const path = `/v1/jobs/${job.id}/weights?epoch=${epoch}`;
  if (!files.has(path)) {
    files.set(
      path,
      request(path, { headers: { Accept: "application/octet-stream" } })
        .then((answer) => answer.arrayBuffer())
        .then((buffer) => {
          const { arrays, metadata } = readSafetensors(buffer);
          return { arrays, preparation: JSON.parse(metadata.preparation ?? "null") };
        }),
    );
    files.get(path).catch(() => files.delete(path));
    if (files.size > KEPT) files.delete(files.keys().next().value);
  }
  return files.get(path);
}

async function forward(path, body, signal) {
  const answer = await send(path, body, { headers: NPZ, signal });
  return readNpz(await answer.arrayBuffer());
}

/** What a layer hands on, (points, …); null where it is not told. */
function layerOf(arrays, index) {
  return arrays[`${index}.a`] ?? arrays[`${index}.y`] ?? arrays[`${index}.z`] ?? null;
}

function unitCount(job) {
  return job.spec.architecture.layers.reduce(
    (sum, layer) => sum + (layer.units ?? layer.filters ?? 0),
    0,
  );
}

/** The name of a layer's activation, `linear` where it has none. */
export function activationOf(layer) {
  const activation = typeof layer === "string" ? null : layer.activation;
  return (typeof activation === "string" ? activation : activation?.type) ?? "linear";
}

/** One unit's numbers over a grid, from −1 to 1. */
export function unitMap({ shape, data }, unit, activation) {
  const units = shape.slice(1).reduce((product, size) => product * size, 1);
  const values = new Float32Array(shape[0]);
  for (let row = 0; row < shape[0]; row += 1) values[row] = data[row * units + unit];
  if (activation === "sigmoid" || activation === "softmax")
    return values.map((value) => 2 * value - 1);
  if (activation === "tanh") return values;
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  return values.map((value) => value / most);
}

/** The output over a grid, from −1 to 1, where there is a single one. */
export function outputMap({ data }, layer, task, scale) {
  if (task === "regression") return Float32Array.from(data, (value) => value / scale);
  return activationOf(layer) === "tanh" ? data : Float32Array.from(data, (value) => 2 * value - 1);
}
