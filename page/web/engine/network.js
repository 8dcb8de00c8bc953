// A multilayer perceptron and what it says, as classifier/network.py and classifier/predict.py.

import { SIDE } from "./image.js";
import { settings } from "./settings.js";

/** With its weights transposed, so that inputs that are 0, most of a picture's, can be skipped. */
/**
 * @typedef {{ inputs: number, units: number, weights: Float32Array, biases: Float32Array }} Dense
 */
/** @typedef {{ x: Float32Array, preActivations: Float32Array }} LayerRun */
/** @typedef {ReturnType<typeof networkOf<NetworkFile>>} Network */

/**
 * about: NAME.json; tensors: NAME.safetensors.
 * @param {NetworkFile} about
 * @param {Record<string, Tensor>} tensors
 */
export function createNetwork(about, tensors) {
  const layers = about.sizes.slice(1).map((units, i) => {
    const { data } = tensors[`layers.${i}.weight`];
    return transposed(data, about.sizes[i], units, tensors[`layers.${i}.bias`].data);
  });
  return networkOf(about, layers);
}

/** The place in a mirror of a place in a picture. @type {(place: number) => number} */
export const mirrored = (place) => place + SIDE - 1 - 2 * (place % SIDE);

/**
 * @template {Pick<NetworkFile, "activation" | "mirror">} About
 * @param {About} about @param {Dense[]} layers
 */
export function networkOf(about, layers) {
  /**
   * For one view of a picture: what goes into each layer, and the pre-activations that come of it;
   * off: of each hidden layer the units that are switched off, as 1.
   * @type {(x: Float32Array, off?: Uint8Array[]) => LayerRun[]}
   */
  const run = (x, off) =>
    layers.map((layer, i) => {
      const step = { x, preActivations: dense(layer, x) };
      x = about.activation ? step.preActivations.map((z) => Math.max(z, 0)) : step.preActivations;
      if (off?.[i]) x = x.map((value, unit) => (off[i][unit] ? 0 : value));
      return step;
    });

  return {
    about,
    layers,
    /**
     * The picture, 784 bytes, and for some networks its mirror image: `run` for each.
     * @type {(picture: Uint8Array, off?: Uint8Array[]) => LayerRun[][]}
     */
    views(picture, off) {
      const pixels = new Float32Array(picture).map((value) => value / 255);
      const both = about.mirror ? [pixels, pixels.map((_, i) => pixels[mirrored(i)])] : [pixels];
      return both.map((x) => run(x, off));
    },
  };
}

/** Of each view. @type {(views: LayerRun[][]) => Float32Array[]} */
export const logitsOf = (views) => views.map((steps) => steps[steps.length - 1].preActivations);

/** One value after another. @type {(all: Float32Array[]) => Float32Array} */
export const mean = (all) =>
  all[0].map((_, i) => all.reduce((sum, values) => sum + values[i], 0) / all.length);

/** Its own inverse, with inputs and units swapped. */
/** @type {(weights: Float32Array, inputs: number, units: number, biases: Float32Array) => Dense} */
export function transposed(weights, inputs, units, biases) {
  const turned = new Float32Array(weights.length);
  for (let unit = 0, at = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++, at++) turned[input * units + unit] = weights[at];
  }
  return { inputs, units, weights: turned, biases };
}

/**
 * Four inputs at a time, which halves the time.
 * @type {(layer: Dense, x: Float32Array) => Float32Array}
 */
export function dense({ inputs, units, weights, biases }, x) {
  const sums = biases.slice();
  const lit = [];
  for (let input = 0; input < inputs; input++) if (x[input] !== 0) lit.push(input);
  const end = lit.length - 1;
  for (let k = 0; k <= end; k += 4) {
    const i = lit[k];
    const j = lit[Math.min(k + 1, end)];
    const l = lit[Math.min(k + 2, end)];
    const m = lit[Math.min(k + 3, end)];
    const [a, b, c, d] = [
      x[i],
      k + 1 > end ? 0 : x[j],
      k + 2 > end ? 0 : x[l],
      k + 3 > end ? 0 : x[m],
    ];
    const [p, q, r, s] = [i * units, j * units, l * units, m * units];
    for (let u = 0; u < units; u++) {
      sums[u] += a * weights[p + u] + b * weights[q + u] + c * weights[r + u] + d * weights[s + u];
    }
  }
  return sums;
}

/**
 * Back through a layer, to what goes into it: its gradient; of inputs that are 0, as those below a
 * ReLU, it is 0.
 * @type {(layer: Dense, gradient: Float32Array, x: Float32Array) => Float32Array<ArrayBuffer>}
 */
export function backward({ inputs, units, weights }, gradient, x) {
  const before = new Float32Array(inputs);
  for (let input = 0; input < inputs; input++) {
    if (x[input] === 0) continue;
    for (let u = 0, at = input * units; u < units; u++, at++)
      before[input] += weights[at] * gradient[u];
  }
  return before;
}

/**
 * What the views' logits say of a picture of some kind; cut: of a photo's piece.
 * @type {(about: NetworkFile, views: Float32Array[], kind: TakenFor, cut: Cut | null) =>
 * Prediction}
 */
export function decide(about, views, kind, cut) {
  const logits = mean(views);
  const ten = [...logits.subarray(0, about.classes.length)];
  const place = placeLogLikelihood(about, cut);
  const scores = ten.map((value, i) => value / about.temperatures[kind] + place[i]);
  const spread = logOfSum(scores);
  const probabilities = scores.map((score) => Math.exp(score - spread));
  const none = logits.length > ten.length ? logits[ten.length] : 0;
  const confidence = Math.max(...probabilities);
  const { most_certain: most, can_be: canBe } = settings.decision;
  const certainty = Math.min(Math.max(cut?.certainty ?? 0.5, 1 - most), most);
  const byItself = about.classes[ten.indexOf(Math.max(...ten))];
  return {
    probabilities: probabilities.map((value) => Math.round(value * 1e6) / 1e6),
    label: about.classes[probabilities.indexOf(confidence)],
    confidence,
    sure:
      logOfSum(ten) - none + Math.log(certainty / (1 - certainty)) >= about.thresholds[kind] &&
      (!cut || canBe[cut.bodyPart].includes(byItself)),
  };
}

/**
 * What is added to the ten scores for where a piece is worn.
 * @type {(about: NetworkFile, cut: Cut | null) => number[]}
 */
export function placeLogLikelihood({ classes, places }, cut) {
  return classes.map((_, i) => {
    const likely =
      places && cut?.places?.reduce((sum, share, place) => sum + share * places[place][i], 0);
    return likely ? Math.log(likely) : 0;
  });
}

/** Of the values' exponentials. @type {(values: number[]) => number} */
export function logOfSum(values) {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}
