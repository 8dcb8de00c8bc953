// The U-Net of classifier/cutout.py: convolutions after Winograd (Lavin and Gray 2016, arXiv:1509.09308), which
// makes 2 x 2 outputs of 4 x 4 inputs with 16 products a channel instead of 36.
//
// Activations are channels last, with a border of zeros: (side + 2) x (side + 2) x channels.

const EPSILON = 1e-5; // BatchNorm2d's
const TILES = 32; // that are worked on together, so that they stay in the cache

/** products: [16][units / 4][inputs][4] @typedef {{ inputs: number, units: number, products: Float32Array, biases: Float32Array }} Convolution */
/** @typedef {{ data: Float32Array, side: number, channels: number }} Maps */

/** @type {Float32Array[]} */ const spare = [];

/** Memory for values that are soon forgotten. @type {(which: number, length: number) => Float32Array} */
function scratch(which, length) {
  if (!(spare[which]?.length >= length)) spare[which] = new Float32Array(length);
  return spare[which];
}

/** @type {(side: number, channels: number) => Maps} */
const maps = (side, channels) => ({ data: new Float32Array((side + 2) ** 2 * channels), side, channels });

/** Logits: 64 x 64 places, last the groups, of 64 x 64 x 3 values 0..1. @param {Record<string, Tensor>} tensors */
export function createUNet(tensors) {
  const two = (/** @type {string} */ name) => [0, 1].map((i) => convolution(tensors, `${name}.${i}`));
  const down = [0, 1, 2, 3, 4].map((i) => two(`down.${i}`));
  const up = [0, 1, 2, 3].map((i) => two(`up.${i}`));
  const last = tensors["last.weight"];

  return (/** @type {Float32Array} */ picture, /** @type {number} */ side) => {
    let x = maps(side, 3);
    for (let y = 0; y < side; y++) {
      x.data.set(picture.subarray(3 * y * side, 3 * (y + 1) * side), 3 * ((y + 1) * (side + 2) + 1));
    }
    /** @type {Maps[]} */ const seen = [];
    for (const [i, pair] of down.entries()) {
      if (i) {
        seen.push(x);
        x = pooled(x);
      }
      x = pair.reduce(convolved, x);
    }
    for (const pair of up.reverse()) x = pair.reduce(convolved, joined(x, /** @type {Maps} */ (seen.pop())));
    up.reverse();
    return points(x, last.data, tensors["last.bias"].data);
  };
}

/** With its batch norm folded in, and transformed. @type {(tensors: Record<string, Tensor>, name: string) => Convolution} */
function convolution(tensors, name) {
  const { shape, data } = tensors[`${name}.0.weight`];
  const [units, inputs] = shape;
  const norm = (/** @type {string} */ key) => tensors[`${name}.1.${key}`].data;
  const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(norm);
  const factor = weight.map((value, i) => value / Math.sqrt(variance[i] + EPSILON));
  const biases = bias.map((value, i) => value - mean[i] * factor[i]);
  const products = new Float32Array(16 * units * inputs);
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++) {
      const w = data.subarray(9 * (unit * inputs + input), 9 * (unit * inputs + input + 1));
      const rows = [0, 1, 2].flatMap((x) => spread(w[x], w[x + 3], w[x + 6])); // [3 columns][4 rows]
      for (let row = 0; row < 4; row++) {
        for (const [column, value] of spread(rows[row], rows[4 + row], rows[8 + row]).entries()) {
          const at = (((4 * row + column) * units) / 4 + (unit >> 2)) * inputs + input;
          products[4 * at + (unit & 3)] = value * factor[unit];
        }
      }
    }
  }
  return { inputs, units, products, biases };
}

/** @type {(a: number, b: number, c: number) => number[]} */
const spread = (a, b, c) => [a, (a + b + c) / 2, (a - b + c) / 2, c];

