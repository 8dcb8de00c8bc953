// Which pictures of a set are nearest to another, as the last hidden layer sees them: cosine similarity of activations.

import { base64 } from "../../engine/reply.js";

const NEAREST = 5;
const PIECE_MS = 30; // then it is the turn of what else is asked

/** @typedef {ReturnType<typeof import("../../engine/network.js").createNetwork>} Network */

/** By network: what it makes of the set, as far as it has come. @type {WeakMap<Network, Float32Array[]>} */
const seen = new WeakMap();

/** What goes into the last layer, the mean over the looks, made to a length of 1. @type {(network: Network, picture: Uint8Array) => Float32Array} */
function see(network, picture) {
  const looks = network.looks(picture).map((steps) => steps[steps.length - 1].x);
  const sum = looks[0].map((_, unit) => looks.reduce((total, look) => total + look[unit], 0));
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}

/**
 * A piece of the work, until all pictures of the set are known: done of them, and then what was found.
 * @param {Network} network
 * @param {{ picture: Uint8Array }} message
 * @param {Examples} set
 */
export function nearest(network, { picture }, { pictures, labels }) {
  const known = seen.get(network) ?? [];
  seen.set(network, known);
  /** @type {(index: number) => Uint8Array} */
  const at = (index) => pictures.subarray(784 * index, 784 * (index + 1));
  const end = performance.now() + PIECE_MS;
  while (known.length < labels.length && performance.now() < end)
    known.push(see(network, at(known.length)));
  const [done, of] = [known.length, labels.length];
  if (done < of) return { done, of };
  const mine = see(network, picture);
  const alike = known.map((each) => each.reduce((sum, value, unit) => sum + value * mine[unit], 0));
  const order = [...alike.keys()].sort((a, b) => alike[b] - alike[a]).slice(0, NEAREST);
  const found = order.map((i) => ({
    index: i,
    alike: alike[i],
    label: labels[i],
    picture: base64(at(i)),
  }));
  return { done, of, found };
}
