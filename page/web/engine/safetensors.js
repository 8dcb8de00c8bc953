// weights/NAME.safetensors: eight bytes with the length of a JSON header, the header, the numbers.

const half = halves();

/**
 * The number that each 16 bits mean (IEEE 754-2008, binary16), but for infinities, which no weight
 * is.
 */
function halves() {
  return Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    return bits >> 15 ? -size : size;
  });
}

/** Hexadecimal; on plain http, null. @type {(file: ArrayBuffer) => Promise<string | null>} */
export async function sha256(file) {
  const hash = await crypto.subtle?.digest("SHA-256", file);
  return (
    hash && [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  );
}

/**
 * The floats in a file, by name. Throws if it is not whole.
 * @type {(file: ArrayBuffer, expected: string) => Promise<Record<string, Tensor>>}
 */
export async function readTensors(file, expected) {
  const hash = await sha256(file);
  if (hash && hash !== expected) throw new Error("the weights are damaged");
  const length = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  /** @type {Record<string, Tensor>} */ const tensors = {};
  for (const [name, { dtype, shape, data_offsets: at }] of Object.entries(header)) {
    if (dtype !== "F16" && dtype !== "F32") continue; // counters, which only training needs
    const bytes = new Uint8Array(file, 8 + length + at[0], at[1] - at[0]).slice().buffer;
    const data = dtype === "F32" ? new Float32Array(bytes) : new Float32Array(bytes.byteLength / 2);
    if (dtype === "F16") {
      const bits = new Uint16Array(bytes);
      for (let i = 0; i < bits.length; i++) data[i] = half[bits[i]];
    }
    tensors[name] = { shape, data };
  }
  return tensors;
}

/** Such a file, of float32. @type {(tensors: Record<string, Tensor>) => ArrayBuffer} */
export function writeTensors(tensors) {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [start, end] }];
  });
  const header = JSON.stringify(Object.fromEntries(entries));
  const head = new TextEncoder().encode(header.padEnd(8 * Math.ceil(header.length / 8)));
  const file = new ArrayBuffer(8 + head.length + end);
  new DataView(file).setBigUint64(0, BigInt(head.length), true);
  new Uint8Array(file).set(head, 8);
  let at = 8 + head.length;
  for (const { data } of Object.values(tensors)) {
    new Float32Array(file, at, data.length).set(data);
    at += data.byteLength;
  }
  return file;
}
