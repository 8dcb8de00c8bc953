// Drawing with the keyboard.

import { EVEN_PRESSURE, PAPER } from "./paper.js";

const STEP = 32; // paper units the pencil moves per key press; with Shift, a quarter of it
const clamp = (/** @type {number} */ at) => Math.min(Math.max(at, 0), PAPER);

/** @type {Record<string, [number, number]>} */
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

// A pencil that arrow keys move over the paper, and space puts down or lifts.
/**
 * @param {Pick<Paper, "canvas" | "drawing" | "begin" | "extend" | "end">} sketch
 * @param {HTMLElement} pencil
 */
export function createPencil(sketch, pencil) {
  const { canvas } = sketch;
  let [x, y] = [PAPER / 2, PAPER / 2];
  let down = false;

  function show(visible = true) {
    pencil.hidden = !visible;
    pencil.style.left = `${(100 * x) / PAPER}%`;
    pencil.style.top = `${(100 * y) / PAPER}%`;
    pencil.classList.toggle("down", down);
  }

  function lift() {
    if (down && sketch.drawing) sketch.end();
    down = false;
  }

  function leave() {
    lift();
    show(false);
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== " ") return;
    event.preventDefault();
    if (arrow) {
      [x, y] = [x, y].map((at, i) => clamp(at + arrow[i] * (event.shiftKey ? STEP / 4 : STEP)));
      if (down) sketch.extend([[x, y, EVEN_PRESSURE]]);
    } else if (down) lift();
    else {
      down = true;
      sketch.begin([x, y, EVEN_PRESSURE]);
    }
    show();
  });
  canvas.addEventListener("focus", () => show(canvas.matches(":focus-visible")));
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("pointerdown", leave, { capture: true });
}
