// Gradio's own page about the API, as an entry of the history: Back closes it.

/** Gradio's button for it, as soon as Gradio is there. @type {() => Promise<HTMLElement>} */
async function opener() {
  for (;;) {
    const found = document.querySelector(".show-api");
    if (found instanceof HTMLElement) return found;
    await new Promise(requestAnimationFrame);
  }
}

/** @type {() => HTMLElement | null} */ const backdrop = () =>
  document.querySelector(".api-docs .backdrop");

export function createApiPage(/** @type {HTMLElement} */ button) {
  let entered = false; // is the last entry ours?
  let waiting = false; // for Gradio

  button.addEventListener("click", async () => {
    if (waiting) return;
    waiting = true;
    const open = await opener();
    waiting = false;
    history.pushState(null, "", location.href); // Gradio writes ?view=api over it
    entered = true;
    open.click();
  });
  // Its own ways out go back as well, or the entry would stay behind.
  document.addEventListener(
    "click",
    (event) => {
      const at = /** @type {Element} */ (event.target);
      if (!entered || !at.closest?.(".api-docs .backdrop, .api-docs h2 + button")) return;
      event.stopPropagation();
      history.back();
    },
    { capture: true },
  );

  return {
    // The address has changed.
    leave() {
      entered = false;
      const [state, address] = [history.state, location.href];
      if (new URLSearchParams(location.search).has("view") || !backdrop()) return;
      backdrop()?.click();
      history.replaceState(state, "", address); // which Gradio has just overwritten
    },
  };
}
