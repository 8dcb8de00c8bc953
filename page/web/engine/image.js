// What classifier/ lets OpenCV and NumPy do, done alike: each function equals its namesake there on
// float32 planes, rounding included, so that both sides come to the same 28x28 picture.

export const SIDE = 28;
const { fround } = Math;
const ONE = 65536; // of a distance, which is counted in whole parts: quicker
const STRAIGHT = Math.round(0.955 * ONE); // the steps of DIST_L2 with a 3x3 mask
const DIAGONAL = Math.round(1.3693 * ONE);
const FAR = 2 ** 28;
let steps = new Int32Array(0); // kept from one drawing to the next

/** @type {(width: number, height: number, data?: Float32Array) => Plane} */
export const plane = (width, height, data = new Float32Array(width * height)) => ({
  data,
  width,
  height,
});

/** Half to even, as Python and NumPy do. @type {(value: number) => number} */
export function round(value) {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 ? nearest - 1 : nearest;
}

/** How often each grey level comes. @type {(values: ArrayLike<number>) => Uint32Array} */
export function histogram(values) {
  const counts = new Uint32Array(256);
  for (let i = 0; i < values.length; i++) counts[values[i]]++;
  return counts;
}

/** The level below which `percent` of all lie, between two levels if need be. */
export function percentile(/** @type {Uint32Array} */ counts, /** @type {number} */ percent) {
  const at = (percent / 100) * (counts.reduce((sum, count) => sum + count) - 1);
  const level = (/** @type {number} */ index) => {
    let below = 0;
    return counts.findIndex((count) => (below += count) > index);
  };
  const low = level(Math.floor(at));
  return low + (level(Math.ceil(at)) - low) * (at % 1);
}

/** Rows and columns, ends exclusive, or null if nothing is above the level. */
export function boundingBox(
  /** @type {Plane} */ { data, width, height },
  /** @type {number} */ level,
) {
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!(data[i] > level)) continue;
      if (y < top) top = y;
      bottom = y + 1;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
    }
  }
  return bottom ? { top, bottom, left, right } : null;
}

/** @type {(picture: Plane, left: number, top: number, width: number, height: number) => Plane} */
export function part(picture, left, top, width, height) {
  const found = plane(width, height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * picture.width + left;
    found.data.set(picture.data.subarray(start, start + width), y * width);
  }
  return found;
}

/** With zeros around it. @type {(picture: Plane, margin: number) => Plane} */
export function pad(picture, margin) {
  const found = plane(picture.width + 2 * margin, picture.height + 2 * margin);
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width, (y + 1) * picture.width);
    found.data.set(row, (y + margin) * found.width + margin);
  }
  return found;
}

// --- resizing ------------------------------------------------------------------------------------

/**
 * Which inputs each output is made of: those from `starts[i]` on, by `shares[i]`.
 * @typedef {{ starts: Int32Array, shares: number[][] }} Mix
 */

/** INTER_AREA when shrinking to a whole part. @type {(from: number, to: number) => Mix} */
const sums = (from, to) => ({
  starts: Int32Array.from({ length: to }, (_, i) => (i * from) / to),
  shares: new Array(to).fill(new Array(from / to).fill(1)),
});

/** INTER_AREA when shrinking. @type {(from: number, to: number) => Mix} */
function areas(from, to) {
  const scale = 1 / (to / from);
  const starts = new Int32Array(to);
  const shares = [];
  for (let i = 0; i < to; i++) {
    const [begin, end] = [i * scale, i * scale + scale];
    const cell = Math.min(scale, from - begin);
    const last = Math.min(Math.floor(end), from - 1);
    const first = Math.min(Math.ceil(begin), last);
    const mine = [];
    starts[i] = first;
    if (first - begin > 1e-3) {
      starts[i]--;
      mine.push(fround((first - begin) / cell));
    }
    for (let k = first; k < last; k++) mine.push(fround(1 / cell));
    if (end - last > 1e-3) mine.push(fround(Math.min(end - last, 1, cell) / cell));
    shares.push(mine);
  }
  return { starts, shares };
}

/**
 * INTER_LINEAR, or INTER_AREA when enlarging.
 * @type {(from: number, to: number, area?: boolean) => Mix}
 */
function lines(from, to, area = false) {
  const [scale, inverse] = [1 / (to / from), to / from];
  const starts = new Int32Array(to);
  const shares = [];
  for (let i = 0; i < to; i++) {
    const place = area ? i * scale : (i + 0.5) * scale - 0.5;
    const first = Math.floor(place);
    let share = area ? Math.max(0, i + 1 - (first + 1) * inverse) % 1 : place - first;
    if (first < 0 || first >= from - 1) share = 0;
    starts[i] = Math.min(Math.max(first, 0), from - 1);
    shares.push(share ? [fround(1 - share), fround(share)] : [1]);
  }
  return { starts, shares };
}

