// The part of a photo that is looked at: in 0..1 of the photo's sides, null for all of it.

import { ARROWS } from "../draw/pencil.js";

const LEAST = 0.04; // of the photo's side; a shorter drag is a click
const ROOM = 0.1; // of a piece's side, kept on each side of it
const KEY_STEP = 0.05; // of the photo's side
/** @type {Record<string, number>} */ const KEY_ZOOM = { "+": 0.85, "=": 0.85, "-": 1 / 0.85 };
export const WHOLE = { x: 0, y: 0, w: 1, h: 1 };

const clamp = (/** @type {number} */ value, most = 1) => Math.min(Math.max(value, 0), most);

/**
 * The part that holds a piece; box: the piece's, in 0..1 of `crop`.
 * @type {(box: Box, crop: Crop | null) => Crop}
 */
export function around(box, crop) {
  const { x, y, w, h } = crop ?? WHOLE;
  const [right, down] = [ROOM * (box[2] - box[0]), ROOM * (box[3] - box[1])];
  const [left, top] = [clamp(box[0] - right), clamp(box[1] - down)];
  const [width, height] = [clamp(box[2] + right) - left, clamp(box[3] + down) - top];
  return { x: x + left * w, y: y + top * h, w: width * w, h: height * h };
}

/**
 * The part between two corners; undefined where it is none.
 * @type {(a: number[], b: number[]) => Crop | undefined}
 */
export function between(a, b) {
  const [w, h] = [Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
  return Math.min(w, h) < LEAST
    ? undefined
    : { x: Math.min(a[0], b[0]), y: Math.min(a[1], b[1]), w, h };
}

/**
 * The part after a key; undefined if the key is none of ours.
 * @type {(crop: Crop | null, key: string) => Crop | null | undefined}
 */
export function afterKey(crop, key) {
  if (!(key in KEY_ZOOM) && !(key in ARROWS)) return undefined;
  const { x, y, w, h } = crop ?? WHOLE;
  const zoom = KEY_ZOOM[key] ?? 1;
  const [dx, dy] = ARROWS[key] ?? [0, 0];
  const [width, height] = [w, h].map((side) => Math.min(Math.max(side * zoom, LEAST), 1));
  if (width === 1 && height === 1) return null;
  return {
    x: clamp(x + (w - width) / 2 + dx * KEY_STEP, 1 - width),
    y: clamp(y + (h - height) / 2 + dy * KEY_STEP, 1 - height),
    w: width,
    h: height,
  };
}

/**
 * Where in a box a picture lies that is shown as large as fits, in its middle.
 * @type {(box: { width: number, height: number }, width: number, height: number) => Place}
 */
export function contained(box, width, height) {
  const scale = Math.min(box.width / width, box.height / height);
  const [w, h] = [width * scale, height * scale];
  return { left: (box.width - w) / 2, top: (box.height - h) / 2, width: w, height: h };
}

/**
 * Dragging over `view`, or keys on it, choose the part. crop(): the present one; onstart(): a drag
 * begins; onchange(crop); onend(): it is chosen for good; ontap(x, y): in 0..1 of the part.
 * @param {HTMLCanvasElement} view
 * @param {{ crop: () => Crop | null, onstart: () => void, onchange: (crop: Crop | null) => void,
 *   onend: () => void, ontap: (x: number, y: number) => void }} page
 */
export function createCropper(view, { crop, onstart, onchange, onend, ontap }) {
  /** @type {[number, number] | null} */ let began = null; // where the pointer went down, in 0..1
  let dragging = false;

  /** @type {(event: PointerEvent) => [number, number]} */ const at = (event) => {
    const box = view.getBoundingClientRect();
    const { left, top, width, height } = contained(box, view.width, view.height);
    return [
      clamp((event.clientX - box.left - left) / width),
      clamp((event.clientY - box.top - top) / height),
    ];
  };
  view.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return;
    event.preventDefault();
    view.setPointerCapture(event.pointerId);
    began = at(event);
  });
  view.addEventListener("pointermove", (event) => {
    const next = began && between(began, at(event));
    if (!next) return;
    if (!dragging) onstart();
    dragging = true;
    onchange(next);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    view.addEventListener(type, () => {
      const { x, y, w, h } = crop() ?? WHOLE;
      const tap = !dragging && type === "pointerup" && began;
      const dragged = dragging;
      began = null;
      dragging = false;
      if (dragged) onend();
      else if (tap) ontap((tap[0] - x) / w, (tap[1] - y) / h);
    });
  }
  view.addEventListener("keydown", (event) => {
    const next = afterKey(crop(), event.key);
    if (next === undefined) return;
    event.preventDefault();
    onchange(next);
  });
  view.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

  return {
    get dragging() {
      return dragging;
    },
  };
}
