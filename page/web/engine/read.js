// Pixels of any size -> what the preparation works on, as the end of classifier/reading.py.

import { plane, round } from "./image.js";
import { settings } from "./settings.js";

const ONE = 2 ** 22; // shares are whole numbers, as Pillow's

/**
 * Reduced to the working side, transparency put on white; alpha only where it tells a shape from its surroundings.
 * @type {(pixels: Pixels) => { pixels: Pixels, alpha: Plane | null }}
 */
export function read(pixels) {
  const { data, width, height } = reduced(pixels);
  let [clear, solid, opaque] = [0, 0, 0];
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] === 255) opaque++;
    if (data[i] < 128) clear++;
    else if (data[i] > 128) solid++;
  }
  const count = width * height;
  if (opaque === count) return { pixels: { data, width, height }, alpha: null };
  const least = settings.reading.shape_share * count;
  const shows = clear > least && solid > least;
  const alpha = shows ? planeOf({ data, width, height }, 3) : null;
  const above = weighted({ data, width, height }, (value, a) =>
    Math.trunc((value * a) / 255 + 255 - a),
  );
  return { pixels: { data: above, width, height }, alpha };
}

/** Of red, green, blue, alpha: one of them. @type {(pixels: Pixels, channel: number) => Plane} */
function planeOf({ data, width, height }, channel) {
  const found = plane(width, height);
  for (let i = 0; i < found.data.length; i++) found.data[i] = data[4 * i + channel];
  return found;
}

/** Red, green and blue. @type {(pixels: Pixels) => Plane[]} */
export const planesOf = (pixels) => [0, 1, 2].map((channel) => planeOf(pixels, channel));

/** As Pillow's thumbnail, bicubic and antialiased. @type {(pixels: Pixels) => Pixels} */
function reduced(pixels) {
  const { width, height } = pixels;
  const longest = Math.max(width, height);
  const side = settings.reading.working_side;
  if (longest <= side) return pixels;
  const short = (side * Math.min(width, height)) / longest;
  const off = (/** @type {number} */ other) => Math.abs(1 / other - 1 / short);
  const other = Math.max(
    1,
    off(Math.floor(short)) <= off(Math.ceil(short)) ? Math.floor(short) : Math.ceil(short),
  );
  const size = width >= height ? { width: side, height: other } : { width: other, height: side };
  const wide = { data: new Uint8ClampedArray(4 * size.width * height), width: size.width, height };
  const small = { data: new Uint8ClampedArray(4 * size.width * size.height), ...size };
  const source = weighted(pixels, (value, alpha) => (value * alpha) / 255);
  mix(source, 4, 4 * width, cubics(width, size.width), wide.data, 4, 4 * size.width, height);
  mix(
    wide.data,
    4 * size.width,
    4,
    cubics(height, size.height),
    small.data,
    4 * size.width,
    4,
    size.width,
  );
  return { ...size, data: weighted(small, (value, alpha) => (alpha ? (value * 255) / alpha : 0)) };
}

/** @type {(pixels: Pixels, change: (value: number, alpha: number) => number) => Pixels["data"]} */
function weighted({ data }, change) {
  const found = new Uint8ClampedArray(data);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    if (alpha !== 255) for (let c = i; c < i + 3; c++) found[c] = change(data[c], alpha);
  }
  return found;
}

/** Which inputs each output is made of, by how much. @type {(from: number, to: number) => { first: number, shares: number[] }[]} */
function cubics(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - 2 * scale + 0.5));
    const last = Math.min(from, Math.trunc(centre + 2 * scale + 0.5));
    const shares = Array.from({ length: last - first }, (_, k) =>
      cubic((first + k - centre + 0.5) / scale),
    );
    const sum = shares.reduce((total, share) => total + share, 0);
    return { first, shares: shares.map((share) => round((share / sum) * ONE)) };
  });
}

/** @type {(x: number) => number} */
function cubic(x) {
  const at = Math.abs(x);
  if (at < 1) return (1.5 * at - 2.5) * at * at + 1;
  return at < 2 ? ((-0.5 * at + 2.5) * at - 4) * at + 2 : 0;
}

/**
 * Along lines whose pixels are `step` apart, the lines themselves `stride`.
 * @param {Uint8ClampedArray} source @param {number} step @param {number} stride
 * @param {{ first: number, shares: number[] }[]} outputs
 * @param {Uint8ClampedArray} target @param {number} stepTo @param {number} strideTo @param {number} lines
 */
function mix(source, step, stride, outputs, target, stepTo, strideTo, lines) {
  for (const [i, { first, shares }] of outputs.entries()) {
    for (let line = 0; line < lines; line++) {
      let [red, green, blue, alpha] = [ONE / 2, ONE / 2, ONE / 2, ONE / 2];
      for (let k = 0, at = line * stride + first * step; k < shares.length; k++, at += step) {
        const share = shares[k];
        red += source[at] * share;
        green += source[at + 1] * share;
        blue += source[at + 2] * share;
        alpha += source[at + 3] * share;
      }
      const to = line * strideTo + i * stepTo;
      target[to] = Math.floor(red / ONE);
      target[to + 1] = Math.floor(green / ONE);
      target[to + 2] = Math.floor(blue / ONE);
      target[to + 3] = Math.floor(alpha / ONE);
    }
  }
}
