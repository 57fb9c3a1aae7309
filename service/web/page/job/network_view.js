// The state of a network after an epoch: its weights, and its outputs over the plane.

import { request, sendText } from "../http/api.js";
import { readNpz, readSafetensors } from "../http/arrays.js";

export const COARSE_SIZE = 24;
const FINE_SIZE = 100;
const UNTRAINED_SIZE = 64;
const MAX_UNITS = 1200;
const CACHE_SIZE = 240;

const weightFiles = new Map();

/**
 * Cache of network views. A view has the `spec`, the `task`, the `epoch`, the `arrays` of the
 * weights, the `output` over the plane (`fine` × `fine` points), and the outputs of all `units`
 * (`coarse` × `coarse` points).
 */
export class NetworkViews {
  constructor() {
    this.cache = new Map();
  }

  /** Returns the view of a job after an epoch. */
  of(job, epoch, plane) {
    const key = `${job.id} ${epoch} ${plane?.key}`;
    return cached(this.cache, key, () => fetchView(job, epoch, plane));
  }
}

/** Returns the promise of a key; drops failed and oldest ones. */
function cached(cache, key, load) {
  if (!cache.has(key)) {
    const promise = load();
    promise.catch(() => cache.delete(key));
    cache.set(key, promise);
    if (cache.size > CACHE_SIZE) cache.delete(cache.keys().next().value);
  }
  return cache.get(key);
}

async function fetchView(job, epoch, plane) {
  const { layers } = job.spec.architecture;
  const path = `/v1/jobs/${job.id}/forward?epoch=${epoch}`;
  const last = layers.length - 1;
  const hasUnits = plane && unitCount(layers) <= MAX_UNITS;
  const [weights, fine, coarse] = await Promise.all([
    snapshotWeights(job, epoch),
    plane ? forward(`${path}&first=${last}&limit=1`, plane.body(FINE_SIZE)) : null,
    hasUnits ? forward(path, plane.body(COARSE_SIZE)) : null,
  ]);
  return {
    spec: job.spec,
    task: job.spec.dataset.task,
    epoch,
    plane,
    fine: FINE_SIZE,
    coarse: COARSE_SIZE,
    ...weights,
    output: fine && layerOutput(fine, last),
    units: coarse && layers.map((_, index) => layerOutput(coarse, index)),
  };
}

/** Returns the activations of every layer for one point after an epoch. */
export async function activationsOf(job, epoch, point) {
  const body = JSON.stringify({ points: [point] });
  const arrays = await forward(`/v1/jobs/${job.id}/forward?epoch=${epoch}`, body);
  return job.spec.architecture.layers.map((_, index) => layerOutput(arrays, index));
}

/** Returns the view of the untrained network; null for a fork, or without flat inputs. */
export async function untrainedView({ value: spec }, samples, signal) {
  const { plane, splits, task, inputShape } = samples;
  const isFlat = !spec.start_from && inputShape?.length === 1;
  const preprocess = isFlat ? samples.preprocessing() : null;
  if (!preprocess || !splits.training.length) return null;
  const { architecture, training } = spec;
  const seed = training.seed ? { seed: training.seed } : {};
  const last = architecture.layers.length - 1;
  const fetchOutputs = (query, points) => {
    const body = { architecture, points: points.map(preprocess), ...seed };
    return forward(`/v1/forward${query}`, JSON.stringify(body), signal);
  };
  const [fine, coarse] = await Promise.all([
    plane ? fetchOutputs(`?first=${last}&limit=1`, plane.grid(UNTRAINED_SIZE)) : null,
    fetchOutputs("", plane ? plane.grid(COARSE_SIZE) : [splits.training[0].point]),
  ]);
  return {
    spec,
    task,
    epoch: null,
    plane,
    fine: UNTRAINED_SIZE,
    coarse: COARSE_SIZE,
    arrays: parametersOf(coarse),
    output: fine && layerOutput(fine, last),
    units: plane && architecture.layers.map((_, index) => layerOutput(coarse, index)),
  };
}

/** Returns the arrays that are no layer outputs. */
function parametersOf(arrays) {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => !/\.[azy]$/.test(name)));
}

/** Returns the weights of a job after an epoch, and its fitted preprocessing. */
export function snapshotWeights(job, epoch) {
  const path = `/v1/jobs/${job.id}/weights?epoch=${epoch}`;
  return cached(weightFiles, path, () => fetchWeights(path));
}

async function fetchWeights(path) {
  const response = await request(path, { headers: { Accept: "application/octet-stream" } });
  const { arrays, metadata } = readSafetensors(await response.arrayBuffer());
  return { arrays, preprocessing: JSON.parse(metadata.preprocessing ?? "null") };
}

async function forward(path, body, signal) {
  const headers = { Accept: "application/x-npz" };
  const response = await sendText(path, body, { headers, signal });
  return readNpz(await response.arrayBuffer());
}

/** Returns the output of a layer, (points, …); null if it is not in the response. */
function layerOutput(arrays, index) {
  return arrays[`${index}.a`] ?? arrays[`${index}.y`] ?? arrays[`${index}.z`] ?? null;
}

function unitCount(layers) {
  return layers.reduce((sum, layer) => sum + (layer.units ?? layer.filters ?? 0), 0);
}
