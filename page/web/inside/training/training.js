// Step 5, "Watch it learn": the lesson's network is trained in a thread of this browser, see
// training_worker.js, and shown as it comes.

import { createChart } from "../../answer/chart.js";
import { OWN } from "../../ask.js";
import { findAll, finder, make } from "../../dom.js";
import { sha256, writeTensors } from "../../engine/safetensors.js";
import { decimals, grouped, highest, per100 } from "../../numbers.js";
import { createPictures, createPlot } from "../paint.js";

const MOST_POINTS = 300; // of a line; then every second one goes
const SEED = 0; // so that each training begins with the same weights, and settings can be compared
const GROWN = 1.3; // times the first loss, and it has grown
const KNOWN = 0.95; // right of what it learned from, and
const BY_HEART = 0.12; // more right of what it learned from than of what it did not
const ONE_ROUND = 10_000; // pictures
const GOOD = 0.8;

/**
 * A word for what happens in a training, and a sentence; seen: pictures so far; right: as last
 * asked.
 * @param {TrainingSettings} settings @param {number} seen @param {TrainingReport} report
 * @param {NonNullable<TrainingReport["right"]>} right
 */
function happens({ hidden, activation, count }, seen, { first, worst }, right) {
  const heldOut = per100(right.heldOut);
  if (Number.isNaN(worst))
    return ["nan", "The learning rate is too high: the loss is no longer a number."];
  if (worst > GROWN * first) {
    const words = `the loss went up from ${decimals(first, 2)} to ${decimals(worst, 2)}`;
    return ["high", `The learning rate is too high: steps go too far, and ${words}.`];
  }
  if (right.training > KNOWN && right.training - right.heldOut > BY_HEART) {
    const words = `${per100(right.training)} of the pictures it learns from are right`;
    const others = `but ${heldOut} of the others. It has learned its ${grouped(count)} pictures`;
    return ["heart", `Overfitting: ${words}, ${others} by heart.`];
  }
  if (seen < ONE_ROUND) return ["", ""];
  const after = `after ${grouped(seen)} pictures it gets ${heldOut} right`;
  if (hidden === 1)
    return ["one", `A single hidden unit: one number has to tell ten classes apart, and ${after}.`];
  if (!activation)
    return ["line", `Without ReLU, both layers are worth no more than one: ${after}.`];
  if (right.heldOut < GOOD) return ["", ""];
  return ["good", `Learned: ${after}, of those that it has never learned from.`];
}

