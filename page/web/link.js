// A drawing in a link: its strokes, packed and compressed, after the #, with the networks that
// answer and the mode. The server knows nothing of it, so a link works after a restart, on any copy
// of this page.
//
// Packed: version, number of strokes, then for each its width, flags (1 eraser, 2 own pressures),
// number of points, and the points as differences; all in bytes of seven bits, low ones first.

import { EVEN_PRESSURE, MARGIN, PAPER } from "./draw/paper.js";

const LINK_VERSION = 1;
// What a link may unfold to, lest a short one keep a browser busy for minutes. Hours of drawing by
// hand fit.
const MOST_BYTES = 200_000; // packed, so 100,000 points
const MOST_STROKES = 2000;
const MOST_WIDTH = 400;
const MOST_INK = 300 * PAPER * PAPER; // lengths times widths: the paper covered 300 times

/** @type {(strokes: Stroke[]) => void} */
function checkSize(strokes) {
  let ink = 0;
  for (const { width, points } of strokes) {
    for (let i = 1; i < points.length; i++) {
      const length = Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
      ink += (length + width) * width;
    }
  }
  if (strokes.length > MOST_STROKES || ink > MOST_INK) throw new RangeError("too large");
}

// Throws RangeError for what `unpack` would not take.
/** @type {(strokes: Stroke[]) => Uint8Array<ArrayBuffer>} */
export function pack(strokes) {
  checkSize(strokes);
  const bytes = [LINK_VERSION];
  /** @type {(value: number) => void} */ const put = (value) => {
    for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
    bytes.push(value);
  };
  /** @type {(value: number) => void} */
  const putSigned = (value) => put(value < 0 ? -2 * value - 1 : 2 * value);
  put(strokes.length);
  for (const { width, eraser, points } of strokes) {
    const pressures = points.some((point) => point[2] !== EVEN_PRESSURE);
    put(width);
    put((eraser ? 1 : 0) | (pressures ? 2 : 0));
    put(points.length);
    let [x0, y0] = [0, 0];
    for (const [x, y, pressure] of points) {
      putSigned(x - x0);
      putSigned(y - y0);
      if (pressures) put(pressure);
      [x0, y0] = [x, y];
    }
  }
  if (bytes.length > MOST_BYTES) throw new RangeError("too large");
  return Uint8Array.from(bytes);
}

/** Throws RangeError for what `pack` did not make. @type {(bytes: Uint8Array) => Stroke[]} */
export function unpack(bytes) {
  let at = 0;
  const take = (least = 0, most = MOST_BYTES) => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= bytes.length || shift > 21) throw new RangeError("cut short");
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (value < least || value > most) throw new RangeError("out of range");
    return value;
  };
  const takeSigned = () => {
    const value = take();
    return value & 1 ? -(value + 1) / 2 : value / 2;
  };
  /** @type {(value: number) => number} */ const within = (value) => {
    if (value < -MARGIN || value > PAPER + MARGIN) throw new RangeError("off the paper");
    return value;
  };
  take(LINK_VERSION, LINK_VERSION);
  /** @type {Stroke[]} */ const strokes = [];
  for (let left = take(1, MOST_STROKES); left > 0; left--) {
    const width = take(1, MOST_WIDTH);
    const flags = take(0, 3);
    /** @type {Point[]} */ const points = [];
    let [x, y] = [0, 0];
    for (let more = take(1); more > 0; more--) {
      x = within(x + takeSigned());
      y = within(y + takeSigned());
      points.push([x, y, flags & 2 ? take(0, 15) : EVEN_PRESSURE]);
    }
    strokes.push({ width, eraser: (flags & 1) === 1, points });
  }
  if (at !== bytes.length) throw new RangeError("too long");
  checkSize(strokes);
  return strokes;
}

/** @param {GenericTransformStream} stream @param {Uint8Array<ArrayBuffer>} bytes */
async function through(stream, bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) throw new RangeError("too large");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/**
 * Without strokes it holds no drawing. Rejects with a RangeError if that is too large for a link.
 * @param {Pick<State, "mode" | "networks" | "strokes">} state
 */
export async function toFragment({ mode, networks, strokes }) {
  const fields = new URLSearchParams();
  if (strokes.length) {
    const bytes = await through(new CompressionStream("deflate-raw"), pack(strokes));
    const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    fields.set("drawing", text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""));
  }
  fields.set("network", networks.join("."));
  if (mode !== "draw") fields.set("mode", mode);
  return String(fields);
}

/** What the fragment says. Rejects if it should hold a drawing but does not. */
export async function fromFragment(/** @type {string} */ fragment) {
  const fields = new URLSearchParams(fragment);
  const networks = fields.get("network")?.split(".");
  const mode = fields.get("mode") ?? undefined;
  const drawing = fields.get("drawing");
  if (drawing === null) return { mode, networks };
  const text = drawing.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const strokes = unpack(await through(new DecompressionStream("deflate-raw"), bytes));
  return { mode, networks, strokes };
}
