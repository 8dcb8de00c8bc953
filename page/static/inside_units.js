// Step 2: all units of each hidden layer, and one of them from near: its weights, and its sum.

import { decimals, grouped, remainder, signed, takeApart } from "./inside_numbers.js";
import { createCells, createSum, paintGreys, paintSigned, paintSquares } from "./inside_paint.js";

export const MOST_TERMS = 8; // of a sum taken apart; the others in one line

// onpick({layer, unit}), onpixel(place): what was pointed at.
export function createUnits(root, palette, onpick, onpixel) {
  const find = (selector) => root.querySelector(selector);
  const three = Object.fromEntries(
    ["weights", "input", "product"].map((name) => [name, find(`[data-cells=${name}]`)]),
  );
  let layers = []; // {canvas, title, cells, columns, sums}
  let now = null; // what is shown
  let says = () => "";

  const pixelCells = [three.weights, three.product].map((canvas) =>
    createCells(canvas, {
      shape: () => ({ columns: 28, count: 784 }),
      say: (place) => says(place),
      onpick: onpixel,
      hover: true,
    }),
  );
  const showSum = createSum(find(".unit .sum"), MOST_TERMS, (unit) =>
    onpick({ layer: now.picked.layer - 1, unit }),
  );

  function build(sizes) {
    find(".layers").replaceChildren();
    layers = sizes.slice(1, -1).map((count, layer) => {
      const figure = document.createElement("figure");
      figure.innerHTML =
        '<figcaption></figcaption><div class="cells"><canvas></canvas>' +
        '<span class="mark" aria-hidden="true"></span></div>';
      find(".layers").append(figure);
      const [title, { firstChild: canvas }] = figure.children;
      const columns = count <= 200 ? Math.min(count, 16) : Math.ceil(Math.sqrt(2.5 * count));
      const made = { canvas, title, columns, sums: null };
      canvas.setAttribute("aria-label", `Unit of layer ${layer + 1}, ${grouped(count)} units`);
      made.cells = createCells(canvas, {
        shape: () => ({ columns, count }),
        say: (unit) => `unit ${unit}${made.sums ? `, sum ${decimals(made.sums[unit])}` : ""}`,
        onpick: (unit) => onpick({ layer, unit }),
      });
      return made;
    });
  }

  function showLayers() {
    layers.forEach((layer, i) => {
      layer.sums = now.numbers?.layers[i].sums ?? null;
      const count = now.sizes[i + 1];
      paintSquares(layer.canvas, layer.sums ?? new Float64Array(count), layer.columns, palette);
      layer.title.textContent =
        (layers.length > 1 ? `Layer ${i + 1}: ` : "") +
        `${grouped(count)} units` +
        (layer.sums
          ? `, sums from ${decimals(layer.sums.reduce((a, b) => Math.min(a, b)))}` +
            ` to ${decimals(layer.sums.reduce((a, b) => Math.max(a, b)))}`
          : "");
      layer.canvas.parentElement.classList.toggle("elsewhere", now.picked.layer !== i);
      layer.cells.show(now.picked.layer === i ? now.picked.unit : 0);
    });
  }

  // The first layer's weights are a picture.
  function showPixels({ weights, bias }) {
    const { bytes, place, numbers, picked } = now;
    const product = Float64Array.from(weights, (weight, i) => (weight * (bytes?.[i] ?? 0)) / 255);
    paintSigned(three.weights, weights, palette);
    paintSigned(three.product, product, palette);
    paintGreys(three.input, bytes);
    says = (at) =>
      `line ${Math.floor(at / 28)}, column ${at % 28}: weight ${decimals(weights[at])}` +
      (bytes ? ` × ${decimals(bytes[at] / 255)} = ${decimals(product[at])}` : "");
    for (const each of pixelCells) each.show(place);
    const text = says(place);
    find(".pixels-say").textContent = text[0].toUpperCase() + text.slice(1);
    if (!numbers) {
      find(".equation").textContent = `Its bias is ${decimals(bias)}.`;
      return;
    }
    const [sum, mirrored] = numbers.layers[0].looks.map((look) => look[picked.unit]);
    const products = remainder(sum, [bias]);
    find(".equation").innerHTML =
      `All 784 products together <b>${decimals(products)}</b>, bias <b>${signed(bias)}</b>: ` +
      `the sum is <b class="unit-sum">${decimals(sum)}</b>.` +
      (mirrored === undefined
        ? ""
        : ` This network also looks at the mirror image: there it is <b>${decimals(mirrored)}</b>.`);
  }

  return {
    // shown: {sizes, numbers or null, bytes or null, picked: {layer, unit}, place, row: the picked
    // unit's {weights, bias}, or null while it is fetched}.
    show(shown) {
      const other = now?.sizes !== shown.sizes;
      now = shown;
      if (other) build(shown.sizes);
      root.hidden = layers.length === 0;
      if (root.hidden) return;
      showLayers();
      const { picked, row, numbers } = shown;
      const first = picked.layer === 0;
      find(".unit h4").textContent =
        `Unit ${picked.unit}${layers.length > 1 ? ` of layer ${picked.layer + 1}` : ""}`;
      find(".three").hidden = find(".scale").hidden = !first || !row;
      find(".pixels-say").hidden = find(".equation").hidden = !first || !row;
      find(".unit .sum").hidden = first || !row || !numbers;
      if (!row) return;
      if (first) showPixels(row);
      else if (numbers) {
        const before = numbers.layers[picked.layer - 1];
        const apart = takeApart(row.weights, row.bias, before.out, MOST_TERMS);
        const total = numbers.layers[picked.layer].sums[picked.unit];
        const twice = before.looks.length > 1 ? " (mean of picture and mirror image)" : "";
        showSum(
          `Its sum: activation × weight of the units of layer ${picked.layer}${twice}`,
          apart,
          total,
          "unit",
          "its sum",
        );
      }
    },
  };
}
