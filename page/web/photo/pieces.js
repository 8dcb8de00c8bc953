// The pieces of clothing found in a photo: a mark on each, to choose the one whose bars are shown.

import { createButton, press } from "../dom.js";

/** The middle of a mark, in pixels. @typedef {{ x: number, y: number }} Spot */
const APART = [96, 38]; // pixels between two marks, across and down, so that a finger hits one

// place(): where in `root` the picture lies that was sent: {left, top, width, height} in pixels.
// onchoose(): another piece was chosen.
/** @param {HTMLElement} root @param {() => Place} place @param {() => void} onchoose */
export function createPieces(root, place, onchoose) {
  const outline = document.createElement("span");
  outline.className = "outline";
  /** @type {Box | null} */
  let chosen = null; // the chosen piece's box: left, top, right, bottom in 0..1 of what was sent
  /** @type {Box | null} */ let asked = null; // the box that the question on its way asks for
  /** @type {Answer["pieces"]} */ let found = []; // [{box, label, sure}, ...] in order of size
  /** @type {HTMLElement[]} */ let marks = [];
  let picked = 0; // which of them is answered for

  function put() {
    if (!found.length) return; // nor ask where things lie, which takes a layout
    const { left, top, width, height } = place();
    const places = found.map(({ box }, i) => ({
      mark: marks[i],
      x: left + (width * (box[0] + box[2])) / 2,
      y: Math.max(APART[1] / 2, top + (height * (box[1] + box[3])) / 2),
    }));
    const sorted = [...places].sort((a, b) => a.y - b.y);
    /** How low those of some lie that could cover mine. @type {(mine: Spot, some: Spot[]) => number[]} */
    const near = (mine, some) =>
      some.filter(({ x }) => Math.abs(x - mine.x) < APART[0]).map(({ y }) => y);
    // Down, away from the marks above; and up again where the foot of the photo would cut one off.
    sorted.forEach((each, i) => {
      each.y = Math.max(each.y, ...near(each, sorted.slice(0, i)).map((y) => y + APART[1]));
    });
    const foot = root.clientHeight - APART[1] / 2;
    sorted.reverse().forEach((each, i) => {
      each.y = Math.min(each.y, foot, ...near(each, sorted.slice(0, i)).map((y) => y - APART[1]));
    });
    for (const { mark, x, y } of places)
      mark.style.translate = `calc(${x}px - 50%) calc(${y}px - 50%)`;
    const [l, t, r, b] = found[picked].box;
    outline.style.translate = `${left + l * width}px ${top + t * height}px`;
    outline.style.width = `${(r - l) * width}px`;
    outline.style.height = `${(b - t) * height}px`;
  }

  // Marks stay the same elements while the camera brings answer after answer, so that they can be
  // clicked and keep the focus.
  const mark = (/** @type {number} */ i) =>
    createButton("", () => {
      chosen = found[i].box;
      onchoose();
    });

  new ResizeObserver(put).observe(root);

  return {
    // The box to ask for now, or null for the largest piece.
    ask() {
      asked = chosen;
      return chosen;
    },
    // pieces: of the answer, none where there is nothing to choose; piece: the one it is for.
    /** @type {(answer: Pick<Answer, "pieces" | "piece">) => void} */
    show({ pieces, piece }) {
      found = pieces;
      picked = piece;
      // It may have moved, before a camera; unless another was chosen meanwhile.
      if (chosen && chosen === asked) chosen = pieces[piece]?.box ?? null;
      if (pieces.length !== marks.length) {
        marks = pieces.map((_, i) => mark(i));
        root.replaceChildren(...(pieces.length ? [outline, ...marks] : []));
      }
      pieces.forEach(({ label, sure }, i) => {
        marks[i].textContent = sure ? label : `${label}?`;
        press(marks[i], i === piece);
      });
      put();
    },
    // The box of the one that the answer is for, or null where it is for all of the picture.
    get box() {
      return found[picked]?.box ?? null;
    },
    forget() {
      chosen = null;
      found = marks = [];
      root.replaceChildren();
    },
  };
}
