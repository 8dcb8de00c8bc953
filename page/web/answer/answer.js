// The answer in words, bars and pixels.

import { finder, paintGreys } from "../dom.js";
import { bytesOf, percentages } from "../numbers.js";
import { createChart } from "./chart.js";
import { hasShape, inWords, judge } from "./words.js";

/** @param {HTMLElement} root @param {string[]} classes */
export function createAnswer(root, classes) {
  const find = finder(root);
  const chart = createChart(find("#chart"), classes);
  const seen = find("#seen", HTMLCanvasElement);
  /** @type {Claim | null} */ let before = null; // what was claimed last, see words.js

  /** @param {ReturnType<typeof inWords>} words */
  function write(words) {
    for (const [name, text] of Object.entries(words)) find(`.${name}`).textContent = text;
  }

  return {
    seen,
    /** @type {(lead: string, label: string) => void} */
    blank(lead, label) {
      before = null;
      chart.show(null);
      paintGreys(seen, null);
      find(".cut").hidden = true;
      write({ lead, like: "", label, sure: "" });
      find(".spoken").textContent = "";
    },
    /**
     * names: the networks asked, the first one's bars in front; settled: not in the middle of a
     * stroke, so worth reading out; drawing: and no photo; camera: one of its frames.
     * @param {Answer} answer
     * @param {string[]} names
     * @param {{ settled: boolean, drawing: boolean, camera: boolean }} moment
     * @returns {Shown}
     */
    show(answer, names, { settled, drawing, camera }) {
      const [{ probabilities, label: guess }, second] = names.map((name) => answer.networks[name]);
      const shape = !drawing || hasShape(answer.picture);
      before = judge(answer.networks[names[0]], classes, { settled, shape, camera, before });
      const percent = percentages(probabilities)[classes.indexOf(before.label)];
      const words = inWords(before, camera ? null : percent);
      chart.show(probabilities, second?.probabilities ?? null);
      find("#chart").classList.toggle("none", before.claim === "none");
      paintGreys(seen, bytesOf(answer.picture));
      find(".cut").hidden = !answer.cutout;
      if (answer.cutout) find(".cut img", HTMLImageElement).src = answer.cutout;
      write(words);
      const { lead, like, label, sure } = words;
      if (settled) find(".spoken").textContent = `${lead} ${like}${label}${sure && `, ${sure}`}`;
      const title = `${like}${label}  ${sure}`.trim();
      return { claim: before.claim, lead, title, probabilities, label: guess, kind: answer.kind };
    },
  };
}
