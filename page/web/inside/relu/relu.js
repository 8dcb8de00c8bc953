// Step 3: the ReLU, and how many units are on.

import { finder } from "../../dom.js";
import { decimals, grouped } from "../../numbers.js";
import { largest } from "../paint.js";

/** @param {HTMLElement} root */
export function createRelu(root) {
  const find = finder(root);

  /** @type {(numbers: Numbers | null, unit: Unit) => void} */
  function showPoint(numbers, { layer, unit }) {
    const dots = [find(".dot:not(.mirror)", SVGElement), find(".dot.mirror", SVGElement)];
    const looks = numbers?.layers[layer].looks ?? [];
    const bends = numbers ? numbers.layers[layer].bends : true;
    find(".curve", SVGElement).setAttribute("d", bends ? "M10 110H100L190 20" : "M80 130L190 20");
    const end = Math.ceil(Math.max(6, largest(looks.map((look) => look[unit]))));
    const scale = 90 / end;
    find(".end", SVGElement).textContent = String(end);
    dots.forEach((dot, i) => {
      const there = i < looks.length;
      dot.style.display = there ? "" : "none";
      if (!there) return;
      const sum = looks[i][unit];
      dot.setAttribute("cx", (100 + sum * scale).toFixed(1));
      dot.setAttribute("cy", (110 - (bends ? Math.max(sum, 0) : sum) * scale).toFixed(1));
    });
    /** @type {(sum: number) => string} */ const after = (sum) =>
      decimals(bends ? Math.max(sum, 0) : sum);
    const told = looks.map((look) => `${decimals(look[unit])} becomes ${after(look[unit])}`);
    if (numbers && told.length === 2) {
      told[1] =
        `in the mirror (hollow point) ${told[1]}; the mean of both, ` +
        `${decimals(numbers.layers[layer].out[unit])}, is what counts`;
    }
    find("#relu-says").textContent = numbers
      ? `Unit ${unit}${bends ? "" : ", in a network without ReLU"}: ${told.join("; ")}.`
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
    /** numbers: of the network shown; picked: its unit. @type {(numbers: Numbers | null, picked: Unit) => void} */
    show(numbers, picked) {
      showPoint(numbers, picked);
      showOn(numbers);
    },
  };
}
