// The page's questions answered without a server: as page/answer.py, reply for reply.

import { findPieces } from "./cutout.js";
import { boundingBox, round } from "./image.js";
import { createNetwork, decide, logitsOf } from "./network.js";
import { layOutPhoto, looksDrawn } from "./photo_layout.js";
import { isOneColour, planesOf, read } from "./read.js";
import { base64, Refused } from "./reply.js";
import { readTensors } from "./safetensors.js";
import { settings, useSettings } from "./settings.js";
import { layOutSketch } from "./sketch_layout.js";
import { createUNet } from "./unet.js";

const SEGMENTER = "cutout";
const SHOWN = { bodyPart: "garment", places: null, certainty: 1 }; // what transparency shows

/** @typedef {import("./network.js").Network} Network */
/**
 * One piece of a picture; mask: of a photo.
 * @typedef {{ picture: Uint8Array, kind: TakenFor, mask: Plane | null, box: Box | null,
 *   cut: Cut | null }} Prepared
 */

/**
 * fetchFile(file, onprogress, anew): its bytes, out of the folder of the weights; anew: whatever is
 * kept of it; fetchExamples: see fashion.js;
 * pixelsOf(image): what a message's image holds, or the bytes of a PNG; dataUrl(pixels, largest): a
 * PNG, its longest side at most so many pixels.
 * @param {{
 *   fetchFile: (file: string, onprogress?: Progress, anew?: boolean) => Promise<ArrayBuffer>,
 *   pixelsOf: (image: any) => Promise<Pixels>,
 *   dataUrl: (pixels: Pixels, largest: number) => Promise<string>,
 *   fetchExamples: Assets["examples"] }} outside
 */
export function createCore({ fetchFile, pixelsOf, dataUrl, fetchExamples }) {
  /** @type {Map<string, Promise<any>>} */ const known = new Map();

  /** @type {(key: string, get: () => Promise<any>) => Promise<any>} */
  function once(key, get) {
    const before = known.get(key);
    if (before) return before;
    const promise = get();
    known.set(key, promise);
    promise.catch(() => known.delete(key)); // so that it is tried again
    return promise;
  }

  /**
   * What is in a file; a damaged one is fetched once more, past whoever has kept it.
   * @type {(file: string, parse: (bytes: ArrayBuffer) => any, progress?: Progress) => Promise<any>}
   */
  async function contentOf(file, parse, onprogress) {
    const bytes = await fetchFile(file, onprogress);
    try {
      return await parse(bytes);
    } catch {
      return parse(await fetchFile(file, onprogress, true));
    }
  }

  /** Read when they are needed, and kept. @type {Assets} */
  const assets = {
    json: (file) =>
      once(file, () => contentOf(file, (bytes) => JSON.parse(new TextDecoder().decode(bytes)))),
    pixels: (file) => once(file, async () => pixelsOf(await fetchFile(file))),
    examples: (part) => once(`fashion.${part}`, () => fetchExamples(part)),
  };

  /**
   * A network, or the function that is the U-Net.
   * @type {(name: string, onprogress?: Progress) => Promise<any>}
   */
  const load = (name, onprogress) =>
    once(name, async () => {
      const json = assets.json(`${name}.json`);
      /** @type {(bytes: ArrayBuffer) => Promise<Record<string, Tensor>>} */
      const parse = async (bytes) => readTensors(bytes, (await json).sha256);
      const [about, tensors] = await Promise.all([
        json,
        contentOf(`${name}.safetensors`, parse, onprogress),
        assets.json("settings.json"), // without which no network answers
      ]);
      return name === SEGMENTER ? createUNet(tensors) : createNetwork(about, tensors);
    });

  /** @type {(message: EngineMessage) => Promise<Answer>} */
  async function classify({ image, kind: asked, networks: names, show, piece: wanted, worn }) {
    /** @type {Network[]} */
    const networks = await Promise.all(names.map((name) => load(name)));
    const { pixels, alpha } = read(await pixelsOf(image));
    if (!alpha && isOneColour(pixels))
      throw new Refused("I see nothing here: the picture is all of one colour.");
    const [short, long] = [pixels.width, pixels.height].sort((a, b) => a - b);
    if (long > settings.reading.longest * short)
      throw new Refused(
        "That picture is too long for me. Choose the part with the clothes, please.",
      );
    const rgb = asked === "sketch" ? [] : planesOf(pixels);
    const drawn = asked === "sketch" || (asked === "auto" && looksDrawn(pixels, rgb));
    const cutOut = async () =>
      alpha ? [{ mask: alpha, cut: worn ?? SHOWN }] : findPieces(rgb, await load(SEGMENTER));
    /** @type {Prepared[]} */ const pieces = drawn
      ? [{ picture: layOutSketch(pixels), kind: "sketch", mask: null, box: null, cut: null }]
      : (await cutOut()).map((piece) => preparedOf(rgb, piece));
    /** @type {(network: Network, prepared: Prepared) => Prediction} */
    const predict = ({ about, views }, { picture, kind, cut }) =>
      decide(about, logitsOf(views(picture)), kind, cut);
    const first = pieces.map((prepared) => predict(networks[0], prepared));
    const sure = first.findIndex((prediction) => prediction.sure);
    const piece = mostLike(wanted, pieces) ?? Math.max(0, sure); // as classifier/predict.py
    const { picture, kind, mask, box, cut } = pieces[piece];
    const others = networks.slice(1).map((network) => predict(network, pieces[piece]));
    const predictions = [first[piece], ...others];
    return {
      networks: Object.fromEntries(names.map((name, i) => [name, predictions[i]])),
      kind,
      cut,
      box,
      picture: base64(picture),
      cutout:
        mask && box && (await dataUrl(within(box, pixels, mask), settings.answer.cutout_side)),
      shown: show ? await dataUrl(pixels, settings.reading.working_side) : null,
      pieces: pieces.flatMap(({ box }, i) => {
        const { label, sure } = first[i];
        return pieces.length > 1 && box ? [{ box, label, sure }] : [];
      }),
      piece,
    };
  }

  /** @type {(message: { name: string } & OwnNetwork) => Promise<object>} */
  async function adopt({ name, about, tensors }) {
    known.set(name, Promise.resolve(createNetwork(about, tensors)));
    return {};
  }

  /**
   * For "See inside": of every network, or "PANEL.question" of one panel, see inside/panels.js.
   * @type {(name: string, message: { network: string }) => Promise<object>}
   */
  async function compute(name, message) {
    const [panel, question] = name.split(".");
    const module = await (question
      ? import(`../inside/${panel}/${panel}_engine.js`)
      : import("./describe.js"));
    return module[question ?? panel](await load(message.network), message, assets);
  }

  return {
    load,
    /**
     * As server.js's `call`, and what only the engine is asked.
     * @type {(name: string, message: any) => Promise<any>}
     */
    async call(name, message) {
      try {
        useSettings(await assets.json("settings.json"));
        if (name === "classify") return await classify(message);
        if (name === "adopt") return await adopt(message);
        return await compute(name, message);
      } catch (error) {
        if (error instanceof Refused) return { error: error.message };
        throw error;
      }
    },
  };
}

