// Step 4: logits, softmax, and which units spoke for and against a class.

import { createButton, finder, press } from "../../dom.js";
import { decimals, short } from "../../numbers.js";
import { softmax, TEN } from "../arithmetic.js";
import { createSum } from "../paint.js";

// onpick({layer, unit}): a hidden unit was chosen; onclass(index): a class.
/**
 * @param {HTMLElement} root
 * @param {string[]} classes
 * @param {(unit: Unit) => void} onpick
 * @param {(index: number) => void} onclass
 */
export function createOutput(root, classes, onpick, onclass) {
  const find = finder(root);
  const table = find(".sum", HTMLTableElement);
  /** @type {Numbers | null} */ let numbers = null;
  const rows = classes.map((name, i) => {
    const row = find(".softmax tbody", HTMLTableSectionElement).insertRow();
    row.innerHTML =
      '<th scope="row"></th><td></td><td></td><td></td>' +
      '<td class="sum-bar" aria-hidden="true"><span class="plus"></span></td>';
    const button = createButton(name, () => onclass(i));
    row.cells[0].append(button);
    return { cells: row.cells, button, bar: finder(row)(".sum-bar span") };
  });
  const showSum = createSum(table, (unit) =>
    onpick({ layer: (numbers?.layers.length ?? 2) - 2, unit }),
  );

  function showTable(/** @type {number} */ chosen) {
    const { powers, total, probabilities } = numbers
      ? softmax(numbers)
      : { powers: [], total: 0, probabilities: [] };
    rows.forEach(({ cells, button, bar }, i) => {
      press(button, i === chosen);
      cells[1].textContent = numbers ? decimals(numbers.logits[i]) : "–";
      cells[2].textContent = numbers ? short(powers[i]) : "–";
      cells[3].textContent = numbers ? probabilities[i].toFixed(4) : "–";
      bar.style.width = `${(100 * (probabilities[i] ?? 0)).toFixed(1)}%`;
    });
    find(".total-power").textContent = numbers ? short(total) : "–";
    const all = probabilities.reduce((sum, p) => sum + p, 0);
    find(".total").textContent = numbers ? all.toFixed(4) : "–";
  }

  return {
    // shown: {numbers or null, chosen: a class, row: that output's {weights, bias}, or null}
    /** @type {(shown: { numbers: Numbers | null, chosen: number, row: Row | null }) => void} */
    show(shown) {
      numbers = shown.numbers;
      const [temperature, name] = [numbers?.temperature ?? 1, classes[shown.chosen]];
      const extra = numbers?.evidence[shown.chosen] ?? 0; // 0 of all classes, or of none
      showTable(shown.chosen);
      find(".power").innerHTML =
        (temperature === 1 ? "e<sup>logit</sup>" : "e<sup>logit / T</sup>") + (extra ? " × p" : "");
      find(".place").textContent = extra
        ? "Somebody wears this, and the network that cut it out says where. So the power of each class is " +
          "multiplied by p, how likely a piece of that class is worn there: Bayes' rule. For " +
          `${name} p is ${Math.exp(extra).toFixed(3)}.`
        : "";
      find(".temperature").textContent =
        temperature === 1
          ? ""
          : `This network's logits are first divided by T = ${decimals(temperature)}, its ` +
            "temperature, which was chosen so that its percentages can be taken at their word.";
      find(".none").textContent =
        numbers && numbers.logits.length > TEN
          ? `It has an eleventh unit, "none of the ten" (logit ${decimals(numbers.logits[TEN])}). ` +
            "It is left out of the softmax, and takes part in saying that this is none of the ten."
          : "";
      const before = numbers?.layers.at(-2);
      table.hidden = !before || !shown.row;
      if (!numbers || !before || !shown.row) return;
      const twice =
        before.looks.length > 1 ? ", activations being the mean of picture and mirror image" : "";
      const [caption, logit] = [
        `${name}: activation × weight${twice}`,
        numbers.logits[shown.chosen],
      ];
      showSum(caption, shown.row, before.out, logit, `logit of ${name}`);
    },
  };
}
