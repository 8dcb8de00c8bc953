// "Why bend at all?": a network with one hidden layer, a picture faded in, and without ReLU.

import { row } from "../../engine/describe.js";
import { backward, dense } from "../../engine/network.js";

const STEPS = 40;

/**
 * The logits while the picture, 784 bytes, is faded in: `STEPS` + 1 lists; and how many units
 * switch on or off on the way. Of a picture s times as bright, sums are bias + s * (sum - bias).
 * @param {Network} network @param {{ picture: Uint8Array }} message
 */
export function fade({ about, layers: [first, last], views }, { picture }) {
  const sums = views(picture)[0][0].preActivations;
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => {
    const faded = first.biases.map((bias, h) => bias + (step / STEPS) * (sums[h] - bias));
    return [...dense(last, about.activation ? faded.map((sum) => Math.max(sum, 0)) : faded)];
  });
  const switches = [...first.biases].filter((bias, h) => bias > 0 !== sums[h] > 0).length;
  return { steps, switches: about.activation ? switches : 0 };
}

/** Both layers as the one that they are worth without ReLU. @type {(network: Network) => Row[]} */
export function fold(network) {
  const [first, last] = network.layers;
  const everyPixel = new Float32Array(first.inputs).fill(1);
  return Array.from(last.biases, (own, unit) => {
    const { weights } = row(network, { layer: 1, unit });
    const bias = weights.reduce((sum, weight, h) => sum + weight * first.biases[h], own);
    return { weights: backward(first, weights, everyPixel), bias };
  });
}
