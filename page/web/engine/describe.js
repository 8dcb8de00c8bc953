// What "See inside the network" asks of every network; what one panel asks lies in its folder.

import { mean, placeLogLikelihood } from "./network.js";

/** @typedef {import("./network.js").Network} Network */

/** What it is made of; accuracy: on the test pictures. @param {Network} network */
export const describe = ({ about, layers }) => ({
  sizes: about.sizes,
  activation: about.activation,
  parameters: layers.reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0),
  accuracy: about.figures?.["fashion_mnist_test: accuracy"] ?? null,
});

/** Weights and bias of one unit. @type {(network: Network, unit: Unit) => Row} */
export function row({ layers }, { layer, unit }) {
  const { inputs, units, weights, biases } = layers[layer];
  return {
    weights: Float32Array.from({ length: inputs }, (_, i) => weights[i * units + unit]),
    bias: biases[unit],
  };
}

/**
 * What it makes of a picture on its way to the answer: of each layer, for each view and their mean;
 * out: what it passes on.
 * @param {Network} network
 * @param {{ picture: Uint8Array, kind: TakenFor, cut: Cut | null }} message
 */
export function numbers({ about, layers, views }, { picture, kind, cut }) {
  const steps = views(picture);
  const last = layers.length - 1;
  const all = layers.map((_, i) => {
    const looks = steps.map((view) => view[i].preActivations);
    const sums = mean(looks);
    const out = i < last ? mean(steps.map((view) => view[i + 1].x)) : sums;
    return { views: looks, preActivations: sums, bends: about.activation && i < last, out };
  });
  return {
    layers: all,
    logits: [...all[last].preActivations],
    temperature: about.temperatures[kind],
    placeLogLikelihood: placeLogLikelihood(about, cut),
  };
}