/**
 * What a photo's mask shows.
 * @type {(rgb: Plane[], piece: { mask: Plane, cut: Cut }) => Prepared}
 */
function preparedOf(rgb, { mask, cut }) {
  const { width, height } = mask;
  const { left, top, right, bottom } = boundingBox(mask, 127) ?? {
    left: 0,
    top: 0,
    right: width,
    bottom: height,
  };
  return {
    picture: layOutPhoto(rgb, mask),
    kind: cut.places ? "worn" : "photo",
    mask,
    box: [left / width, top / height, right / width, bottom / height],
    cut,
  };
}

/**
 * The part of a picture in the box, with a mask for its alpha.
 * @type {(box: Box, pixels: Pixels, mask: Plane) => Pixels}
 */
function within(box, { data, width, height }, mask) {
  const [left, top, right, bottom] = box.map((each, i) => round(each * (i % 2 ? height : width)));
  const part = new Uint8ClampedArray(4 * (right - left) * (bottom - top));
  for (let y = top, to = 0; y < bottom; y++) {
    for (let at = y * width + left; at < y * width + right; at++, to += 4) {
      part.set(data.subarray(4 * at, 4 * at + 3), to);
      part[to + 3] = mask.data[at];
    }
  }
  return { data: part, width: right - left, height: bottom - top };
}

/** Intersection over union of two boxes, 0..1. @type {(a: Box, b: Box) => number} */
function overlap(a, b) {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const [first, second] = [a, b].map(
    ([left, top, right, bottom]) => (right - left) * (bottom - top),
  );
  return (width * height) / (first + second - width * height);
}

/**
 * The piece most like `box`; null if none is where it was.
 * @type {(box: Box | null | undefined, pieces: Prepared[]) => number | null}
 */
function mostLike(box, pieces) {
  const overlaps = pieces.map((piece) => (box && piece.box ? overlap(box, piece.box) : 0));
  const most = Math.max(...overlaps);
  return most >= settings.answer.same_piece ? overlaps.indexOf(most) : null;
}
