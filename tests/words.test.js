// What the page says of an answer: `node --test tests/*.test.js`.

import assert from "node:assert/strict";
import test from "node:test";

import { describe, whoAnswers } from "../page/web/answer/network_switch.js";
import { createAverage, hasShape, inWords, judge, noun } from "../page/web/answer/words.js";

const CLASSES = ["Bag", "Ankle boot", "Shirt"];
const UP = { settled: true, shape: true };
const DOWN = { settled: false, shape: true };

function prediction(probabilities, sure = true) {
  const confidence = Math.max(...probabilities);
  const label = CLASSES[probabilities.indexOf(confidence)];
  return { probabilities, confidence, label, sure };
}
const BAG = prediction([0.95, 0.03, 0.02]);
const BOOT = prediction([0.3, 0.7, 0]);
const HAT = prediction([0.01, 0.98, 0.01], false);
const said = (...given) => inWords(judge(...given), 98);

test("a claim is made when the pen is lifted, with its percentage", () => {
  assert.deepEqual(judge(BAG, CLASSES, UP), { claim: "think", label: "Bag" });
  assert.deepEqual(judge(BOOT, CLASSES, UP), { claim: "perhaps", label: "Ankle boot" });
  const words = { lead: "I think this is", like: "", label: "Bag", sure: "98 %" };
  assert.deepEqual(said(BAG, CLASSES, UP), words);
});

test("what is surely a top, but not clearly which, is called some kind of top", () => {
  const classes = ["Coat", "Shirt", "Bag"];
  const of = (...probabilities) =>
    judge({ probabilities, confidence: probabilities[0], label: "Coat", sure: true }, classes, UP);
  assert.equal(inWords(of(0.45, 0.42, 0.13), 45).lead, "Some kind of top. Perhaps");
  assert.equal(inWords(of(0.45, 0.25, 0.3), 45).lead, "Perhaps this is");
  assert.equal(inWords(of(0.6, 0.35, 0.05), 60).lead, "Perhaps this is");
  assert.equal(inWords(of(0.34, 0.33, 0.33), 34).label, "No idea yet");
});

test("what is none of the ten has no percentage", () => {
  const { lead, like, label, sure } = said(HAT, CLASSES, UP);
  assert.equal(
    `${lead} ${like}${label}${sure}`,
    "I don't think this is one of my ten. A little like an Ankle boot",
  );
  assert.equal(said(prediction([1, 0, 0], false), CLASSES, UP).like, "A little like a ");
});

test("trousers are many", () => {
  const { lead, label } = inWords({ claim: "think", label: "Trouser" }, 90);
  assert.equal(`${lead} ${label}`, "I think these are Trousers");
  assert.equal(inWords({ claim: "none", label: "Trouser" }, 90).like, "A little like ");
  assert.deepEqual(["T-shirt/top", "Trouser", "Ankle boot"].map(noun), [
    "a T-shirt",
    "trousers",
    "an ankle boot",
  ]);
});

test("in the middle of a stroke no more than perhaps, but what was claimed stays", () => {
  for (const each of [BAG, HAT]) {
    const { lead, sure } = said(each, CLASSES, DOWN);
    assert.deepEqual([lead, sure], ["Perhaps this is", ""]);
    const before = judge(each, CLASSES, UP);
    assert.deepEqual(judge(each, CLASSES, { ...DOWN, before }), before);
  }
  const before = judge(BOOT, CLASSES, UP);
  assert.deepEqual(judge(BAG, CLASSES, { ...DOWN, before }), { claim: "early", label: "Bag" });
});

test("a class that only just leads takes over the headline when the pen is lifted", () => {
  const before = judge(BAG, CLASSES, UP);
  const given = { ...DOWN, before };
  assert.deepEqual(judge(BOOT, CLASSES, given), { claim: "early", label: "Bag" });
  assert.equal(judge(BOOT, CLASSES, { ...UP, before }).label, "Ankle boot");
  assert.equal(judge(HAT, CLASSES, given).label, "Ankle boot");
});

test("first lines are called nothing, whatever the network says", () => {
  const picture = (lit) =>
    Buffer.from(Array.from({ length: 784 }, (_, i) => (i < lit ? 255 : 20))).toString("base64");
  assert.equal(hasShape(picture(100)), false);
  assert.equal(hasShape(picture(200)), true);
  for (const settled of [true, false]) {
    const { lead, label, sure } = said(BAG, CLASSES, { settled, shape: false });
    assert.deepEqual([lead, label, sure], ["Hmm …", "Keep drawing!", ""]);
  }
});

test("the camera's answers are averaged, and its headline changes for a clear lead only", () => {
  const average = createAverage(CLASSES);
  const add = (...numbers) => average.add({ deep: prediction(...numbers) }).deep;
  add([0.6, 0.4, 0]);
  const two = add([0.4, 0.6, 0], false);
  assert.deepEqual(
    [two.probabilities.map((p) => p.toFixed(2)), two.sure],
    [["0.50", "0.50", "0.00"], false],
  );
  const camera = { settled: false, shape: true, camera: true };
  const before = judge(BAG, CLASSES, camera);
  assert.equal(before.claim, "think");
  assert.equal(inWords(before, null).sure, ""); // a number would never stand still
  assert.equal(judge(prediction([0.45, 0.55, 0]), CLASSES, { ...camera, before }).label, "Bag");
  assert.equal(judge(BOOT, CLASSES, { ...camera, before }).label, "Ankle boot");
  for (let i = 0; i < 5; i++) add([0, 1, 0]);
  assert.deepEqual(add([0, 1, 0]).probabilities, [0, 1, 0]); // what is long past counts no more
  average.add({ lesson: BAG });
  assert.deepEqual(
    average.add({ lesson: BAG }).lesson.probabilities.map((p) => p.toFixed(2)),
    ["0.95", "0.03", "0.02"],
  );
});

test("who answers is told, and who answered before", () => {
  assert.match(describe(["deep"]), /^deep is .*\.$/);
  assert.match(describe(["deep", "lesson"]), /^Two at once: deep's .* lesson's/);
  assert.equal(describe(["a fake one"]), "");
  assert.equal(whoAnswers(["deep"], null), describe(["deep"]));
  assert.equal(whoAnswers(["deep"], ["deep"]), describe(["deep"]));
  assert.match(
    whoAnswers(["lesson"], ["deep"]),
    /^Now lesson answers, not deep.* shop photos.* deep answers again\.$/,
  );
});
