// A network that is damaged on purpose: hidden units switched off, noise on its weights.

import { decide, logitsOf, mean, networkOf } from "../../engine/network.js";
import { twister } from "../initial_weights.js";

const STEPS = 128; // in which a network loses its units
const TEN = 10;
const NOISE_SEED = 1;
const PIECE_MS = 30; // of measuring, after which drawings are answered again
const MEASURED = 1000; // pictures
const PARTS = 10; // of the units, after each of which the pictures are shown

/** @typedef {PictureQuestion & { noise: number }} Damage */

/** @type {WeakMap<Network, { weights: Float32Array, level: number, changed: Network }>} */
const noises = new WeakMap();

/** So many random numbers with mean 0 and deviation 1 (Box and Muller 1958). */
/** @type {(count: number) => Float32Array} */
function normals(count) {
  const random = twister(NOISE_SEED);
  const all = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const size = Math.sqrt(-2 * Math.log((random() + 1) / 2 ** 32));
    const angle = (2 * Math.PI * random()) / 2 ** 32;
    all[i] = size * Math.cos(angle);
    all[i + 1] = size * Math.sin(angle); // nowhere, at an odd end
  }
  return all;
}

/** @type {(values: Float32Array) => number} */
function deviation(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/**
 * The network with noise on its weights, the same noise at every level, which is its standard
 * deviation in that of the layer's weights.
 * @type {(network: Network, level: number) => Network}
 */
function noisy(network, level) {
  if (!level) return network;
  const { about, layers } = network;
  const before = noises.get(network);
  if (before?.level === level) return before.changed;
  const weights =
    before?.weights ?? normals(layers.reduce((sum, layer) => sum + layer.weights.length, 0));
  let from = 0;
  const changed = layers.map((layer) => {
    const size = level * deviation(layer.weights);
    const noise = weights.subarray(from, (from += layer.weights.length));
    return { ...layer, weights: layer.weights.map((weight, at) => weight + size * noise[at]) };
  });
  const noise = { weights, level, changed: networkOf(about, changed) };
  noises.set(network, noise);
  return noise.changed;
}

/** Of each hidden layer the units in the list, as 1. */
/** @type {(network: Network, off: number[][]) => Uint8Array[]} */
function masks({ layers }, off) {
  const all = layers.slice(0, -1).map(({ units }) => new Uint8Array(units));
  for (const [layer, unit] of off) all[layer][unit] = 1;
  return all;
}

/** All hidden units, [layer, unit] each, in a random order. */
/** @type {(network: Network, seed: number) => number[][]} */
function shuffled({ layers }, seed) {
  const random = twister(seed);
  const all = layers
    .slice(0, -1)
    .flatMap(({ units }, i) => Array.from({ length: units }, (_, unit) => [i, unit]));
  for (let i = all.length - 1; i > 0; i--) {
    const j = random() % (i + 1);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/**
 * What it says without the units in `off`, [layer, unit] each; the hidden layers' pre-activations,
 * of two views their mean; and the ten units of the last hidden layer that then speak most for it.
 * @param {Network} network @param {Damage & { off: number[][] }} message
 */
export function broken(network, { noise, picture, kind, cut, off }) {
  const { about, layers, views } = noisy(network, noise);
  const seen = views(picture, masks(network, off));
  const last = layers.length - 1;
  const said = decide(about, logitsOf(seen), kind, cut);
  const { units, weights } = layers[last];
  const answer = about.classes.indexOf(said.label);
  const spoke = mean(seen.map((steps) => steps[last].x)).map(
    (x, unit) => x * weights[unit * units + answer],
  );
  return {
    ...said,
    sums: layers.slice(0, -1).map((_, i) => mean(seen.map((steps) => steps[i].preActivations))),
    ten: [...spoke.keys()].sort((a, b) => spoke[b] - spoke[a]).slice(0, TEN),
  };
}

/**
 * Takes hidden units away in a random order until the answer turns, `step` at a time. Replies with
 * `off`, those that are gone, out of how many, and the labels before and after.
 * @param {Network} network @param {Damage & { seed: number }} message
 */
export function lost(network, { noise, picture, kind, cut, seed }) {
  const { about, views } = noisy(network, noise);
  const order = shuffled(network, seed);
  const step = Math.ceil(order.length / STEPS);
  const says = (/** @type {number} */ count) => {
    const seen = views(picture, masks(network, order.slice(0, count)));
    return decide(about, logitsOf(seen), kind, cut).label;
  };
  const before = says(0);
  let [count, after] = [0, before];
  while (after === before && count < order.length) {
    count = Math.min(count + step, order.length);
    after = says(count);
  }
  return { off: order.slice(0, count), of: order.length, step, before, after };
}

/**
 * Of pictures with their labels, how many it gets right while it loses its units in a random order:
 * with none off, a tenth, ..., all. A piece of the work: of the first `at` pictures so many are
 * `right`, which the reply carries on.
 * @param {Network} network
 * @param {{ noise: number, seed: number, at: number, right: number[] }} message
 * @param {Assets} assets
 */
export async function accuracy(network, { noise, seed, at, right: before }, { examples }) {
  const { pictures, labels } = await examples("held_out");
  const { about, views } = noisy(network, noise);
  const order = shuffled(network, seed);
  const shares = Array.from({ length: PARTS + 1 }, (_, part) =>
    masks(network, order.slice(0, Math.round((part / PARTS) * order.length))),
  );
  const right = shares.map((_, i) => before[i] ?? 0);
  const of = Math.min(MEASURED, labels.length);
  const end = performance.now() + PIECE_MS;
  do {
    const picture = pictures.subarray(784 * at, 784 * (at + 1));
    for (const [i, off] of shares.entries()) {
      const { label } = decide(about, logitsOf(views(picture, off)), "photo", null);
      right[i] += Number(label === about.classes[labels[at]]);
    }
    at += 1;
  } while (at < of && performance.now() < end);
  return { right, at, of };
}
