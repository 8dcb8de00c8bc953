// The page's state: what it shows, and all that a link must carry and a reload must bring back.
//
// A link holds it after the #, see share.js; a reload finds it in the tab's own storage, which no
// other tab and no server sees.

import { fromFragment, toFragment } from "./share.js";

const KEPT = "page";

// {mode: "draw" or "photo", networks: the names of those that answer, the first one's bars in
// front, strokes: of the paper}
/** @param {Paper} paper @param {string[]} networks */
export const createState = (paper, networks) => ({
  mode: /** @type {Mode} */ ("draw"),
  networks: [networks[0]],
  get strokes() {
    return paper.strokes;
  },
});

// Writes the state down whenever the page may be left: nothing tells a reload from a good-bye.
/** @type {(state: ReturnType<typeof createState>) => void} */
export function keepForReload(state) {
  window.addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(state));
    } catch {} // no storage, or full: then a reload forgets
  });
}

// The state before the reload, or undefined.
/** @type {() => { networks: string[], strokes: Stroke[] } | undefined} */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

// A promise of the address of this page in this state. A photo stays where it is, and so does the
// drawing behind it. Throws RangeError if the drawing does not fit.
/** @type {(state: { mode: Mode, networks: string[], strokes: Stroke[] }) => Promise<string>} */
export async function link({ mode, networks, strokes }) {
  const url = new URL(location.pathname, location.origin); // a Space's query may hold a secret
  url.hash = await toFragment({ mode, networks, strokes: mode === "draw" ? strokes : [] });
  return url.href;
}

// What the address asks for: {mode, networks, strokes}, each only if it is there; rejects if it
// should hold a drawing but does not.
export const asked = () => fromFragment(location.hash.slice(1));
