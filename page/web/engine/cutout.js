// The garments in a photo, as `find_pieces` in classifier/cutout.py, which says why.

import { boundingBox, dilateSquare, part, plane, resize, round } from "./image.js";

const GROUPS = 9; // 0 and 1: background and body
const PLACES = ["upper", "over", "lower", "one-piece", "shoes", "bag"];
const WORN = PLACES.map((_, i) => 2 + i);
const GARMENT = 8;
const TORSO = [2, 3, 5];
const VIEW_SIDE = 64;
const SHARPNESS = 4;
const SMALLEST = 8;
const FLAT = 8;
const SMALL_PART = 0.2;
const OUTWEIGHED = 0.25;
const SMALL_PIECE = 0.004;
const CLOSE_UP = 0.8;
const MARGIN = 0.2;
const INSIDE = 127;

/**
 * The mask of each, 0..255, and what else there is to say of it, the largest first. rgb: red, green and blue, 0..255; network: the U-Net.
 * @param {Plane[]} rgb
 * @param {(picture: Float32Array, side: number) => Float32Array} network
 * @returns {{ mask: Plane, cut: Cut }[]}
 */
export function findPieces(rgb, network) {
  const { width, height } = rgb[0];
  const cut = { group: "garment", places: null, certainty: 0.5 };
  const whole = [{ mask: plane(width, height, new Float32Array(width * height).fill(255)), cut }];
  if (Math.min(width, height) < SMALLEST || rgb.every(({ data }) => spread(data) < FLAT))
    return whole;
  const logits = network(squeezed(rgb), VIEW_SIDE);
  /** @type {Map<number, Plane>} */ const masks = new Map();
  const shown = shownIn(logits);
  for (const [group, groups] of shown) {
    const mask = maskOf(odds(logits, groups), width, height);
    if (boundingBox(mask, INSIDE)) masks.set(group, mask);
  }
  for (const [group, mask] of masks) {
    const near = isSmall(mask) && nearTo(mask);
    if (!near) continue;
    const view = rgb.map((each) => part(each, near.left, near.top, near.width, near.height));
    const closer = network(squeezed(view), VIEW_SIDE);
    const sharper = maskOf(odds(closer, shown.get(group) ?? []), near.width, near.height);
    if (!boundingBox(sharper, INSIDE)) continue;
    mask.data.fill(0);
    for (let y = 0; y < near.height; y++) {
      const row = sharper.data.subarray(y * near.width, (y + 1) * near.width);
      mask.data.set(row, (near.top + y) * width + near.left);
    }
  }
  const area = (/** @type {Plane} */ { data }) =>
    data.reduce((sum, value) => sum + +(value > INSIDE), 0);
  const found = [...masks].map(([group, mask]) => {
    const facts = cutOf(logits, shown.get(group) ?? []);
    const cut =
      group === GARMENT
        ? { ...facts, group: "garment", places: null }
        : { ...facts, group: PLACES[WORN.indexOf(group)] };
    return { mask, cut, area: area(mask) };
  });
  found.sort((a, b) => b.area - a.area);
  return found.length ? found : whole;
}

