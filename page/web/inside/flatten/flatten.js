// Step 1: the picture, the row it becomes, and one pixel found in both.

import { finder, make, paintGreys } from "../../dom.js";
import { decimals } from "../../numbers.js";
import { createCells, lineAndColumn } from "../paint.js";

const NEIGHBOURS = 3; // shown on each side of the place

/** @type {(root: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(root, { pick }) {
  const find = finder(root);
  const square = find("[data-cells=picture]", HTMLCanvasElement);
  const line = find("[data-cells=row]", HTMLCanvasElement);
  const near = Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, i) => {
    const className = i === NEIGHBOURS ? "here" : "";
    const item = make("li", { className }, make("span"), make("b"), make("span"));
    find(".near").append(item);
    return item;
  });
  /** @type {Uint8Array | null} */ let bytes = null;

  /** @type {(place: number) => string} */
  const value = (place) => (bytes ? `${bytes[place]} of 255, ${decimals(bytes[place] / 255)}` : "");
  /** @type {Pick<Parameters<typeof createCells>[1], "hover" | "onpick">} */
  const pointed = { hover: true, onpick: (place) => pick({ place }) };
  const cells = [
    createCells(square, {
      ...pointed,
      say: (place) => `${lineAndColumn(place)}: place ${place} in the row, ${value(place)}`,
    }),
    createCells(line, {
      ...pointed,
      columns: 784,
      say: (place) => `place ${place}: ${lineAndColumn(place)}, ${value(place)}`,
    }),
  ];

  return ({ picture, place }) => {
    bytes = picture;
    paintGreys(square, bytes);
    paintGreys(line, bytes);
    for (const showPicked of cells) showPicked(place);
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
  };
}
