// A drawing -> 28x28, as `lay_out_sketch` in classifier/preparation.py, which says why.

import {
  boundingBox,
  dilate,
  dilateSquare,
  distances,
  ellipse,
  fit,
  flood,
  histogram,
  pad,
  part,
  percentile,
  plane,
  round,
  SIDE,
  scale,
  wipe,
} from "./image.js";
import { planesOf } from "./read.js";
import { settings } from "./settings.js";

const LAYOUT_SIDE = 4 * SIDE;
const { fround } = Math;

/** Opaque pixels -> 784 bytes. @type {(pixels: Pixels) => Uint8Array} */
export function layOutSketch(pixels) {
  const { drawn, stroke_width: strokeWidth, fill } = settings.sketch;
  const { off, ink } = inkOf(pixels);
  const least = ink.findIndex((value) => value > fround(drawn));
  const box = least < 0 ? null : boundingBox(off, least - 1);
  if (!box) return new Uint8Array(SIDE * SIDE);
  const drawing = part(off, box.left, box.top, box.right - box.left, box.bottom - box.top);
  for (let i = 0; i < drawing.data.length; i++) drawing.data[i] = ink[drawing.data[i]];
  const strokes = thicken(pad(scale(drawing, LAYOUT_SIDE - 2 * strokeWidth), strokeWidth));
  const inside = enclosed(strokes);
  const filled = strokes.data.map(
    (value, i) => (inside[i] ? Math.max(value, fround(fill)) : value) * 255,
  );
  const [margin, { width, height }] = [strokeWidth >> 1, strokes];
  return fit(
    part(plane(width, height, filled), margin, margin, width - 2 * margin, height - 2 * margin),
  );
}

/**
 * How unlike the paper each pixel is, 0..255, and how much ink each of these is, 0..1.
 * @type {(pixels: Pixels) => { off: Plane, ink: Float32Array }}
 */
function inkOf(pixels) {
  const { width, height } = pixels;
  const { paper, borders } = paperOf(pixels);
  const unlike = new Uint32Array(256);
  for (const [i, values] of borders.entries()) {
    for (const value of values) unlike[Math.abs(value - paper[i])]++;
  }
  const rgb = planesOf(pixels);
  const middle = percentile(histogram(rgb[1].data), 50);
  const { border_varies: varies, ink_floor: share, table } = settings.sketch;
  const floor = share * 255;
  let photographed = percentile(unlike, 90) > varies || middle - paper[1] > table;
  let off = plane(width, height);
  if (photographed) {
    const side = Math.max(3, Math.max(width, height) >> 3);
    off = unlikeness(
      rgb,
      rgb.map((channel) => wipe(channel, side, middle > 127).data),
    );
    photographed = off.data.some((value) => value >= floor);
  }
  if (!photographed)
    off = unlikeness(
      rgb,
      paper.map((level) => new Float32Array(off.data.length).fill(level)),
    );
  const counts = histogram(off.data);
  const strongest = counts.findLastIndex((count) => count > 0);
  if (strongest < floor) return { off, ink: new Float32Array(256) };
  const stronger = counts.map((count, value) => (value > strongest / 3 ? count : 0));
  const level = fround(Math.max(floor, percentile(stronger, 60)));
  const ink = Float32Array.from(counts, (_, value) => Math.min(value / level, 1));
  const pale = fround(settings.sketch.drawn);
  return { off, ink: photographed ? ink.map((share) => (share <= pale ? 0 : share)) : ink };
}

/**
 * The largest difference of the three channels.
 * @type {(rgb: Plane[], other: Float32Array[]) => Plane}
 */
function unlikeness(rgb, other) {
  const off = plane(rgb[0].width, rgb[0].height);
  for (const [c, { data }] of rgb.entries()) {
    for (let i = 0; i < data.length; i++)
      off.data[i] = Math.max(off.data[i], Math.abs(data[i] - other[c][i]));
  }
  return off;
}

/**
 * The colour found most along the border, and the border, by channel.
 * @type {(pixels: Pixels) => { paper: number[], borders: number[][] }}
 */
export function paperOf(pixels) {
  const borders = [0, 1, 2].map((channel) => border(pixels, channel));
  return { borders, paper: borders.map((values) => Math.trunc(percentile(histogram(values), 50))) };
}

/**
 * A channel along the four edges; corners twice.
 * @type {(pixels: Pixels, channel: number) => number[]}
 */
function border({ data, width, height }, channel) {
  const found = [];
  const last = (height - 1) * width;
  for (let x = 0; x < width; x++) found.push(data[4 * x + channel], data[4 * (last + x) + channel]);
  for (let i = 0; i < width * height; i += width) {
    found.push(data[4 * i + channel], data[4 * (i + width - 1) + channel]);
  }
  return found;
}

/** Strokes at least as wide as the settings say. @type {(ink: Plane) => Plane} */
function thicken(ink) {
  const { solid, rounding, stroke_width: strokeWidth } = settings.sketch;
  const { width, height } = ink;
  const depth = plane(width, height, distances(above(ink.data, fround(solid)), width));
  const around = dilateSquare(depth, 3).data;
  const ridge = depth.data.filter((value, i) => value > 0 && value >= around[i] - rounding).sort();
  const grow = round(strokeWidth - (ridge.length ? 2 * median(ridge) - 1 : 1));
  return grow < 1 ? ink : dilate(ink, ellipse(grow + 1));
}

/** @type {(values: Float32Array, level: number) => Uint8Array} */
function above(values, level) {
  const found = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) if (values[i] > level) found[i] = 1;
  return found;
}

/** Of sorted values. @type {(sorted: Float32Array) => number} */
function median(sorted) {
  const middle = (sorted.length - 1) / 2;
  return fround((sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2);
}

/**
 * What the strokes surround, gaps in the outline bridged: 0 or 1.
 * @type {(strokes: Plane) => Uint8Array}
 */
function enclosed(strokes) {
  const { gaps, enough } = settings.sketch;
  const solid = fround(settings.sketch.solid);
  const margin = gaps[gaps.length - 1];
  const { data, width } = pad(strokes, margin);
  const away = distances(
    above(data, solid).map((ink) => 1 - ink),
    width,
  );
  const inside = new Uint8Array(strokes.data.length);
  for (const gap of gaps) {
    const beyond = distances(flood(above(away, gap / 2), width), width);
    let count = 0;
    for (let y = 0, i = 0; y < strokes.height; y++) {
      for (let x = 0, at = (y + margin) * width + margin; x < strokes.width; x++, at++, i++) {
        inside[i] = +(beyond[at] > gap / 2);
        if (inside[i] && strokes.data[i] <= solid) count++;
      }
    }
    if (count / inside.length > enough) break;
  }
  return inside;
}
