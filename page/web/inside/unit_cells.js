// The units of all hidden layers, as cells to point at.

import { finder } from "../dom.js";
import { decimals, grouped } from "../numbers.js";
import { createCells, paintSquares } from "./paint.js";

/**
 * Returns what shows them; onpick({layer, unit}): one was pointed at; onpress(): and pressed.
 * @type {(place: HTMLElement, palette: Palette, onpick: (unit: Unit) => void, onpress?: () => void) =>
 *   (shown: ShownLayers) => void}
 */
export function createLayers(place, palette, onpick, onpress) {
  /** @type {LayerCells[]} */ let layers = [];
  let built = "";

  /** @type {(sizes: number[]) => LayerCells[]} */
  const build = (sizes) =>
    sizes.slice(1, -1).map((count, layer) => {
      const figure = document.createElement("figure");
      figure.innerHTML =
        '<figcaption></figcaption><div class="cells"><canvas></canvas>' +
        '<span class="mark" aria-hidden="true"></span></div>';
      place.append(figure);
      const title = finder(figure)("figcaption");
      const canvas = finder(figure)("canvas", HTMLCanvasElement);
      const columns = count <= 200 ? Math.min(count, 16) : Math.ceil(Math.sqrt(2.5 * count));
      /** @type {LayerCells} */ const made = { canvas, title, columns, cells: { show() {} } };
      canvas.setAttribute("aria-label", `Unit of layer ${layer + 1}, ${grouped(count)} units`);
      made.cells = createCells(canvas, {
        columns,
        count,
        say: (unit) =>
          `unit ${unit}${made.sums ? `, sum ${decimals(made.sums[unit])}` : ""}${made.off?.[unit] ? ", off" : ""}`,
        onpick: (unit) => onpick({ layer, unit }),
        onpress,
      });
      return made;
    });

  return ({ sizes, sums, picked, off }) => {
    if (built !== String(sizes)) {
      built = String(sizes);
      place.replaceChildren();
      layers = build(sizes);
    }
    layers.forEach((layer, i) => {
      const values = sums?.[i];
      [layer.sums, layer.off] = [values, off?.[i]];
      const count = sizes[i + 1];
      paintSquares(
        layer.canvas,
        values ?? new Float64Array(count),
        layer.columns,
        palette,
        layer.off,
      );
      layer.title.textContent =
        (layers.length > 1 ? `Layer ${i + 1}: ` : "") +
        `${grouped(count)} units` +
        (values
          ? `, sums from ${decimals(Math.min(...values))} to ${decimals(Math.max(...values))}`
          : "");
      layer.canvas.parentElement?.classList.toggle("elsewhere", picked.layer !== i);
      layer.cells.show(picked.layer === i ? picked.unit : 0);
    });
  };
}
