// Gradio's own page about the API, as an entry of the history: Back closes it.

const backdrop = () => document.querySelector(".api-docs .backdrop");

export function createApiPage(button) {
  let entered = false; // is the last entry ours?

  button.addEventListener("click", () => {
    const open = document.querySelector(".show-api");
    if (!open) return; // Gradio is not there yet
    history.pushState(null, "", location.href); // Gradio writes ?view=api over it
    entered = true;
    open.click();
  });
  // Its own ways out go back as well, or the entry would stay behind.
  document.addEventListener(
    "click",
    (event) => {
      if (!entered || !event.target.closest?.(".api-docs .backdrop, .api-docs h2 + button")) return;
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
      backdrop().click();
      history.replaceState(state, "", address); // which Gradio has just overwritten
    },
  };
}
