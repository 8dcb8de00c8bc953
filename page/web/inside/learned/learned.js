// Step 5: how it learned, what it mixes up, and where its limits are.

import { createButton, createCanvas, finder, paintGreys } from "../../dom.js";
import { ARROWS } from "../../draw/pencil.js";
import { decimals, grouped, per100 } from "../../numbers.js";
import { TEN } from "../arithmetic.js";
import { createPictures, plotLines } from "../paint.js";

const LAYMEN = 0.835; // of people without fashion knowledge (Xiao et al. 2017)
const USUAL = 0.88; // of networks like this one on Fashion-MNIST

// fetchPictures(true, said): a promise of lists of 784 bytes.
/**
 * @param {HTMLElement} root
 * @param {Palette} palette
 * @param {string[]} classes
 * @param {(actual: number, said: number) => Promise<Uint8Array[] | undefined>} fetchPictures
 */
export function createLearned(root, palette, classes, fetchPictures) {
  const find = finder(root);
  const tenUnits = Array.from({ length: TEN }, (_, i) => `unit ${i}`);
  const [paintBefore, paintAfter] = ["before", "after"].map((when) =>
    createPictures(find(`.${when}`), tenUnits, `Weights ${when} training`),
  );
  /** @type {string | null} */ let shown = null; // the network whose cells these are
  /** @type {HTMLButtonElement[][]} */ let buttons = [];

  /** @param {About} about */
  function showCurves({ history }) {
    /**
     * @type {(selector: string, values: number[], from: number, to: number, digits: (value: number) =>
     *   string) => void}
     */
    const curve = (selector, values, from, to, digits) => {
      const svg = find(selector, SVGElement);
      plotLines(svg, [values], { stress: 0, from, to, left: "start", right: "end" });
      const words = `from ${digits(values[0])} to ${digits(values[values.length - 1])}`;
      find(`${selector} + figcaption span`).textContent = words;
      svg.setAttribute("aria-label", `Curve ${words}`);
    };
    const loss = history.map((each) => each.loss);
    const right = history.map((each) => each.validation);
    curve(".curve-loss", loss, 0, Math.max(...loss), (value) => decimals(value, 2));
    curve(".curve-right", right, Math.min(...right), 1, (value) => per100(value));
  }

  /** @type {(before?: Floats | null, after?: Floats | null) => void} */
  function showGrown(before, after) {
    find(".grown").hidden = !before || !after;
    if (!before || !after) return;
    const ten = (/** @type {Floats} */ weights) =>
      tenUnits.map((_, i) => weights.subarray(784 * i, 784 * (i + 1)));
    paintBefore(ten(before), palette);
    paintAfter(ten(after), palette);
  }

  /** @type {(actual: number, said: number) => Promise<void>} */
  async function choose(actual, said) {
    const name = shown;
    const count = Number(buttons[actual][said].textContent);
    const right = actual === said;
    find(".cell-says").textContent =
      `${grouped(count)} of 1,000: ${classes[actual]} ` +
      (right ? "recognised" : `taken for ${classes[said]}`) +
      (count > 6 ? ". Six of them:" : ":");
    const place = find(".cell-pictures");
    place.replaceChildren();
    const pictures = await fetchPictures(actual, said);
    if (shown !== name || !pictures) return;
    place.replaceChildren(
      ...pictures.map((bytes, i) => {
        const canvas = createCanvas();
        canvas.role = "img";
        canvas.ariaLabel = `${classes[actual]}, test picture ${i + 1}`;
        paintGreys(canvas, bytes);
        return canvas;
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

  /** @param {About} about */
  function showMixed({ counts }) {
    find(".mixed").hidden = !counts;
    find(".cell-says").textContent = "";
    find(".cell-pictures").replaceChildren();
    if (!counts) return;
    find(".confusion thead").innerHTML =
      `<tr><td></td>${classes.map((name) => `<th scope="col"><span>${name}</span></th>`).join("")}</tr>`;
    const body = find(".confusion tbody", HTMLTableSectionElement);
    body.replaceChildren();
    buttons = counts.map((line, actual) => {
      const row = body.insertRow();
      row.innerHTML = `<th scope="row">${classes[actual]}</th>`;
      return line.map((count, said) => {
        const button = createButton(String(count), () => choose(actual, said));
        button.tabIndex = actual === 0 && said === 0 ? 0 : -1;
        button.style.setProperty("--share", Math.sqrt(count / 1000).toFixed(3));
        button.classList.toggle("right", actual === said);
        button.ariaLabel = `${count}: ${classes[actual]} ${actual === said ? "recognised" : `taken for ${classes[said]}`}`;
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

  return {
    // about: what the server says of the network; before, after: weights of the first layer, if
    // they are known and small.
    /** @type {(name: string, about: About, before?: Floats | null, after?: Floats | null) => void} */
    show(name, about, before, after) {
      showGrown(before, after);
      if (shown === name) return;
      shown = name;
      if (about.history.length) showCurves(about);
      showMixed(about);
      const share = about.accuracy ? per100(about.accuracy) : "–";
      find(".limits").textContent =
        `${name} gets ${share} of these pictures right; about ${per100(USUAL, 0)} is usual for a ` +
        `network like lesson, and people without fashion knowledge get ${per100(LAYMEN)}. It knows ten ` +
        "words and puts everything under one of them. lesson has only ever seen shop photos in this " +
        "size, so it is often wrong about drawings; deep has seen drawings and photos as well.";
    },
  };
}
