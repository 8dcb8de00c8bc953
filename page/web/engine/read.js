// Pixels -> what the preparation works on, as `read` in classifier/reading.py. They come reduced: the
// page does that, alike for the server and the engine.

import { plane } from "./image.js";
import { settings } from "./settings.js";

/**
 * With transparency put on white, or on black what is light; alpha only where it tells a shape from
 * its surroundings.
 * @type {(pixels: Pixels) => { pixels: Pixels, alpha: Plane | null }}
 */
export function read(pixels) {
  const { data, width, height } = pixels;
  let [clear, solid, opaque, light] = [0, 0, 0, 0];
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] === 255) opaque++;
    if (data[i] < 128) clear++;
    else if (data[i] > 128) {
      solid++;
      light += data[i - 3] + data[i - 2] + data[i - 1];
    }
  }
  if (opaque === width * height) return { pixels, alpha: null };
  const least = settings.reading.shape_share * width * height;
  const ground = light > 3 * settings.reading.light * solid ? 0 : 1;
  const alpha = clear > least && solid > least ? planeOf(pixels, 3) : null;
  const opaquePixels = new Uint8ClampedArray(data);
  for (let i = 0; i < data.length; i += 4)
    for (let c = i; c < i + 3; c++)
      opaquePixels[c] = Math.trunc((data[c] * data[i + 3]) / 255 + ground * (255 - data[i + 3]));
  return { pixels: { data: opaquePixels, width, height }, alpha };
}

/** Of red, green, blue, alpha: one of them. @type {(pixels: Pixels, channel: number) => Plane} */
function planeOf({ data, width, height }, channel) {
  const found = plane(width, height);
  for (let i = 0; i < found.data.length; i++) found.data[i] = data[4 * i + channel];
  return found;
}

/** Red, green and blue. @type {(pixels: Pixels) => Plane[]} */
export const planesOf = (pixels) => [0, 1, 2].map((channel) => planeOf(pixels, channel));

/** Whether nothing can be seen. @type {(pixels: Pixels) => boolean} */
export function isOneColour({ data }) {
  const [least, most] = [data.slice(0, 3), data.slice(0, 3)];
  for (let i = 0; i < data.length; i += 4) {
    for (let c = 0; c < 3; c++) {
      least[c] = Math.min(least[c], data[i + c]);
      most[c] = Math.max(most[c], data[i + c]);
      if (most[c] - least[c] >= settings.reading.nothing) return false;
    }
  }
  return true;
}
