// Step 4, "Why this answer?": the pixels that spoke for two classes and against them, and what
// the network says without some of them.

import { createChart } from "../../answer/chart.js";
import { findAll, finder, paintGreys, tell } from "../../dom.js";
import { decimals, highest, remainder, signed } from "../../numbers.js";
import { softmax } from "../arithmetic.js";
import { createCells, lineAndColumn, paintSigned } from "../paint.js";

/** @typedef {ReturnType<typeof import("./attribution_engine.js").attribution>} Attribution */

/** @type {(place: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(place, { classes, latest }) {
  const find = finder(place);
  const wipe = find("[data-cells=wipe]", HTMLCanvasElement);
  const canvases = /** @type {HTMLCanvasElement[]} */ (findAll(place, "canvas.plain"));
  const selects = /** @type {HTMLSelectElement[]} */ (findAll(place, "select"));
  const restore = find(".actions button", HTMLButtonElement);
  const chart = createChart(find(".ten"), classes);
  const rows = canvases.map(() => {
    const row = find(".adds tbody", HTMLTableSectionElement).insertRow();
    row.innerHTML = `<th scope="row"></th>${"<td></td>".repeat(4)}`;
    return row;
  });
  /** @type {Now | null} */ let now = null;
  /** @type {(number | null)[]} */ let chosen = [null, null]; // null: the two likeliest
  const wiped = new Uint8Array(784); // 1: wiped
  let before = ""; // the picture that it was wiped from
  let at = 14 * 28 + 14;
  const say = (/** @type {string} */ text) => tell(find(".turned"), text);

  const ask = latest("attribution.attribution", showReply);
  const showPicked = createCells(wipe, {
    say: (index) => lineAndColumn(index) + (wiped[index] ? ", wiped" : ""),
    onpick: (index) => showPicked((at = index)),
    onpress: wipeAround,
  });

  function wipeAround() {
    const [x, y] = [at % 28, Math.floor(at / 28)];
    for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, 27); row++)
      wiped.fill(1, 28 * row + Math.max(x - 1, 0), 28 * row + Math.min(x + 1, 27) + 1);
    draw();
  }

  for (const gesture of /** @type {const} */ (["pointerdown", "pointermove"]))
    wipe.addEventListener(gesture, ({ buttons }) => buttons && wipeAround());
  restore.addEventListener("click", () => {
    wiped.fill(0);
    wipe.focus(); // the button can no longer be pressed
    draw();
  });
  selects.forEach((select, i) => {
    select.append(...classes.map((name, index) => new Option(name, String(index))));
    select.addEventListener("change", () => {
      chosen[i] = Number(select.value);
      draw();
    });
  });

  function draw() {
    const numbers = now?.numbers;
    const picture = now?.picture?.map((byte, i) => (wiped[i] ? 0 : byte)) ?? null;
    restore.disabled = !picture || !wiped.includes(1);
    showPicked(at);
    paintGreys(wipe, picture);
    for (const element of findAll(place, ".four, .adds, .ten, .striped, .actions"))
      element.hidden = !picture;
    if (!now || !numbers || !picture) return say("Draw something first.");
    const ten = softmax(numbers).probabilities;
    const first = highest(ten);
    const second = highest(ten.map((probability, i) => (i === first ? -Infinity : probability)));
    const asked = [chosen[0] ?? first, chosen[1] ?? (chosen[0] === second ? first : second)];
    ask({ network: now.name, kind: now.kind, cut: now.cut, picture, classes: asked });
  }

  /** @type {(reply: Attribution, asked: { picture: Uint8Array, classes: number[] }) => void} */
  function showReply(reply, { picture, classes: asked }) {
    const numbers = now?.numbers;
    if (!numbers) return;
    const whole = softmax(numbers).probabilities;
    const label = classes[highest(whole)];
    const words = `Without what was wiped it says ${reply.label}, not ${label}.`;
    chart.show(reply.probabilities, wiped.includes(1) ? whole : null);
    find(".striped").hidden = !wiped.includes(1);
    say(reply.label === label ? "" : words);
    const [a, b] = reply.logits;
    const rather = {
      logit: remainder(a.logit, [b.logit]),
      pixels: a.pixels.map((value, i) => value - b.pixels[i]),
    };
    const names = [...asked.map((index) => classes[index]), "difference"];
    [a, b, rather].forEach(({ logit, pixels }, i) => {
      paintSigned(canvases[i], pixels, picture);
      const spoke = pixels.reduce((sum, value) => sum + Math.max(value, 0), 0);
      const against = pixels.reduce((sum, value) => sum + Math.min(value, 0), 0);
      const biases = remainder(logit, [spoke, against]);
      const texts = [names[i], signed(spoke), signed(against), signed(biases), decimals(logit)];
      for (const [column, text] of texts.entries()) rows[i].cells[column].textContent = text;
      canvases[i].ariaLabel =
        `${texts[0]}: the pixels for it add ${texts[1]}, those against it ${texts[2]}`;
      if (selects[i]) selects[i].value = String(asked[i]);
    });
  }

  return (next) => {
    const picture = String(next.picture);
    if (picture !== before) wiped.fill(0);
    if (now?.name !== next.name) chosen = [null, null];
    [now, before] = [next, picture];
    draw();
  };
}
