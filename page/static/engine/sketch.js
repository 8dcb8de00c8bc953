// A drawing -> 28x28, as `lay_out_sketch` in classifier/preparation.py, which says why.

import {
  blur,
  boundingBox,
  dilate,
  dilateSquare,
  distances,
  ellipse,
  erodeSquare,
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
} from "./image.js";

const LAYOUT_SIDE = 4 * SIDE;
const STROKE_WIDTH = 5;
const GAPS = [9, 18, 30];
const ENOUGH = 0.15;
const ROUNDING = 0.01;
const SOLID = Math.fround(0.50001);
const FILL = Math.fround(0.6);
const INK_FLOOR = 0.12 * 255;
const DRAWN = Math.fround(0.35);

/** Red, green and blue, 0..255 -> 784 bytes. @type {(rgb: Plane[]) => Uint8Array} */
export function layOutSketch(rgb) {
  const ink = inkOf(rgb);
  const box = boundingBox(ink, DRAWN);
  if (!box) return new Uint8Array(SIDE * SIDE);
  const drawing = part(ink, box.left, box.top, box.right - box.left, box.bottom - box.top);
  const strokes = thicken(pad(scale(drawing, LAYOUT_SIDE - 2 * STROKE_WIDTH), STROKE_WIDTH));
  const inside = enclosed(strokes);
  const filled = strokes.data.map((value, i) => (inside[i] ? Math.max(value, FILL) : value) * 255);
  const [margin, { width, height }] = [STROKE_WIDTH >> 1, strokes];
  return fit(part(plane(width, height, filled), margin, margin, width - 2 * margin, height - 2 * margin));
}

/** How unlike the paper each pixel is, 0..1. @type {(rgb: Plane[]) => Plane} */
function inkOf(rgb) {
  const { width, height } = rgb[0];
  const borders = rgb.map(border);
  const paper = borders.map((values) => Math.trunc(percentile(histogram(values), 50)));
  const unlike = borders.map((values, i) => values.map((value) => Math.abs(value - paper[i])));
  const even = percentile(histogram(unlike.flat()), 90) <= 10;
  const sheet = even ? null : rgb.map((each) => wipe(each, paper[0] + paper[1] + paper[2] > 3 * 127));
  const ink = plane(width, height);
  let strongest = 0;
  for (const [c, { data }] of rgb.entries()) {
    const [plain, wiped] = [paper[c], sheet?.[c].data];
    for (let i = 0; i < data.length; i++) {
      const off = Math.abs(data[i] - (wiped ? wiped[i] : plain));
      if (off > ink.data[i]) ink.data[i] = off;
      if (off > strongest) strongest = off;
    }
  }
  if (strongest < INK_FLOOR) return plane(width, height);
  const counts = histogram(ink.data).map((count, value) => (value > strongest / 3 ? count : 0));
  const level = Math.fround(Math.max(INK_FLOOR, percentile(counts, 60)));
  for (let i = 0; i < ink.data.length; i++) ink.data[i] = Math.min(ink.data[i] / level, 1);
  return ink;
}

/** The paper without what is thin on it. @type {(channel: Plane, light: boolean) => Plane} */
function wipe(channel, light) {
  const side = Math.max(3, Math.max(channel.width, channel.height) >> 3) | 1;
  const wiped = light
    ? erodeSquare(dilateSquare(channel, side), side)
    : dilateSquare(erodeSquare(channel, side), side);
  return blur(wiped, side);
}

/** The four edges; corners twice. @type {(channel: Plane) => number[]} */
function border({ data, width, height }) {
  const found = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let i = 0; i < data.length; i += width) found.push(data[i], data[i + width - 1]);
  return found;
}

/** Strokes at least STROKE_WIDTH wide. @type {(ink: Plane) => Plane} */
function thicken(ink) {
  const { width, height } = ink;
  const depth = plane(width, height, distances(above(ink.data, SOLID), width));
  const around = dilateSquare(depth, 3).data;
  const ridge = depth.data.filter((value, i) => value > 0 && value >= around[i] - ROUNDING).sort();
  const grow = round(STROKE_WIDTH - (ridge.length ? 2 * median(ridge) - 1 : 1));
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
  return Math.fround((sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2);
}

/** What the strokes surround, gaps in the outline bridged: 0 or 1. @type {(strokes: Plane) => Uint8Array} */
function enclosed(strokes) {
  const margin = GAPS[GAPS.length - 1];
  const { data, width } = pad(strokes, margin);
  const away = distances(
    above(data, SOLID).map((solid) => 1 - solid),
    width,
  );
  const inside = new Uint8Array(strokes.data.length);
  for (const gap of GAPS) {
    const beyond = distances(flood(above(away, gap / 2), width), width);
    let enough = 0;
    for (let y = 0, i = 0; y < strokes.height; y++) {
      for (let x = 0, at = (y + margin) * width + margin; x < strokes.width; x++, at++, i++) {
        inside[i] = +(beyond[at] > gap / 2);
        if (inside[i] && strokes.data[i] <= SOLID) enough++;
      }
    }
    if (enough / inside.length > ENOUGH) break;
  }
  return inside;
}
