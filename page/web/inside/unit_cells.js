// The units of all hidden layers, as cells to point at.

import { make } from "../dom.js";
import { decimals, grouped } from "../numbers.js";
import { createCells, paintSquares } from "./paint.js";

/**
 * What shows them; onpick({layer, unit}): one was pointed at; onpress(): and pressed.
 * @param {HTMLElement} place @param {(unit: Unit) => void} onpick @param {() => void} [onpress]
 */
export function createLayers(place, onpick, onpress) {
  /** @type {((picked: Unit, sums?: Floats, off?: Uint8Array) => void)[]} */ let layers = [];
  let built = "";

  /** @type {(count: number, layer: number, of: number[]) => typeof layers[number]} */
  function build(count, layer, { length }) {
    const columns = count <= 200 ? Math.min(count, 16) : Math.ceil(Math.sqrt(2.5 * count));
    const ariaLabel = `Unit of layer ${layer + 1}, ${grouped(count)} units`;
    const [canvas, title] = [make("canvas", { ariaLabel }), make("figcaption")];
    place.append(make("figure", {}, title, canvas));
    /** @type {Floats | undefined} */ let sums;
    /** @type {Uint8Array | undefined} */ let off;
    const showPicked = createCells(canvas, {
      columns,
      count,
      say: (unit) =>
        `unit ${unit}${sums ? `, sum ${decimals(sums[unit])}` : ""}${off?.[unit] ? ", off" : ""}`,
      onpick: (unit) => onpick({ layer, unit }),
      onpress,
    });
    return (picked, newSums, newOff) => {
      [sums, off] = [newSums, newOff];
      paintSquares(canvas, sums ?? new Float64Array(count), columns, off);
      title.textContent =
        (length > 1 ? `Layer ${layer + 1}: ` : "") +
        `${grouped(count)} units` +
        (sums
          ? `, sums from ${decimals(Math.min(...sums))} to ${decimals(Math.max(...sums))}`
          : "");
      const here = picked.layer === layer;
      showPicked(here ? picked.unit : 0, here);
    };
  }

  /**
   * off: of each hidden layer 1 for the units that are switched off.
   * @type {(shown: { sizes: number[], picked: Unit, sums?: Floats[], off?: Uint8Array[] }) => void}
   */
  return ({ sizes, sums, picked, off }) => {
    if (built !== String(sizes)) {
      built = String(sizes);
      place.replaceChildren();
      layers = sizes.slice(1, -1).map(build);
    }
    for (const [i, show] of layers.entries()) show(picked, sums?.[i], off?.[i]);
  };
}
