// The section "See inside the network". Folded, it loads nothing and computes nothing.

import { finder } from "../dom.js";

const load = () => import("./inside.js");

/**
 * page: null where the browser has no weights of these networks, and nothing can be seen inside.
 * @param {HTMLDetailsElement} root @param {State} state @param {InsideOptions | null} page
 */
export function createSection(root, state, page) {
  const demo = /** @type {HTMLElement} */ (root.closest(".demo"));
  const input = finder(demo)(".input");
  /** @type {ReturnType<typeof import("./inside.js").createInside> | null} */ let inside = null;

  root.hidden = !page;

  // Where the paper has been scrolled away, it comes along; its place is kept. See inside.css.
  new IntersectionObserver(([{ isIntersecting }]) => {
    const docked = root.open && !isIntersecting;
    input.style.minHeight = docked ? `${input.offsetHeight}px` : "";
    demo.classList.toggle("docked", docked);
    if (!docked) demo.classList.remove("put-away");
  }).observe(input);
  finder(input)(".away").addEventListener("click", () => demo.classList.add("put-away"));

  // It begins with the network that is easiest to follow.
  async function open() {
    const module = await load().catch(() => null);
    if (!module) finder(root)(".wait").textContent = "The server does not answer. Are you offline?";
    // Closed, or opened twice meanwhile.
    if (!page || !module || !root.open || state.instead) return;
    const { names, setNetworks } = page;
    inside ??= module.createInside(root, page);
    state.instead = state.networks;
    const shown = ["lesson", ...state.networks].find((name) => names.includes(name));
    setNetworks([shown ?? names[0]]);
  }

  // All is as it was.
  function close() {
    const before = state.instead;
    state.instead = null;
    if (before) page?.setNetworks(before);
  }

  root.addEventListener("toggle", () => {
    demo.classList.toggle("looking", root.open);
    if (root.open) open();
    else close();
  });
  root.addEventListener("pointerenter", () => load().catch(() => null), { once: true });

  return {
    /** Other networks answer. @type {(networks: string[]) => void} */
    follow: (networks) => inside?.follow(networks),
    /** An answer, or none. @type {(answer: Answer | null) => void} */
    show: (answer) => inside?.show(answer),
    /** More of the weights has arrived. */
    draw: () => inside?.draw(),
  };
}
