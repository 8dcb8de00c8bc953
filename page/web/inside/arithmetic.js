// "See inside the network": its arithmetic, apart from any drawing.
//
// Sums, logits and weights are the network's own, sent by the server. Here they are only put
// together: activations from sums, probabilities from logits, a sum taken apart into its terms.

import { floatsOf } from "../numbers.js";

export const TEN = 10; // classes; a network may have one output more, for "none of the ten"

// One network's numbers for one picture. encoded: {looks, sums, temperature, evidence} as the server
// sends them. Each layer has `looks`, the sums of each look at the picture (the second one is in a
// mirror); `sums`, their mean; and `out`, what it passes on, the mean of the looks' activations.
/** @type {(encoded: EncodedNumbers, activation: boolean, bytes: Uint8Array) => Numbers} */
export function readNumbers(encoded, activation, bytes) {
  const layers = encoded.sums.map((each, i) => {
    const all = floatsOf(each);
    const units = all.length / encoded.looks;
    const looks = Array.from({ length: encoded.looks }, (_, look) =>
      all.subarray(look * units, (look + 1) * units),
    );
    const bends = activation && i < encoded.sums.length - 1;
    /** @type {(what: (sum: number) => number) => Float64Array} */ const mean = (what) =>
      Float64Array.from(
        { length: units },
        (_, unit) => looks.reduce((total, look) => total + what(look[unit]), 0) / looks.length,
      );
    const sums = mean((sum) => sum);
    return { looks, bends, sums, out: bends ? mean((sum) => Math.max(sum, 0)) : sums };
  });
  const { temperature, evidence } = encoded;
  return { layers, logits: [...layers[layers.length - 1].sums], temperature, evidence, bytes };
}

// Logits -> {powers: e to the power of each of the ten, times how likely it is worn there, total:
// their sum, probabilities}.
/**
 * @type {(numbers: Pick<Numbers, "logits" | "temperature" | "evidence">) => { powers: number[], total: number,
 *   probabilities: number[] }}
 */
export function softmax({ logits, temperature, evidence }) {
  const powers = evidence.map((more, i) => Math.exp(logits[i] / temperature + more));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return { powers, total, probabilities: powers.map((power) => power / total) };
}

// A unit's sum taken apart: the terms that weigh most, the largest first; all the others; the bias.
/** @param {Row} row @param {Float64Array} inputs @param {number} most */
export function takeApart({ weights, bias }, inputs, most) {
  const values = Float64Array.from(weights, (weight, i) => weight * inputs[i]);
  const order = [...values.keys()].sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
  const terms = order
    .slice(0, most)
    .map((from) => ({ from, input: inputs[from], weight: weights[from], value: values[from] }))
    .sort((a, b) => b.value - a.value);
  const others = order.slice(most).reduce((sum, from) => sum + values[from], 0);
  return { terms, others, count: order.length - terms.length, bias };
}

// Two layers without a bend between them, as the one layer they are worth: weights (units x inputs)
// and biases. Each layer: {weights, biases}, as many units as biases.
/** @type {(first: Layer, second: Layer) => Layer} */
export function foldLayers(first, second) {
  const hidden = first.biases.length;
  const inputs = first.weights.length / hidden;
  const units = second.biases.length;
  const weights = new Float64Array(units * inputs);
  const biases = Float64Array.from(second.biases);
  for (let unit = 0; unit < units; unit++) {
    for (let h = 0; h < hidden; h++) {
      const weight = second.weights[unit * hidden + h];
      biases[unit] += weight * first.biases[h];
      for (let i = 0; i < inputs; i++) {
        weights[unit * inputs + i] += weight * first.weights[h * inputs + i];
      }
    }
  }
  return { weights, biases };
}

// The logits of a network with one hidden layer while the picture is faded in: a list of
// `steps` + 1 lists. sums: of the hidden layer, for the whole picture; biases: its own. Of a
// picture that is s times as bright, they are bias + s * (sum - bias).
/**
 * @type {(sums: Float64Array, biases: Layer["biases"], second: Layer, bends: boolean,
 *   steps: number) => number[][]}
 */
export function fadeIn(sums, biases, second, bends, steps) {
  const hidden = biases.length;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const out = Float64Array.from(biases, (bias, h) => {
      const sum = bias + (step / steps) * (sums[h] - bias);
      return bends ? Math.max(sum, 0) : sum;
    });
    return Array.from(second.biases, (bias, unit) => {
      let logit = bias;
      for (let h = 0; h < hidden; h++) logit += second.weights[unit * hidden + h] * out[h];
      return logit;
    });
  });
}
