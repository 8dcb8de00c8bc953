// Step 4: logits, softmax, and which units spoke for and against a class.

import { createButton, finder, press } from "../../dom.js";
import { decimals, short } from "../../numbers.js";
import { softmax, TEN } from "../arithmetic.js";
import { createSum } from "../paint.js";

/** @type {(root: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(root, { classes, pick, known }) {
  const find = finder(root);
  const table = find(".sum", HTMLTableElement);
  let layer = 0; // the last hidden one
  const rows = classes.map((name, i) => {
    const row = find(".softmax tbody", HTMLTableSectionElement).insertRow();
    row.innerHTML =
      '<th scope="row"></th><td></td><td></td><td></td>' +
      '<td class="sum-bar" aria-hidden="true"><span class="plus"></span></td>';
    const button = createButton(name, () => pick({ chosen: i }));
    row.cells[0].append(button);
    return { cells: row.cells, button, bar: finder(row)(".sum-bar span") };
  });
  const showSum = createSum(table, (unit) => pick({ unit: { layer, unit } }));

  /** @type {(numbers: Numbers | null, chosen: number) => void} */
  function showTable(numbers, chosen) {
    const all = numbers && softmax(numbers);
    rows.forEach(({ cells, button, bar }, i) => {
      press(button, i === chosen);
      cells[1].textContent = numbers ? decimals(numbers.logits[i]) : "–";
      cells[2].textContent = all ? short(all.powers[i]) : "–";
      cells[3].textContent = all ? all.probabilities[i].toFixed(4) : "–";
      bar.style.width = `${(100 * (all?.probabilities[i] ?? 0)).toFixed(1)}%`;
    });
    find(".total-power").textContent = all ? short(all.total) : "–";
    find(".total").textContent = all
      ? all.probabilities.reduce((sum, p) => sum + p, 0).toFixed(4)
      : "–";
  }

  return ({ name: network, about, chosen, numbers }) => {
    layer = about.sizes.length - 3;
    const [temperature, name] = [numbers?.temperature ?? 1, classes[chosen]];
    const extra = numbers?.placeLogLikelihood[chosen] ?? 0; // 0 of all classes, or of none
    showTable(numbers, chosen);
    find(".power").innerHTML =
      (temperature === 1 ? "e<sup>logit</sup>" : "e<sup>logit / T</sup>") + (extra ? " × p" : "");
    find(".place").textContent = extra
      ? "Somebody wears this, and the network that cut it out says where. So the power of each " +
        "class is multiplied by p, how likely a piece of it is worn there: Bayes' rule. For " +
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
    const row = known("row", { network, layer: layer + 1, unit: chosen });
    table.hidden = !numbers || !row;
    if (!numbers || !row) return;
    const { views, out } = numbers.layers[layer];
    const twice =
      views.length > 1 ? ", activations being the mean of picture and mirror image" : "";
    const caption = `${name}: activation × weight${twice}`;
    showSum(caption, row, out, numbers.logits[chosen], `logit of ${name}`);
  };
}