/** To another size: antialiased when `area`, else straight lines between pixels' centres. */
export function resize(
  /** @type {Plane} */ picture,
  /** @type {number} */ width,
  /** @type {number} */ height,
  /** @type {boolean} */ area,
) {
  const shrinks = width <= picture.width && height <= picture.height;
  // Summed, then divided once.
  const whole = area && picture.width % width === 0 && picture.height % height === 0;
  const mix = whole ? sums : area && shrinks ? areas : lines;
  const across = mix(picture.width, width, area);
  const down = mix(picture.height, height, area);
  const rows = plane(width, picture.height);
  for (let y = 0, at = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const from = y * picture.width + across.starts[x];
      const shares = across.shares[x];
      let sum = 0;
      for (let k = 0; k < shares.length; k++)
        sum = fround(sum + fround(picture.data[from + k] * shares[k]));
      rows.data[at] = sum;
    }
  }
  const found = plane(width, height);
  for (let y = 0; y < height; y++) {
    const shares = down.shares[y];
    const target = found.data.subarray(y * width, (y + 1) * width);
    for (let k = 0; k < shares.length; k++) {
      const from = (down.starts[y] + k) * width;
      const share = shares[k];
      for (let x = 0; x < width; x++) target[x] += fround(rows.data[from + x] * share);
    }
  }
  const once = fround((width * height) / (picture.width * picture.height));
  if (whole) for (let i = 0; i < found.data.length; i++) found.data[i] *= once;
  return found;
}

/** So that the longest side is `side`. @type {(picture: Plane, side: number) => Plane} */
export function scale(picture, side) {
  const ratio = side / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width, picture.height].map((each) =>
    Math.max(1, round(each * ratio)),
  );
  return resize(picture, width, height, ratio < 1);
}

/** Longest side to 28 pixels, centred on black. @type {(picture: Plane) => Uint8Array} */
export function fit(picture) {
  const { data, width, height } = scale(picture, SIDE);
  const [top, left] = [(SIDE - height) >> 1, (SIDE - width) >> 1];
  const found = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < data.length; i++) {
    const place = (top + Math.floor(i / width)) * SIDE + left + (i % width);
    found[place] = Math.min(Math.max(round(data[i]), 0), 255);
  }
  return found;
}

// --- shapes --------------------------------------------------------------------------------------

/**
 * How far each pixel is from the next one that is 0, by straight and diagonal steps.
 * @type {(solid: Uint8Array, width: number) => Float32Array}
 */
export function distances(solid, width) {
  const height = solid.length / width;
  const wide = width + 2;
  const size = wide * (height + 2);
  if (steps.length !== size) steps = new Int32Array(size);
  steps.fill(FAR);
  const far = steps;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = (y + 1) * wide + 1; x < width; x++, at++, i++) {
      if (!solid[i]) far[at] = 0;
      else {
        const corner = Math.min(far[at - wide - 1], far[at - wide + 1]);
        const side = Math.min(far[at - wide], far[at - 1]);
        far[at] = Math.min(corner + DIAGONAL, side + STRAIGHT, FAR);
      }
    }
  }
  const found = new Float32Array(solid.length);
  for (let y = height - 1, i = solid.length - 1; y >= 0; y--) {
    for (let x = width - 1, at = (y + 1) * wide + width; x >= 0; x--, at--, i--) {
      let least = far[at];
      if (least > STRAIGHT) {
        const corner = Math.min(far[at + wide + 1], far[at + wide - 1]);
        const side = Math.min(far[at + wide], far[at + 1]);
        least = far[at] = Math.min(least, corner + DIAGONAL, side + STRAIGHT);
      }
      found[i] = least / ONE;
    }
  }
  return found;
}

/** Kernels are rows from the top, each [first, last] column that counts, seen from the pixel. */
/** @typedef {{ dy: number, from: number, to: number }[]} Kernel */

/** getStructuringElement(MORPH_ELLIPSE). @type {(side: number) => Kernel} */
export function ellipse(side) {
  const r = side >> 1;
  return Array.from({ length: side }, (_, i) => {
    const dy = i - r;
    const reach = round(r * Math.sqrt((r * r - dy * dy) / (r * r)));
    return { dy, from: -reach, to: Math.min(reach, side - 1 - r) };
  });
}

/** The largest value under the kernel. @type {(picture: Plane, kernel: Kernel) => Plane} */
export function dilate({ data, width, height }, kernel) {
  const found = plane(width, height, new Float32Array(data.length).fill(-Infinity));
  for (const { dy, from, to } of kernel) {
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      for (let dx = from; dx <= to; dx++) {
        const end = Math.min(width, width - dx);
        const shift = dy * width + dx;
        for (let x = Math.max(0, -dx), i = y * width + x; x < end; x++, i++) {
          if (data[i + shift] > found.data[i]) found.data[i] = data[i + shift];
        }
      }
    }
  }
  return found;
}

