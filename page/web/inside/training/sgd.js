// Trains the lesson's network, 784-H-10, as PyTorch does: tests/test_training.py holds it to that.

import { SIDE } from "../../engine/image.js";
import { initialWeights, shuffled, twister } from "../../engine/initial_weights.js";
import { dense, transposed } from "../../engine/network.js";

const INPUTS = SIDE * SIDE;
const CLASSES = 10;
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8]; // torch.optim.Adam's

/** Grey values 0 to 1 of picture number `at`. @type {(pictures: Uint8Array, at: number) => Float32Array} */
function inputOf(pictures, at) {
  const x = new Float32Array(INPUTS);
  for (let i = 0; i < INPUTS; i++) x[i] = pictures[INPUTS * at + i] / 255;
  return x;
}

/**
 * hidden: units; activation: ReLU or not; adam: or plain SGD; rate: of learning; batch: pictures a step, all if
 * there are fewer.
 * @param {Examples} examples
 * @param {TrainingSettings} settings
 */
export function createTraining(
  { pictures, labels },
  { hidden, activation, adam, rate, batch, seed },
) {
  const random = twister(seed);
  const sizes = [INPUTS, hidden, CLASSES];
  const layers = initialWeights(sizes, random).map(({ weights, biases }, i) =>
    transposed(weights, sizes[i], sizes[i + 1], biases),
  );
  const [first, last] = layers;
  const parameters = layers.flatMap(({ weights, biases }) => [weights, biases]);
  const zeros = () => parameters.map(({ length }) => new Float32Array(length));
  const [gradients, means, squares] = [zeros(), zeros(), zeros()];
  const size = Math.min(batch, labels.length);
  /** @type {Uint32Array} */ let order = new Uint32Array(0); // pictures of this round that are still to come
  let steps = 0;

  /** @type {(x: Float32Array) => { out: Float32Array, logits: Float32Array }} */
  function forward(x) {
    const sums = dense(first, x);
    const out = activation ? sums.map((value) => Math.max(value, 0)) : sums;
    return { out, logits: dense(last, out) };
  }

  /** @type {(x: Float32Array) => Float32Array} */
  function probabilities(x) {
    const { logits } = forward(x);
    const top = Math.max(...logits);
    const powers = logits.map((value) => Math.exp(value - top));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((value) => value / sum);
  }

  /** The loss of a batch; leaves its gradients. @type {(chosen: Uint32Array) => number} */
  function backward(chosen) {
    for (const each of gradients) each.fill(0);
    const [weights1, biases1, weights2, biases2] = gradients;
    /** @type {Float32Array[]} */ const inputs = [];
    const deltas = new Float32Array((chosen.length + 1) * hidden); // the loss by the sums of the hidden units
    const lit = new Uint32Array(chosen.length + 3); // pictures whose pixel is not black
    let loss = 0;
    for (const at of chosen) {
      const x = inputOf(pictures, at);
      const { out, logits } = forward(x);
      const top = Math.max(...logits);
      const sum = logits.reduce((all, value) => all + Math.exp(value - top), 0);
      loss += top + Math.log(sum) - logits[labels[at]];
      const errors = logits.map(
        (value, c) => (Math.exp(value - top) / sum - Number(c === labels[at])) / chosen.length,
      );
      const delta = deltas.subarray(hidden * inputs.length, hidden * (inputs.length + 1));
      for (let c = 0; c < CLASSES; c++) biases2[c] += errors[c];
      for (let u = 0; u < hidden; u++) {
        if (activation && out[u] === 0) continue;
        let all = 0;
        for (let c = 0, i = u * CLASSES; c < CLASSES; c++, i++) {
          weights2[i] += out[u] * errors[c];
          all += last.weights[i] * errors[c];
        }
        delta[u] = all;
        biases1[u] += all;
      }
      inputs.push(x);
    }
    // Four pictures at a time, as `dense` does; a black one fills up.
    inputs.push(new Float32Array(INPUTS));
    for (let i = 0; i < INPUTS; i++) {
      let count = 0;
      for (let k = 0; k < chosen.length; k++) if (inputs[k][i] !== 0) lit[count++] = k;
      while (count % 4) lit[count++] = chosen.length;
      for (let k = 0; k < count; k += 4) {
        const [a, b, c, d] = [
          inputs[lit[k]][i],
          inputs[lit[k + 1]][i],
          inputs[lit[k + 2]][i],
          inputs[lit[k + 3]][i],
        ];
        const [p, q, r, s] = [
          lit[k] * hidden,
          lit[k + 1] * hidden,
          lit[k + 2] * hidden,
          lit[k + 3] * hidden,
        ];
        for (let u = 0, to = i * hidden; u < hidden; u++, to++) {
          weights1[to] +=
            a * deltas[p + u] + b * deltas[q + u] + c * deltas[r + u] + d * deltas[s + u];
        }
      }
    }
    return loss / chosen.length;
  }

  function update() {
    const scale = Math.sqrt(1 - BETA2 ** steps);
    const pace = rate / (1 - BETA1 ** steps);
    parameters.forEach((values, n) => {
      const [gradient, mean, square] = [gradients[n], means[n], squares[n]];
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i];
        if (!adam) values[i] -= rate * g;
        else {
          mean[i] += (1 - BETA1) * (g - mean[i]);
          square[i] = BETA2 * square[i] + (1 - BETA2) * g * g;
          values[i] -= (pace * mean[i]) / (Math.sqrt(square[i]) / scale + EPSILON);
        }
      }
    });
  }

  return {
    /** One batch; returns its loss before the step. */
    step() {
      if (order.length < size) order = shuffled(labels.length, random);
      const loss = backward(order.subarray(0, size));
      order = order.subarray(size);
      steps += 1;
      update();
      return loss;
    },
    /** Of ten classes; picture: 784 bytes. */
    says: (/** @type {Uint8Array} */ picture) => [...probabilities(inputOf(picture, 0))],
    /** The share of the first `count` that are right, 0 to 1. @type {(examples: Examples, count: number) => number} */
    right(examples, count) {
      let found = 0;
      for (let at = 0; at < count; at++) {
        const { logits } = forward(inputOf(examples.pictures, at));
        if (logits.indexOf(Math.max(...logits)) === examples.labels[at]) found += 1;
      }
      return found / count;
    },
    /** As weights/NAME.safetensors has them. @returns {Record<string, Tensor>} */
    tensors: () =>
      Object.fromEntries(
        layers.flatMap(({ weights, biases, inputs, units }, i) => [
          [
            `layers.${i}.weight`,
            { shape: [units, inputs], data: transposed(weights, units, inputs, biases).weights },
          ],
          [`layers.${i}.bias`, { shape: [units], data: biases.slice() }],
        ]),
      ),
  };
}
