// "What it mixes up": out of weights/NAME.confusion.*, made by classifier/training/confusion.py.

import { cellOf } from "../fashion.js";

const EXAMPLES = 6; // pictures of each mistake

/**
 * How many test pictures of a class (line) it takes for a class (column); null: that is not stored
 * of these very weights.
 * @param {Network} network @param {{ network: string }} message @param {Assets} assets
 * @returns {Promise<{ counts: number[][] | null }>}
 */
export async function confusion({ about }, { network }, { json }) {
  const { counts, sha256 } = await json(`${network}.confusion.json`);
  return { counts: sha256 === about.sha256 ? counts : null };
}

/**
 * Some of the pictures of one class that it takes for another, or for the same: 784 bytes each.
 * @param {Network} _ @param {{ network: string, actual: number, said: number, count: number }}
 *   message @param {Assets} assets
 */
export async function pictures(_, { network, actual, said, count }, { pixels }) {
  const sprite = await pixels(`${network}.confusion.png`);
  return Array.from({ length: Math.min(EXAMPLES, count) }, (_, i) =>
    cellOf(sprite, actual, said * EXAMPLES + i),
  );
}
