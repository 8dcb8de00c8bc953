// A QR code (ISO/IEC 18004) of a text: bytes, error correction level M, the smallest version that holds it.

// By version, 1 to 40: check bytes of each block, and blocks.
const CHECKS = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26,
].concat(Array(19).fill(28));
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26,
  28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
];
/** @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

// The field of 256 elements: powers of 2, and their logarithms.
const POWER = new Uint8Array(255);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++, x = (x << 1) ^ (x & 128 ? 0x11d : 0)) {
  POWER[i] = x;
  LOG[x] = i;
}
/** @type {(a: number, b: number) => number} */
const times = (a, b) => (a && b ? POWER[(LOG[a] + LOG[b]) % 255] : 0);

/** Remainder of a division of polynomials over two elements. @type {(value: number, by: number, bits: number) => number} */
function remainder(value, by, bits) {
  let left = value << bits;
  for (let i = 31; i >= bits; i--) if ((left >>> i) & 1) left ^= by << (i - bits);
  return left;
}

/** Reed and Solomon's. @type {(data: number[], count: number) => number[]} */
function checksOf(data, count) {
  let divisor = [1];
  for (let i = 0; i < count; i++) {
    divisor = [...divisor, 0].map((value, k) => value ^ times(k ? divisor[k - 1] : 0, POWER[i]));
  }
  const left = [...data, ...Array(count).fill(0)];
  for (let i = 0; i < data.length; i++) {
    const factor = left[i];
    for (let k = 0; k <= count; k++) left[i + k] ^= times(divisor[k], factor);
  }
  return left.slice(-count);
}

/** Where the small squares are, along each side. @type {(version: number, size: number) => number[]} */
function alignments(version, size) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = 2 * Math.floor((8 * version + 3 * count + 5) / (4 * count - 4));
  return Array.from({ length: count }, (_, i) => (i ? size - 7 - (count - 1 - i) * step : 6));
}

/** What every code of a version has: rows of dark, light, or null where data may go. @param {number} version */
function frame(version) {
  const size = 17 + 4 * version;
  /** @type {(boolean | null)[][]} */
  const rows = Array.from({ length: size }, () => Array(size).fill(null));
  /** @type {(x: number, y: number, radius: number, light: number[]) => void} */
  const square = (x, y, radius, light) => {
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        if (rows[y + dy]?.[x + dx] === undefined) continue;
        rows[y + dy][x + dx] = !light.includes(Math.max(Math.abs(dx), Math.abs(dy)));
      }
    }
  };
  for (let i = 0; i < size; i++) rows[6][i] = rows[i][6] = i % 2 === 0;
  const places = alignments(version, size);
  const last = places.length - 1;
  for (const [i, y] of places.entries()) {
    for (const [k, x] of places.entries()) {
      if ((i || (k && k !== last)) && (i !== last || k)) square(x, y, 2, [1]);
    }
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ]) {
    square(x, y, 4, [2, 4]);
  }
  if (version >= 7) {
    const bits = (version << 12) | remainder(version, 0x1f25, 12);
    for (let i = 0; i < 18; i++) {
      const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
      rows[a][b] = rows[b][a] = ((bits >> i) & 1) === 1;
    }
  }
  format(rows, 0); // its place
  return rows;
}

/** Level M and the mask, twice. @type {(rows: (boolean | null)[][], mask: number) => void} */
function format(rows, mask) {
  const bits = ((mask << 10) | remainder(mask, 0x537, 10)) ^ 0x5412;
  for (let i = 0; i < 15; i++) {
    const dark = ((bits >> i) & 1) === 1;
    const size = rows.length;
    rows[i < 6 ? i : i < 8 ? i + 1 : size - 15 + i][8] = dark;
    rows[8][i < 8 ? size - 1 - i : i < 9 ? 7 : 14 - i] = dark;
  }
  rows[rows.length - 8][8] = true;
}

