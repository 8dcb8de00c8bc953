// Drawing with the keyboard.

import { EVEN_PRESSURE, PAPER } from "./paper.js";

const STEP = 32; // paper units the pencil moves per key press; with Shift, a quarter of it
/** @type {Record<string, [number, number]>} */
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

// A pencil that arrow keys move over the paper, and space puts down or lifts.
/** @type {(sketch: Paper, pencil: HTMLElement) => void} */
export function createPencil(sketch, pencil) {
  const { canvas } = sketch;
  let x = PAPER / 2;
  let y = PAPER / 2;
  let down = false;

  function show() {
    pencil.style.left = `${(100 * x) / PAPER}%`;
    pencil.style.top = `${(100 * y) / PAPER}%`;
    pencil.classList.toggle("down", down);
  }

  function lift() {
    if (down && sketch.drawing) sketch.end();
    down = false;
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") {
      if (down) lift();
      else {
        sketch.begin([x, y, EVEN_PRESSURE]);
        down = true;
      }
    } else if (event.key in ARROWS) {
      const [dx, dy] = ARROWS[event.key];
      const step = event.shiftKey ? STEP / 4 : STEP;
      x = Math.min(Math.max(x + dx * step, 0), PAPER);
      y = Math.min(Math.max(y + dy * step, 0), PAPER);
      if (down) sketch.extend([[x, y, EVEN_PRESSURE]]);
    } else return;
    event.preventDefault();
    pencil.hidden = false;
    show();
  });
  canvas.addEventListener("focus", () => {
    pencil.hidden = !canvas.matches(":focus-visible");
    show();
  });
  canvas.addEventListener(
    "pointerdown",
    () => {
      lift();
      pencil.hidden = true;
    },
    { capture: true },
  );
  canvas.addEventListener("blur", () => {
    lift();
    pencil.hidden = true;
  });
}
