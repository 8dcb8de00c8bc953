// The engine's thread: what core.js needs of a browser, and the messages from and to engine.js.

import { createCore } from "./core.js";
import { base64, Refused } from "./reply.js";
import { settings } from "./settings.js";

const weights = new URL(new URL(location.href).searchParams.get("weights") ?? "");

/** @type {(file: string, onprogress?: Progress, anew?: boolean) => Promise<ArrayBuffer>} */
async function fetchFile(file, onprogress = () => {}, anew = false) {
  const response = await fetch(new URL(file, weights), { cache: anew ? "reload" : "default" });
  if (!response.ok || !response.body)
    throw new Error(`${file}: the server answered ${response.status}`);
  const total = Number(response.headers.get("Content-Length"));
  const reader = response.body.getReader();
  const parts = [];
  let loaded = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    loaded += next.value.length;
    onprogress(loaded, Math.max(total, loaded));
  }
  return new Blob(parts).arrayBuffer();
}

/**
 * A stored file's as they are; of any other picture at most as many as the preparation works on.
 * @type {(image: string | ArrayBuffer | Blob | ImageBitmap | ImageData) => Promise<Pixels>}
 */
async function pixelsOf(image) {
  if (image instanceof ImageData) return image;
  const source = typeof image === "string" ? await (await fetch(image)).blob() : image;
  const file = source instanceof ArrayBuffer ? new Blob([source]) : source;
  const bitmap = file instanceof Blob ? await createImageBitmap(file).catch(() => null) : file;
  if (!bitmap)
    throw new Refused("This browser cannot open the file: it is damaged, or of a kind like HEIC.");
  const side = settings.reading.working_side;
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const context = canvasOf(bitmap.width, bitmap.height, source instanceof ArrayBuffer ? 1 : scale);
  const { width, height } = context.canvas;
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

/** @type {(width: number, height: number, scale: number) => OffscreenCanvasRenderingContext2D} */
function canvasOf(width, height, scale) {
  const [w, h] = [width, height].map((each) => Math.max(1, Math.round(each * scale)));
  const context = new OffscreenCanvas(w, h).getContext("2d");
  if (!context) throw new Error("no more canvases here");
  context.imageSmoothingQuality = "high";
  return context;
}

/** @type {(pixels: Pixels, largest: number) => Promise<string>} */
async function dataUrl({ data, width, height }, largest) {
  const whole = canvasOf(width, height, 1);
  whole.putImageData(new ImageData(data, width, height), 0, 0);
  const small = canvasOf(width, height, Math.min(1, largest / Math.max(width, height)));
  small.drawImage(whole.canvas, 0, 0, small.canvas.width, small.canvas.height);
  const png = await small.canvas.convertToBlob();
  return `data:image/png;base64,${base64(new Uint8Array(await png.arrayBuffer()))}`;
}

const core = createCore({
  fetchFile,
  pixelsOf,
  dataUrl,
  fetchExamples: async (part) =>
    (await import("../inside/fashion.js")).fetchExamples(weights.href, part),
});

addEventListener("message", async ({ data: { id, name, message } }) => {
  try {
    const reply =
      name === "load"
        ? await core
            .load(message, (loaded, total) => postMessage({ id, progress: { loaded, total } }))
            .then(() => null)
        : await core.call(name, message);
    postMessage({ id, reply });
  } catch (error) {
    postMessage({ id, failed: String(error) });
  }
});
