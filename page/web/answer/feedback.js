// "Wrong? Tell us": the picture and its right class go to the server only after a clear yes.

import { finder, make } from "../dom.js";
import { config, give } from "../server.js";

const { classes } = config;

/**
 * Asks for the right class of a picture; say(sentence): tells how it went.
 * @type {(dialog: HTMLDialogElement, picture: Pick<Given, "image" | "kind" | "guess">,
 *   say: (sentence: string) => void) => void}
 */
export function askRightClass(dialog, picture, say) {
  const find = finder(dialog);
  const form = find("form", HTMLFormElement);
  const yes = find("[name=yes]", HTMLInputElement);
  const send = find("[data-feedback=send]", HTMLButtonElement);
  const chosen = () => String(new FormData(form).get("label") ?? "");

  const choices = [...classes, "None of these"].map((value) =>
    make("label", {}, make("input", { type: "radio", name: "label", value }), value),
  );
  find(".kinds").replaceChildren(...choices);
  form.reset();
  send.disabled = true;
  dialog.onchange = () => (send.disabled = !yes.checked || !chosen());
  send.onclick = async () => {
    send.disabled = true;
    const label = classes.includes(chosen()) ? chosen() : "";
    const consent = yes.checked ? "yes" : "";
    const answer = await give({ ...picture, label, consent }).catch(() => undefined);
    dialog.close();
    say(
      answer?.thanks ??
        answer?.error ??
        "The server does not answer; nothing was kept. Are you offline?",
    );
  };
  dialog.showModal();
}
