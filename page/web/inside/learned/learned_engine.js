// Step 5: how a network has grown.

import { row } from "../../engine/describe.js";
import { initialWeights, twister } from "../initial_weights.js";

const UNITS = 10; // shown

/**
 * Its history while it was trained; weights of ten units before and after, where it is known how it
 * began: only networks of the lesson were made by one recipe that names their sizes.
 * @param {Network} network
 */
export function growth(network) {
  const { sizes, seed, recipe = {}, history = [] } = network.about;
  if (!("sizes" in recipe)) return { history, before: null, after: null };
  const [{ weights }] = initialWeights(sizes, twister(seed));
  const units = Array.from({ length: UNITS }, (_, unit) => unit);
  return {
    history,
    before: units.map((unit) => weights.subarray(sizes[0] * unit, sizes[0] * (unit + 1))),
    after: units.map((unit) => row(network, { layer: 0, unit }).weights),
  };
}