/**
 * With a full kernel, which may have even sides.
 * @type {(picture: Plane, side: number) => Plane}
 */
export function dilateSquare(picture, side) {
  const { width, height } = picture;
  const [wide, before] = [width + side, side >> 1];
  const most = new Float32Array(wide * (height + side)).fill(-Infinity);
  for (let y = 0; y < height; y++) {
    const row = picture.data.subarray(y * width, (y + 1) * width);
    most.set(row, (y + before) * wide + before);
  }
  for (const step of [1, wide]) {
    // Windows of 2, 4, 8, ... values, then two of those that overlap.
    for (let length = 1; length < side; ) {
      const next = Math.min(length, side - length);
      for (let i = 0, from = next * step; from < most.length; i++, from++) {
        if (most[from] > most[i]) most[i] = most[from];
      }
      length += next;
    }
  }
  return part(plane(wide, height + side, most), 0, 0, width, height);
}

/** @type {(picture: Plane) => Plane} */
const negative = ({ data, width, height }) =>
  plane(
    width,
    height,
    data.map((value) => -value),
  );

/** The smallest value under a full kernel. @type {(picture: Plane, side: number) => Plane} */
export const erodeSquare = (picture, side) => negative(dilateSquare(negative(picture), side));

/**
 * Without what is thinner than `side` and darker than what is around it, or lighter if that is not
 * light. The edges go on beyond the border.
 * @type {(picture: Plane, side: number, light: boolean) => Plane}
 */
export function wipe({ data, width, height }, side, light) {
  const odd = side | 1;
  const wider = plane(width + 2 * odd, height + 2 * odd);
  for (let y = 0, i = 0; y < wider.height; y++) {
    const row = Math.min(Math.max(y - odd, 0), height - 1) * width;
    for (let x = 0; x < wider.width; x++, i++)
      wider.data[i] = data[row + Math.min(Math.max(x - odd, 0), width - 1)];
  }
  const wiped = light
    ? erodeSquare(dilateSquare(wider, odd), odd)
    : dilateSquare(erodeSquare(wider, odd), odd);
  return part(wiped, odd, odd, width, height);
}

/**
 * What cannot be reached sideways from the edges, which are free, over pixels that are free: 1,
 * else 0. Back and forth until nothing new is reached, mostly twice.
 * @type {(free: Uint8Array, width: number) => Uint8Array}
 */
export function flood(free, width) {
  const unreached = new Uint8Array(free.length).fill(1);
  unreached.fill(0, 0, width);
  for (let found = 1; found; ) {
    found = 0;
    for (let i = width; i < free.length; i++) {
      if (!free[i] || !unreached[i] || (unreached[i - 1] && unreached[i - width])) continue;
      unreached[i] = 0;
      found++;
    }
    for (let i = free.length - width - 1; i >= 0; i--) {
      if (!free[i] || !unreached[i] || (unreached[i + 1] && unreached[i + width])) continue;
      unreached[i] = 0;
      found++;
    }
  }
  return unreached;
}

// --- smoothing -----------------------------------------------------------------------------------

/**
 * Where an index beyond the border lies, mirrored at the last pixel.
 * @type {(at: number, size: number) => number}
 */
function mirrored(at, size) {
  while (at < 0 || at >= size) at = at < 0 ? -at : 2 * size - 2 - at;
  return at;
}

/**
 * The weighted mean around each pixel, in whole numbers; shares: of a row, and of a column of rows,
 * that many to each side; they add up to `total`.
 * @type {(picture: Plane, shares: number[], total: number) => Plane}
 */
export function smooth({ data, width, height }, shares, total) {
  const half = shares.length >> 1;
  const rows = new Float64Array(data.length);
  const sums = new Float64Array(data.length);
  const columns = Array.from({ length: width + 2 * half }, (_, x) => mirrored(x - half, width));
  for (let y = 0; y < height; y++) {
    const row = columns.map((x) => data[y * width + x]);
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < shares.length; k++) sum += row[x + k] * shares[k];
      rows[y * width + x] = sum;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < shares.length; k++) {
      const from = mirrored(y + k - half, height) * width;
      const [share, to] = [shares[k], y * width];
      for (let x = 0; x < width; x++) sums[to + x] += rows[from + x] * share;
    }
  }
  const found = plane(width, height);
  for (let i = 0; i < sums.length; i++) found.data[i] = Math.round(sums[i] / (total * total));
  return found;
}
