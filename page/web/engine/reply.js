// What replies are made of.

/** The message is one sentence for the visitor. */
export class Refused extends Error {}

/**
 * Of their bytes, one after the other.
 * @type {(...arrays: (Uint8Array | Float32Array)[]) => string}
 */
export function base64(...arrays) {
  let text = "";
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = 0; i < byteLength; i += 8192)
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text);
}
