// An outline of each class, as SVG paths in a box of 100 x 100: the starters under the paper,
// "Surprise me", and the example pictures are made from them. Every path is one stroke, the first
// of each class its outline.

import { createButton } from "../dom.js";
import { EVEN_PRESSURE, PAPER } from "./paper.js";

/** @type {Record<string, string[]>} */
export const OUTLINES = {
  "T-shirt/top": [
    "M36 20L20 28 6 48 20 57 28 47 28 84 72 84 72 47 80 57 94 48 80 28 64 20Q50 36 36 20",
  ],
  Trouser: ["M32 10L68 10 74 91 57 91 50 40 43 91 26 91Z", "M31 19L69 19"],
  Pullover: [
    "M38 16L23 22Q14 30 7 78L20 82 28 48 28 86 72 86 72 48 80 82 93 78" +
      "Q86 30 77 22L62 16Q50 26 38 16",
    "M28 79L72 79",
  ],
  Dress: [
    "M38 8L35 26Q42 38 38 46 32 66 22 90 50 96 78 90 68 66 62 46 58 38 65 26" +
      "L62 8 58 8Q58 22 50 22 42 22 42 8Z",
    "M38 46Q50 50 62 46",
  ],
  Coat: [
    "M38 10L22 18Q12 28 8 72L20 75 27 44 25 93 75 93 73 44 80 75 92 72Q88 28 78 18L62 10 50 24Z",
    "M50 24L50 93",
    "M38 10L40 34 50 24 60 34 62 10",
  ],
  Sandal: [
    "M6 76Q20 70 42 70 64 68 92 56L94 78 84 78 82 70Q60 84 30 86 8 88 6 76",
    "M18 73Q26 50 46 70",
    "M66 65Q76 36 90 57",
  ],
  Shirt: [
    "M40 14L22 22Q14 32 8 76L19 79 28 46 28 88 72 88 72 46 81 79 92 76Q86 32 78 22L60 14 50 22Z",
    "M50 22L50 88",
    "M40 14L43 30 50 22 57 30 60 14",
  ],
  Sneaker: [
    "M8 76Q4 62 22 59 36 55 48 40L60 45Q74 49 84 40L92 40Q96 60 94 76Z",
    "M8 68L94 68",
    "M39 51L50 58",
    "M45 45L56 53",
  ],
  Bag: ["M16 40L84 40 91 90 9 90Z", "M33 40Q34 12 50 12 66 12 67 40"],
  "Ankle boot": [
    "M48 8L84 8Q82 40 88 64L90 92 72 92 68 84 46 91 8 91Q5 76 24 70 46 62 48 44Z",
    "M9 84L46 84 68 76 89 76",
  ],
};

const UNIT = PAPER / 100; // of the box, in units of the paper
const SPACING = 24; // paper units between two points of a sampled outline

/** Moves a point within the box. @typedef {(x: number, y: number) => [number, number]} Move */

/** The paths as strokes. @type {(paths: string[], width: number, move: Move) => Stroke[]} */
const toStrokes = (paths, width, move) =>
  paths.map((d) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    const length = path.getTotalLength();
    const steps = Math.max(1, Math.round((length * UNIT) / SPACING));
    const points = Array.from({ length: steps + 1 }, (_, i) => {
      const { x, y } = path.getPointAtLength((length * i) / steps);
      const [px, py] = move(x, y);
      return /** @type {Point} */ ([Math.round(px * UNIT), Math.round(py * UNIT), EVEN_PRESSURE]);
    });
    return { width, eraser: false, points };
  });

/** Centred, and a little smaller than the paper. @type {Move} */
const upright = (x, y) => [12 + x * 0.76, 12 + y * 0.76];

/** @type {(a: number, b: number) => number} */
const between = (a, b) => a + (b - a) * Math.random();

/** As a person might draw: larger or smaller, wider, leaning, unsteady. @type {() => Move} */
function byHand() {
  const size = between(0.55, 0.85);
  const wide = between(0.85, 1.15) * (Math.random() < 0.5 ? -1 : 1);
  const lean = between(-0.14, 0.14);
  const phases = [0, 1, 2, 3].map(() => between(0, 2 * Math.PI));
  /** @type {(a: number, b: number, phase: number) => number} */
  const tremble = (a, b, phase) =>
    1.5 * Math.sin(a / 9 + phases[phase]) + 0.8 * Math.sin(b / 5 + phases[phase + 1]);
  return (x, y) => {
    const u = (x - 50) * wide + tremble(y, x, 0);
    const v = y - 50 + tremble(x, y, 2);
    return [
      50 + size * (u * Math.cos(lean) - v * Math.sin(lean)),
      50 + size * (u * Math.sin(lean) + v * Math.cos(lean)),
    ];
  };
}

const STARTERS = ["T-shirt/top", "Trouser", "Dress", "Sneaker", "Bag", "Ankle boot"];
const DICE = "M5 5h14v14H5zM9 9h.010M15 9h.010M12 12h.010M9 15h.010M15 15h.010";

// Buttons for some outlines and a surprise: play(strokes, milliseconds) draws them.
/** @type {(root: HTMLElement, play: (strokes: Stroke[], duration: number) => void) => void} */
export function createStarters(root, play) {
  /** @type {(title: string, side: number, paths: string[], onclick: () => void) => HTMLElement} */
  const add = (title, side, paths, onclick) => {
    const button = Object.assign(createButton("", onclick), { title });
    const lines = paths.map((d) => `<path d="${d}" />`).join("");
    button.innerHTML = `<svg viewBox="0 0 ${side} ${side}" aria-hidden="true">${lines}</svg>`;
    root.append(button);
    return button;
  };
  for (const name of STARTERS) {
    const pick = () => play(toStrokes(OUTLINES[name], 52, upright), 500);
    const button = add(`Begin with: ${name}`, 100, OUTLINES[name], pick);
    button.ariaLabel = button.title;
  }
  const surprise = () => {
    const lists = Object.values(OUTLINES);
    const paths = lists[Math.floor(Math.random() * lists.length)];
    play(toStrokes(paths, Math.round(between(40, 70)), byHand()), 2200);
  };
  add("Surprise me", 24, [DICE], surprise).append("Surprise me");
}
