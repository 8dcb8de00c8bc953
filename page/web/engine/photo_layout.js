// A photo's garment -> 28x28, and what tells photos from drawings, as classifier/preparation.py.

import {
  boundingBox,
  dilateSquare,
  erodeSquare,
  fit,
  histogram,
  part,
  percentile,
  plane,
  SIDE,
  smooth,
  wipe,
} from "./image.js";
import { settings } from "./settings.js";
import { paperOf } from "./sketch_layout.js";

const GAUSSIAN = [1, 14, 62, 102, 62, 14, 1]; // standard deviation 1, of 256
const { fround } = Math;

/** @type {(rgb: Plane[]) => Plane} */
function greyOf([red, green, blue]) {
  const found = plane(red.width, red.height);
  for (let i = 0; i < found.data.length; i++) {
    found.data[i] =
      (red.data[i] * 9798 + green.data[i] * 19235 + blue.data[i] * 3735 + 16384) >> 15;
  }
  return found;
}

/**
 * The garment under the mask, bright on black: 784 bytes.
 * @type {(rgb: Plane[], mask: Plane) => Uint8Array}
 */
export function layOutPhoto(rgb, mask) {
  const box = boundingBox(mask, 127);
  if (!box) return new Uint8Array(SIDE * SIDE);
  const picture = greyOf(rgb);
  const { data } = picture;
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    data[i] = 255 - data[i];
    if (mask.data[i] <= 127) continue;
    count++;
    sum += data[i];
    squares += data[i] ** 2;
  }
  const mean = sum / count;
  const { least_deviation: least, ...wanted } = settings.photo;
  const deviation = Math.max(Math.sqrt(squares / count - mean ** 2), least);
  for (let i = 0; i < data.length; i++) {
    const standard = fround(fround(data[i] - mean) / deviation);
    const bright = fround(fround(standard * wanted.deviation) + wanted.mean);
    data[i] = Math.min(Math.max(bright, wanted.darkest), 255) * fround(mask.data[i] / 255);
  }
  return fit(part(picture, box.left, box.top, box.right - box.left, box.bottom - box.top));
}

/**
 * Whether a picture is a drawing rather than a photo. rgb: the planes of the pixels.
 * @type {(pixels: Pixels, rgb: Plane[]) => boolean}
 */
export function looksDrawn(pixels, rgb) {
  const grey = greyOf(rgb);
  const [most, least] = [dilateSquare(grey, 3), erodeSquare(grey, 3)];
  const edges = most.data.map((value, i) => value - least.data[i]);
  const bounds = settings.looks_drawn;
  const even = share(edges, (edge) => edge <= bounds.even_edge);
  const soft = share(edges, (edge) => edge <= bounds.soft_edge) - even;
  const side = Math.max(3, Math.floor(Math.max(grey.width, grey.height) / 12));
  if (even > bounds.very_even && soft < bounds.few_soft * (1 - even))
    return !isShaded(pixels, rgb, edges, side);
  const calm = smooth(grey, GAUSSIAN, 256);
  const sheet = wipe(calm, side, percentile(histogram(calm.data), 50) > 127);
  const lines = calm.data.map((value, i) => Math.abs(value - sheet.data[i]));
  const top = percentile(histogram(lines), 99);
  const strong = lines.map((line) => +(line > top / 2));
  const many = share(strong, Boolean);
  if (top < bounds.off_paper || many > bounds.few_lines) return false;
  const faint = share(lines, (line) => line > top / 4 && line <= top / 2);
  if (faint > bounds.few_faint * many) return false;
  const [columns, rows] = [new Uint32Array(calm.width), new Uint32Array(calm.height)];
  strong.forEach((is, i) => {
    columns[i % calm.width] += is;
    rows[Math.floor(i / calm.width)] += is;
  });
  const [left, right, first, last] = [columns, rows].flatMap((counts) =>
    [5, 95].map((percent) => Math.trunc(percentile(counts, percent))),
  );
  const around = part(sheet, left, first, right - left + 1, last - first + 1).data;
  const paper = Math.trunc(percentile(histogram(around), 50));
  const varies = percentile(histogram(around.map((value) => Math.abs(value - paper))), 90);
  return varies < bounds.sheet_varies && (paper > bounds.light || even > bounds.fairly_even);
}

/**
 * Whether what is not paper, and broader than a line, changes softly within.
 * @type {(pixels: Pixels, rgb: Plane[], edges: Float32Array, side: number) => boolean}
 */
function isShaded(pixels, rgb, edges, side) {
  const {
    off_paper: offPaper,
    slight_edge: slight,
    soft_edge: soft,
    shaded,
  } = settings.looks_drawn;
  const { paper } = paperOf(pixels);
  const thing = plane(pixels.width, pixels.height);
  for (let i = 0; i < thing.data.length; i++)
    thing.data[i] = +rgb.some(({ data }, c) => Math.abs(data[i] - paper[c]) > offPaper);
  const broad = dilateSquare(erodeSquare(thing, side), side).data;
  const within = edges.filter((_, i) => broad[i] > 0);
  return share(within, (edge) => edge > slight && edge <= soft) > shaded;
}

/** @type {(values: Float32Array, is: (value: number) => boolean) => number} */
function share(values, is) {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (is(values[i])) count++;
  return count / values.length;
}
