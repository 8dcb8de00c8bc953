// Pictures of Fashion-MNIST, out of weights/fashion.* (classifier/training/assets.py says which).

import { SIDE } from "../engine/image.js";

/**
 * In the order stored. folder: address of the weights, with a slash at its end.
 * @type {(folder: string, part: "first" | "more" | "held_out") => Promise<Examples>}
 */
export async function fetchExamples(folder, part) {
  const [about, sprite] = await Promise.all(
    ["fashion.json", `fashion.${part}.webp`].map(async (file) => {
      const response = await fetch(new URL(file, folder));
      if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
      return response;
    }),
  );
  const labels = Uint8Array.from((await about.json()).labels[part], Number);
  const bitmap = await createImageBitmap(await sprite.blob(), { colorSpaceConversion: "none" });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  if (!context) throw new Error("no more canvases here");
  context.drawImage(bitmap, 0, 0);
  return { pictures: cellsOf(context.getImageData(0, 0, bitmap.width, bitmap.height)), labels };
}

/** The red of each cell of a sprite, one cell after the other, row by row. @type {(sprite: Pixels) => Uint8Array} */
function cellsOf({ data, width, height }) {
  const cells = new Uint8Array(width * height);
  for (let top = 0, to = 0; top < height; top += SIDE) {
    for (let left = 0; left < width; left += SIDE) {
      for (let i = 0; i < SIDE * SIDE; i++, to++) {
        cells[to] = data[4 * ((top + Math.floor(i / SIDE)) * width + left + (i % SIDE))];
      }
    }
  }
  return cells;
}
