// The cut-out in the visitor's hands: what belongs to it is painted over the photo.

import { contextOf, createCanvas, finder, press } from "../dom.js";
import { followPointer, PAPER } from "../draw/paper.js";
import { createPencil } from "../draw/pencil.js";

const BRUSH = 1 / 12; // of the photo's longer side: a finger's width on a phone
const STEPS = 20; // that can be taken back
const VEIL = "rgb(42 79 196 / 65%)"; // over what is not cut out

/** @typedef {[x: number, y: number]} Spot */

/**
 * What is cut out of a photo as a canvas, opaque where the piece is.
 * @type {(width: number, height: number, cutout: string, box: Box) => Promise<HTMLCanvasElement>}
 */
export async function maskOf(width, height, cutout, [left, top, right, bottom]) {
  const image = new Image();
  image.src = cutout;
  await image.decode();
  const mask = createCanvas(width, height);
  const place = [left * width, top * height, (right - left) * width, (bottom - top) * height];
  contextOf(mask).drawImage(image, .../** @type {[number, number, number, number]} */ (place));
  return mask;
}

/**
 * root: with a canvas over the photo, and the buttons. mask(): what is painted on, as `maskOf` makes
 * it, or null; onchange(settled): it has changed.
 * @param {HTMLElement} root
 * @param {() => HTMLCanvasElement | null} mask
 * @param {(settled: boolean) => void} onchange
 */
export function createMend(root, mask, onchange) {
  const find = finder(root);
  const canvas = find(".mend canvas", HTMLCanvasElement);
  const brush = { width: 0, eraser: false };
  /** @type {Spot | null} */ let last = null; // of the stroke being painted
  /** @type {ImageData[]} */ let past = [];
  let isDot = false;

  function show() {
    const shape = mask();
    if (!shape) return;
    ({ width: canvas.width, height: canvas.height } = shape);
    const context = contextOf(canvas);
    context.fillStyle = VEIL;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = "destination-out";
    context.drawImage(shape, 0, 0);
  }

  /** @type {(points: Point[], erases?: boolean) => void} */
  function paint(points, erases = brush.eraser) {
    const shape = mask();
    if (!shape) return;
    const { width, height } = shape;
    const context = contextOf(shape);
    context.globalCompositeOperation = erases ? "destination-out" : "source-over";
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = BRUSH * Math.max(width, height);
    context.beginPath();
    const spots = points.map(
      ([x, y]) => /** @type {Spot} */ ([(x / PAPER) * width, (y / PAPER) * height]),
    );
    context.moveTo(...(last ?? spots[0]));
    for (const [x, y] of spots) context.lineTo(x + 0.01, y); // a dot has a length
    context.stroke();
    last = spots[spots.length - 1];
    show();
    onchange(false);
  }

  function undo() {
    const [shape, before] = [mask(), past.pop()];
    if (!shape || !before) return;
    contextOf(shape).putImageData(before, 0, 0);
    last = null;
    show();
    onchange(true);
  }

  let erases = false; // this stroke
  const paper = {
    canvas,
    get drawing() {
      return last !== null;
    },
    begin(/** @type {Point} */ point, like = brush) {
      const shape = mask();
      if (!shape) return;
      past = [
        ...past.slice(-STEPS),
        contextOf(shape).getImageData(0, 0, shape.width, shape.height),
      ];
      erases = like.eraser;
      isDot = true;
      paint([point], erases);
    },
    extend(/** @type {Point[]} */ points) {
      isDot = false;
      paint(points, erases);
    },
    end() {
      last = null;
      onchange(true);
    },
    cancel: undo,
    undo,
    isDot: () => isDot,
    interrupt() {},
  };
  followPointer(canvas, brush, paper);
  createPencil(paper, find(".mend .pencil"));

  for (const name of ["add", "erase"]) {
    find(`[data-mend=${name}]`).addEventListener("click", () => {
      brush.eraser = name === "erase";
      press(find("[data-mend=add]"), !brush.eraser);
      press(find("[data-mend=erase]"), brush.eraser);
    });
  }
  find("[data-mend=undo]").addEventListener("click", undo);

  return {
    /** Another mask is there. */
    begin() {
      past = [];
      last = null;
      show();
      canvas.focus({ preventScroll: true });
    },
  };
}
