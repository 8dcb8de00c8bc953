// Step 3: the ReLU, and how many units are on.

import { finder } from "../../dom.js";
import { decimals, grouped } from "../../numbers.js";
import { largest } from "../paint.js";

/** @type {(root: HTMLElement) => Panel} */
export function createPanel(root) {
  const find = finder(root);
  const dots = [".dot:not(.mirror)", ".dot.mirror"].map((dot) => find(dot, SVGElement));

  /** @type {(numbers: Numbers | null, unit: Unit) => void} */
  function showPoint(numbers, { layer, unit }) {
    const { views = [], bends = true, out = [] } = numbers?.layers[layer] ?? {};
    const sums = views.map((view) => view[unit]);
    const passedOn = (/** @type {number} */ sum) => (bends ? Math.max(sum, 0) : sum);
    find(".curve", SVGElement).setAttribute("d", bends ? "M10 110H100L190 20" : "M80 130L190 20");
    const end = Math.ceil(Math.max(6, largest(sums)));
    const scale = 90 / end;
    find(".end", SVGElement).textContent = String(end);
    for (const [i, dot] of dots.entries()) dot.style.display = i < sums.length ? "" : "none";
    const [words, mirrored] = sums.map((sum, i) => {
      dots[i].setAttribute("cx", (100 + sum * scale).toFixed(1));
      dots[i].setAttribute("cy", (110 - passedOn(sum) * scale).toFixed(1));
      return `${decimals(sum)} becomes ${decimals(passedOn(sum))}`;
    });
    const mean = mirrored
      ? `; in the mirror (hollow point) ${mirrored}; the mean of both, ` +
        `${decimals(out[unit])}, is what counts`
      : "";
    find("#relu-says").textContent = words
      ? `Unit ${unit}${bends ? "" : ", in a network without ReLU"}: ${words}${mean}.`
      : "A point on this line will be your unit's.";
  }

  return ({ numbers, unit }) => {
    showPoint(numbers, unit);
    const hidden = numbers?.layers.slice(0, -1) ?? [];
    find(".on").textContent = hidden
      .map(({ out, bends }, i) => {
        const where = hidden.length > 1 ? `Layer ${i + 1}: ` : "";
        if (!bends) return `${where}All ${grouped(out.length)} units pass their sum on as it is.`;
        const on = out.filter((value) => value > 0).length;
        return `${where}${grouped(on)} of ${grouped(out.length)} units are on.`;
      })
      .join(" ");
  };
}
