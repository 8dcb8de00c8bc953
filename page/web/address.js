// The address and the history: Photo is an entry of it, so that Back leaves it and not the page.

import { config } from "./server.js";
import { asked, linkTo } from "./state.js";

// A static Space may write the address of the page around its frame: what people copy there carries
// the drawing.
const HUB = "https://huggingface.co";
const around = !config.served && document.referrer.startsWith(`${HUB}/`) ? window.parent : null;

/**
 * setMode, setNetworks: show what the address asks for; onbad(): it holds no drawing that can be read.
 * @param {State} state
 * @param {{ sketch: Paper, replay: ReturnType<typeof import("./draw/replay.js").createReplay>,
 *   known: string[], setMode: (mode: Mode) => void,
 *   setNetworks: (names: string[]) => void, onbad: () => void }} page
 */
export function createAddress(state, { sketch, replay, known, setMode, setNetworks, onbad }) {
  let linked = ""; // the fragment that the paper shows

  const ofDrawing = () => location.pathname + location.search + (linked && `#${linked}`);

  /**
   * Shows what the address asks for; before: what there was before a reload.
   * @type {(before?: Kept) => Promise<void>}
   */
  async function follow(before) {
    const fragment = location.hash.slice(1);
    const wanted = await asked().catch(() => null);
    if (!wanted) {
      onbad();
      return;
    }
    const names = (wanted.networks ?? before?.networks ?? []).filter((name) =>
      known.includes(name),
    );
    if (names.length) setNetworks(names);
    setMode(wanted.mode === "photo" ? "photo" : "draw");
    if (wanted.strokes && fragment !== linked) {
      linked = ""; // or the change would take the fragment out of the address
      replay.play(wanted.strokes, 1500);
      linked = fragment;
    } else if (before?.strokes.length && sketch.strokes.length === 0)
      sketch.replace(before.strokes);
  }

  window.addEventListener("popstate", () => follow());

  return {
    follow,
    /** A drawing that has changed is no longer the one in the address. */
    forgetDrawing() {
      if (!linked || replay.playing) return;
      linked = "";
      history.replaceState(history.state, "", ofDrawing());
    },
    /** There is an answer to this. */
    async tellAround() {
      if (!around) return;
      const { hash } = new URL(await linkTo(state).catch(() => location.href)); // too long for a link
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
