// The garments in a photo, as `find_pieces` in classifier/cutout.py, which says why.

import { boundingBox, dilateSquare, part, plane, resize, round } from "./image.js";
import { settings } from "./settings.js";

const INSIDE = 127;

/** What a pixel can show, by the numbers of the network's outputs. */
function bodyParts() {
  const { body_parts: names, places, torso } = settings.segmentation;
  const numbers = (/** @type {string[]} */ some) => some.map((name) => names.indexOf(name));
  const garment = names.indexOf("garment");
  return { names, count: names.length, garment, worn: numbers(places), torso: numbers(torso) };
}

/**
 * The mask of each, 0..255, and what else there is to say of it, the largest first.
 * rgb: red, green and blue, 0..255; network: the U-Net.
 * @param {Plane[]} rgb
 * @param {(picture: Float32Array, side: number) => Float32Array} network
 * @returns {{ mask: Plane, cut: Cut }[]}
 */
export function findPieces(rgb, network) {
  const { smallest, flat, view_side: side } = settings.segmentation;
  const { width, height } = rgb[0];
  const cut = { bodyPart: "garment", places: null, certainty: 0.5 };
  const whole = [{ mask: plane(width, height, new Float32Array(width * height).fill(255)), cut }];
  if (Math.min(width, height) < smallest || rgb.every(({ data }) => spread(data) < flat))
    return whole;
  const logits = network(squeezed(rgb), side);
  const pieces = piecesIn(logits).flatMap((parts) => {
    const mask = maskOf(odds(logits, parts), width, height);
    return boundingBox(mask, INSIDE) ? [{ mask, parts }] : [];
  });
  for (const { mask, parts } of pieces) {
    const near = isSmall(mask) && nearTo(mask);
    if (!near) continue;
    const view = rgb.map((each) => part(each, near.left, near.top, near.width, near.height));
    const closer = network(squeezed(view), side);
    const sharper = maskOf(odds(closer, parts), near.width, near.height);
    if (!boundingBox(sharper, INSIDE)) continue;
    mask.data.fill(0);
    for (let y = 0; y < near.height; y++) {
      const row = sharper.data.subarray(y * near.width, (y + 1) * near.width);
      mask.data.set(row, (near.top + y) * width + near.left);
    }
  }
  const area = (/** @type {Plane} */ { data }) =>
    data.reduce((sum, value) => sum + +(value > INSIDE), 0);
  const bySize = pieces.map(({ mask, parts }) => ({
    mask,
    cut: cutOf(logits, parts),
    area: area(mask),
  }));
  bySize.sort((a, b) => b.area - a.area);
  return bySize.length ? bySize : whole;
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
  const side = settings.segmentation.view_side;
  const view = new Float32Array(3 * side * side);
  for (const [c, channel] of rgb.entries()) {
    const { data } = resize(channel, side, side, true);
    for (let i = 0; i < data.length; i++) view[3 * i + c] = round(data[i]) / 255;
  }
  return view;
}

/**
 * For each piece the body parts that it is made of.
 * @type {(logits: Float32Array) => number[][]}
 */
function piecesIn(logits) {
  const { count, worn, garment, torso } = bodyParts();
  const { outweighed, small_piece: small, view_side: side } = settings.segmentation;
  const area = new Array(count).fill(0);
  for (let at = 0; at < logits.length; at += count) {
    let most = 0;
    for (let part = 1; part < count; part++) if (logits[at + part] > logits[at + most]) most = part;
    area[most]++;
  }
  if (area[garment] >= worn.reduce((sum, part) => sum + area[part], 0)) return [[...worn, garment]];
  const large = worn.filter((part) => area[part] > small * side ** 2);
  const pieces = new Map(large.map((part) => [part, [part]]));
  const largest = torso.reduce((most, part) => (area[part] > area[most] ? part : most));
  for (const part of torso) {
    if (part === largest || area[part] >= outweighed * area[largest]) continue;
    pieces.get(largest)?.push(part);
    if (pieces.has(largest)) pieces.delete(part);
  }
  return [...pieces.values()];
}

/**
 * Log odds of some body parts against the likeliest other.
 * @type {(logits: Float32Array, parts: number[]) => Plane}
 */
function odds(logits, parts) {
  const { count, garment } = bodyParts();
  const side = settings.segmentation.view_side;
  const others = Array.from({ length: parts.includes(garment) ? count : garment }, (_, i) => i);
  const against = others.filter((part) => !parts.includes(part));
  const map = plane(side, side);
  for (let i = 0, at = 0; i < map.data.length; i++, at += count) {
    let [top, other, sum] = [-Infinity, -Infinity, 0];
    for (const part of parts) top = Math.max(top, logits[at + part]);
    for (const part of against) other = Math.max(other, logits[at + part]);
    for (const part of parts) sum += Math.exp(logits[at + part] - top);
    map.data[i] = top + Math.log(sum) - other;
  }
  return map;
}

/**
 * Of a piece made of some body parts: where it is worn, and how likely it is a garment at all.
 * @type {(logits: Float32Array, parts: number[]) => Cut}
 */
function cutOf(logits, parts) {
  const { names, count, worn, garment } = bodyParts();
  const places = new Float64Array(worn.length);
  const likely = new Float64Array(count);
  const { data } = odds(logits, parts);
  let [clothes, all] = [0, 0];
  for (let i = 0, at = 0; i < data.length; i++, at += count) {
    const surely = 1 / (1 + Math.exp(-Math.min(Math.max(data[i], -20), 20)));
    let [anywhere, total] = [0, 0];
    for (let part = 0; part < count; part++) {
      likely[part] = Math.exp(logits[at + part]);
      total += likely[part];
      if (part >= worn[0] && part < garment) anywhere += likely[part];
    }
    for (let place = 0; place < places.length; place++)
      places[place] += (surely * likely[worn[place]]) / anywhere;
    clothes += (surely * (anywhere + likely[garment])) / total;
    all += surely;
  }
  const isWorn = !parts.includes(garment);
  return {
    bodyPart: isWorn ? names[parts[0]] : "garment",
    places: isWorn ? [...places].map((sum) => sum / all) : null,
    certainty: clothes / all,
  };
}

/**
 * Without specks, in the photo's size, 0..255.
 * @type {(odds: Plane, width: number, height: number) => Plane}
 */
function maskOf(odds, width, height) {
  const { sharpness, small_part: small } = settings.segmentation;
  const mask = resize(odds, width, height, false);
  const { data } = mask;
  for (let i = 0; i < data.length; i++) {
    const value = Math.min(Math.max(data[i], -20), 20);
    data[i] = round(255 / (1 + Math.exp(-sharpness * value)));
  }
  const { parts, areas } = connected(mask);
  const least = small * areas.reduce((most, area) => Math.max(most, area), 0);
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
  const { close_up: closeUp, view_side: side } = settings.segmentation;
  const box = boundingBox(mask, INSIDE);
  const whole = Math.max(mask.width, mask.height);
  return (
    !!box && Math.max(box.bottom - box.top, box.right - box.left) < closeUp * whole && whole > side
  );
}

/** The part of the photo around what a mask shows. */
function nearTo(/** @type {Plane} */ mask) {
  const box = boundingBox(mask, INSIDE);
  if (!box) return null;
  const margin = round(
    settings.segmentation.margin * Math.max(box.bottom - box.top, box.right - box.left),
  );
  const [left, top] = [Math.max(0, box.left - margin), Math.max(0, box.top - margin)];
  const width = Math.min(mask.width, box.right + margin) - left;
  return { left, top, width, height: Math.min(mask.height, box.bottom + margin) - top };
}
