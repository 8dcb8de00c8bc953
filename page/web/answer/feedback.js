// "Wrong? Tell us": the picture and its right class go to the server only after a clear yes.

import { finder } from "../dom.js";

/**
 * say(sentence): tells how it went.
 * @type {(dialog: HTMLDialogElement, classes: string[], give: Give, say: (sentence: string) =>
 *   void) => { open(given: Given): void }}
 */
export function createFeedback(dialog, classes, give, say) {
  const find = finder(dialog);
  const yes = find("[name=yes]", HTMLInputElement);
  const button = find("[data-feedback=send]", HTMLButtonElement);
  /** @type {Given | null} */ let pending = null;

  for (const name of [...classes, "None of these"]) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "label", value: name });
    label.append(input, name);
    find(".kinds").append(label);
  }
  const chosen = () => String(new FormData(find("form", HTMLFormElement)).get("label") ?? "");
  dialog.addEventListener("change", () => (button.disabled = !yes.checked || !chosen()));

  button.addEventListener("click", async () => {
    button.disabled = true;
    if (!pending) return;
    const label = classes.includes(chosen()) ? chosen() : "";
    const message = { ...pending, label, consent: yes.checked };
    const answer = await give(message).catch(() => undefined);
    dialog.close();
    say(answer?.thanks ?? answer?.error ?? "The server cannot be reached; nothing was kept.");
  });
  dialog.addEventListener("close", () => (pending = null));

  return {
    open(message) {
      pending = message;
      find("form", HTMLFormElement).reset();
      button.disabled = true;
      dialog.showModal();
    },
  };
}
