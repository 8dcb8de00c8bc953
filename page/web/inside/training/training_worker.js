// The thread that trains in the page, so that drawing stays smooth; training.js starts
// it.

import { fetchExamples } from "../fashion.js";
import { createTraining } from "./sgd.js";

const REPORT_MS = 100;
const ASK_PART = 3; // so many times as long as asking for the accuracy took, there is none
const MOST_ASKED = 1000; // of the pictures it learns from
const UNITS = 10; // shown

const weights = new URL(location.href).searchParams.get("weights") ?? "";
const arrived = Promise.all(
  /** @type {const} */ (["first", "more", "held_out"]).map((part) => fetchExamples(weights, part)),
);

/** @type {ReturnType<typeof createTraining> | null} */ let training = null;
/** @type {Examples} */ let examples; // that it learns from
/** @type {Examples} */ let heldOut;
/** @type {Uint8Array | null} */ let picture = null;
let running = false;
let working = false; // is work due?
let turn = 0;
let steps = 0;
let [sum, added] = [0, 0]; // losses since the last report
let [first, worst] = [0, 0];
let [askedAt, askedFor] = [0, 0]; // when, and for how long

function step() {
  if (!training) return;
  const loss = training.step();
  if (steps++ === 0) first = loss;
  worst = loss > worst || Number.isNaN(loss) ? loss : worst;
  sum += loss;
  added += 1;
}

function right() {
  if (!training) return null;
  const began = performance.now();
  const found = {
    training: training.right(examples, Math.min(MOST_ASKED, examples.labels.length)),
    heldOut: training.right(heldOut, heldOut.labels.length),
  };
  askedAt = performance.now();
  askedFor = askedAt - began;
  return found;
}

/** ask: for the accuracy, too. @type {(ask: boolean) => void} */
function report(ask) {
  if (!training) return;
  const { shape, data } = training.tensors()["layers.0.weight"];
  const units = Array.from({ length: Math.min(UNITS, shape[0]) }, (_, unit) =>
    data.slice(unit * shape[1], (unit + 1) * shape[1]),
  );
  const loss = added ? sum / added : null;
  const says = picture && training.says(picture);
  /** @type {TrainingReport} */
  const news = { turn, steps, loss, first, worst, right: ask ? right() : null, units, says };
  [sum, added] = [0, 0];
  postMessage({ news });
}

function work() {
  working = running;
  if (!running) return;
  const end = performance.now() + REPORT_MS;
  do step();
  while (performance.now() < end);
  report(performance.now() - askedAt > ASK_PART * askedFor);
  setTimeout(work); // after what has been asked meanwhile
}

/** @type {(examples: Examples, count: number) => Examples} */
const start = ({ pictures, labels }, count) => ({
  pictures: pictures.subarray(0, (pictures.length / labels.length) * count),
  labels: labels.subarray(0, count),
});

/** @type {(order: TrainingOrder, all: Examples) => void} */
function obey(order, all) {
  if (order.name === "begin") {
    examples = start(all, order.count);
    training = createTraining(examples, order.settings);
    turn = order.turn;
    [steps, sum, added, first, worst] = [0, 0, 0, 0, 0];
    report(true);
  } else if (order.name === "run") {
    running = order.on;
    if (!running) report(true);
    else if (!working) work();
  } else if (order.name === "step") {
    step();
    report(true);
  } else if (order.name === "picture") {
    picture = order.picture;
    if (!running) report(false);
  } else if (training) postMessage({ tensors: training.tensors() });
}

/** @type {(a: Uint8Array, b: Uint8Array) => Uint8Array} */
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

const all = arrived.then(([some, more, others]) => {
  heldOut = others;
  return {
    pictures: joined(some.pictures, more.pictures),
    labels: joined(some.labels, more.labels),
  };
});

all.catch(() => null); // every order is told

addEventListener("message", async ({ data }) => {
  try {
    obey(data, await all);
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
