// The parts of "See inside" that are folded until wanted. Each is a <details class="part"> with a place
// for problems in it, and a module of its own, which is loaded when the part is unfolded.

import { findAll, finder } from "../dom.js";

/** @type {Record<string, () => Promise<{ createPart: (place: HTMLElement, page: PartPage) => Part }>>} */
const LOAD = {
  attribution: () => import("./attribution/attribution.js"),
  broken: () => import("./broken/broken.js"),
  training: () => import("./training/training.js"),
  nearest: () => import("./nearest/nearest.js"),
}; // by data-part

/**
 * page: askEngine, null: there is none for these networks, and no part is shown.
 * @param {HTMLElement} root
 * @param {Palette} palette
 * @param {InsideOptions} page
 */
export function createParts(root, palette, page) {
  const { askEngine: ask, classes, weights, useOwn } = page;
  /** @type {Now | null} */ let now = null;

  const parts = findAll(root, "details.part").map((each) => {
    const place = /** @type {HTMLDetailsElement} */ (each);
    const say = (/** @type {string} */ problem) => (finder(place)(".wait").textContent = problem);
    /** @type {Part | null} */ let part = null;

    /** Asks one question after the other, of those that came meanwhile the last. @type {PartPage["latest"]} */
    function latest(name, onreply) {
      /** @type {any} */ let next = null;
      let busy = false;
      return async (message) => {
        next = message;
        if (busy) return;
        busy = true;
        while (next) {
          const asked = next;
          next = null;
          const reply = await ask?.(name, asked).catch(() => null);
          say(reply ? (reply.error ?? "") : "What this needs has not arrived.");
          if (reply && !reply.error) onreply(reply, asked);
        }
        busy = false;
      };
    }

    async function unfold() {
      if (!place.open || !ask) return;
      const module = await LOAD[place.dataset.part ?? ""]().catch(() => null);
      say(module ? "" : "The server cannot be reached.");
      part ??=
        module?.createPart(place, {
          palette,
          classes,
          ask,
          latest,
          weights: weights ?? "",
          useOwn,
        }) ?? null;
      if (now) part?.show(now);
    }

    place.hidden = !ask;
    place.addEventListener("toggle", unfold);
    if (place.open) unfold(); // it was, before all this had arrived
    return (/** @type {Now} */ next) => place.open && part?.show(next);
  });

  return {
    show(/** @type {Now} */ next) {
      now = next;
      for (const show of parts) show(next);
    },
  };
}
