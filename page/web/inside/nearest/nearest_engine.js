// Which pictures of a set are nearest to another, as the last hidden layer sees them:
// cosine similarity of activations.

import { mean } from "../../engine/network.js";

const NEAREST = 5;
const PIECE_MS = 30; // then it is the turn of what else is asked

/** What a network makes of the set, as far as it has come. */
/** @type {WeakMap<Network, Float32Array[]>} */ const seen = new WeakMap();

/**
 * What goes into the last layer, the mean over the views, made to a length of 1.
 * @type {(network: Network, picture: Uint8Array) => Float32Array}
 */
function see(network, picture) {
  const x = mean(network.views(picture).map((steps) => steps[steps.length - 1].x));
  const length = Math.hypot(...x) || 1;
  return x.map((value) => value / length);
}

/**
 * A piece of the work, until all pictures of the set are known: done of them, and then the nearest.
 * @param {Network} network @param {{ picture: Uint8Array }} message @param {Assets} assets
 */
export async function nearest(network, { picture }, { examples }) {
  const { pictures, labels } = await examples("first");
  const known = seen.get(network) ?? [];
  seen.set(network, known);
  /** @type {(index: number) => Uint8Array} */
  const at = (index) => pictures.subarray(784 * index, 784 * (index + 1));
  const end = performance.now() + PIECE_MS;
  while (known.length < labels.length && performance.now() < end)
    known.push(see(network, at(known.length)));
  const [done, of] = [known.length, labels.length];
  if (done < of) return { done, of, found: null };
  const mine = see(network, picture);
  const alike = known.map((each) => each.reduce((sum, value, unit) => sum + value * mine[unit], 0));
  const order = [...alike.keys()].sort((a, b) => alike[b] - alike[a]).slice(0, NEAREST);
  const found = order.map((i) => ({ alike: alike[i], label: labels[i], picture: at(i).slice() }));
  return { done, of, found };
}
