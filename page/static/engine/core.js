// The page's questions answered without a server: as page/answer.py and page/inside.py, reply for reply.

import { conclude, createNetwork } from "./network.js";
import { read } from "./read.js";
import { readTensors } from "./safetensors.js";
import { layOutSketch } from "./sketch.js";

/** The message is one sentence for the visitor. */
export class Refused extends Error {}

/**
 * fetchFile(file, onprogress): its bytes, out of the folder of the weights; pixelsOf: what a message's image holds.
 * @param {{ fetchFile: (file: string, onprogress?: Progress) => Promise<ArrayBuffer>,
 *   pixelsOf: (image: any) => Promise<Pixels> }} outside
 */
export function createCore({ fetchFile, pixelsOf }) {
  /** @type {Map<string, Promise<ReturnType<typeof createNetwork>>>} */ const networks = new Map();

  /** @type {(file: string) => Promise<any>} */
  const fetchJson = async (file) => JSON.parse(new TextDecoder().decode(await fetchFile(file)));

  /** @type {(name: string, onprogress?: Progress) => Promise<ReturnType<typeof createNetwork>>} */
  function network(name, onprogress) {
    const known = networks.get(name);
    if (known) return known;
    const coming = Promise.all([
      fetchJson(`${name}.json`),
      fetchFile(`${name}.safetensors`, onprogress),
    ]).then(([about, file]) => createNetwork(about, readTensors(file)));
    networks.set(name, coming);
    coming.catch(() => networks.delete(name)); // so that it is tried again
    return coming;
  }

  /** @type {(message: EngineMessage) => Promise<Answer>} */
  async function classify({ image, kind, networks: names, inside = [] }) {
    const asked = await Promise.all(names.map((name) => network(name)));
    const { rgb } = read(await pixelsOf(image));
    if (kind !== "sketch") throw new Refused("Photos are not looked at here yet.");
    const picture = layOutSketch(rgb);
    /** @type {Record<string, Prediction>} */ const bars = {};
    /** @type {Record<string, EncodedNumbers>} */ const numbers = {};
    for (const [i, { about, sums }] of asked.entries()) {
      const found = sums(picture);
      bars[names[i]] = conclude(about, found[found.length - 1], kind);
      if (inside.includes(names[i])) numbers[names[i]] = inner(found, about.temperatures[kind]);
    }
    return {
      networks: bars,
      kind,
      picture: base64(picture),
      cutout: null,
      shown: null,
      pieces: [],
      piece: 0,
      ...(inside.length > 0 && { inside: numbers }),
    };
  }

  return {
    load: network,
    /** As server.js's `call`. @type {(name: string, message: any) => Promise<any>} */
    async call(name, message) {
      try {
        if (name === "classify") return await classify(message);
        throw new Refused("That is not a message this page sends.");
      } catch (error) {
        if (error instanceof Refused) return { error: error.message };
        throw error;
      }
    },
  };
}

/** @type {(sums: Float32Array[][], temperature: number) => EncodedNumbers} */
function inner(sums, temperature) {
  const packed = sums.map((looks) => base64(...looks));
  return { looks: sums[0].length, sums: packed, temperature };
}

/** Of their bytes, one after the other. @type {(...arrays: (Uint8Array | Float32Array)[]) => string} */
export function base64(...arrays) {
  let text = "";
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = 0; i < byteLength; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
