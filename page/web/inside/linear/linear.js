// Step 3, "Why bend at all?": lesson beside linear, the same network without its ReLU.

import { findAll, finder, press } from "../../dom.js";
import { decimals, highest, per100 } from "../../numbers.js";
import { fadeIn, foldLayers, TEN } from "../arithmetic.js";
import { createPictures, plotLines } from "../paint.js";

const FADE_STEPS = 40;

/**
 * onnetwork(name): show this network in all the steps.
 * @param {HTMLElement} root
 * @param {Palette} palette
 * @param {string[]} classes
 * @param {(name: string) => void} onnetwork
 */
export function createWhy(root, palette, classes, onnetwork) {
  const find = finder(root);
  const buttons = findAll(root, ".bend button");
  const showTen = createPictures(find(".pictures"), classes, "Weights of the folded layer");
  const celsius = find(".celsius input", HTMLInputElement);

  function convert() {
    const c = Number(celsius.value);
    find(".celsius output").textContent =
      `1.8 × ${decimals(c, 0)} + 32 = ${decimals(1.8 * c + 32, 1)} Fahrenheit`;
  }
  for (const button of buttons) {
    button.addEventListener("click", () => onnetwork(button.dataset.network ?? ""));
  }
  celsius.addEventListener("input", convert);
  convert();

  // lesson, linear: {about, numbers or null, layers: [{weights, biases}, ...] or null}.
  /** @type {(name: string, plain: Plain) => void} */
  function showFade(name, { about, numbers, layers }) {
    const svg = find(`[data-fade=${name}]`, SVGElement);
    const words = find(`[data-fade=${name}] + figcaption span`);
    if (!numbers || !layers) {
      svg.replaceChildren();
      words.textContent = "draw something first";
      return;
    }
    const { sums } = numbers.layers[0];
    const steps = fadeIn(sums, layers[0].biases, layers[1], about.activation, FADE_STEPS);
    const lines = Array.from({ length: TEN }, (_, c) => steps.map((logits) => logits[c]));
    const stress = highest(numbers.logits.slice(0, TEN));
    const all = lines.flat();
    plotLines(svg, lines, {
      stress,
      from: Math.min(...all),
      to: Math.max(...all),
      left: "black",
      right: "your picture",
    });
    const bends = about.activation
      ? [...layers[0].biases].reduce(
          (count, bias, h) => count + Number(bias > 0 !== sums[h] > 0),
          0,
        )
      : 0;
    words.textContent = bends
      ? `${bends} units switch on or off on the way, and each bends the lines`
      : "no unit switches, so every line is straight";
    svg.setAttribute(
      "aria-label",
      `Ten logits while the picture is faded in. ${classes[stress]} ends highest. ${words.textContent}.`,
    );
  }

  /** @type {Layer | null} */ let folded = null; // linear's two layers as one, once they are there

  /** @type {(plain: Plain) => void} */
  function showFolded({ numbers, layers }) {
    if (!layers) return;
    folded ??= foldLayers(layers[0], layers[1]);
    const { weights, biases } = folded;
    const pictures = classes.map((_, c) => weights.subarray(784 * c, 784 * (c + 1)));
    showTen(pictures, palette);
    if (!numbers) return;
    const top = highest(numbers.logits.slice(0, TEN));
    let logit = biases[top];
    for (let i = 0; i < 784; i++) logit += (pictures[top][i] * numbers.bytes[i]) / 255;
    find(".folded").textContent =
      `Without ReLU the 128 units are not needed: for ${classes[top]}, both layers come to the ` +
      `logit ${decimals(numbers.logits[top])}, and one layer of ten units, the two folded into ` +
      `one, to ${decimals(logit)}.`;
  }

  return {
    /**
     * name: of the network shown; lesson, linear: undefined where they are not there.
     * @type {(name: string, lesson?: Plain, linear?: Plain) => void}
     */
    show(name, lesson, linear) {
      root.hidden = !lesson || !linear;
      if (!lesson || !linear) return;
      for (const button of buttons) press(button, button.dataset.network === name);
      /** @type {(plain: Plain) => string} */ const share = ({ about }) =>
        per100(about.accuracy ?? 0);
      find(".scores").innerHTML =
        `Of 10,000 test pictures, lesson gets <b>${share(lesson)}</b> right, linear ` +
        `<b>${share(linear)}</b>.`;
      showFade("lesson", lesson);
      showFade("linear", linear);
      showFolded(linear);
    },
  };
}
