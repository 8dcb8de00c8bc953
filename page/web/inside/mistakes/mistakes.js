// Step 5, "What it mixes up", and where its limits are.

import { createButton, finder } from "../../dom.js";
import { ARROWS } from "../../draw/pencil.js";
import { grouped, per100 } from "../../numbers.js";
import { createGreys } from "../paint.js";

const LAYMEN = 0.835; // of people without fashion knowledge (Xiao et al. 2017)
const USUAL = 0.88; // of networks like lesson on Fashion-MNIST

/** @type {(root: HTMLElement, page: PanelPage) => Panel} */
export function createPanel(root, { classes, known, compute }) {
  const find = finder(root);
  let shown = ""; // the network whose numbers these are
  /** @type {HTMLButtonElement[][]} */ let buttons = [];

  /** @type {(actual: number, said: number) => string} */
  const words = (actual, said) =>
    `${classes[actual]} ${actual === said ? "recognised" : `taken for ${classes[said]}`}`;

  /** @type {(actual: number, said: number, count: number) => Promise<void>} */
  async function choose(actual, said, count) {
    const network = shown;
    find(".cell-says").textContent =
      `${grouped(count)} of 1,000: ${words(actual, said)}${count > 6 ? ". Six of them:" : ":"}`;
    const place = find(".cell-pictures");
    place.replaceChildren();
    const message = { network, actual, said, count };
    /** @type {Uint8Array[]} */
    const pictures = await compute("mistakes.pictures", message).catch(() => []);
    if (shown !== network) return;
    place.replaceChildren(
      ...pictures.map((picture, i) => {
        const ariaLabel = `${classes[actual]}, test picture ${i + 1}`;
        return createGreys(picture, { role: "img", ariaLabel });
      }),
    );
  }

  // One stop for the Tab key; the arrow keys move between the numbers.
  /** @type {(event: KeyboardEvent, row: number, column: number) => void} */
  function move(event, row, column) {
    const [right, down] = ARROWS[event.key] ?? [0, 0];
    const next = buttons[row + down]?.[column + right];
    if ((!down && !right) || !next) return;
    event.preventDefault();
    buttons[row][column].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function showCounts(/** @type {number[][]} */ counts) {
    find(".cell-says").textContent = "";
    find(".cell-pictures").replaceChildren();
    const heads = classes.map((name) => `<th scope="col"><span>${name}</span></th>`);
    find(".confusion thead").innerHTML = `<tr><td></td>${heads.join("")}</tr>`;
    const body = find(".confusion tbody", HTMLTableSectionElement);
    body.replaceChildren();
    buttons = counts.map((line, actual) => {
      const row = body.insertRow();
      row.innerHTML = `<th scope="row">${classes[actual]}</th>`;
      return line.map((count, said) => {
        const button = createButton(String(count), () => choose(actual, said, count));
        button.tabIndex = actual === 0 && said === 0 ? 0 : -1;
        button.style.setProperty("--share", Math.sqrt(count / 1000).toFixed(3));
        button.classList.toggle("right", actual === said);
        button.ariaLabel = `${count}: ${words(actual, said)}`;
        button.addEventListener("keydown", (event) => move(event, actual, said));
        row.insertCell().append(button);
        return button;
      });
    });
    const wrong = counts.flatMap((line, i) => line.map((count, j) => [i === j ? 0 : count, i, j]));
    const [[most, from, to], [second, from2, to2]] = wrong.sort((a, b) => b[0] - a[0]);
    find(".most").textContent =
      `Most often it takes ${classes[from]} for ${classes[to]} (${most} of 1,000) and ` +
      `${classes[from2]} for ${classes[to2]} (${second}): in 28 × 28 grey pixels their outlines ` +
      "are the same, and buttons and collars hardly show.";
  }

  return ({ name, about: { accuracy, sizes } }) => {
    const hasNone = sizes[sizes.length - 1] > classes.length;
    const knows = hasNone
      ? "It knows ten words, and when none of them fits"
      : "It knows ten words and puts everything under one of them";
    find(".limits").textContent =
      `${name} gets ${accuracy ? per100(accuracy) : "–"} of these pictures right; about ` +
      `${per100(USUAL, 0)} is usual for a network like lesson, and people without fashion ` +
      `knowledge get ${per100(LAYMEN)}. ${knows}. lesson has only ever seen shop photos in ` +
      "this size, so it is often wrong about drawings; deep has seen drawings and photos as well.";
    /** @type {number[][] | undefined} */
    const counts = known("mistakes.confusion", { network: name })?.counts;
    find(".mixed").hidden = !counts;
    if (!counts || shown === name) return;
    shown = name;
    showCounts(counts);
  };
}
