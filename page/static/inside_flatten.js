// Step 1: the picture, the row it becomes, and one pixel found in both.

import { decimals } from "./inside_numbers.js";
import { createCells, paintGreys } from "./inside_paint.js";

const NEIGHBOURS = 3; // shown on each side of the place

export function createFlatten(root, onpick) {
  const find = (selector) => root.querySelector(selector);
  const canvases = { picture: find("[data-cells=picture]"), row: find("[data-cells=row]") };
  const near = Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, i) => {
    const item = document.createElement("li");
    item.innerHTML = '<span class="place"></span><b></b><span class="share"></span>';
    item.classList.toggle("here", i === NEIGHBOURS);
    find(".near").append(item);
    return item;
  });
  let bytes = null;

  const value = (place) => (bytes ? `${bytes[place]} of 255, ${decimals(bytes[place] / 255)}` : "");
  const where = (place) => `line ${Math.floor(place / 28)}, column ${place % 28}`;
  const cells = [
    createCells(canvases.picture, {
      shape: () => ({ columns: 28, count: 784 }),
      say: (place) => `${where(place)}: place ${place} in the row, ${value(place)}`,
      onpick,
      hover: true,
    }),
    createCells(canvases.row, {
      shape: () => ({ columns: 784, count: 784 }),
      say: (place) => `place ${place}: ${where(place)}, ${value(place)}`,
      onpick,
      hover: true,
    }),
  ];

  return {
    // seen: 784 bytes, or null; place: of the pixel picked.
    show(seen, place) {
      bytes = seen;
      paintGreys(canvases.picture, bytes);
      paintGreys(canvases.row, bytes);
      for (const each of cells) each.show(place);
      const [line, column] = [Math.floor(place / 28), place % 28];
      find(".where").textContent =
        `Line ${line}, column ${column} (counted from 0) is place 28 × ${line} + ${column} = ` +
        `${place} of the row.` +
        (bytes
          ? ` Its byte is ${bytes[place]}; ${bytes[place]} ÷ 255 = ${decimals(bytes[place] / 255)}.`
          : "");
      near.forEach((item, i) => {
        const at = place + i - NEIGHBOURS;
        const there = at >= 0 && at < 784;
        item.style.visibility = there ? "" : "hidden";
        item.children[0].textContent = at;
        item.children[1].textContent = there && bytes ? bytes[at] : "–";
        item.children[2].textContent = there && bytes ? decimals(bytes[at] / 255) : "–";
      });
    },
  };
}
