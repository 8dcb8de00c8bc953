// The page's questions answered without a server: as page/answer.py, reply for reply.

import { findPieces } from "./cutout.js";
import { lookInside } from "./describe.js";
import { boundingBox, round } from "./image.js";
import { conclude, createNetwork, evidence } from "./network.js";
import { layOutPhoto, looksDrawn } from "./photo_layout.js";
import { planesOf, read } from "./read.js";
import { base64, Refused } from "./reply.js";
import { readTensors } from "./safetensors.js";
import { settings, useSettings } from "./settings.js";
import { layOutSketch } from "./sketch_layout.js";
import { createUNet } from "./unet.js";

const CUTTER = "cutout";
const SHOWN = { group: "garment", places: null, certainty: 1 }; // what transparency shows
const SAME_PIECE = 0.3;
const CUTOUT_SIDE = 192;

/**
 * What was found in a picture; mask: of a photo.
 * @typedef {{ picture: Uint8Array, kind: TakenFor, mask: Plane | null, box: Box | null, cut: Cut | null }} Prepared
 */

/**
 * fetchFile(file): its bytes, out of the folder of the weights; fetchExamples: see fashion.js; pixelsOf(image): what a message's image holds, or the
 * bytes of a PNG; dataUrl(pixels, largest): a PNG, its longest side at most so many pixels.
 * @param {{ fetchFile: (file: string, onprogress?: Progress) => Promise<ArrayBuffer>,
 *   pixelsOf: (image: any) => Promise<Pixels>,
 *   dataUrl: (pixels: Pixels, largest: number) => Promise<string>,
 *   fetchExamples: (part: "first" | "held_out") => Promise<Examples> }} outside
 */
