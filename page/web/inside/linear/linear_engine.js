// "Why bend at all?": a network with one hidden layer, a picture faded in, and without ReLU.

const STEPS = 40;

/** Of every output, its weights by input or unit. @type {(network: Network) => Float32Array[]} */
const lastWeights = ({ layers: [, { inputs, units, weights }] }) =>
  Array.from({ length: units }, (_, unit) =>
    Float32Array.from({ length: inputs }, (_, h) => weights[h * units + unit]),
  );

/**
 * The logits while the picture, 784 bytes, is faded in: `STEPS` + 1 lists; and how many units
 * switch on or off on the way. Of a picture s times as bright, sums are bias + s * (sum - bias).
 * @param {Network} network @param {{ picture: Uint8Array }} message
 */
export function fade(network, { picture }) {
  const { about, layers, views } = network;
  const [first, last] = layers;
  const sums = views(picture)[0][0].preActivations;
  const weights = lastWeights(network);
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => {
    const out = Float64Array.from(first.biases, (bias, h) => {
      const sum = bias + (step / STEPS) * (sums[h] - bias);
      return about.activation ? Math.max(sum, 0) : sum;
    });
    return weights.map((row, unit) =>
      out.reduce((logit, value, h) => logit + value * row[h], last.biases[unit]),
    );
  });
  const switches = [...first.biases].filter((bias, h) => bias > 0 !== sums[h] > 0).length;
  return { steps, switches: about.activation ? switches : 0 };
}

/** Both layers as the one that they are worth without ReLU. @type {(network: Network) => Row[]} */
export function fold(network) {
  const [first, last] = network.layers;
  return lastWeights(network).map((row, unit) => {
    const weights = new Float64Array(first.inputs);
    for (let i = 0, at = 0; i < first.inputs; i++)
      for (let h = 0; h < first.units; h++, at++) weights[i] += row[h] * first.weights[at];
    const bias = row.reduce((sum, weight, h) => sum + weight * first.biases[h], last.biases[unit]);
    return { weights, bias };
  });
}
