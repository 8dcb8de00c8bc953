// Step 1: the picture, the row it becomes, and one pixel found in both.

import { finder, paintGreys } from "../../dom.js";
import { decimals } from "../../numbers.js";
import { createCells } from "../paint.js";

const NEIGHBOURS = 3; // shown on each side of the place

/** @param {HTMLElement} root @param {(place: number) => void} onpick */
export function createFlatten(root, onpick) {
  const find = finder(root);
  const picture = find("[data-cells=picture]", HTMLCanvasElement);
  const line = find("[data-cells=row]", HTMLCanvasElement);
  const near = Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, i) => {
    const item = document.createElement("li");
    item.innerHTML = '<span class="place"></span><b></b><span class="share"></span>';
    item.classList.toggle("here", i === NEIGHBOURS);
    find(".near").append(item);
    return item;
  });
  /** @type {Uint8Array | null} */ let bytes = null;

  /** @type {(place: number) => string} */
  const value = (place) => (bytes ? `${bytes[place]} of 255, ${decimals(bytes[place] / 255)}` : "");
  /** @type {(place: number) => string} */
  const where = (place) => `line ${Math.floor(place / 28)}, column ${place % 28}`;
  const cells = [
    createCells(picture, {
      columns: 28,
      count: 784,
      say: (place) => `${where(place)}: place ${place} in the row, ${value(place)}`,
      onpick,
      hover: true,
    }),
    createCells(line, {
      columns: 784,
      count: 784,
      say: (place) => `place ${place}: ${where(place)}, ${value(place)}`,
      onpick,
      hover: true,
    }),
  ];

  return {
    // seen: 784 bytes, or null; place: of the pixel picked.
    /** @type {(seen: Uint8Array | null, place: number) => void} */
    show(seen, place) {
      bytes = seen;
      paintGreys(picture, bytes);
      paintGreys(line, bytes);
      for (const each of cells) each.show(place);
      const [y, x] = [Math.floor(place / 28), place % 28];
      find(".where").textContent =
        `Line ${y}, column ${x} (counted from 0) is place 28 × ${y} + ${x} = ` +
        `${place} of the row.` +
        (bytes
          ? ` Its byte is ${bytes[place]}; ${bytes[place]} ÷ 255 = ${decimals(bytes[place] / 255)}.`
          : "");
      near.forEach((item, i) => {
        const at = place + i - NEIGHBOURS;
        const there = at >= 0 && at < 784;
        item.style.visibility = there ? "" : "hidden";
        item.children[0].textContent = String(at);
        item.children[1].textContent = there && bytes ? String(bytes[at]) : "–";
        item.children[2].textContent = there && bytes ? decimals(bytes[at] / 255) : "–";
      });
    },
  };
}
