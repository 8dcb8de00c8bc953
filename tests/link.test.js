// What a link carries: `node --test tests/*.test.js`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { EVEN_PRESSURE, PAPER } from "../page/web/draw/paper.js";
import { fromFragment, pack, toFragment, unpack } from "../page/web/link.js";

const stroke = (points, more) => ({ width: 52, eraser: false, points, ...more });
const line = (length) =>
  Array.from({ length }, (_, i) => [(7 * i) % PAPER, i % PAPER, EVEN_PRESSURE]);
const fragmentOf = (bytes) =>
  `drawing=${deflateRawSync(Uint8Array.from(bytes)).toString("base64url")}`;

const state = {
  mode: "draw",
  networks: ["lesson", "deep"],
  strokes: [
    stroke([[0, 0, EVEN_PRESSURE]]),
    stroke(
      [
        [-256, 2304, 0],
        [5, 9, 15],
      ],
      { eraser: true, width: 160 },
    ),
  ],
};

test("a link brings everything back", async () => {
  assert.deepEqual(await fromFragment(await toFragment(state)), { ...state, mode: undefined });
  const photo = await fromFragment(await toFragment({ ...state, mode: "photo", strokes: [] }));
  assert.deepEqual(photo, { mode: "photo", networks: state.networks });
});

test("an old link still opens", async () => {
  const { strokes, networks } = await fromFragment("drawing=Y2Q0YWBkYAAA");
  assert.deepEqual(strokes, [stroke([[0, 0, EVEN_PRESSURE]])]);
  assert.equal(networks, undefined);
});

test("an hour of drawing fits", async () => {
  const strokes = Array.from({ length: 1000 }, () => stroke(line(60)));
  assert.deepEqual((await fromFragment(await toFragment({ ...state, strokes }))).strokes, strokes);
});

const put = (value) => (value > 127 ? [(value & 127) | 128, ...put(value >>> 7)] : [value]);
const repeated = (bytes, times) => Array.from({ length: times }, () => bytes).flat();
const bombs = {
  "strokes without end": [1, ...put(39_000), ...repeated([52, 0, 1, 0, 0], 39_000)],
  "broad zigzags": [
    ...[1, 1, ...put(400), 2, ...put(24_000)],
    ...repeated([...put(4000), ...put(4000), 15, ...put(3999), ...put(3999), 1], 12_000),
  ],
  "more bytes than are read": repeated([0], 1_000_000),
};

for (const [name, bytes] of Object.entries(bombs)) {
  test(`a short link with ${name} is refused`, async () => {
    const fragment = fragmentOf(bytes);
    assert.ok(fragment.length < 2000, `${fragment.length} characters`);
    await assert.rejects(fromFragment(fragment), RangeError);
  });
}

test("what a link would refuse is not copied", () => {
  const many = Array.from({ length: 3000 }, () => stroke(line(2)));
  for (const strokes of [many, [stroke(line(110_000))]]) {
    assert.throws(() => pack(strokes), RangeError);
  }
});

test("nothing but what was packed is unpacked", () => {
  const bytes = [...pack(state.strokes)];
  assert.deepEqual(unpack(Uint8Array.from(bytes)), state.strokes);
  for (const wrong of [bytes.slice(1), bytes.slice(0, -1), [...bytes, 0], [9, ...bytes.slice(1)]]) {
    assert.throws(() => unpack(Uint8Array.from(wrong)), RangeError);
  }
});
