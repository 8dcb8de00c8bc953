// "See inside": the network's own logits and weights put together.

export const TEN = 10; // classes; a network may have one output more, for "none of the ten"

/**
 * powers: e to the power of each of the ten logits, times how likely it is worn there; total: their
 * sum.
 * @param {Pick<Numbers, "logits" | "temperature" | "placeLogLikelihood">} numbers
 */
export function softmax({ logits, temperature, placeLogLikelihood }) {
  const powers = placeLogLikelihood.map((place, i) => Math.exp(logits[i] / temperature + place));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return { powers, total, probabilities: powers.map((power) => power / total) };
}

/**
 * A unit's sum: the terms that weigh most, the largest first; all the others; the bias.
 * @param {Row} row @param {Floats} inputs @param {number} most
 */
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
