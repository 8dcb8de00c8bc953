// What of a photo the network is to look at.

import { contextOf, createCanvas, toFile } from "../dom.js";
import { around, contained, WHOLE } from "./crop.js";

// Pixels of the longest side, "working_side" in weights/settings.json: nobody has to reduce it
// again, so that the server and the engine see the same.
const SIDE = 256;

/**
 * `source`, or its part `crop`, with its longest side at most SIDE.
 * @type {(source: CanvasImageSource, width: number, height: number, crop: Crop | null) =>
 *   HTMLCanvasElement}
 */
function scaled(source, width, height, crop) {
  const { x, y, w, h } = crop ?? WHOLE;
  const scale = Math.min(1, SIDE / Math.max(w * width, h * height));
  const side = (/** @type {number} */ pixels) => Math.max(1, Math.round(pixels * scale));
  const canvas = createCanvas(side(w * width), side(h * height));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  const part = /** @type {const} */ ([x * width, y * height, w * width, h * height]);
  context.drawImage(source, ...part, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * view: shows the photo; video: the camera.
 * @param {State} state
 * @param {HTMLCanvasElement} view
 * @param {HTMLVideoElement} video
 */
export function createSent(state, view, video) {
  /**
   * As a canvas; a blank one until the server has shown the file. piece: to have it alone.
   * @type {(piece?: Box | null) => HTMLCanvasElement}
   */
  function canvas(piece = null) {
    const crop = state.still?.crop ?? null;
    const part = piece ? around(piece, crop) : crop;
    if (state.live) return scaled(video, video.videoWidth, video.videoHeight, part);
    if (!state.still) return createCanvas();
    const { bitmap, mask } = state.still;
    const whole = scaled(bitmap, bitmap.width, bitmap.height, part);
    if (mask) {
      const context = contextOf(whole);
      context.globalCompositeOperation = "destination-in";
      context.drawImage(mask, 0, 0);
    }
    return whole;
  }

  /**
   * As a file: a PNG where transparency may tell the shape, else a JPEG.
   * @type {(piece?: Box | null) => Promise<Blob>}
   */
  async function bytes(piece) {
    if (state.picture?.kind === "unread") return state.picture.file;
    // A still one keeps its colours, so that server and browser see the same pixels.
    if (state.live) return toFile(canvas(piece), "image/jpeg", 0.92);
    return toFile(
      canvas(piece),
      state.still?.lossless || state.still?.mask ? "image/png" : "image/jpeg",
    );
  }

  /** As pixels, for the engine in this browser. */
  const pixels = () =>
    state.picture?.kind === "unread" ? state.picture.file : createImageBitmap(canvas());

  /** Where it lies in the frame; its width is negative in a mirror. @returns {Place} */
  function place() {
    const shown = state.live ? video : view;
    const [w, h] = state.live ? [video.videoWidth, video.videoHeight] : [view.width, view.height];
    const whole = contained(shown.getBoundingClientRect(), w, h);
    const part = state.still?.crop ?? WHOLE;
    if (video.classList.contains("mirror") && state.live) {
      whole.left += whole.width;
      whole.width *= -1;
    }
    return {
      left: whole.left + part.x * whole.width,
      top: whole.top + part.y * whole.height,
      width: part.w * whole.width,
      height: part.h * whole.height,
    };
  }

  return { canvas, bytes, pixels, place };
}
