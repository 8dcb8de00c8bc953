// Picture files: chosen, dropped or pasted.

import { contextOf, createCanvas, make } from "../dom.js";

const LARGEST_FILE = 10 * 2 ** 20; // bytes, of a file that is sent as it is

/** @param {ImageBitmap} bitmap @param {boolean} lossless */
export const still = (bitmap, lossless) => ({
  kind: /** @type {const} */ ("still"),
  bitmap,
  lossless,
  crop: /** @type {Crop | null} */ (null),
  as: /** @type {Question["kind"]} */ ("auto"),
  mask: /** @type {HTMLCanvasElement | null} */ (null),
  worn: /** @type {Cut | null} */ (null),
  answer: /** @type {Answer | null} */ (null),
});

/** What only an element opens, an SVG, say. @param {File | HTMLImageElement} file */
async function openAsElement(file) {
  if (!(file instanceof File)) return null;
  const image = make("img", { src: URL.createObjectURL(file) });
  const bitmap = await image
    .decode()
    .then(() => createImageBitmap(image))
    .catch(() => null);
  URL.revokeObjectURL(image.src);
  return bitmap;
}

/** As an animation's first picture may be. @param {ImageBitmap} bitmap */
function isBlank(bitmap) {
  const context = contextOf(createCanvas(64, 64));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, 64, 64);
  return context.getImageData(0, 0, 64, 64).data.every((value, i, all) => value === all[i % 4]);
}

/**
 * The picture in a file or an element; rejects with a sentence.
 * @type {(file: File | HTMLImageElement) => Promise<Still | Unread>}
 */
export async function readPicture(file) {
  const lossless = file instanceof File && file.type !== "image/jpeg";
  const bitmap = await createImageBitmap(file).catch(() => openAsElement(file));
  if (bitmap && !isBlank(bitmap)) return still(bitmap, lossless);
  // HEIC, say, or an animation that begins with nothing: the server has the last word on what is a
  // picture.
  if (!(file instanceof File) || file.size > LARGEST_FILE) {
    throw new Error(
      "This browser cannot open the file, and it is too large to send: at most 10 MB, please.",
    );
  }
  const bytes = await file.arrayBuffer().catch(() => null); // the file itself may go
  if (!bytes) throw new Error("This file cannot be opened. Please try another one.");
  return { kind: "unread", file: new Blob([bytes]), lossless };
}

/**
 * Calls onfile with what is dropped or pasted anywhere, or says what to do instead.
 * @param {HTMLElement} demo @param {(file: File) => void} onfile
 * @param {(sentence: string) => void} say
 */
export function acceptFiles(demo, onfile, say) {
  /** @type {(transfer: DataTransfer | null) => void} */
  function take(transfer) {
    const files = [...(transfer?.files ?? [])];
    const picture = files.find(({ type }) => type.startsWith("image/")) ?? files[0];
    const isLink = transfer?.types.some((type) => ["text/uri-list", "text/html"].includes(type));
    if (picture) onfile(picture);
    if (files.length > 1) say("One picture at a time: this is the first one.");
    if (isLink && !picture)
      say("There is no picture file in that. Save the picture, then choose it.");
  }

  const dropping = (/** @type {boolean} */ yes) => demo.classList.toggle("dropping", yes);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    dropping(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) dropping(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    dropping(false);
    take(event.dataTransfer);
  });
  document.addEventListener("paste", (event) => take(event.clipboardData));
}
