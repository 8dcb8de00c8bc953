// The address and the history: Photo is an entry of it, so that Back leaves it and not the page. A
// reload brings back what the tab's own storage holds, which no other tab and no server sees.

import { fromFragment, toFragment } from "./link.js";
import { config } from "./server.js";

// A static Space may write the address of the page around its frame: what people copy there carries
// the drawing.
const HUB = "https://huggingface.co";
const around = !config.served && document.referrer.startsWith(`${HUB}/`) ? window.parent : null;
const KEPT = "page"; // in the tab's storage

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

/** Before a reload. @type {() => Partial<Pick<State, "networks" | "strokes">>} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {};
  }
}

/**
 * setMode, setNetworks: show what the address asks for; say(sentence): what is wrong with it.
 * @param {State} state
 * @param {{ sketch: Paper, replay: ReturnType<typeof import("./draw/replay.js").createReplay>,
 *   setMode: (mode: Mode) => void, setNetworks: (names: string[]) => void,
 *   say: (sentence: string) => void }} page
 */
export function createAddress(state, { sketch, replay, setMode, setNetworks, say }) {
  let linked = ""; // the fragment that the paper shows

  const ofDrawing = () => location.pathname + location.search + (linked && `#${linked}`);

  /** Shows what the address asks for. */
  async function follow({ networks = [], strokes = [] } = kept()) {
    const fragment = location.hash.slice(1);
    const wanted = await fromFragment(fragment).catch(() => null);
    if (!wanted)
      return say("This link holds no drawing that can be read. Here is a fresh sheet of paper.");
    const names = (wanted.networks ?? networks).filter((name) => config.networks.includes(name));
    if (names.length) setNetworks(names);
    setMode(wanted.mode === "photo" ? "photo" : "draw");
    if (wanted.strokes && fragment !== linked) {
      linked = ""; // or the change would take the fragment out of the address
      replay.play(wanted.strokes, 1500);
      linked = fragment;
    } else if (strokes.length && sketch.strokes.length === 0) sketch.replace(strokes);
  }

  window.addEventListener("popstate", () => follow({}));

  return {
    follow,
    /** Whenever the page may be left: nothing tells a reload from a good-bye. */
    keep() {
      const { networks, strokes } = state;
      try {
        sessionStorage.setItem(KEPT, JSON.stringify({ networks, strokes }));
      } catch {} // no storage, or full: then a reload forgets
    },
    /** A drawing that has changed is no longer the one in the address. */
    forgetDrawing() {
      if (!linked || replay.playing) return;
      linked = "";
      history.replaceState(history.state, "", ofDrawing());
    },
    /** There is an answer to this. */
    async tellAround() {
      if (!around) return;
      const { hash } = new URL(await linkTo(state).catch(() => location.href)); // it does not fit
      around.postMessage({ queryString: "", hash }, HUB);
    },
    /** There is one entry for Photo, however often somebody goes to and fro. @param {Mode} next */
    chooseMode(next) {
      if (state.mode === next) return;
      setMode(next);
      const again = history.state === "photo" || history.state === "after photo";
      if (next === "draw") {
        history.replaceState(again ? "after photo" : null, "", ofDrawing());
      } else history[again ? "replaceState" : "pushState"]("photo", "", "#mode=photo");
    },
  };
}
