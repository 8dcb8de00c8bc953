// Gradio runs this when its own page stands, with `element`, the place for ours. The page is there
// already, as front.py serves it, and perhaps somebody draws: it moves in between two strokes.

const page = /** @type {Element} */ (document.querySelector("body > .demo"));

function move() {
  if (element.moveBefore) element.moveBefore(page, null);
  else if (window.paper.drawing) requestAnimationFrame(move);
  else {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    element.append(page);
    focused.focus({ preventScroll: true });
  }
}

move();
