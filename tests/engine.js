// The browser's engine in Node, for tests/test_engine.py: a question is a line of JSON,
// {name, message}, after which come the pixels where the message names their width and height; the
// reply is a line of JSON.

import { readFileSync, readSync, writeSync } from "node:fs";

import { createCore } from "../page/web/engine/core.js";

/** @type {(length: number) => Buffer | null} */
function receive(length) {
  const found = Buffer.alloc(length);
  for (let at = 0, got = 0; at < length; at += got) {
    got = readSync(0, found, at, length - at, null);
    if (!got) return null;
  }
  return found;
}

const core = createCore({
  async fetchFile(file) {
    const { buffer, byteOffset, length } = readFileSync(
      new URL(`../weights/${file}`, import.meta.url),
    );
    return buffer.slice(byteOffset, byteOffset + length);
  },
  pixelsOf: async (image) => image,
  dataUrl: async ({ width, height }, largest) => `${width} x ${height}, at most ${largest}`,
  fetchExamples: () => Promise.reject(new Error("only a browser reads WebP here")),
});

for (let size = receive(4); size; size = receive(4)) {
  const { name, message } = JSON.parse(receive(size.readUInt32LE()));
  const { image } = message;
  if (image) image.data = new Uint8ClampedArray(receive(4 * image.width * image.height));
  const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
  const reply = Buffer.from(JSON.stringify(await core.call(name, message), plain));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(reply.length);
  const all = Buffer.concat([head, reply]);
  for (let at = 0; at < all.length; ) at += writeSync(1, all, at);
}
