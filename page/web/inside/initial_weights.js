// What is random in training, as PyTorch makes it for a seed: a network's first weights
// (`initial_weights` in classifier/training/lesson.py), and the order of the pictures.

/**
 * The Mersenne twister (Matsumoto and Nishimura 1998), 32 bits at a time.
 * @type {(seed: number) => () => number}
 */
export function twister(seed) {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) {
    const last = state[i - 1];
    state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
  }
  let at = 624;
  return () => {
    if (at === 624) {
      for (let i = 0; i < 624; i++) {
        const joined = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
        state[i] = state[(i + 397) % 624] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let bits = state[at++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
}

/**
 * Weights (units x inputs) and biases of each layer: torch.nn.Linear's own, evenly up to
 * 1 / sqrt(inputs) on both sides of 0.
 * @param {number[]} sizes @param {() => number} random
 */
export function initialWeights(sizes, random) {
  return sizes.slice(1).map((units, i) => {
    const bound = 1 / Math.sqrt(sizes[i]);
    const next = () => ((random() % 2 ** 24) / 2 ** 24) * 2 * bound - bound;
    const weights = Float32Array.from({ length: units * sizes[i] }, next);
    return { weights, biases: Float32Array.from({ length: units }, next) };
  });
}

/**
 * 0 to count - 1 in any order: torch.randperm.
 * @type {(count: number, random: () => number) => Uint32Array}
 */
export function shuffled(count, random) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count - 1; i++) {
    const other = i + (random() % (count - i));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
