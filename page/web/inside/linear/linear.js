// Step 3, "Why bend at all?": lesson beside linear, the same network without its ReLU.

import { findAll, finder, press } from "../../dom.js";
import { decimals, highest, per100 } from "../../numbers.js";
import { TEN } from "../arithmetic.js";
import { createPictures, createPlot } from "../paint.js";

const COMPARED = ["lesson", "linear"];

/** @type {(root: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(root, { names, classes, known, latest, setNetworks }) {
  const find = finder(root);
  const buttons = findAll(root, ".bend button");
  const showTen = createPictures(find(".pictures"), classes, "Weights of the folded layer");
  const celsius = find(".celsius input", HTMLInputElement);
  const plots = COMPARED.map((name) => createPlot(find(".two"), `${name}:`));
  const fades = COMPARED.map((name) => latest("linear.fade", (reply) => showFade(name, reply)));
  /** @type {Uint8Array | null} */ let picture = null;
  /** @type {number[]} */ let logits = []; // linear's

  function convert() {
    const c = Number(celsius.value);
    find(".celsius output").textContent =
      `1.8 × ${decimals(c, 0)} + 32 = ${decimals(1.8 * c + 32, 1)} Fahrenheit`;
  }
  celsius.addEventListener("input", convert);
  convert();
  for (const button of buttons)
    button.addEventListener("click", () => setNetworks([button.dataset.network ?? ""]));

  /** @type {(name: string, fade: { steps: number[][], switches: number } | null) => void} */
  function showFade(name, fade) {
    const plot = plots[COMPARED.indexOf(name)];
    if (!fade || !picture) return plot([], { words: "draw something first" });
    const { steps, switches } = fade;
    const lines = Array.from({ length: TEN }, (_, c) => steps.map((logits) => logits[c]));
    const stress = highest(steps[steps.length - 1].slice(0, TEN));
    const all = lines.flat();
    plot(lines, {
      stress,
      from: Math.min(...all),
      to: Math.max(...all),
      left: "black",
      right: "your picture",
      title: `Ten logits while the picture is faded in. ${classes[stress]} ends highest.`,
      words: switches
        ? `${switches} units switch on or off on the way, and each bends the lines`
        : "no unit switches, so every line is straight",
    });
    if (name === "linear") logits = steps[steps.length - 1];
    showFolded();
  }

  function showFolded() {
    /** @type {Row[] | null} */ const folded = known("linear.fold", { network: "linear" });
    const pictures = folded?.map(({ weights }) => weights);
    if (pictures) showTen(pictures);
    if (!folded || !picture || !logits.length) return;
    const top = highest(logits.slice(0, TEN));
    const { weights, bias } = folded[top];
    const logit = picture.reduce((sum, byte, i) => sum + (byte / 255) * weights[i], bias);
    find(".folded").textContent =
      `Without ReLU the 128 units are not needed: for ${classes[top]}, both layers come to the ` +
      `logit ${decimals(logits[top])}, and one layer of ten units, the two folded into ` +
      `one, to ${decimals(logit)}.`;
  }

  return (now) => {
    const there = COMPARED.every((name) => names.includes(name));
    const [lesson, linear] = COMPARED.map((network) => there && known("describe", { network }));
    root.hidden = !lesson || !linear;
    if (root.hidden) return;
    for (const button of buttons) press(button, button.dataset.network === now.name);
    find(".scores").innerHTML =
      `Of 10,000 test pictures, lesson gets <b>${per100(lesson.accuracy)}</b> right, linear ` +
      `<b>${per100(linear.accuracy)}</b>.`;
    showFolded();
    if (picture && String(now.picture) === String(picture)) return;
    picture = now.picture;
    COMPARED.forEach((network, i) => {
      if (picture) fades[i]({ network, picture });
      else showFade(network, null);
    });
  };
}
