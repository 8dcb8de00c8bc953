// The U-Net of classifier/cutout.py: convolutions after Winograd (Lavin and Gray 2016,
// arXiv:1509.09308), which makes 4 x 4 outputs of 6 x 6 inputs with 36 products a channel instead
// of 144.
//
// Activations are channels last, with a border of zeros: (side + 2) x (side + 2) x channels.

const EPSILON = 1e-5; // BatchNorm2d's
const TILES = 32; // that are worked on together, so that they stay in the cache

/**
 * products: [36][units / 4][inputs][4]
 * @typedef {{ inputs: number, units: number, products: Float32Array, biases: Float32Array }}
 * Convolution
 */
/** @typedef {{ data: Float32Array, side: number, channels: number }} Maps */

/** @type {Float32Array[]} */ const spare = [];

/**
 * Memory for values that are soon forgotten.
 * @type {(which: number, length: number) => Float32Array}
 */
function scratch(which, length) {
  if (!(spare[which]?.length >= length)) spare[which] = new Float32Array(length);
  return spare[which];
}

/** @type {(side: number, channels: number) => Maps} */
const maps = (side, channels) => ({
  data: new Float32Array((side + 2) ** 2 * channels),
  side,
  channels,
});

/**
 * Logits: 64 x 64 places, last the groups, of 64 x 64 x 3 values 0..1.
 * @param {Record<string, Tensor>} tensors
 */
export function createUNet(tensors) {
  const two = (/** @type {string} */ name) =>
    [0, 1].map((i) => convolution(tensors, `${name}.${i}`));
  const down = [0, 1, 2, 3, 4].map((i) => two(`down.${i}`));
  const up = [3, 2, 1, 0].map((i) => two(`up.${i}`));
  const last = tensors["last.weight"];

  return (/** @type {Float32Array} */ picture, /** @type {number} */ side) => {
    let x = maps(side, 3);
    for (let y = 0; y < side; y++) {
      x.data.set(
        picture.subarray(3 * y * side, 3 * (y + 1) * side),
        3 * ((y + 1) * (side + 2) + 1),
      );
    }
    /** @type {Maps[]} */ const seen = [];
    for (const [i, pair] of down.entries()) {
      if (i) {
        seen.push(x);
        x = pooled(x);
      }
      x = pair.reduce(convolved, x);
    }
    for (const pair of up) x = pair.reduce(convolved, joined(x, /** @type {Maps} */ (seen.pop())));
    return points(x, last.data, tensors["last.bias"].data);
  };
}

/**
 * With its batch norm folded in, and transformed.
 * @type {(tensors: Record<string, Tensor>, name: string) => Convolution}
 */
function convolution(tensors, name) {
  const { shape, data } = tensors[`${name}.0.weight`];
  const [units, inputs] = shape;
  const norm = (/** @type {string} */ key) => tensors[`${name}.1.${key}`].data;
  const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
    norm,
  );
  const factor = weight.map((value, i) => value / Math.sqrt(variance[i] + EPSILON));
  const biases = bias.map((value, i) => value - mean[i] * factor[i]);
  const products = new Float32Array(36 * units * inputs);
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++) {
      const w = data.subarray(9 * (unit * inputs + input), 9 * (unit * inputs + input + 1));
      const columns = [0, 1, 2].map((x) => spread(w[x], w[x + 3], w[x + 6]));
      for (let row = 0; row < 6; row++) {
        for (const [column, value] of spread(
          columns[0][row],
          columns[1][row],
          columns[2][row],
        ).entries()) {
          const at = (((6 * row + column) * units) / 4 + (unit >> 2)) * inputs + input;
          products[4 * at + (unit & 3)] = value * factor[unit];
        }
      }
    }
  }
  return { inputs, units, products, biases };
}

/** @type {(a: number, b: number, c: number) => number[]} */
function spread(a, b, c) {
  const [even, odd] = [a / 24 + c / 6, b / 12];
  return [a / 4, -(a + b + c) / 6, (b - a - c) / 6, even + odd, even - odd, c];
}

