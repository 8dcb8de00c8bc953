// Trains the lesson's network, 784-H-10, as PyTorch does: tests/test_training.py holds it to that.

import { backward, dense, logOfSum, networkOf, transposed } from "../../engine/network.js";
import { highest } from "../../numbers.js";
import { initialWeights, shuffled, twister } from "../initial_weights.js";

const INPUTS = 784;
const CLASSES = 10;
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8]; // torch.optim.Adam's

/** @type {(pictures: Uint8Array, at: number) => Uint8Array} */
const pictureOf = (pictures, at) => pictures.subarray(INPUTS * at, INPUTS * (at + 1));

/**
 * Of a layer's weights and biases, summed over a batch; inputs, deltas: what went into the layer,
 * and the gradient of what came out, picture by picture.
 * @type {(inputs: Float32Array[], deltas: Float32Array[]) => Float32Array[]}
 */
function gradientsOf(inputs, deltas) {
  const units = deltas[0].length;
  const all = new Float32Array(inputs.length * units);
  for (const [k, delta] of deltas.entries()) all.set(delta, k * units);
  const biases = new Float32Array(units);
  const sum = (/** @type {Float32Array} */ shares) =>
    dense({ inputs: inputs.length, units, weights: all, biases }, shares);
  const weights = new Float32Array(inputs[0].length * units);
  const column = new Float32Array(inputs.length);
  for (let i = 0; i < inputs[0].length; i++) {
    for (let k = 0; k < inputs.length; k++) column[k] = inputs[k][i];
    weights.set(sum(column), i * units);
  }
  return [weights, sum(column.fill(1))];
}

/** @param {Examples} examples @param {TrainingSettings} settings */
export function createTraining(examples, settings) {
  const { hidden, activation, adam, rate, batch, seed, count } = settings;
  const random = twister(seed);
  const sizes = [INPUTS, hidden, CLASSES];
  const layers = initialWeights(sizes, random).map(({ weights, biases }, i) =>
    transposed(weights, sizes[i], sizes[i + 1], biases),
  );
  const { views } = networkOf({ activation }, layers);
  const parameters = layers.flatMap(({ weights, biases }) => [weights, biases]);
  const zeros = () => parameters.map(({ length }) => new Float32Array(length));
  const [means, squares] = [zeros(), zeros()];
  const size = Math.min(batch, count);
  /** @type {Uint32Array} */ let order = new Uint32Array(0); // pictures still to come this round
  let steps = 0;

  /** @type {(pictures: Uint8Array, at: number) => number[]} */
  const logitsOf = (pictures, at) => [...views(pictureOf(pictures, at))[0][1].preActivations];

  /** @type {(chosen: Uint32Array) => { loss: number, gradients: Float32Array[] }} */
  function lossOf(chosen) {
    const runs = Array.from(chosen, (at) => views(pictureOf(examples.pictures, at))[0]);
    let loss = 0;
    const errors = runs.map(([, { preActivations: logits }], k) => {
      const label = examples.labels[chosen[k]];
      const spread = logOfSum([...logits]);
      loss += (spread - logits[label]) / size;
      return logits.map((value, c) => (Math.exp(value - spread) - Number(c === label)) / size);
    });
    const [inputs, outputs] = [0, 1].map((layer) => runs.map((run) => run[layer].x));
    const deltas = errors.map((error, k) => backward(layers[1], error, outputs[k]));
    return { loss, gradients: [...gradientsOf(inputs, deltas), ...gradientsOf(outputs, errors)] };
  }

  function update(/** @type {Float32Array[]} */ gradients) {
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
      if (order.length < size) order = shuffled(count, random);
      const { loss, gradients } = lossOf(order.subarray(0, size));
      order = order.subarray(size);
      steps += 1;
      update(gradients);
      return loss;
    },
    /** Probabilities of ten classes. @param {Uint8Array} picture 784 bytes */
    says(picture) {
      const logits = logitsOf(picture, 0);
      const spread = logOfSum(logits);
      return logits.map((value) => Math.exp(value - spread));
    },
    /**
     * The share of the first `some` that are right.
     * @type {(examples: Examples, some: number) => number}
     */
    right({ pictures, labels }, some) {
      const right = labels.subarray(0, some);
      return right.filter((label, at) => highest(logitsOf(pictures, at)) === label).length / some;
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
