// The keyboard: shortcuts, and drawing with the arrow keys on the paper.

import { EVEN_PRESSURE, PAPER } from "./sketch.js";

const STEP = 32; // paper units the pencil moves per key press; with Shift, a quarter of it
/** @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// actions: {undo, redo, clear, pen, eraser, wider, thinner}, each a function. active(): may they act?
// Plain keys count only while paper or tools have the focus: who dictates, say, presses no keys.
/** @type {(root: HTMLElement, actions: Record<string, () => void>, active: () => boolean) => void} */
export function createShortcuts(root, actions, active) {
  /** @type {Record<string, string>} */
  const keys = {
    b: "pen",
    e: "eraser",
    "[": "thinner",
    "]": "wider",
    Delete: "clear",
    Backspace: "clear",
  };
  document.addEventListener("keydown", (event) => {
    const at = /** @type {Element} */ (event.target);
    const typing = at.closest?.("textarea, select, dialog, input:not([type=range])");
    if (!active() || event.altKey || typing) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    let action = root.contains(at) ? keys[key] : undefined;
    if (event.ctrlKey || event.metaKey) {
      action = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    }
    if (!action) return;
    event.preventDefault();
    actions[action]();
  });
}

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
