// Numbers as the page shows them, and the parts of a photo: `node --test tests/*.test.js`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { softmax, takeApart } from "../page/web/inside/arithmetic.js";
import {
  decimals,
  grouped,
  per100,
  percentages,
  remainder,
  short,
  signed,
} from "../page/web/numbers.js";
import { afterKey, around, between, contained } from "../page/web/photo/crop.js";

test("percentages are whole and add up to 100", () => {
  assert.deepEqual(percentages([1 / 3, 1 / 3, 1 / 3]), [34, 33, 33]);
  assert.deepEqual(percentages([0.996, 0.002, 0.002]), [100, 0, 0]);
  for (let n = 0; n < 200; n++) {
    const [logits, placeLogLikelihood] = [8, n % 2].map((most) =>
      Array.from({ length: 10 }, () => most * Math.random()),
    );
    const { probabilities } = softmax({ logits, temperature: 1, placeLogLikelihood });
    const whole = percentages(probabilities);
    assert.equal(
      whole.reduce((a, b) => a + b),
      100,
    );
    for (const [i, percent] of whole.entries())
      assert.ok(Math.abs(percent - 100 * probabilities[i]) < 1);
  }
});

test("numbers as text", () => {
  assert.deepEqual(
    [decimals(-1.23456), decimals(-0.0001), decimals(2, 1)],
    ["−1.235", "0.000", "2.0"],
  );
  assert.deepEqual([signed(1), signed(-1), signed(-0.0001)], ["+1.000", "−1.000", "+0.000"]);
  assert.deepEqual([short(9.87654), short(123.456), short(1234.56)], ["9.877", "123.46", "1234.6"]);
  assert.equal(short(1234567), "1.235 × 10⁶");
  assert.deepEqual(
    [grouped(999), grouped(1234567), per100(0.88123)],
    ["999", "1,234,567", "88.1 %"],
  );
});

test("what is shown rounded adds up as it is shown", () => {
  const parts = [0.33349, 0.33349, 0.3333];
  assert.equal(remainder(1.2, parts), 0.201); // 1.200 - 0.333 - 0.333 - 0.333
});

test("a sum taken apart is the whole sum", () => {
  const row = { weights: Float32Array.from([1, -4, 2, 0.5]), bias: 3 };
  const { terms, others, count, bias } = takeApart(row, Float64Array.from([1, 1, 2, 2]), 2);
  assert.deepEqual(
    terms.map(({ from, value }) => [from, value]),
    [
      [2, 4],
      [1, -4],
    ],
  );
  assert.deepEqual([others, count, bias], [2, 2, 3]);
});

test("a part of a photo by dragging, by keys, and round a piece", () => {
  assert.deepEqual(between([0.5, 0.75], [0.25, 0.25]), { x: 0.25, y: 0.25, w: 0.25, h: 0.5 });
  assert.equal(between([0.5, 0.5], [0.53, 0.9]), undefined); // a click
  const nearer = afterKey(null, "+");
  assert.deepEqual([nearer.w, nearer.h, nearer.x.toFixed(3)], [0.85, 0.85, "0.075"]);
  assert.equal(afterKey(nearer, "ArrowLeft").x.toFixed(3), "0.025");
  assert.equal(afterKey(nearer, "-"), null); // all of it again
  assert.equal(afterKey(null, "a"), undefined);
  assert.deepEqual(around([0, 0, 1, 1], null), { x: 0, y: 0, w: 1, h: 1 });
  const { x, w } = around([0.25, 0, 0.75, 1], { x: 0.5, y: 0, w: 0.5, h: 1 });
  assert.deepEqual([x.toFixed(3), w.toFixed(3)], ["0.600", "0.300"]);
  assert.deepEqual(contained({ width: 200, height: 100 }, 50, 50), {
    left: 50,
    top: 0,
    width: 100,
    height: 100,
  });
});
