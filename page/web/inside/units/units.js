// Step 2: all units of each hidden layer, and one of them from near: its weights, and its sum.

import { finder, paintGreys } from "../../dom.js";
import { decimals, remainder, signed } from "../../numbers.js";
import { createCells, createSum, paintSigned } from "../paint.js";
import { createLayers } from "../unit_cells.js";

// onpick({layer, unit}), onpixel(place): what was pointed at.
/**
 * @param {HTMLElement} root
 * @param {Palette} palette
 * @param {(unit: Unit) => void} onpick
 * @param {(place: number) => void} onpixel
 */
export function createUnits(root, palette, onpick, onpixel) {
  const find = finder(root);
  const [weights, input, product] = ["weights", "input", "product"].map((name) =>
    find(`[data-cells=${name}]`, HTMLCanvasElement),
  );
  const showLayers = createLayers(find(".layers"), palette, onpick);
  /** @type {ShownUnits | null} */ let now = null; // what is shown
  /** @type {(place: number) => string} */ let says = () => "";

  const pixelCells = [weights, product].map((canvas) =>
    createCells(canvas, {
      columns: 28,
      count: 784,
      say: (place) => says(place),
      onpick: onpixel,
      hover: true,
    }),
  );
  const showSum = createSum(find(".unit .sum", HTMLTableElement), (unit) =>
    onpick({ layer: (now?.picked.layer ?? 1) - 1, unit }),
  );

  /** The first layer's weights are a picture. @type {(row: Row, shown: ShownUnits) => void} */
  function showPixels(row, { bytes, place, numbers, picked }) {
    const products = Float64Array.from(
      row.weights,
      (weight, i) => (weight * (bytes?.[i] ?? 0)) / 255,
    );
    paintSigned(weights, row.weights, palette);
    paintSigned(product, products, palette);
    paintGreys(input, bytes);
    says = (at) =>
      `line ${Math.floor(at / 28)}, column ${at % 28}: weight ${decimals(row.weights[at])}` +
      (bytes ? ` × ${decimals(bytes[at] / 255)} = ${decimals(products[at])}` : "");
    for (const each of pixelCells) each.show(place);
    const text = says(place);
    find(".pixels-say").textContent = text[0].toUpperCase() + text.slice(1);
    if (!numbers) {
      find(".equation").textContent = `Its bias is ${decimals(row.bias)}.`;
      return;
    }
    const [sum, mirrored] = numbers.layers[0].looks.map((look) => look[picked.unit]);
    const together = remainder(sum, [row.bias]);
    find(".equation").innerHTML =
      `All 784 products together <b>${decimals(together)}</b>, bias <b>${signed(row.bias)}</b>: ` +
      `the sum is <b class="unit-sum">${decimals(sum)}</b>.` +
      (mirrored === undefined
        ? ""
        : ` This network also looks at the mirror image: there it is <b>${decimals(mirrored)}</b>.`);
  }

  return {
    // shown: {sizes, numbers or null, bytes or null, picked: {layer, unit}, place, row: the picked
    // unit's {weights, bias}, or null while it is fetched}.
    /** @type {(shown: ShownUnits) => void} */
    show(shown) {
      now = shown;
      const { sizes, picked, row, numbers } = shown;
      root.hidden = sizes.length < 3;
      if (root.hidden) return;
      showLayers({ sizes, picked, sums: numbers?.layers.map(({ sums }) => sums) });
      const first = picked.layer === 0;
      find(".unit h4").textContent =
        `Unit ${picked.unit}${sizes.length > 3 ? ` of layer ${picked.layer + 1}` : ""}`;
      find(".three").hidden = find(".scale").hidden = !first || !row;
      find(".pixels-say").hidden = find(".equation").hidden = !first || !row;
      find(".unit .sum").hidden = first || !row || !numbers;
      if (!row) return;
      if (first) showPixels(row, shown);
      else if (numbers) {
        const before = numbers.layers[picked.layer - 1];
        const total = numbers.layers[picked.layer].sums[picked.unit];
        const twice = before.looks.length > 1 ? " (mean of picture and mirror image)" : "";
        const caption = `Its sum: activation × weight of the units of layer ${picked.layer}${twice}`;
        showSum(caption, row, before.out, total, "its sum");
      }
    },
  };
}
