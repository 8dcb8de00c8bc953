// What "See inside the network" asks for when it is opened: as page/inside.py, reply for reply.

import { SIDE } from "./image.js";
import { beginning, twister } from "./initial_weights.js";
import { base64, Refused } from "./reply.js";

const MAX_WEIGHTS = 300_000; // in one answer
const EXAMPLES = 6; // pictures of each mistake

/** What test pictures a network mixes up. @typedef {{ counts: number[][], sha256: string }} Mistakes */

/**
 * message: see `look_inside`; mistakes, sprite: NAME.confusion.json and NAME.confusion.png, fetched if need be.
 * @param {any} message
 * @param {ReturnType<typeof import("./network.js").createNetwork>} network
 * @param {() => Promise<Mistakes>} mistakes
 * @param {() => Promise<Pixels>} sprite
 */
export async function lookInside(message, network, mistakes, sprite) {
  if ("layer" in message) return weights(message, network);
  const { about, layers } = network;
  const known = await mistakes().catch(() => null);
  const counts = known?.sha256 === about.sha256 ? known.counts : null;
  if ("true" in message) {
    if (!counts) throw new Refused("What that network mixes up is not known.");
    return { pictures: examples(await sprite(), counts, message) };
  }
  return {
    sizes: about.sizes,
    activation: about.activation,
    parameters: layers.reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0),
    accuracy: about.figures?.["fashion_mnist_test: accuracy"] ?? null,
    history: about.history ?? [],
    before: trainedPlainly(about),
    counts,
    most: MAX_WEIGHTS,
  };
}

/** @type {(about: NetworkFile) => boolean} */
const trainedPlainly = (about) => "sizes" in (about.recipe ?? {});

/** @type {(value: any, end: number, what: string) => number} */
function whole(value, end, what) {
  if (Number.isInteger(value) && value >= 0 && value < end) return value;
  throw new Refused(`There is no such ${what}.`);
}

/** @param {any} message @param {ReturnType<typeof import("./network.js").createNetwork>} network */
function weights(message, { about, layers }) {
  const index = whole(message.layer, layers.length, "layer");
  const { inputs, units, weights, biases } = layers[index];
  const asked = message.units ?? Array.from({ length: units }, (_, unit) => unit);
  if (!Array.isArray(asked)) throw new Refused("Name the units in a list.");
  const chosen = asked.map((unit) => whole(unit, units, "unit"));
  if (inputs * chosen.length > MAX_WEIGHTS)
    throw new Refused("Those are too many weights for one answer.");
  if (message.before) {
    if (!trainedPlainly(about)) throw new Refused("How that network began is not known.");
    const first = beginning(about.sizes, twister(about.seed))[index];
    const rows = chosen.map((unit) => first.weights.subarray(unit * inputs, (unit + 1) * inputs));
    return {
      weights: base64(...rows),
      biases: base64(Float32Array.from(chosen, (unit) => first.biases[unit])),
    };
  }
  const rows = chosen.map((unit) =>
    Float32Array.from({ length: inputs }, (_, i) => weights[i * units + unit]),
  );
  return {
    weights: base64(...rows),
    biases: base64(Float32Array.from(chosen, (unit) => biases[unit])),
  };
}

/** Of one class taken for another. @type {(sprite: Pixels, counts: number[][], message: any) => string[]} */
function examples({ data, width }, counts, message) {
  const row = whole(message.true, counts.length, "class");
  const column = whole(message.said, counts.length, "class");
  return Array.from({ length: Math.min(EXAMPLES, counts[row][column]) }, (_, k) => {
    const left = (column * EXAMPLES + k) * SIDE;
    const at = (/** @type {number} */ i) =>
      (row * SIDE + Math.floor(i / SIDE)) * width + left + (i % SIDE);
    return base64(Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * at(i)]));
  });
}
