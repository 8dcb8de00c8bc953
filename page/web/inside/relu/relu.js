// Step 3: the ReLU, and how many units are on.

import { finder } from "../../dom.js";
import { decimals, grouped } from "../../numbers.js";
import { largest } from "../paint.js";

/** @type {(root: HTMLElement) => Panel} */
export function createPanel(root) {
  const find = finder(root);

  /** @type {(numbers: Numbers | null, unit: Unit) => void} */
  function showPoint(numbers, { layer, unit }) {
    const dots = [find(".dot:not(.mirror)", SVGElement), find(".dot.mirror", SVGElement)];
    const sums = numbers?.layers[layer].views.map((view) => view[unit]) ?? [];
    const bends = numbers ? numbers.layers[layer].bends : true;
    const out = (/** @type {number} */ sum) => (bends ? Math.max(sum, 0) : sum);
    find(".curve", SVGElement).setAttribute("d", bends ? "M10 110H100L190 20" : "M80 130L190 20");
    const end = Math.ceil(Math.max(6, largest(sums)));
    const scale = 90 / end;
    find(".end", SVGElement).textContent = String(end);
    dots.forEach((dot, i) => {
      const there = i < sums.length;
      dot.style.display = there ? "" : "none";
      if (!there) return;
      dot.setAttribute("cx", (100 + sums[i] * scale).toFixed(1));
      dot.setAttribute("cy", (110 - out(sums[i]) * scale).toFixed(1));
    });
    const words = sums.map((sum) => `${decimals(sum)} becomes ${decimals(out(sum))}`);
    if (numbers && words.length === 2) {
      words[1] =
        `in the mirror (hollow point) ${words[1]}; the mean of both, ` +
        `${decimals(numbers.layers[layer].out[unit])}, is what counts`;
    }
    find("#relu-says").textContent = numbers
      ? `Unit ${unit}${bends ? "" : ", in a network without ReLU"}: ${words.join("; ")}.`
      : "A point on this line will be your unit's.";
  }

  /** @type {(numbers: Numbers | null) => void} */
  function showOn(numbers) {
    const hidden = numbers?.layers.slice(0, -1) ?? [];
    find(".on").textContent = hidden
      .map(({ out, bends }, i) => {
        const where = hidden.length > 1 ? `Layer ${i + 1}: ` : "";
        if (!bends) return `${where}All ${grouped(out.length)} units pass their sum on as it is.`;
        const on = out.reduce((count, value) => count + Number(value > 0), 0);
        return `${where}${grouped(on)} of ${grouped(out.length)} units are on.`;
      })
      .join(" ");
  }

  return {
    show({ numbers, unit }) {
      showPoint(numbers, unit);
      showOn(numbers);
    },
  };
}