export function createCore({ fetchFile, pixelsOf, dataUrl, fetchExamples }) {
  /** @type {Map<string, Promise<any>>} */ const known = new Map();

  /** @type {(key: string, get: () => Promise<any>) => Promise<any>} */
  function once(key, get) {
    const found = known.get(key) ?? get();
    known.set(key, found);
    found.catch(() => known.delete(key)); // so that it is tried again
    return found;
  }

  /** @type {(file: string) => Promise<any>} */
  const json = (file) =>
    once(file, async () => JSON.parse(new TextDecoder().decode(await fetchFile(file))));

  /** @type {(part: "first" | "held_out") => Promise<Examples>} */
  const examples = (part) => once(`fashion.${part}`, () => fetchExamples(part));

  /** A network, or the function that is the U-Net. @type {(name: string, onprogress?: Progress) => Promise<any>} */
  const load = (name, onprogress) =>
    once(name, async () => {
      const about = name === CUTTER ? null : json(`${name}.json`);
      const [facts, file] = await Promise.all([
        about,
        fetchFile(`${name}.safetensors`, onprogress),
      ]);
      return facts ? createNetwork(facts, readTensors(file)) : createUNet(readTensors(file));
    });

  /** @type {(message: EngineMessage) => Promise<Answer>} */
  async function classify({
    image,
    kind: asked,
    networks: names,
    inside = [],
    show,
    piece: wanted,
  }) {
    /** @type {ReturnType<typeof createNetwork>[]} */
    const networks = await Promise.all(names.map((name) => load(name)));
    const { pixels, alpha } = read(await pixelsOf(image));
    const rgb = asked === "sketch" ? [] : planesOf(pixels);
    const drawn = asked === "sketch" || (asked === "auto" && looksDrawn(rgb));
    const cutOut = async () =>
      alpha ? [{ mask: alpha, cut: SHOWN }] : findPieces(rgb, await load(CUTTER));
    /** @type {Prepared[]} */ const found = drawn
      ? [{ picture: layOutSketch(pixels), kind: "sketch", mask: null, box: null, cut: null }]
      : (await cutOut()).map((each) => preparedOf(rgb, each));
    const piece = mostLike(wanted, found);
    const { picture, kind, mask, box, cut } = found[piece];
    /** @type {Record<string, EncodedNumbers>} */ const numbers = {};
    /** @type {Record<string, Prediction>} */ const said = {};
    for (const name of new Set([...names, ...inside])) {
      /** @type {ReturnType<typeof createNetwork>} */ const { about, sums } = await load(name);
      const layers = sums(picture);
      if (inside.includes(name)) {
        const packed = layers.map((looks) => base64(...looks));
        const [looks, temperature] = [layers[0].length, about.temperatures[kind]];
        numbers[name] = { looks, sums: packed, temperature, evidence: evidence(about, cut) };
      }
      if (names.includes(name)) said[name] = conclude(about, layers[layers.length - 1], kind, cut);
    }
    /** @type {(box: Box, other: Prepared) => Answer["pieces"][number]} */
    const inBrief = (box, { picture, kind, cut }) => {
      const layers = networks[0].sums(picture);
      const { label, sure } = conclude(networks[0].about, layers[layers.length - 1], kind, cut);
      return { box, label, sure };
    };
    return {
      networks: said,
      kind,
      cut,
      picture: base64(picture),
      cutout: mask && box && (await dataUrl(within(box, pixels, mask), CUTOUT_SIDE)),
      shown: show ? await dataUrl(pixels, settings.reading.working_side) : null,
      pieces: found.flatMap((each) =>
        found.length > 1 && each.box ? [inBrief(each.box, each)] : [],
      ),
      piece,
      ...(inside.length > 0 && { inside: numbers }),
    };
  }

  /** @type {(message: any) => Promise<object>} */
  async function inside(message) {
    const { network: name } = message;
    const mistakes = () => json(`${name}.confusion.json`);
    const sprite = () =>
      once(`${name}.confusion.png`, async () => pixelsOf(await fetchFile(`${name}.confusion.png`)));
    return lookInside(message, await load(name), mistakes, sprite);
  }

  /** @type {Record<string, (message: any) => Promise<object>>} */
  const answers = {
    classify,
    inside,
    async adopt({ name, about, tensors }) {
      known.set(name, Promise.resolve(createNetwork(about, tensors)));
      return {};
    },
    attribution: async (message) =>
      (await import("../inside/attribution/gradient.js")).attribution(
        await load(message.network),
        message,
      ),
    broken: async (message) =>
      (await import("../inside/broken/damage.js")).broken(await load(message.network), message),
    lost: async (message) =>
      (await import("../inside/broken/damage.js")).lost(await load(message.network), message),
    accuracy: async (message) =>
      (await import("../inside/broken/damage.js")).accuracy(
        await load(message.network),
        message,
        await examples("held_out"),
      ),
    nearest: async (message) =>
      (await import("../inside/nearest/similarity.js")).nearest(
        await load(message.network),
        message,
        await examples("first"),
      ),
  };

  return {
    load,
    /** As server.js's `call`, and what only the engine is asked. @type {(name: string, message: any) => Promise<any>} */
    async call(name, message) {
      try {
        useSettings(await json("settings.json"));
        return await answers[name](message);
      } catch (error) {
        if (error instanceof Refused) return { error: error.message };
        throw error;
      }
    },
  };
}

/** What a photo's mask shows. @type {(rgb: Plane[], piece: { mask: Plane, cut: Cut }) => Prepared} */
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

/** The part of a picture in the box, with a mask for its alpha. @type {(box: Box, pixels: Pixels, mask: Plane) => Pixels} */
function within(box, { data, width, height }, mask) {
  const [left, top, right, bottom] = box.map((each, i) => round(each * (i % 2 ? height : width)));
  const found = new Uint8ClampedArray(4 * (right - left) * (bottom - top));
  for (let y = top, to = 0; y < bottom; y++) {
    for (let at = y * width + left; at < y * width + right; at++, to += 4) {
      found.set(data.subarray(4 * at, 4 * at + 3), to);
      found[to + 3] = mask.data[at];
    }
  }
  return { data: found, width: right - left, height: bottom - top };
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

/** The piece most like `box`; the first one, if none is where it was. @type {(box: Box | null | undefined, found: Prepared[]) => number} */
function mostLike(box, found) {
  const overlaps = found.map((each) => (box && each.box ? overlap(box, each.box) : 0));
  const most = Math.max(...overlaps);
  return most >= SAME_PIECE ? overlaps.indexOf(most) : 0;
}
