// A round to play: six things to draw, one after the other. A turn is over when what is asked for
// has been in the lead for a while, or when its time is up.

import { drawRound, saveCanvas } from "../answer/picture_card.js";
import { hasShape, noun } from "../answer/words.js";
import { contextOf, createCanvas, finder, make, toFile } from "../dom.js";
import { per100 } from "../numbers.js";
import { config, give } from "../server.js";

const { classes } = config;
const TURNS = 6;
const SECONDS = 20; // for a turn
const LEAD = 0.4; // the least probability that wins: as many fair drawings as possible
const LEAD_MS = 1500; // for so long, lest a line in passing wins
const BEST = "most recognised"; // in this browser's storage
const PAUSE_MS = 1500; // to read how it went
const TICK_MS = 100;
const SIDE = 256; // pixels of a drawing, as it is sent

/** What browsers may forbid to keep. @param {string} [value] */
function stored(value) {
  try {
    if (value !== undefined) localStorage.setItem(BEST, value);
    return localStorage.getItem(BEST);
  } catch {
    return null;
  }
}

/**
 * A turn that is over; guess: what the drawing was taken for, "" where it can teach nothing.
 * @typedef {{ name: string, canvas: HTMLCanvasElement, outcome: string, won: boolean,
 *   guess: string }} Turn
 */

/** @param {HTMLElement} demo @param {Paper} paper */
export function createRound(demo, paper) {
  const find = finder(demo);
  const dialog = find("dialog.played", HTMLDialogElement);
  const yes = find(".giving input", HTMLInputElement);
  const button = (/** @type {string} */ name) => find(`[data-round=${name}]`, HTMLButtonElement);
  const hint = find(".hint").textContent; // on an empty paper
  /** @type {Sheet | null} */ let own = null; // the visitor's, while a round is on
  /** @type {string[]} */ let names = []; // of what is to be drawn
  /** @type {Turn[]} */ let turns = []; // those that are over
  /** @type {ReturnType<typeof setInterval> | undefined} */ let clock;
  let left = 0; // milliseconds of the turn, or of the pause after it
  let pausing = false;
  let label = ""; // the class that leads; "" without a shape
  let share = 0; // probability of what is asked for
  let lead = 0; // milliseconds for which that has led

  const wanted = () => names[turns.length];
  const right = () => label === wanted() && share >= LEAD;
  const seconds = () => Math.ceil(left / 1000);
  const won = () => turns.filter((turn) => turn.won).length;
  const worthy = () => turns.filter(({ guess }) => guess);

  /** @param {string} sentence */
  function tell(sentence, count = "") {
    find(".task").textContent = find(".hint").textContent = sentence;
    find(".count").textContent = count;
  }

  function start() {
    if (own) return;
    own = paper.exchange();
    turns = [];
    const rest = [...classes];
    const lot = () => rest.splice(Math.floor(Math.random() * rest.length), 1)[0];
    names = Array.from({ length: TURNS }, lot);
    demo.classList.add("playing");
    find(".round").hidden = false;
    paper.canvas.focus({ preventScroll: true });
    clock = setInterval(tick, TICK_MS);
    next();
  }

  function next() {
    if (turns.length === TURNS) return end();
    paper.exchange();
    [label, share, lead, pausing, left] = ["", 0, 0, false, 1000 * SECONDS];
    const name = noun(wanted());
    tell(`Draw ${name}`, `${turns.length + 1} of ${TURNS} · ${won()} right`);
    showTime();
  }

  function showTime() {
    find(".clock").textContent = `${seconds()} s`;
  }

  function tick() {
    if (document.hidden) return;
    left -= TICK_MS;
    if (pausing) {
      if (left <= 0) next();
      return;
    }
    showTime();
    if (right()) lead += TICK_MS;
    if (left <= 0 || lead >= LEAD_MS) finish(right());
  }

  function taken() {
    if (!paper.strokes.length) return "nothing drawn";
    if (!label) return "too little to tell";
    if (label !== wanted()) return `taken for ${label}`;
    return `${per100(share, 0)} sure, and ${per100(LEAD, 0)} wins`;
  }

  /** The turn is over. @type {(won: boolean, skipped?: boolean) => void} */
  function finish(won, skipped = false) {
    const canvas = createCanvas(SIDE);
    contextOf(canvas).putImageData(paper.pixels(), 0, 0);
    const took = SECONDS - seconds();
    const outcome = won ? `recognised, ${took}\u00a0s` : skipped ? "skipped" : taken();
    const guess = skipped ? "" : label;
    turns.push({ name: wanted(), canvas, outcome, won, guess });
    if (skipped) return next();
    tell(
      won
        ? `Recognised after ${took} s!`
        : `Time's up! ${outcome[0].toUpperCase()}${outcome.slice(1)}.`,
    );
    [pausing, left] = [true, PAUSE_MS];
  }

  /** All is as it was. */
  function leave() {
    clearInterval(clock);
    find(".round").hidden = true;
    find(".hint").textContent = hint;
    demo.classList.remove("playing");
    const sheet = own;
    own = null;
    if (sheet) paper.exchange(sheet);
  }

  function end() {
    leave();
    if (!turns.length) return;
    const best = Math.max(won(), Number(stored()));
    stored(String(best));
    find("#played-title").textContent = `${won()} of ${turns.length} recognised`;
    find(".best").textContent = `Your best round in this browser: ${best} of ${TURNS}.`;
    find(".played ul").replaceChildren(
      ...turns.map(({ name, canvas, outcome }) =>
        make("li", {}, Object.assign(canvas, { ariaHidden: "true" }), make("b", {}, name), outcome),
      ),
    );
    find(".giving").hidden = !config.feedback || !worthy().length;
    find(".giving .consent").hidden = button("give").hidden = false;
    find(".worthy").textContent = String(worthy().length);
    find(".thanks").textContent = "";
    yes.checked = false;
    button("give").disabled = true;
    dialog.showModal();
  }

  async function giveAll() {
    find(".giving .consent").hidden = button("give").hidden = true;
    let kept = 0;
    for (const { name, canvas, guess } of worthy()) {
      const image = await toFile(canvas);
      const drawing = { image, kind: "sketch", guess, label: name, consent: "yes" };
      const answer = await give(drawing).catch(() => undefined);
      if (answer?.thanks) kept += 1;
      else
        find(".thanks").textContent =
          answer?.error ?? "The server does not answer. Are you offline?";
    }
    if (kept) find(".thanks").textContent = `Thank you! Kept to teach the network: ${kept}.`;
  }

  yes.addEventListener("change", () => (button("give").disabled = !yes.checked));
  button("give").addEventListener("click", giveAll);
  button("skip").addEventListener("click", () => (pausing ? next() : finish(false, true)));
  button("stop").addEventListener("click", end);
  button("again").addEventListener("click", () => {
    dialog.close();
    start();
  });
  button("save").addEventListener("click", () => {
    saveCanvas(drawRound(find("#played-title").textContent ?? "", turns), "round.png");
  });

  return {
    start,
    leave,
    /**
     * The answer to what is on the paper, null when there is none.
     * @type {(answer: Prediction | null, picture?: string) => void}
     */
    show(answer, picture = "") {
      label = answer && hasShape(picture) ? answer.label : "";
      share = answer?.probabilities[classes.indexOf(wanted())] ?? 0;
      if (!right()) lead = 0;
    },
  };
}
