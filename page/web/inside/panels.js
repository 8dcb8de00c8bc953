// The panels of "See inside", one folder each: NAME/NAME.html with data-panel="NAME" (inside.html
// lists them), NAME.js, which shows it, and NAME_engine.js for what the engine computes for it. A
// panel that is a <details> is loaded when it is unfolded.

import { findAll } from "../dom.js";

/**
 * Panels in a section; onproblem(sentence): why nothing is to be seen in the section as a whole.
 * @type {(root: HTMLElement, page: Omit<PanelPage, "latest">,
 *   onproblem: (problem: string) => void) => Panel}
 */
export function createPanels(root, page, onproblem) {
  /** @type {Now | null} */ let now = null;

  const panels = findAll(root, "[data-panel]").map((place) => {
    const wait = place.querySelector(":scope > .wait");
    const say = (/** @type {string} */ problem) =>
      wait ? (wait.textContent = problem) : problem && onproblem(problem);
    const open = () => !(place instanceof HTMLDetailsElement) || place.open;
    /** @type {Panel | null} */ let show = null;

    async function unfold() {
      if (!open()) return;
      const name = place.dataset.panel;
      const module = await import(`./${name}/${name}.js`).catch(() => null);
      say(module ? "" : "The server does not answer. Are you offline?");
      const latest = createLatest(page.compute, say);
      show ??= module?.createPanel(place, { ...page, latest }) ?? null;
      if (now) show?.(now);
    }

    place.addEventListener("toggle", unfold);
    unfold(); // it may have been, before all this had arrived
    return (/** @type {Now} */ next) => open() && show?.(next);
  });

  return (next) => {
    now = next;
    for (const show of panels) show(next);
  };
}

/** @type {(compute: ComputeInside, say: (problem: string) => unknown) => PanelPage["latest"]} */
export const createLatest = (compute, say) => (name, onreply) => {
  /** @type {any} */ let next = null;
  let busy = false;
  return async (message) => {
    next = message;
    if (busy) return;
    busy = true;
    while (next) {
      const asked = next;
      next = null;
      const reply = await compute(name, asked).catch(() => null);
      say(reply ? "" : "Still loading. Are you offline?");
      if (reply) onreply(reply, asked);
    }
    busy = false;
  };
};
