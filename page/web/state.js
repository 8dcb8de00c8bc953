// The page's state: all that its parts share. What a link carries, and what a reload brings back, is
// read from it. A reload finds it in the tab's own storage, which no other tab and no server sees.

import { fromFragment, toFragment } from "./link.js";

const KEPT = "page";

/** @type {(paper: Paper, networks: string[]) => State} */
export const createState = (paper, networks) => ({
  mode: "draw",
  networks: [networks[0]],
  instead: null,
  picture: null,
  shown: null,
  get strokes() {
    return paper.strokes;
  },
  get still() {
    return this.picture?.kind === "still" ? this.picture : null;
  },
  get live() {
    return this.picture?.kind === "camera";
  },
});

/**
 * Writes it down whenever the page may be left: nothing tells a reload from a good-bye.
 * @param {State} state
 */
export function keepForReload(state) {
  window.addEventListener("pagehide", () => {
    const { networks, strokes } = state;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ networks, strokes }));
    } catch {} // no storage, or full: then a reload forgets
  });
}

/** What was written down before the reload. @type {() => Kept | undefined} */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * The address of this page in this state. A photo stays where it is, and so does the drawing behind
 * it. Rejects with a RangeError if the drawing does not fit.
 * @type {(state: State) => Promise<string>}
 */
export async function linkTo({ mode, networks, strokes }) {
  const url = new URL(location.pathname, location.origin); // a Space's query may hold a secret
  url.hash = await toFragment({ mode, networks, strokes: mode === "draw" ? strokes : [] });
  return url.href;
}

/** What the address asks for; rejects if it should hold a drawing but does not. */
export const asked = () => fromFragment(location.hash.slice(1));
