// Pixels -> what the preparation works on, as `read` in classifier/reading.py. They come reduced:
// the
// page does that, alike for the server and the engine.

import { plane } from "./image.js";
import { settings } from "./settings.js";

/**
 * With transparency put on white; alpha only where it tells a shape from its surroundings.
 * @type {(pixels: Pixels) => { pixels: Pixels, alpha: Plane | null }}
 */
export function read(pixels) {
  const { data, width, height } = pixels;
  let [clear, solid, opaque] = [0, 0, 0];
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] === 255) opaque++;
    if (data[i] < 128) clear++;
    else if (data[i] > 128) solid++;
  }
  if (opaque === width * height) return { pixels, alpha: null };
  const least = settings.reading.shape_share * width * height;
  const alpha = clear > least && solid > least ? planeOf(pixels, 3) : null;
  const onWhite = new Uint8ClampedArray(data);
  for (let i = 0; i < data.length; i += 4)
    for (let c = i; c < i + 3; c++)
      onWhite[c] = Math.trunc((data[c] * data[i + 3]) / 255 + 255 - data[i + 3]);
  return { pixels: { data: onWhite, width, height }, alpha };
}

/** Of red, green, blue, alpha: one of them. @type {(pixels: Pixels, channel: number) => Plane} */
function planeOf({ data, width, height }, channel) {
  const found = plane(width, height);
  for (let i = 0; i < found.data.length; i++) found.data[i] = data[4 * i + channel];
  return found;
}

/** Red, green and blue. @type {(pixels: Pixels) => Plane[]} */
export const planesOf = (pixels) => [0, 1, 2].map((channel) => planeOf(pixels, channel));