/** @type {(data: Float32Array) => number} */
function spread(data) {
  let [least, most] = [data[0], data[0]];
  for (const value of data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

/** As the network takes it: 64 x 64 x 3, 0..1. @type {(rgb: Plane[]) => Float32Array} */
function squeezed(rgb) {
  const found = new Float32Array(3 * VIEW_SIDE * VIEW_SIDE);
  for (const [c, channel] of rgb.entries()) {
    const { data } = resize(channel, VIEW_SIDE, VIEW_SIDE, true);
    for (let i = 0; i < data.length; i++) found[3 * i + c] = round(data[i]) / 255;
  }
  return found;
}

/** Which pieces there are, and the groups that each is made of. @type {(logits: Float32Array) => Map<number, number[]>} */
function shownIn(logits) {
  const area = new Array(GROUPS).fill(0);
  for (let at = 0; at < logits.length; at += GROUPS) {
    let most = 0;
    for (let group = 1; group < GROUPS; group++)
      if (logits[at + group] > logits[at + most]) most = group;
    area[most]++;
  }
  if (area[GARMENT] >= WORN.reduce((sum, group) => sum + area[group], 0)) {
    return new Map([[GARMENT, [...WORN, GARMENT]]]);
  }
  const worn = WORN.filter((group) => area[group] > SMALL_PIECE * VIEW_SIDE ** 2);
  const shown = new Map(worn.map((group) => [group, [group]]));
  const largest = TORSO.reduce((most, group) => (area[group] > area[most] ? group : most));
  for (const group of TORSO) {
    if (group === largest || area[group] >= OUTWEIGHED * area[largest]) continue;
    shown.get(largest)?.push(group);
    if (shown.has(largest)) shown.delete(group);
  }
  return shown;
}

/** Log odds of some groups against the likeliest other. @type {(logits: Float32Array, groups: number[]) => Plane} */
function odds(logits, groups) {
  const known = groups.includes(GARMENT) ? GROUPS : GARMENT;
  const others = Array.from({ length: known }, (_, group) => group).filter(
    (group) => !groups.includes(group),
  );
  const found = plane(VIEW_SIDE, VIEW_SIDE);
  for (let i = 0, at = 0; i < found.data.length; i++, at += GROUPS) {
    let [top, other, sum] = [-Infinity, -Infinity, 0];
    for (const group of groups) top = Math.max(top, logits[at + group]);
    for (const group of others) other = Math.max(other, logits[at + group]);
    for (const group of groups) sum += Math.exp(logits[at + group] - top);
    found.data[i] = top + Math.log(sum) - other;
  }
  return found;
}

/** How likely what some groups show is worn at each of PLACES, and is a garment at all. */
function cutOf(/** @type {Float32Array} */ logits, /** @type {number[]} */ groups) {
  const places = new Float64Array(PLACES.length);
  const likely = new Float64Array(GROUPS);
  const { data } = odds(logits, groups);
  let [clothes, all] = [0, 0];
  for (let i = 0, at = 0; i < data.length; i++, at += GROUPS) {
    const surely = 1 / (1 + Math.exp(-Math.min(Math.max(data[i], -20), 20)));
    let [worn, total] = [0, 0];
    for (let group = 0; group < GROUPS; group++) {
      likely[group] = Math.exp(logits[at + group]);
      total += likely[group];
      if (group >= WORN[0] && group < GARMENT) worn += likely[group];
    }
    for (let place = 0; place < places.length; place++) {
      places[place] += (surely * likely[WORN[0] + place]) / worn;
    }
    clothes += (surely * (worn + likely[GARMENT])) / total;
    all += surely;
  }
  return { places: [...places].map((sum) => sum / all), certainty: clothes / all };
}

/** Without specks, in the photo's size, 0..255. @type {(odds: Plane, width: number, height: number) => Plane} */
function maskOf(odds, width, height) {
  const mask = resize(odds, width, height, false);
  const { data } = mask;
  for (let i = 0; i < data.length; i++) {
    const value = Math.min(Math.max(data[i], -20), 20);
    data[i] = round(255 / (1 + Math.exp(-SHARPNESS * value)));
  }
  const { parts, areas } = connected(mask);
  const least = SMALL_PART * areas.reduce((most, area) => Math.max(most, area), 0);
  if (areas.every((area) => area >= least)) return mask;
  const specks = plane(
    width,
    height,
    Float32Array.from(parts, (part) => +(part > 0 && areas[part - 1] < least)),
  );
  const near = dilateSquare(specks, 5); // with the soft edges of the specks
  for (let i = 0; i < data.length; i++)
    if (specks.data[i] || (near.data[i] && !parts[i])) data[i] = 0;
  return mask;
}

/** The parts inside a mask, corners touching: for each pixel 1, 2, ... or 0; their areas. */
function connected(/** @type {Plane} */ { data, width, height }) {
  const parts = new Int32Array(data.length);
  const areas = [];
  for (let start = 0; start < data.length; start++) {
    if (parts[start] || !(data[start] > INSIDE)) continue;
    areas.push(0);
    const stack = [start];
    parts[start] = areas.length;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      areas[areas.length - 1]++;
      const [x, y] = [at % width, Math.floor(at / width)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (parts[next] || !(data[next] > INSIDE)) continue;
          parts[next] = areas.length;
          stack.push(next);
        }
      }
    }
  }
  return { parts, areas };
}

/** Whether another, closer look is worth it. @type {(mask: Plane) => boolean} */
function isSmall(mask) {
  const box = boundingBox(mask, INSIDE);
  const whole = Math.max(mask.width, mask.height);
  return (
    !!box &&
    Math.max(box.bottom - box.top, box.right - box.left) < CLOSE_UP * whole &&
    whole > VIEW_SIDE
  );
}

/** The part of the photo around what a mask shows. */
function nearTo(/** @type {Plane} */ mask) {
  const box = boundingBox(mask, INSIDE);
  if (!box) return null;
  const margin = round(MARGIN * Math.max(box.bottom - box.top, box.right - box.left));
  const [left, top] = [Math.max(0, box.left - margin), Math.max(0, box.top - margin)];
  const width = Math.min(mask.width, box.right + margin) - left;
  return { left, top, width, height: Math.min(mask.height, box.bottom + margin) - top };
}
