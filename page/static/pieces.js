// The pieces of clothing found in a photo: a mark on each, to choose the one whose bars are shown.

const APART = [96, 38]; // pixels between two marks, across and down, so that a finger hits one

// place(): where in `root` the picture lies that was sent: {left, top, width, height} in pixels.
// onchoose(): another piece was chosen.
export function createPieces(root, place, onchoose) {
  const outline = document.createElement("span");
  outline.className = "outline";
  let chosen = null; // the chosen piece's box: left, top, right, bottom in 0..1 of what was sent
  let found = []; // [{box, label}, ...] in order of size
  let picked = 0; // which of them is answered for

  function put() {
    const { left, top, width, height } = place();
    const taken = [];
    found.forEach(({ box }, i) => {
      const x = left + (width * (box[0] + box[2])) / 2;
      let y = top + (height * (box[1] + box[3])) / 2;
      const near = (other) => Math.abs(other[0] - x) < APART[0] && Math.abs(other[1] - y) < APART[1];
      for (let other; (other = taken.find(near)); ) y = other[1] + APART[1];
      taken.push([x, y]);
      root.children[i + 1].style.translate = `calc(${x}px - 50%) calc(${y}px - 50%)`;
    });
    if (!found.length) return;
    const [l, t, r, b] = found[picked].box;
    outline.style.translate = `${left + l * width}px ${top + t * height}px`;
    outline.style.width = `${(r - l) * width}px`;
    outline.style.height = `${(b - t) * height}px`;
  }

  function mark({ box, label }, i) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-pressed", String(i === picked));
    button.addEventListener("click", () => {
      chosen = box;
      onchoose();
    });
    return button;
  }

  new ResizeObserver(put).observe(root);

  return {
    get chosen() {
      return chosen;
    },
    // pieces: of the answer, none where there is nothing to choose; piece: the one it is for.
    show({ pieces, piece }) {
      const focused = [...root.children].indexOf(document.activeElement);
      found = pieces;
      picked = piece;
      if (chosen) chosen = pieces[piece]?.box ?? null; // it may have moved, before a camera
      root.replaceChildren(...(pieces.length ? [outline, ...pieces.map(mark)] : []));
      if (focused > 0) root.children[focused]?.focus({ preventScroll: true });
      put();
    },
    forget() {
      chosen = null;
      found = [];
      root.replaceChildren();
    },
  };
}
