// The engine's thread: what core.js needs of a browser, and the messages from and to engine.js.

import { createCore } from "./core.js";

const LARGEST = 512; // pixels that a photo is first reduced to by the browser, twice what it works on
const weights = new URL(new URL(location.href).searchParams.get("weights") ?? "");

/** @type {(file: string, onprogress?: Progress) => Promise<ArrayBuffer>} */
async function fetchFile(file, onprogress = () => {}) {
  const response = await fetch(new URL(file, weights));
  if (!response.ok || !response.body) throw new Error(`${file}: the server answered ${response.status}`);
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

/** @type {(image: string | Blob | ImageBitmap | ImageData) => Promise<Pixels>} */
async function pixelsOf(image) {
  if (image instanceof ImageData) return image;
  const blob = typeof image === "string" ? await (await fetch(image)).blob() : image;
  const bitmap = blob instanceof Blob ? await createImageBitmap(blob) : blob;
  const scale = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height));
  const side = (/** @type {number} */ pixels) => Math.max(1, Math.round(pixels * scale));
  const canvas = new OffscreenCanvas(side(bitmap.width), side(bitmap.height));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no more canvases here");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

const core = createCore({ fetchFile, pixelsOf });

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
