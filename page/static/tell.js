// "Wrong? Tell us": the picture and its right class go to the server only after a clear yes.

// send(message): a promise of {"thanks": sentence} or {"error": sentence}, undefined if gone.
export function createTell(dialog, classes, send, tell) {
  const yes = dialog.querySelector("[name=yes]");
  const button = dialog.querySelector("[data-tell=send]");
  const kinds = dialog.querySelector(".kinds");
  let pending = null; // {image, kind, guess}

  for (const name of [...classes, "None of these"]) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "label", value: name });
    label.append(input, name);
    kinds.append(label);
  }
  const chosen = () => dialog.querySelector("[name=label]:checked")?.value;
  dialog.addEventListener("change", () => (button.disabled = !yes.checked || !chosen()));

  button.addEventListener("click", async () => {
    button.disabled = true;
    const label = classes.includes(chosen()) ? chosen() : "";
    const message = { ...pending, label, consent: yes.checked };
    const answer = await send(message).catch(() => undefined);
    dialog.close();
    tell(answer?.thanks ?? answer?.error ?? "The server cannot be reached; nothing was kept.");
  });
  dialog.addEventListener("close", () => (pending = null));

  return {
    open(message) {
      pending = message;
      dialog.querySelector("form").reset();
      button.disabled = true;
      dialog.showModal();
    },
  };
}
