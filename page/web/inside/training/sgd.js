// Trains the lesson's network, 784-H-10, as PyTorch does: tests/test_training.py holds it to that.

import { initialWeights, shuffled, twister } from "../../engine/initial_weights.js";
import { logOfSum, networkOf, transposed } from "../../engine/network.js";
import { highest } from "../../numbers.js";

const INPUTS = 784;
const CLASSES = 10;
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8]; // torch.optim.Adam's

/**
 * hidden: units; activation: ReLU or not; adam: or plain SGD; rate: of learning; batch: pictures a
 * step, all if there are fewer.
 * @param {Examples} examples @param {TrainingSettings} settings
 */
export function createTraining(examples, { hidden, activation, adam, rate, batch, seed }) {
  const { labels } = examples;
  const random = twister(seed);
  const sizes = [INPUTS, hidden, CLASSES];
  const layers = initialWeights(sizes, random).map(({ weights, biases }, i) =>
    transposed(weights, sizes[i], sizes[i + 1], biases),
  );
  const last = layers[1];
  const { views } = networkOf({ activation }, layers);
  const parameters = layers.flatMap(({ weights, biases }) => [weights, biases]);
  const zeros = () => parameters.map(({ length }) => new Float32Array(length));
  const [gradients, means, squares] = [zeros(), zeros(), zeros()];
  const size = Math.min(batch, labels.length);
  /** @type {Uint32Array} */ let order = new Uint32Array(0); // pictures still to come this round
  let steps = 0;

  /** @type {(picture: Uint8Array) => { x: Float32Array, out: Float32Array, logits: number[] }} */
  function forward(picture) {
    const [[first, second]] = views(picture);
    return { x: first.x, out: second.x, logits: [...second.preActivations] };
  }

  /** @type {(pictures: Uint8Array, at: number) => Uint8Array} */
  const pictureOf = (pictures, at) => pictures.subarray(INPUTS * at, INPUTS * (at + 1));

  /** The loss of a batch; leaves its gradients. @type {(chosen: Uint32Array) => number} */
  function backward(chosen) {
    for (const gradient of gradients) gradient.fill(0);
    const [weights1, biases1, weights2, biases2] = gradients;
    /** @type {Float32Array[]} */ const inputs = [];
    const deltas = new Float32Array((chosen.length + 1) * hidden); // the loss by the hidden sums
    const lit = new Uint32Array(chosen.length + 3); // pictures whose pixel is not black
    let loss = 0;
    for (const at of chosen) {
      const { x, out, logits } = forward(pictureOf(examples.pictures, at));
      const spread = logOfSum(logits);
      loss += spread - logits[labels[at]];
      const errors = logits.map(
        (value, c) => (Math.exp(value - spread) - Number(c === labels[at])) / chosen.length,
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
    /**
     * Probabilities of ten classes; picture: 784 bytes.
     * @type {(picture: Uint8Array) => number[]}
     */
    says(picture) {
      const { logits } = forward(picture);
      const spread = logOfSum(logits);
      return logits.map((value) => Math.exp(value - spread));
    },
    /**
     * The share of the first `count` that are right.
     * @type {(some: Examples, count: number) => number}
     */
    right({ pictures, labels }, count) {
      const right = labels.subarray(0, count).filter((label, at) => {
        const { logits } = forward(pictureOf(pictures, at));
        return highest(logits) === label;
      });
      return right.length / count;
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
