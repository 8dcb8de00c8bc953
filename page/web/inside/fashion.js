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

/** The cells of a sprite, one after the other. @type {(sprite: Pixels) => Uint8Array} */
function cellsOf(sprite) {
  const columns = sprite.width / SIDE;
  const cells = new Uint8Array(sprite.width * sprite.height);
  for (let i = 0, to = 0; to < cells.length; i++, to += SIDE * SIDE)
    cells.set(cellOf(sprite, Math.floor(i / columns), i % columns), to);
  return cells;
}

/** Red, 784 bytes. @type {(sprite: Pixels, row: number, column: number) => Uint8Array} */
export function cellOf({ data, width }, row, column) {
  const start = row * SIDE * width + column * SIDE;
  return Uint8Array.from(
    { length: SIDE * SIDE },
    (_, i) => data[4 * (start + Math.floor(i / SIDE) * width + (i % SIDE))],
  );
}
