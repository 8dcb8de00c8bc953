// What can be done with an answer: copy a link, save a picture of it, tell what it really is.

import { linkTo } from "../address.js";
import { finder, make, press } from "../dom.js";
import { config } from "../server.js";

const LOCAL = /^(localhost|127\.|\[::1\])/; // no other device knows these names

const COPIED = {
  draw: "The link is copied: whoever opens it sees your drawing.",
  photo: "The link is copied. It opens this side of the page; your photo stays here.",
};

/**
 * Puts a text on the clipboard that is only promised: WebKit takes it within the click alone. Where
 * the page is not served over https, there is only the old way.
 * @param {Promise<string>} promise
 */
async function copyText(promise) {
  try {
    const blob = promise.then((text) => new Blob([text], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {
    const area = make("textarea", { value: await promise });
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (!copied) throw new Error("the browser does not let this page copy");
  }
}

/**
 * canvas(): the picture as it is shown; file(): as it was answered for; seen: what the network saw.
 * @param {HTMLElement} demo
 * @param {State} state
 * @param {{ canvas: () => HTMLCanvasElement, file: () => Promise<Blob>, seen: HTMLCanvasElement,
 *   say: (sentence: string, untilAnswer?: boolean) => void }} page
 */
export function createSharing(demo, state, { canvas, file, seen, say }) {
  const find = finder(demo);
  const [link, save, wrong] = ["link", "save", "feedback"].map((name) =>
    find(`[data-action=${name}]`, HTMLButtonElement),
  );

  /** To copy by hand. @param {string} href */
  function offer(href) {
    say("This browser does not let the page copy. Here is the link:", true);
    const field = make("input", { value: href, readOnly: true, ariaLabel: "Link" });
    find(".notice").append(field);
    field.focus();
    field.select();
  }

  link.addEventListener("click", async () => {
    const copied = COPIED[state.mode];
    const href = linkTo(state);
    try {
      await copyText(href);
      say(copied);
    } catch (error) {
      if (error instanceof RangeError) say("This drawing is too long for a link, sorry.");
      else offer(await href);
    }
  });

  const dialog = find("dialog.code-to-scan", HTMLDialogElement);
  const [picture, ofDrawing, ofPage] = [".qr", "[data-code=drawing]", "[data-code=page]"].map(
    (selector) => finder(dialog)(selector, HTMLButtonElement),
  );

  /** Of the drawing's link, or the page's alone. @param {boolean} drawing */
  async function showCode(drawing) {
    press(ofDrawing, drawing);
    press(ofPage, !drawing);
    const page = location.origin + location.pathname;
    let sentence = LOCAL.test(location.hostname)
      ? "A phone cannot open it: this address is this computer's own."
      : page;
    try {
      const href = drawing ? await linkTo(state) : page;
      const { renderSVG } = await import("../vendor/uqr/uqr.js");
      picture.innerHTML = renderSVG(href, { ecc: "M", border: 4 }); // 4: the margin readers need
      picture.hidden = false;
    } catch (error) {
      picture.hidden = true;
      sentence =
        error instanceof RangeError
          ? "This drawing is too long for a QR code, sorry. The page has one."
          : "The server does not answer. Are you offline?";
    }
    finder(dialog)("p").textContent = sentence;
  }

  find("[data-action=code]").addEventListener("click", () => {
    const drawing = state.mode === "draw" && state.shown !== null;
    ofDrawing.hidden = !drawing;
    press(picture, dialog.classList.toggle("large", false));
    showCode(drawing);
    dialog.showModal();
  });
  ofDrawing.addEventListener("click", () => showCode(true));
  ofPage.addEventListener("click", () => showCode(false));
  picture.addEventListener("click", () => press(picture, dialog.classList.toggle("large")));

  save.addEventListener("click", async () => {
    const module = await import("./picture_card.js").catch(() => null);
    if (!module) return say("The server does not answer. Are you offline?");
    if (!state.shown) return;
    const card = module.drawCard(canvas(), seen, state.shown);
    module.saveCanvas(card, `${state.shown.label.replace("/", "-")}.png`);
  });

  wrong.hidden = !config.feedback;
  wrong.addEventListener("click", async () => {
    const module = await import("./feedback.js").catch(() => null);
    if (!module) return say("The server does not answer. Are you offline?");
    if (!state.shown) return;
    const { kind, label } = state.shown;
    const image = await file();
    const picture = { image, kind: kind === "sketch" ? "sketch" : "photo", guess: label };
    module.askRightClass(find("dialog.feedback", HTMLDialogElement), picture, say);
  });

  return {
    /** After each answer, or when there is none any more. */
    show() {
      for (const button of [link, save, wrong]) button.disabled = !state.shown;
    },
  };
}
