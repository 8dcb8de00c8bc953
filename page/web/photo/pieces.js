// The pieces of clothing in a photo: a mark on every one, to choose the one whose bars are shown.

import { createButton, make, press } from "../dom.js";

const ACROSS = 96; // pixels between the middles of two marks side by side, for a finger
const DOWN = 38; // and of one above the other

/** The middle of a mark, in pixels. @typedef {{ x: number, y: number }} Spot */

/**
 * Moves marks apart that cover each other: down, from those above; and up again where the foot of
 * the photo would cut one off.
 * @type {(spots: Spot[], foot: number) => void}
 */
function moveApart(spots, foot) {
  const sorted = [...spots].sort((a, b) => a.y - b.y);
  /** How low those before it are that could cover one. @type {(index: number) => number[]} */
  const before = (index) =>
    sorted
      .slice(0, index)
      .filter(({ x }) => Math.abs(x - sorted[index].x) < ACROSS)
      .map(({ y }) => y);
  sorted.forEach((spot, i) => {
    spot.y = Math.max(spot.y, DOWN / 2, ...before(i).map((y) => y + DOWN));
  });
  sorted.reverse().forEach((spot, i) => {
    spot.y = Math.min(spot.y, foot - DOWN / 2, ...before(i).map((y) => y - DOWN));
  });
}

/**
 * place(): where in `root` the picture lies that was sent; onchoose(): another piece was chosen.
 * @param {HTMLElement} root @param {() => Place} place @param {() => void} onchoose
 */
export function createPieces(root, place, onchoose) {
  const outline = make("span", { className: "outline" });
  /** @type {Box | null} */ let chosen = null; // the chosen piece's
  /** @type {Box | null} */ let asked = null; // which the question on its way asks for
  /** @type {Answer["pieces"]} */ let pieces = []; // in order of size
  /** @type {HTMLElement[]} */ let marks = []; // one a piece
  let picked = 0; // the piece that is answered for

  function put() {
    if (!pieces.length) return; // nor ask where things lie, which takes a layout
    const { left, top, width, height } = place();
    const spots = pieces.map(({ box }) => ({
      x: left + (width * (box[0] + box[2])) / 2,
      y: top + (height * (box[1] + box[3])) / 2,
    }));
    moveApart(spots, root.clientHeight);
    spots.forEach(({ x, y }, i) => {
      marks[i].style.translate = `calc(${x}px - 50%) calc(${y}px - 50%)`;
    });
    const [l, t, r, b] = pieces[picked].box;
    outline.style.translate = `${left + (width < 0 ? r : l) * width}px ${top + t * height}px`;
    outline.style.width = `${Math.abs((r - l) * width)}px`;
    outline.style.height = `${(b - t) * height}px`;
  }

  new ResizeObserver(put).observe(root);

  function choose(/** @type {number} */ i) {
    chosen = pieces[i].box;
    onchoose();
  }

  return {
    /** The box to ask for now, null for the one that the photo is of. */
    ask() {
      asked = chosen;
      return chosen;
    },
    /** None where there is nothing to choose. @param {Pick<Answer, "pieces" | "piece">} answer */
    show(answer) {
      pieces = answer.pieces;
      picked = answer.piece;
      // It may have moved, before a camera; unless another was chosen meanwhile.
      if (chosen && chosen === asked) chosen = pieces[picked]?.box ?? null;
      // Marks stay the same elements while the camera brings answer after answer, so that they can
      // be clicked and keep the focus.
      if (pieces.length !== marks.length) {
        marks = pieces.map((_, i) => createButton("", () => choose(i)));
        root.replaceChildren(...(pieces.length ? [outline, ...marks] : []));
      }
      pieces.forEach(({ label, sure }, i) => {
        marks[i].textContent = sure ? label : "?";
        marks[i].ariaLabel = sure ? label : `Perhaps ${label}`;
        press(marks[i], i === picked);
      });
      put();
    },
    /** The smallest piece there, 0..1 of the picture. @type {(x: number, y: number) => void} */
    chooseAt(x, y) {
      const there = pieces.findLastIndex(
        ({ box: [left, top, right, bottom] }) => left < x && x < right && top < y && y < bottom,
      );
      if (there >= 0) choose(there);
    },
    /** Of the piece that the answer is for, null where it is for all of the picture. */
    get box() {
      return pieces[picked]?.box ?? null;
    },
    forget() {
      chosen = null;
      pieces = marks = [];
      root.replaceChildren();
    },
  };
}