/** After its ReLU. @type {(x: Maps, layer: Convolution) => Maps} */
function convolved({ data, side }, layer) {
  const { inputs, units, products, biases } = layer;
  const found = maps(side, units);
  const across = side / 2;
  const block = Math.min(TILES, across * across);
  const given = scratch(0, 16 * block * inputs); // [16][block / 4][inputs][4]
  const made = scratch(1, 16 * block * units); // [16][block][units]
  const row = (side + 2) * inputs;
  for (let first = 0; first < across * across; first += block) {
    for (let tile = 0; tile < block; tile++) {
      const [y, x] = [Math.floor((first + tile) / across), (first + tile) % across];
      take(
        data,
        2 * y * row + 2 * x * inputs,
        row,
        inputs,
        given,
        (tile >> 2) * 4 * inputs + (tile & 3),
        block * inputs,
      );
    }
    for (let k = 0; k < 16; k++)
      multiply(
        given,
        k * block * inputs,
        products,
        k * units * inputs,
        made,
        k * block * units,
        block,
        inputs,
        units,
      );
    for (let tile = 0; tile < block; tile++) {
      const [y, x] = [Math.floor((first + tile) / across), (first + tile) % across];
      give(
        made,
        tile * units,
        block * units,
        biases,
        found.data,
        ((2 * y + 1) * (side + 2) + 2 * x + 1) * units,
        (side + 2) * units,
      );
    }
  }
  return found;
}

/**
 * A tile's 4 x 4 inputs, transformed, channel by channel.
 * @param {Float32Array} data @param {number} from @param {number} row @param {number} channels
 * @param {Float32Array} to @param {number} at @param {number} step
 */
function take(data, from, row, channels, to, at, step) {
  for (let c = 0; c < channels; c++, from++, at += 4) {
    for (let x = 0, p = from, k = at; x < 4; x++, p += channels, k += step) {
      const second = data[p + row];
      const third = data[p + 2 * row];
      to[k] = data[p] - third;
      to[k + 4 * step] = second + third;
      to[k + 8 * step] = third - second;
      to[k + 12 * step] = second - data[p + 3 * row];
    }
    for (let y = 0, k = at; y < 4; y++, k += 4 * step) {
      const second = to[k + step];
      const third = to[k + 2 * step];
      to[k] -= third;
      to[k + step] = second + third;
      to[k + 2 * step] = third - second;
      to[k + 3 * step] = second - to[k + 3 * step];
    }
  }
}

/**
 * Four tiles and four units at a time, whose sums fill a processor's registers.
 * @param {Float32Array} given @param {number} g @param {Float32Array} products @param {number} p
 * @param {Float32Array} made @param {number} m @param {number} tiles @param {number} inputs @param {number} units
 */
function multiply(given, g, products, p, made, m, tiles, inputs, units) {
  for (let tile = 0; tile < tiles; tile += 4) {
    for (let unit = 0; unit < units; unit += 4) {
      let [x0, x1, x2, x3, y0, y1, y2, y3] = [0, 0, 0, 0, 0, 0, 0, 0];
      let [z0, z1, z2, z3, w0, w1, w2, w3] = [0, 0, 0, 0, 0, 0, 0, 0];
      const end = g + (tile + 4) * inputs;
      for (let i = g + tile * inputs, u = p + unit * inputs; i < end; i += 4, u += 4) {
        const a = products[u];
        const b = products[u + 1];
        const c = products[u + 2];
        const d = products[u + 3];
        let value = given[i];
        x0 += value * a;
        x1 += value * b;
        x2 += value * c;
        x3 += value * d;
        value = given[i + 1];
        y0 += value * a;
        y1 += value * b;
        y2 += value * c;
        y3 += value * d;
        value = given[i + 2];
        z0 += value * a;
        z1 += value * b;
        z2 += value * c;
        z3 += value * d;
        value = given[i + 3];
        w0 += value * a;
        w1 += value * b;
        w2 += value * c;
        w3 += value * d;
      }
      const at = m + tile * units + unit;
      made[at] = x0;
      made[at + 1] = x1;
      made[at + 2] = x2;
      made[at + 3] = x3;
      made[at + units] = y0;
      made[at + units + 1] = y1;
      made[at + units + 2] = y2;
      made[at + units + 3] = y3;
      made[at + 2 * units] = z0;
      made[at + 2 * units + 1] = z1;
      made[at + 2 * units + 2] = z2;
      made[at + 2 * units + 3] = z3;
      made[at + 3 * units] = w0;
      made[at + 3 * units + 1] = w1;
      made[at + 3 * units + 2] = w2;
      made[at + 3 * units + 3] = w3;
    }
  }
}

