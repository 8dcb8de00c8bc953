// Trains with the browser's engine in Node, for tests/test_training.py: JSON comes in and goes out.

import { readFileSync } from "node:fs";

import { createTraining } from "../page/web/inside/training/sgd.js";

const { settings, steps, labels, pictures } = JSON.parse(readFileSync(0, "utf8"));
const examples = {
  labels: Uint8Array.from(labels),
  pictures: Uint8Array.from(Buffer.from(pictures, "base64")),
};
const training = createTraining(examples, settings);
const before = training.tensors();
const losses = Array.from({ length: steps }, () => training.step());
const plain = (tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, [...data]]));
const right = training.right(examples, labels.length);
const says = training.says(examples.pictures.subarray(0, 784));
console.log(
  JSON.stringify({ before: plain(before), after: plain(training.tensors()), losses, right, says }),
);