/** Data and checks of all blocks, in turns. @type {(bytes: Uint8Array, version: number, total: number) => number[]} */
function codewords(bytes, version, total) {
  const [checks, blocks] = [CHECKS[version - 1], BLOCKS[version - 1]];
  const length = [...(version < 10 ? [] : [bytes.length >> 8]), bytes.length & 255];
  const halves = [4, ...[...length, ...bytes].flatMap((byte) => [byte >> 4, byte & 15]), 0];
  const data = Array.from({ length: total - checks * blocks }, (_, i) =>
    2 * i < halves.length ? 16 * halves[2 * i] + halves[2 * i + 1] : 0,
  );
  for (let i = halves.length / 2, pad = 0xec; i < data.length; i++, pad ^= 0xec ^ 0x11)
    data[i] = pad;
  const short = blocks - (total % blocks);
  const least = Math.floor(total / blocks) - checks;
  const parts = Array.from({ length: blocks }, (_, k) => {
    const from = k * least + Math.max(0, k - short);
    return data.slice(from, from + least + Number(k >= short));
  });
  const proofs = parts.map((part) => checksOf(part, checks));
  /** @type {(lists: number[][], most: number) => number[]} */
  const inTurns = (lists, most) =>
    Array.from({ length: most }, (_, i) =>
      lists.flatMap((list) => (i < list.length ? [list[i]] : [])),
    ).flat();
  return [...inTurns(parts, least + 1), ...inTurns(proofs, checks)];
}

/** How hard to read. @param {boolean[][]} rows */
function penalty(rows) {
  const size = rows.length;
  const columns = rows.map((_, x) => rows.map((row) => row[x]));
  let sum = 0;
  let dark = 0;
  for (const line of [...rows, ...columns]) {
    const text = line.map(Number).join("");
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    sum += 40 * [...text.matchAll(/(?=10111010000|00001011101)/g)].length;
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      dark += Number(rows[y][x]);
      if (!x || !y) continue;
      const four = [rows[y][x], rows[y - 1][x], rows[y][x - 1], rows[y - 1][x - 1]];
      if (four.every((each) => each === four[0])) sum += 3;
    }
  }
  return sum + 10 * Math.floor(Math.abs((100 * dark) / size ** 2 - 50) / 5);
}

/**
 * Rows of squares, true where they are dark; null if the text is too long for any code.
 * @type {(text: string) => boolean[][] | null}
 */
export function encode(text) {
  const bytes = new TextEncoder().encode(text);
  for (let version = 1; version <= 40; version++) {
    const empty = frame(version);
    const free = empty.flat().filter((each) => each === null).length;
    const total = free >> 3;
    const room = total - CHECKS[version - 1] * BLOCKS[version - 1] - (version < 10 ? 2 : 3);
    if (bytes.length <= room) return filled(empty, codewords(bytes, version, total));
  }
  return null;
}

/** SVG, dark on light with the margin that readers need. @param {boolean[][]} rows */
export function picture(rows) {
  const side = rows.length + 8;
  const dark = rows.flatMap((row, y) =>
    row.flatMap((each, x) => (each ? [`M${x + 4} ${y + 4}h1v1h-1z`] : [])),
  );
  return (
    `<svg viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" aria-hidden="true">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z" /><path fill="#000" d="${dark.join("")}" /></svg>`
  );
}

/** Up and down in pairs of columns from the right, with the mask that is easiest to read. @type {(empty: (boolean | null)[][], data: number[]) => boolean[][]} */
function filled(empty, data) {
  const size = empty.length;
  const candidates = MASKS.map((mask, index) => {
    const rows = empty.map((row) => [...row]);
    let at = 0;
    for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
      for (let i = 0; i < 2 * size; i++) {
        const x = right - (i % 2);
        const up = ((size - 1 - right + Number(right < 6)) / 2) % 2 === 0;
        const y = up ? size - 1 - (i >> 1) : i >> 1;
        if (rows[y][x] !== null) continue;
        rows[y][x] = ((((data[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1) !== mask(x, y);
        at += 1;
      }
    }
    format(rows, index);
    return /** @type {boolean[][]} */ (rows);
  });
  const penalties = candidates.map(penalty);
  return candidates[penalties.indexOf(Math.min(...penalties))];
}
