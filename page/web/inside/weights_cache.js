// "See inside the network": what the server says of the networks, asked for once and kept.

import { floatsOf } from "../numbers.js";

const RETRY_MS = 2000;

/**
 * names: of the networks that can be looked into; fetchInside(message): see page/inside.py; onfound(problem):
 * something is there now, or a sentence says why not. What is asked for is null until it is there.
 * @param {string[]} names
 * @param {(message: object) => Promise<any>} fetchInside
 * @param {(problem: string) => void} onfound
 */
export function createKnown(names, fetchInside, onfound) {
  /** @type {Map<string, any>} */ const known = new Map(); // by network, layer, units

  function get(/** @type {object} */ message) {
    const key = JSON.stringify(message);
    if (!known.has(key)) {
      known.set(key, null);
      fetchInside(message)
        .catch(() => undefined)
        .then((found) => {
          if (found && !found.error) known.set(key, found);
          const problem = found ? (found.error ?? "") : "The server cannot be reached.";
          onfound(problem);
          if (found) return;
          setTimeout(() => {
            known.delete(key);
            onfound(problem); // so that it is asked for again, if it still matters
          }, RETRY_MS);
        });
    }
    return known.get(key);
  }

  /** @type {(name: string) => About | null} */
  const about = (name) => (names.includes(name) ? get({ network: name }) : null);

  /** before: before training. @type {(name: string, layer: number, before?: boolean) => Layer | null} */
  function layer(name, index, before = false) {
    const found = get({ network: name, layer: index, ...(before && { before }) });
    if (found && !found.read) {
      found.read = { weights: floatsOf(found.weights), biases: floatsOf(found.biases) };
    }
    return found?.read ?? null;
  }

  /** Out of the whole layer where that is small. @type {(name: string, unit: Unit) => Row | null} */
  function row(name, { layer: index, unit }) {
    const { sizes, most } = about(name) ?? { sizes: [], most: 0 };
    const inputs = sizes[index];
    const whole = inputs * sizes[index + 1] <= most;
    const found = whole ? layer(name, index) : get({ network: name, layer: index, units: [unit] });
    if (!found) return null;
    if (whole) {
      return {
        weights: found.weights.subarray(inputs * unit, inputs * (unit + 1)),
        bias: found.biases[unit],
      };
    }
    found.row ??= { weights: floatsOf(found.weights), bias: floatsOf(found.biases)[0] };
    return found.row;
  }

  return { about, layer, row };
}
