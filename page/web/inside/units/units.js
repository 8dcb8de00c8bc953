// Step 2: all units of each hidden layer, and one of them from near: its weights, and its sum.

import { findAll, finder, paintGreys } from "../../dom.js";
import { decimals, remainder, signed } from "../../numbers.js";
import { createCells, createSum, lineAndColumn, paintSigned } from "../paint.js";
import { createLayers } from "../unit_cells.js";

/** @type {(root: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(root, { pick, known }) {
  const find = finder(root);
  const [weights, input, product] = ["weights", "input", "product"].map((name) =>
    find(`[data-cells=${name}]`, HTMLCanvasElement),
  );
  const showLayers = createLayers(find(".layers"), (unit) => pick({ unit }));
  let layer = 0; // of the unit shown
  /** @type {(place: number) => string} */ let says = () => "";

  const pixelCells = [weights, product].map((canvas) =>
    createCells(canvas, {
      say: (place) => says(place),
      onpick: (place) => pick({ place }),
      hover: true,
    }),
  );
  const showSum = createSum(find(".unit .sum", HTMLTableElement), (unit) =>
    pick({ unit: { layer: layer - 1, unit } }),
  );

  /** The first layer's weights are a picture. @type {(row: Row, now: Now) => void} */
  function showPixels(row, { picture, place, numbers, unit }) {
    const products = Float64Array.from(
      row.weights,
      (weight, i) => (weight * (picture?.[i] ?? 0)) / 255,
    );
    paintSigned(weights, row.weights);
    paintSigned(product, products);
    paintGreys(input, picture);
    says = (at) =>
      `${lineAndColumn(at)}: weight ${decimals(row.weights[at])}` +
      (picture ? ` × ${decimals(picture[at] / 255)} = ${decimals(products[at])}` : "");
    for (const showPicked of pixelCells) showPicked(place);
    const text = says(place);
    find(".pixels-say").textContent = text[0].toUpperCase() + text.slice(1);
    find(".equation").textContent = `Its bias is ${decimals(row.bias)}.`;
    if (!numbers) return;
    const [sum, mirrored] = numbers.layers[0].views.map((view) => view[unit.unit]);
    const together = remainder(sum, [row.bias]);
    find(".equation").innerHTML =
      `All 784 products together <b>${decimals(together)}</b>, bias <b>${signed(row.bias)}</b>: ` +
      `the sum is <b class="unit-sum">${decimals(sum)}</b>.` +
      (mirrored === undefined
        ? ""
        : " This network also looks at the mirror image: there it is " +
          `<b>${decimals(mirrored)}</b>.`);
  }

  return (now) => {
    const { name, about, unit, numbers } = now;
    const sums = numbers?.layers.map(({ preActivations }) => preActivations);
    layer = unit.layer;
    showLayers({ sizes: about.sizes, picked: unit, sums });
    const row = known("row", { network: name, ...unit });
    find(".unit h4").textContent =
      `Unit ${unit.unit}${about.sizes.length > 3 ? ` of layer ${layer + 1}` : ""}`;
    for (const element of findAll(root, ".three, .scale, .pixels-say, .equation"))
      element.hidden = layer > 0 || !row;
    find(".unit .sum").hidden = layer === 0 || !row || !numbers;
    if (!row) return;
    if (layer === 0) showPixels(row, now);
    else if (numbers && sums) {
      const before = numbers.layers[layer - 1];
      const twice = before.views.length > 1 ? " (mean of picture and mirror image)" : "";
      const caption = `Its sum: activation × weight of the units of layer ${layer}${twice}`;
      showSum(caption, row, before.out, sums[layer][unit.unit], "its sum");
    }
  };
}