/** After its ReLU. @type {(x: Maps, layer: Convolution) => Maps} */
function convolved({ data, side }, layer) {
  const { inputs, units, products, biases } = layer;
  const found = maps(side, units);
  const across = side / 4;
  const tiles = across * across;
  const block = Math.max(4, Math.min(TILES, tiles)); // four at least, which are multiplied together
  const given = scratch(0, 36 * block * inputs); // [36][block / 4][inputs][4]
  const made = scratch(1, 36 * block * units); // [36][block][units]
  const row = (side + 2) * inputs;
  for (let first = 0; first < tiles; first += block) {
    const count = Math.min(block, tiles - first);
    for (let tile = 0; tile < count; tile++) {
      const [y, x] = [Math.floor((first + tile) / across), (first + tile) % across];
      const to = (tile >> 2) * 4 * inputs + (tile & 3);
      take(data, 4 * (y * row + x * inputs), row, inputs, given, to, block * inputs);
    }
    for (let k = 0; k < 36; k++) {
      const [g, p, m] = [k * block * inputs, k * units * inputs, k * block * units];
      multiply(given, g, products, p, made, m, block, inputs, units);
    }
    for (let tile = 0; tile < count; tile++) {
      const [y, x] = [Math.floor((first + tile) / across), (first + tile) % across];
      const to = ((4 * y + 1) * (side + 2) + 4 * x + 1) * units;
      give(made, tile * units, block * units, biases, found.data, to, (side + 2) * units);
    }
  }
  return found;
}

/**
 * A tile's 6 x 6 inputs, transformed, channel by channel: down the columns, then along the rows.
 * @param {Float32Array} data @param {number} from @param {number} row @param {number} channels
 * @param {Float32Array} to @param {number} at @param {number} step
 */
function take(data, from, row, channels, to, at, step) {
  for (let c = 0; c < channels; c++, from++, at += 4) {
    for (let x = 0; x < 6; x++)
      transformed(data, from + x * channels, row, to, at + x * step, 6 * step);
    for (let y = 0; y < 6; y++)
      transformed(to, at + 6 * y * step, step, to, at + 6 * y * step, step);
  }
}

/**
 * @param {Float32Array} data @param {number} from @param {number} step
 * @param {Float32Array} to @param {number} at @param {number} stepTo
 */
function transformed(data, from, step, to, at, stepTo) {
  const a = data[from];
  const b = data[from + step];
  const c = data[from + 2 * step];
  const d = data[from + 3 * step];
  const e = data[from + 4 * step];
  const f = data[from + 5 * step];
  to[at] = 4 * a - 5 * c + e;
  to[at + stepTo] = e - 4 * c + (d - 4 * b);
  to[at + 2 * stepTo] = e - 4 * c - (d - 4 * b);
  to[at + 3 * stepTo] = e - c + 2 * (d - b);
  to[at + 4 * stepTo] = e - c - 2 * (d - b);
  to[at + 5 * stepTo] = 4 * b - 5 * d + f;
}

/**
 * Four tiles and four units at a time, whose sums fill a processor's registers.
 * @param {Float32Array} given @param {number} g @param {Float32Array} products @param {number} p
 * @param {Float32Array} made @param {number} m @param {number} tiles @param {number} inputs @param
 * {number} units
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
 * A tile's 4 x 4 outputs, back from the 36 products, unit by unit.
 * @param {Float32Array} made @param {number} from @param {number} step @param {Float32Array} biases
 * @param {Float32Array} to @param {number} at @param {number} row
 */
function give(made, from, step, biases, to, at, row) {
  const units = biases.length;
  for (let unit = 0; unit < units; unit++, from++, at++) {
    for (let x = 0; x < 6; x++) restored(made, from + x * step, 6 * step, columns, x, 6, 0);
    for (let y = 0; y < 4; y++) restored(columns, 6 * y, 1, to, at + y * row, units, biases[unit]);
    for (let y = 0; y < 4; y++) {
      for (let x = 0, k = at + y * row; x < 4; x++, k += units) if (to[k] < 0) to[k] = 0;
    }
  }
}

const columns = new Float32Array(24);

/**
 * @param {Float32Array} made @param {number} from @param {number} step
 * @param {Float32Array} to @param {number} at @param {number} stepTo @param {number} bias
 */
function restored(made, from, step, to, at, stepTo, bias) {
  const b = made[from + step];
  const c = made[from + 2 * step];
  const d = made[from + 3 * step];
  const e = made[from + 4 * step];
  to[at] = made[from] + b + c + d + e + bias;
  to[at + stepTo] = b - c + 2 * (d - e) + bias;
  to[at + 2 * stepTo] = b + c + 4 * (d + e) + bias;
  to[at + 3 * stepTo] = b - c + 8 * (d - e) + made[from + 5 * step] + bias;
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

/**
 * The deep one, each value four times, and the flat one.
 * @type {(deep: Maps, flat: Maps) => Maps}
 */
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

/**
 * A convolution of 1 x 1.
 * @type {(x: Maps, weights: Float32Array, biases: Float32Array) => Float32Array}
 */
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
