// Step 5: how it learned, what it mixes up, and where its limits are.

import { decimals, grouped, per100, TEN } from "./inside_numbers.js";
import { createPictures, paintGreys, plotLines } from "./inside_paint.js";

const LAYMEN = 0.835; // of people without fashion knowledge (Xiao et al. 2017)
const USUAL = 0.88; // of networks like this one on Fashion-MNIST

// fetchPictures(true, said): a promise of lists of 784 bytes.
export function createLearned(root, palette, classes, fetchPictures) {
  const find = (selector) => root.querySelector(selector);
  const tenUnits = Array.from({ length: TEN }, (_, i) => `unit ${i}`);
  const paint = Object.fromEntries(
    ["before", "after"].map((when) => [
      when,
      createPictures(find(`.${when}`), tenUnits, `Weights ${when} training`),
    ]),
  );
  let shown = null; // the network whose cells these are
  let buttons = [];

  function showCurves({ history }) {
    const curve = (selector, values, from, to, digits) => {
      const svg = find(selector);
      plotLines(svg, [values], { stress: 0, from, to, left: "start", right: "end" });
      const words = `from ${digits(values[0])} to ${digits(values.at(-1))}`;
      svg.nextElementSibling.querySelector("span").textContent = words;
      svg.setAttribute("aria-label", `Curve ${words}`);
    };
    const loss = history.map((each) => each.loss);
    const right = history.map((each) => each.validation);
    curve(".curve-loss", loss, 0, Math.max(...loss), (value) => decimals(value, 2));
    curve(".curve-right", right, Math.min(...right), 1, (value) => per100(value));
  }

  function showGrown(before, after) {
    find(".grown").hidden = !before || !after;
    if (find(".grown").hidden) return;
    for (const [when, weights] of Object.entries({ before, after })) {
      const ten = tenUnits.map((_, i) => weights.subarray(784 * i, 784 * (i + 1)));
      paint[when](ten, palette);
    }
  }

  async function choose(true_, said) {
    const name = shown;
    const { count } = buttons[true_][said].dataset;
    const right = true_ === said;
    find(".cell-says").textContent =
      `${grouped(count)} of 1,000: ${classes[true_]} ` +
      (right ? "recognised" : `taken for ${classes[said]}`) +
      (count > 6 ? ". Six of them:" : ":");
    const place = find(".cell-pictures");
    place.replaceChildren();
    const pictures = await fetchPictures(true_, said);
    if (shown !== name || !pictures) return;
    place.replaceChildren(
      ...pictures.map((bytes, i) => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", `${classes[true_]}, test picture ${i + 1}`);
        paintGreys(canvas, bytes);
        return canvas;
      }),
    );
  }

  // One stop for the Tab key; the arrow keys move between the numbers.
  function move(event, row, column) {
    const [down, right] = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    }[event.key] ?? [0, 0];
    const next = buttons[row + down]?.[column + right];
    if ((!down && !right) || !next) return;
    event.preventDefault();
    buttons[row][column].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function showMixed({ counts }) {
    find(".mixed").hidden = !counts;
    find(".cell-says").textContent = "";
    find(".cell-pictures").replaceChildren();
    if (!counts) return;
    const table = find(".confusion");
    table.tHead.replaceChildren();
    const head = table.tHead.insertRow();
    head.innerHTML = `<td></td>${classes.map((name) => `<th scope="col"><span>${name}</span></th>`).join("")}`;
    table.tBodies[0].replaceChildren();
    buttons = counts.map((line, true_) => {
      const row = table.tBodies[0].insertRow();
      row.innerHTML = '<th scope="row"></th>';
      row.cells[0].textContent = classes[true_];
      return line.map((count, said) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = count;
        button.dataset.count = count;
        button.tabIndex = true_ === 0 && said === 0 ? 0 : -1;
        button.style.setProperty("--share", Math.sqrt(count / 1000).toFixed(3));
        button.classList.toggle("right", true_ === said);
        button.setAttribute(
          "aria-label",
          `${count}: ${classes[true_]} ${true_ === said ? "recognised" : `taken for ${classes[said]}`}`,
        );
        button.addEventListener("click", () => choose(true_, said));
        button.addEventListener("keydown", (event) => move(event, true_, said));
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
