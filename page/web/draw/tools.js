// The drawing tools: their buttons and keys.

import { finder, press } from "../dom.js";

/** @type {Record<string, string>} */
const KEYS = {
  b: "pen",
  e: "eraser",
  "[": "thinner",
  "]": "wider",
  Delete: "clear",
  Backspace: "clear",
  "Ctrl+z": "undo",
  "Ctrl+Shift+z": "redo",
  "Ctrl+y": "redo",
};
const WIDTH_STEP = 12; // paper units

/**
 * root: holds paper and tools. active(): may the keys act?
 * @type {(root: HTMLElement, sketch: Paper, active: () => boolean) => { show(): void }}
 */
export function createTools(root, sketch, active) {
  const find = finder(root);
  const button = (/** @type {string} */ name) => find(`[data-tool=${name}]`, HTMLButtonElement);
  const width = find("[data-tool=width]", HTMLInputElement);

  function setEraser(/** @type {boolean} */ eraser) {
    sketch.pen.eraser = eraser;
    press(button("pen"), !eraser);
    press(button("eraser"), eraser);
  }

  function setWidth(/** @type {number} */ value) {
    width.value = String(value);
    sketch.pen.width = Number(width.value); // within the slider's limits
    const share = (sketch.pen.width - Number(width.min)) / (Number(width.max) - Number(width.min));
    width.ariaValueText = `${Math.round(100 * share)} %`;
  }

  /** @type {Record<string, () => void>} */ const actions = {
    undo: sketch.undo,
    redo: sketch.redo,
    clear: sketch.clear,
    pen: () => setEraser(false),
    eraser: () => setEraser(true),
    wider: () => setWidth(sketch.pen.width + WIDTH_STEP),
    thinner: () => setWidth(sketch.pen.width - WIDTH_STEP),
  };
  for (const name of ["undo", "redo", "clear", "pen", "eraser"]) {
    button(name).addEventListener("click", actions[name]);
  }
  setWidth(sketch.pen.width);
  width.addEventListener("input", () => setWidth(Number(width.value)));

  // Plain keys count only while paper or tools have the focus: who dictates, say, presses no keys.
  document.addEventListener("keydown", (event) => {
    const at = /** @type {Element} */ (event.target);
    const typing = at.closest?.("textarea, select, dialog, input:not([type=range])");
    if (!active() || event.altKey || typing) return;
    const control = event.ctrlKey || event.metaKey;
    if (!control && !root.contains(at)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = KEYS[(control ? `Ctrl+${event.shiftKey ? "Shift+" : ""}` : "") + key];
    if (!action) return;
    event.preventDefault();
    actions[action]();
  });

  return {
    /** After each change of the drawing. */
    show() {
      button("undo").disabled = !sketch.canUndo;
      button("redo").disabled = !sketch.canRedo;
      button("clear").disabled = sketch.strokes.length === 0;
      // Whoever pressed a button that is of no use any more goes on at the paper.
      if (document.activeElement?.matches(":disabled"))
        sketch.canvas.focus({ preventScroll: true });
    },
  };
}