/** @type {(place: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(place, { classes, weights, useOwn }) {
  const find = finder(place);
  const hidden = find("[name=hidden]", HTMLInputElement);
  const chosen = (/** @type {string} */ name) => find(`[name=${name}]`, HTMLSelectElement).value;
  const buttons = findAll(place, "[data-do]");
  const chart = createChart(find(".ten"), classes);
  const plotLosses = createPlot(find(".two"), "loss:");
  const plotShares = createPlot(find(".two"), "right:");
  /** @type {Worker | null} */ let worker = null;
  /** @type {TrainingSettings} */ let settings;
  let turn = 0; // how often it has begun
  let [waiting, again] = [false, false]; // for the beginning; and to begin once more then
  let running = false;
  /** @type {Uint8Array | null} */ let picture = null;
  /** @type {{ steps: number, loss: number }[]} */ let losses = [];
  /** @type {{ steps: number, training: number, heldOut: number }[]} */ let shares = [];
  /** @type {ReturnType<typeof createPictures>} */ let paint;
  let said = ""; // the sentence, and how often the pictures had doubled by then
  let steps = 0;
  /** @type {((tensors: Record<string, Tensor>) => void) | null} */ let ontensors = null;

  const tell = (/** @type {TrainingOrder} */ order) => worker?.postMessage(order);

  function begin() {
    if (waiting) again = true;
    else beginNow();
  }

  function beginNow() {
    [waiting, again] = [true, false];
    settings = {
      hidden: Number(hidden.value),
      activation: find("[name=activation]", HTMLInputElement).checked,
      adam: chosen("adam") !== "",
      rate: Number(chosen("rate")),
      batch: Number(chosen("batch")),
      count: Number(chosen("count")),
      seed: SEED,
    };
    [losses, shares, said] = [[], [], ""];
    find(".happens").textContent = find(".saved").textContent = "";
    find(".pictures").replaceChildren();
    const names = Array.from({ length: settings.hidden }, (_, unit) => `unit ${unit}`);
    paint = createPictures(find(".pictures"), names.slice(0, 10), "Weights while it learns");
    tell({ name: "begin", settings, turn: ++turn });
  }

  function start() {
    find(".wait").textContent = "12,000 pictures are on their way …";
    for (const button of buttons) button.toggleAttribute("disabled", true);
    const address = new URL("./training_worker.js", import.meta.url);
    address.searchParams.set("weights", new URL(weights, document.baseURI).href);
    worker = new Worker(address, { type: "module" });
    worker.addEventListener("message", ({ data: { news, tensors, failed } }) => {
      if (news) show(news);
      else if (tensors) ontensors?.(tensors);
      else fail(failed);
    });
    worker.addEventListener("error", ({ message }) => fail(message));
    tell({ name: "picture", picture });
    beginNow();
  }

  function fail(/** @type {string} */ problem) {
    worker?.terminate();
    worker = null;
    run(false);
    find(".wait").textContent = `The pictures did not arrive. (${problem})`;
    find("[data-do=run]").removeAttribute("disabled"); // which tries again
  }

  function run(/** @type {boolean} */ on) {
    if (running !== on) tell({ name: "run", on });
    running = on;
    find("[data-do=run]").textContent = on ? "Pause" : "Play";
  }

  /** @type {<T>(points: T[]) => T[]} */
  const thinned = (points) =>
    points.length > MOST_POINTS
      ? points.filter((_, i) => i % 2 === 0 || i === points.length - 1)
      : points;

  function showCurves() {
    const axis = { left: "start", right: `step ${grouped(steps)}` };
    /** @type {(points: { steps: number }[]) => number[]} */
    const at = (points) => points.map((point) => point.steps / (steps || 1));
    if (losses.length) {
      const values = losses.map(({ loss }) => loss);
      const words = `from ${decimals(values[0], 2)} to ${decimals(values[values.length - 1], 2)}`;
      const scale = { at: at(losses), to: Math.max(...values) };
      plotLosses([values], { ...axis, ...scale, title: "Loss", words });
    }
    const { training, heldOut } = shares[shares.length - 1];
    const words =
      `${per100(heldOut)} of those kept apart (thick), ` +
      `${per100(training)} of those it learns from (thin)`;
    const lines = [shares.map((share) => share.training), shares.map((share) => share.heldOut)];
    const scale = { stress: 1, at: at(shares), to: 1 };
    plotShares(lines, { ...axis, ...scale, title: "Right:", words });
  }

  function show(/** @type {TrainingReport} */ report) {
    if (report.turn !== turn) return; // the end of an earlier training
    waiting = false;
    if (again) return beginNow();
    const lost = Number.isNaN(report.worst); // its weights are no numbers
    for (const button of buttons)
      button.toggleAttribute("disabled", lost && ["use", "save"].includes(button.dataset.do ?? ""));
    find(".wait").textContent = "";
    steps = report.steps;
    const { loss, right } = report;
    const { batch, count } = settings;
    if (loss !== null && Number.isFinite(loss)) losses = thinned([...losses, { steps, loss }]);
    if (right) shares = thinned([...shares, { steps, ...right }]);
    const seen = steps * Math.min(batch, count);
    find(".counts").textContent = !steps
      ? "0 steps: its weights are random."
      : `${grouped(steps)} ${steps === 1 ? "step" : "steps"}, ` +
        `${grouped(seen)} pictures shown: each ${decimals(seen / count, 1)} times.`;
    showCurves(); // the first report says what is right
    const [word, text] = happens(settings, seen, report, shares[shares.length - 1]);
    const key = `${word} ${Math.floor(Math.log2(seen))}`;
    if (word && key !== said) find(".happens").textContent = text; // which is read out
    said = word ? key : said;
    if (right || !running) paint(report.units); // seldom, which keeps the page smooth
    const says = report.says?.every(Number.isFinite) ? report.says : null;
    chart.show(says);
    find(".of-yours").textContent = !picture
      ? "Draw something, and see here what it says of it."
      : `What it says of your picture: ${says ? classes[highest(says)] : "nothing any more"}.`;
  }

  /** Its weights as they are now. @type {() => Promise<Record<string, Tensor>>} */
  function tensorsNow() {
    tell({ name: "give" });
    return new Promise((resolve) => (ontensors = resolve));
  }

  /** As weights/NAME.json. @type {(hash: string) => NetworkFile & Record<string, unknown>} */
  function about(hash) {
    const { hidden: units, activation, adam, rate, batch, seed, count } = settings;
    const sizes = [784, units, classes.length];
    return {
      name: OWN,
      parameters: 785 * units + (units + 1) * classes.length,
      sha256: hash,
      sizes,
      activation,
      classes,
      mirror: false,
      temperatures: { fashion_mnist: 1, photo: 1, worn: 1, sketch: 1 },
      thresholds: { photo: 0, worn: 0, sketch: 0 },
      seed,
      recipe: { sizes, optimiser: adam ? "Adam" : "SGD", learning_rate: rate, batch, steps },
      data: { "Fashion-MNIST": count },
    };
  }

  async function use() {
    run(false);
    await useOwn({ about: about(""), tensors: await tensorsNow() });
    find(".saved").textContent = `It answers now, as "${OWN}", also when you come back.`;
  }

  async function save() {
    run(false);
    const file = writeTensors(await tensorsNow());
    const hash = (await sha256(file)) ?? "";
    const links = [
      [`${OWN}.safetensors`, file],
      [`${OWN}.json`, `${JSON.stringify(about(hash), null, 1)}\n`],
    ].map(([name, content]) => {
      const href = URL.createObjectURL(new Blob([content]));
      return make("a", { href, download: name }, String(name));
    });
    const words = `Put both into weights/, and: python -m classifier PICTURE --network ${OWN}`;
    find(".saved").replaceChildren(...links, make("br"), words);
  }

  /** @type {Record<string, () => unknown>} */ const work = {
    run() {
      if (!worker) start();
      run(!running);
    },
    step() {
      if (again) beginNow(); // or this step would belong to the training before
      tell({ name: "step" });
    },
    begin,
    use,
    save,
  };
  for (const button of buttons)
    button.addEventListener("click", () => work[button.dataset.do ?? ""]());
  find("[data-do=save]").hidden = !crypto.subtle; // no https
  for (const field of findAll(place, "input, select")) field.addEventListener("change", begin);
  hidden.addEventListener("input", () => (find("output").textContent = hidden.value));
  for (const folded of [place, place.closest(".inside")])
    folded?.addEventListener("toggle", () => run(false));
  start();

  return (now) => {
    if (now.picture === picture) return;
    picture = now.picture;
    tell({ name: "picture", picture });
  };
}
