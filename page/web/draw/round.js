// A round to play: six things to draw, one after the other. Each is over when the network is sure of
// it, or when its time is up.

import { drawRound, saveCanvas } from "../answer/picture_card.js";
import { article, hasShape, judge } from "../answer/words.js";
import { contextOf, createCanvas, finder } from "../dom.js";

const TURNS = 6;
const SECONDS = 20; // for each
const SURE_MS = 600; // so long it has to stay sure, lest a line in passing wins
const PAUSE_MS = 1500; // to read how it went
const SIDE = 256; // pixels of a drawing, as it is sent

/** @type {Claim} */ const NOTHING = { claim: "early", label: "" };

/** @type {(name: string) => string} */
function asked(name) {
  if (name === "T-shirt/top") return "a T-shirt";
  return name === "Trouser" ? "trousers" : `${article(name)} ${name.toLowerCase()}`;
}

/** guess: what the drawing was taken for, "" where it can teach nothing. @typedef {{ name: string, canvas: HTMLCanvasElement, outcome: string, won: boolean, guess: string }} Turn */

/**
 * give(message): sends a drawing, see feedback.js, or null where nothing is collected.
 * @param {HTMLElement} demo
 * @param {Paper} paper
 * @param {{ classes: string[], give: Give | null }} page
 */
export function createRound(demo, paper, { classes, give }) {
  const find = finder(demo);
  const dialog = find("dialog.played", HTMLDialogElement);
  const yes = find(".giving input", HTMLInputElement);
  const button = (/** @type {string} */ name) => find(`[data-round=${name}]`, HTMLButtonElement);
  const hint = find(".hint").textContent; // on an empty paper
  /** @type {Sheet | null} */ let own = null; // the visitor's, while a round is on
  /** @type {string[]} */ let names = []; // of what is to be drawn
  /** @type {Turn[]} */ let turns = []; // those that are over
  let left = 0; // seconds
  let claim = NOTHING; // of the latest answer
  /** @type {ReturnType<typeof setInterval> | undefined} */ let ticking; // a turn is on
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let holding; // it is sure
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let pause;

  const won = () => turns.filter((turn) => turn.won).length;
  const worthy = () => turns.filter(({ guess }) => guess);

  function halt() {
    clearInterval(ticking);
    clearTimeout(holding);
    clearTimeout(pause);
    ticking = holding = pause = undefined;
  }

  /** @param {string} sentence */
  function tell(sentence, count = "") {
    find(".task").textContent = find(".hint").textContent = sentence;
    find(".count").textContent = count;
  }

  function showTime() {
    find(".clock").textContent = `${left} s`;
  }

  function start() {
    if (own) return;
    own = paper.exchange();
    turns = [];
    const lots = classes
      .map((name) => ({ name, lot: Math.random() }))
      .sort((a, b) => a.lot - b.lot);
    names = lots.slice(0, TURNS).map(({ name }) => name);
    demo.classList.add("playing");
    find(".round").hidden = false;
    paper.canvas.focus({ preventScroll: true });
    next();
  }

  function next() {
    halt();
    if (turns.length === TURNS) return end();
    paper.exchange();
    claim = NOTHING;
    left = SECONDS;
    showTime();
    ticking = setInterval(tick, 1000);
    tell(`Draw ${asked(names[turns.length])}`, `${turns.length + 1} of ${TURNS} · ${won()} right`);
  }

  function tick() {
    if (document.hidden) return;
    left -= 1;
    showTime();
    if (left === 0) finish(holding !== undefined);
  }

  function taken() {
    if (!paper.strokes.length) return "nothing drawn";
    if (!claim.label) return "too little to tell";
    if (claim.claim === "none") return "taken for none of the ten";
    return claim.label === names[turns.length] ? "not sure enough" : `taken for ${claim.label}`;
  }

  /** The turn is over. @type {(won: boolean, skipped?: boolean) => void} */
  function finish(won, skipped = false) {
    halt();
    const canvas = createCanvas(SIDE);
    contextOf(canvas).putImageData(paper.pixels(), 0, 0);
    const outcome = won ? `recognised, ${SECONDS - left}\u00a0s` : skipped ? "skipped" : taken();
    turns.push({
      name: names[turns.length],
      canvas,
      outcome,
      won,
      guess: skipped ? "" : claim.label,
    });
    if (skipped) return next();
    tell(won ? `Recognised after ${SECONDS - left} s!` : `Too late: ${outcome}.`);
    pause = setTimeout(next, PAUSE_MS);
  }

  /** All is as it was. */
  function leave() {
    halt();
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
    find("#played-title").textContent = `${won()} of ${turns.length} recognised`;
    find(".played ul").replaceChildren(
      ...turns.map(({ name, canvas, outcome }) => {
        const item = document.createElement("li");
        const title = Object.assign(document.createElement("b"), { textContent: name });
        canvas.ariaHidden = "true";
        item.append(canvas, title, outcome);
        return item;
      }),
    );
    find(".giving").hidden = !give || !worthy().length;
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
      const message = {
        image: canvas.toDataURL("image/png"),
        kind: "sketch",
        guess,
        label: name,
        consent: true,
      };
      const answer = await give?.(message).catch(() => undefined);
      if (answer?.thanks) kept += 1;
      else find(".thanks").textContent = answer?.error ?? "The server cannot be reached.";
    }
    if (kept) find(".thanks").textContent = `Thank you! Kept to teach the network: ${kept}.`;
  }

  yes.addEventListener("change", () => (button("give").disabled = !yes.checked));
  button("give").addEventListener("click", giveAll);
  button("skip").addEventListener("click", () => (ticking ? finish(false, true) : next()));
  button("stop").addEventListener("click", end);
  button("close").addEventListener("click", () => dialog.close());
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
    /** An answer to what is on the paper, or null when there is none. @type {(said: Prediction | null, picture?: string) => void} */
    show(said, picture = "") {
      if (!ticking) return;
      claim = said ? judge(said, classes, { settled: true, shape: hasShape(picture) }) : NOTHING;
      if (claim.claim === "think" && claim.label === names[turns.length]) {
        holding ??= setTimeout(() => finish(true), SURE_MS);
      } else {
        clearTimeout(holding);
        holding = undefined;
      }
    },
  };
}
