// Drawings of our own, one or more of each class, as SVG paths in a box of 100 x 100: the starters
// under the paper, "Surprise me", and the example pictures are made from them.
// The first path of each is the shape's outline; every path is one stroke.

import { createButton } from "../dom.js";
import { EVEN_PRESSURE, PAPER } from "./paper.js";

/** @type {Record<string, string[]>} */
export const OUTLINES = {
  "T-shirt/top": [
    "M36 20 L20 28 L6 48 L20 57 L28 47 L28 84 L72 84 L72 47 L80 57 L94 48 L80 28 L64 20 Q50 36 36 20",
  ],
  Trouser: ["M32 10 L68 10 L74 91 L57 91 L50 40 L43 91 L26 91 Z", "M31 19 L69 19"],
  Pullover: [
    "M38 16 L23 22 Q14 30 7 78 L20 82 L28 48 L28 86 L72 86 L72 48 L80 82 L93 78 Q86 30 77 22 L62 16 Q50 26 38 16",
    "M28 79 L72 79",
  ],
  Dress: [
    "M38 8 L35 26 Q42 38 38 46 Q32 66 22 90 Q50 96 78 90 Q68 66 62 46 Q58 38 65 26 L62 8 L58 8 Q58 22 50 22 Q42 22 42 8 Z",
    "M38 46 Q50 50 62 46",
  ],
  Coat: [
    "M38 10 L22 18 Q12 28 8 72 L20 75 L27 44 L25 93 L75 93 L73 44 L80 75 L92 72 Q88 28 78 18 L62 10 L50 24 Z",
    "M50 24 L50 93",
    "M38 10 L40 34 L50 24 L60 34 L62 10",
  ],
  Sandal: [
    "M6 76 Q20 70 42 70 Q64 68 92 56 L94 78 L84 78 L82 70 Q60 84 30 86 Q8 88 6 76",
    "M18 73 Q26 50 46 70",
    "M66 65 Q76 36 90 57",
  ],
  Shirt: [
    "M40 14 L22 22 Q14 32 8 76 L19 79 L28 46 L28 88 L72 88 L72 46 L81 79 L92 76 Q86 32 78 22 L60 14 L50 22 Z",
    "M50 22 L50 88",
    "M40 14 L43 30 L50 22 L57 30 L60 14",
  ],
  Sneaker: [
    "M8 76 Q4 62 22 59 Q36 55 48 40 L60 45 Q74 49 84 40 L92 40 Q96 60 94 76 Z",
    "M8 68 L94 68",
    "M39 51 L50 58",
    "M45 45 L56 53",
  ],
  Bag: ["M16 40 L84 40 L91 90 L9 90 Z", "M33 40 Q34 12 50 12 Q66 12 67 40"],
  "Ankle boot": [
    "M48 8 L84 8 Q82 40 88 64 L90 92 L72 92 L68 84 L46 91 L8 91 Q5 76 24 70 Q46 62 48 44 Z",
    "M9 84 L46 84 L68 76 L89 76",
  ],
};

const SPACING = 24; // paper units between two points of a sampled outline

// The paths as strokes, moved by `place(x, y)` from the box to paper units.
/** @type {(paths: string[], width: number, place: (x: number, y: number) => [number, number]) => Stroke[]} */
function toStrokes(paths, width, place) {
  return paths.map((d) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    const length = path.getTotalLength();
    const steps = Math.max(1, Math.round((length * (PAPER / 100)) / SPACING));
    /** @type {Point[]} */ const points = [];
    for (let i = 0; i <= steps; i++) {
      const { x, y } = path.getPointAtLength((length * i) / steps);
      const [px, py] = place(x, y);
      points.push([Math.round(px), Math.round(py), EVEN_PRESSURE]);
    }
    return { width, eraser: false, points };
  });
}

/** Centred, and a little smaller than the paper. @type {(x: number, y: number) => [number, number]} */
const upright = (x, y) => [(12 + x * 0.76) * (PAPER / 100), (12 + y * 0.76) * (PAPER / 100)];

// As a person might draw it: larger or smaller, wider, leaning, with an unsteady hand.
/** @type {() => (x: number, y: number) => [number, number]} */
function byHand() {
  /** @type {(a: number, b: number) => number} */ const between = (a, b) =>
    a + (b - a) * Math.random();
  const size = between(0.55, 0.85);
  const wide = between(0.85, 1.15);
  const lean = between(-0.14, 0.14);
  const flip = Math.random() < 0.5 ? -1 : 1;
  const phases = [0, 1, 2, 3].map(() => between(0, 2 * Math.PI));
  return (x, y) => {
    const u =
      (x - 50) * flip * wide +
      1.5 * Math.sin(y / 9 + phases[0]) +
      0.8 * Math.sin(x / 5 + phases[1]);
    const v = y - 50 + 1.5 * Math.sin(x / 9 + phases[2]) + 0.8 * Math.sin(y / 5 + phases[3]);
    const px = 50 + size * (u * Math.cos(lean) - v * Math.sin(lean));
    const py = 50 + size * (u * Math.sin(lean) + v * Math.cos(lean));
    return [px * (PAPER / 100), py * (PAPER / 100)];
  };
}

const STARTERS = ["T-shirt/top", "Trouser", "Dress", "Sneaker", "Bag", "Ankle boot"];
const DICE = "M5 5h14v14H5zM9 9h.010M15 9h.010M12 12h.010M9 15h.010M15 15h.010";

// Buttons that call onpick(strokes, milliseconds): an outline each, and a surprise.
/** @type {(root: HTMLElement, onpick: (strokes: Stroke[], milliseconds: number) => void) => void} */
export function createStarters(root, onpick) {
  /** @type {(label: string, viewBox: string, paths: string[], onclick: () => void) => HTMLButtonElement} */
  const add = (label, viewBox, paths, onclick) => {
    const button = createButton("", onclick);
    button.title = button.ariaLabel = label;
    const lines = paths.map((d) => `<path d="${d}" />`).join("");
    button.innerHTML = `<svg viewBox="${viewBox}" aria-hidden="true">${lines}</svg>`;
    root.append(button);
    return button;
  };
  for (const name of STARTERS) {
    add(`Begin with: ${name}`, "0 0 100 100", OUTLINES[name], () => {
      onpick(toStrokes(OUTLINES[name], 52, upright), 500);
    });
  }
  const surprise = add("Surprise me", "0 0 24 24", [DICE], () => {
    const names = Object.keys(OUTLINES);
    const name = names[Math.floor(Math.random() * names.length)];
    onpick(toStrokes(OUTLINES[name], 40 + Math.round(Math.random() * 30), byHand()), 2200);
  });
  surprise.append("Surprise me");
  surprise.removeAttribute("aria-label");
}
