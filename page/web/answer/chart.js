// Ten bars in a fixed order.

import { finder, make } from "../dom.js";
import { highest, percentages } from "../numbers.js";

/** @type {(p: number) => string} */ const upTo = (p) =>
  `translateX(${(100 * (p - 1)).toFixed(2)}%)`;

/** @param {HTMLElement} root @param {string[]} classes */
export function createChart(root, classes) {
  const rows = classes.map((name) => {
    const row = make("div", { className: "row", role: "listitem" });
    row.dataset.class = name;
    row.innerHTML =
      '<span class="name"></span><span class="track" aria-hidden="true">' +
      '<span class="bar"></span><span class="bar second"></span></span>' +
      '<span class="percent"></span><span class="other"></span>';
    root.append(row);
    const find = finder(row);
    find(".name").textContent = name;
    return { row, find };
  });

  // probabilities: ten numbers, or null for an empty chart; second: those of another network.
  /** @type {(probabilities: number[] | null, second?: number[] | null) => void} */
  function show(probabilities, second = null) {
    const whole = probabilities && percentages(probabilities);
    const others = second && percentages(second);
    const top = probabilities ? highest(probabilities) : -1;
    rows.forEach(({ row, find }, i) => {
      const p = probabilities ? probabilities[i] : 0;
      row.dataset.probability = p.toFixed(4);
      row.classList.toggle("top", i === top);
      find(".bar").style.transform = upTo(p);
      find(".second").style.transform = upTo(second ? second[i] : 0);
      find(".percent").textContent = whole ? `${whole[i]} %` : "–";
      find(".other").textContent = others ? `${others[i]} %` : "";
    });
    root.classList.toggle("both", second !== null);
  }

  show(null);
  return { show };
}
