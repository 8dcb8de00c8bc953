// The thread that trains in the page, so that drawing stays smooth; training.js starts it.

import { fetchExamples } from "../fashion.js";
import { createTraining } from "./sgd.js";

const REPORT_MS = 100;
const ASK_PART = 3; // so many times as long as asking for the accuracy took, there is none
const MOST_ASKED = 1000; // of the pictures it learns from
const UNITS = 10; // shown

/** @type {TrainingSettings} */ let settings;
/** @type {ReturnType<typeof createTraining>} */ let training;
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

async function fetchAll() {
  const weights = new URL(location.href).searchParams.get("weights") ?? "";
  const parts = /** @type {const} */ (["first", "more", "held_out"]);
  const fetched = await Promise.all(parts.map((part) => fetchExamples(weights, part)));
  const learned = fetched.slice(0, 2);
  heldOut = fetched[2];
  examples = {
    pictures: await joined(learned.map(({ pictures }) => pictures)),
    labels: await joined(learned.map(({ labels }) => labels)),
  };
}

/** @type {(parts: Uint8Array[]) => Promise<Uint8Array>} */
const joined = async (parts) =>
  new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (parts)).arrayBuffer());

function step() {
  const loss = training.step();
  if (steps++ === 0) first = loss;
  worst = loss > worst || Number.isNaN(loss) ? loss : worst;
  sum += loss;
  added += 1;
}

/** @type {() => TrainingReport["right"]} */
function right() {
  const began = performance.now();
  const shares = {
    training: training.right(examples, Math.min(MOST_ASKED, settings.count)),
    heldOut: training.right(heldOut, heldOut.labels.length),
  };
  askedAt = performance.now();
  askedFor = askedAt - began;
  return shares;
}

/** ask: for the accuracy, too. @type {(ask: boolean) => void} */
function report(ask) {
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

/** @type {(order: TrainingOrder) => void} */
function obey(order) {
  if (order.name === "begin") {
    ({ settings, turn } = order);
    training = createTraining(examples, settings);
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
    if (!running && training) report(false);
  } else postMessage({ tensors: training.tensors() });
}

const arrived = fetchAll();
arrived.catch(() => null); // every order is told

addEventListener("message", async ({ data }) => {
  try {
    await arrived;
    obey(data);
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