/**
 * A tile's 2 x 2 outputs, back from the 16 products, unit by unit.
 * @param {Float32Array} made @param {number} from @param {number} step @param {Float32Array} biases
 * @param {Float32Array} to @param {number} at @param {number} row
 */
function give(made, from, step, biases, to, at, row) {
  const units = biases.length;
  for (let unit = 0; unit < units; unit++, from++, at++) {
    let [upLeft, upRight, downLeft, downRight] = [0, 0, 0, 0];
    for (let x = 0, k = from; x < 4; x++, k += step) {
      const up = made[k] + made[k + 4 * step] + made[k + 8 * step];
      const down = made[k + 4 * step] - made[k + 8 * step] - made[k + 12 * step];
      if (x < 3) {
        upLeft += up;
        downLeft += down;
      }
      if (x) {
        upRight += x > 1 ? -up : up;
        downRight += x > 1 ? -down : down;
      }
    }
    const bias = biases[unit];
    to[at] = Math.max(0, upLeft + bias);
    to[at + units] = Math.max(0, upRight + bias);
    to[at + row] = Math.max(0, downLeft + bias);
    to[at + row + units] = Math.max(0, downRight + bias);
  }
}

/** The largest of each 2 x 2. @type {(x: Maps) => Maps} */
function pooled({ data, side, channels }) {
  const found = maps(side / 2, channels);
  const row = (side + 2) * channels;
  for (let y = 0; y < side / 2; y++) {
    for (let x = 0; x < side / 2; x++) {
      let from = (2 * y + 1) * row + (2 * x + 1) * channels;
      let to = ((y + 1) * (side / 2 + 2) + x + 1) * channels;
      for (let c = 0; c < channels; c++, from++, to++) {
        const above = Math.max(data[from], data[from + channels]);
        found.data[to] = Math.max(above, data[from + row], data[from + row + channels]);
      }
    }
  }
  return found;
}

/** The deep one, each value four times, and the flat one. @type {(deep: Maps, flat: Maps) => Maps} */
function joined(deep, flat) {
  const { side } = flat;
  const found = maps(side, deep.channels + flat.channels);
  for (let y = 1; y <= side; y++) {
    for (let x = 1; x <= side; x++) {
      const from = (((y + 1) >> 1) * (deep.side + 2) + ((x + 1) >> 1)) * deep.channels;
      const beside = (y * (side + 2) + x) * flat.channels;
      const to = (y * (side + 2) + x) * found.channels;
      found.data.set(deep.data.subarray(from, from + deep.channels), to);
      found.data.set(flat.data.subarray(beside, beside + flat.channels), to + deep.channels);
    }
  }
  return found;
}

/** A convolution of 1 x 1. @type {(x: Maps, weights: Float32Array, biases: Float32Array) => Float32Array} */
function points({ data, side, channels }, weights, biases) {
  const groups = biases.length;
  const found = new Float32Array(side * side * groups);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = ((y + 1) * (side + 2) + x + 1) * channels;
      for (let group = 0; group < groups; group++, at++) {
        let sum = biases[group];
        for (let c = 0; c < channels; c++) sum += data[from + c] * weights[group * channels + c];
        found[at] = sum;
      }
    }
  }
  return found;
}
