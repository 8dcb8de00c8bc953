// "See inside the network": pictures of numbers, and cells of a canvas to point at.

import { contextOf, createButton, finder, make, paintGreys, tell } from "../dom.js";
import { ARROWS } from "../draw/pencil.js";
import { decimals, grouped, remainder, signed } from "../numbers.js";
import { takeApart } from "./arithmetic.js";

const MOST_TERMS = 8; // of a sum taken apart; the others in one line
const GREY = 128; // of a picture under the colours,
const THROUGH = 0.45; // and how much of it shows where the value is 0

/** @type {(place: number) => string} */
export const lineAndColumn = (place) => `line ${Math.floor(place / 28)}, column ${place % 28}`;

/** @type {{ minus: number[], zero: number[], plus: number[] } | null} */ let colours = null;

/**
 * The scale's colours as the style sheet has them now, RGB 0 to 255: blue for, orange against, and
 * between them the ground; told apart by people who see no red or no green.
 */
function palette() {
  if (colours) return colours;
  const { backgroundImage } = getComputedStyle(finder(document)(".ramp"));
  const channels = (backgroundImage.match(/\d+/g) ?? []).map(Number);
  const [minus, zero, plus] = [0, 3, 6].map((i) => channels.slice(i, i + 3));
  colours = { minus, zero, plus };
  return colours;
}

/** onchange(): the page is dark now, or light again. @param {() => void} onchange */
export function followColours(onchange) {
  const observer = new MutationObserver(() => {
    colours = null;
    onchange();
  });
  observer.observe(document.body, { attributeFilter: ["class"] });
}

/** Nearly the largest size: a few outliers would leave everything else pale. */
/** @type {(values: Floats) => number} */
function usual(values) {
  const sizes = Float64Array.from(values, Math.abs)
    .filter((size) => size > 0)
    .sort();
  return sizes.length ? sizes[Math.floor(0.98 * (sizes.length - 1))] : 0;
}

/** @type {(values: number[]) => number} */
export const largest = (values) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * values: 784 signed numbers; 0 is in the middle of the scale, `usual` and beyond at its end; over:
 * the picture's bytes, if it is to be seen under them.
 * @type {(canvas: HTMLCanvasElement, values: Floats, over?: Uint8Array) => void}
 */
export function paintSigned(canvas, values, over) {
  const { minus, zero, plus } = palette();
  const most = usual(values) || 1;
  const context = contextOf(canvas);
  const image = context.createImageData(28, 28);
  image.data.fill(255);
  for (let i = 0; i < 784; i++) {
    const end = values[i] < 0 ? minus : plus;
    const t = Math.min(Math.abs(values[i]) / most, 1);
    const through = over ? (THROUGH * (1 - t) * over[i]) / 255 : 0;
    for (let c = 0; c < 3; c++) {
      const colour = zero[c] + t * (end[c] - zero[c]);
      image.data[4 * i + c] = colour + through * (GREY - colour);
    }
  }
  context.putImageData(image, 0, 0);
}

/** @type {(picture: Uint8Array, properties: Partial<HTMLCanvasElement>) => HTMLCanvasElement} */
export function createGreys(picture, properties) {
  const canvas = make("canvas", { width: 28, height: 28, ...properties });
  paintGreys(canvas, picture);
  return canvas;
}

/**
 * Small pictures with a name under each; returns a function that paints them, each with a scale of
 * its own, unless they are there already. what: for screen readers, what they are pictures of.
 * @param {HTMLElement} root @param {string[]} names @param {string} what
 */
export function createPictures(root, names, what) {
  const canvases = names.map((name) => {
    const label = `${what}: ${name}`;
    const canvas = make("canvas", { width: 28, height: 28, role: "img", ariaLabel: label });
    root.append(make("li", {}, canvas, make("span", { ariaHidden: "true" }, name)));
    return canvas;
  });
  /** @type {unknown[]} */ let painted = [];
  return (/** @type {Floats[]} */ pictures) => {
    if (painted[0] === pictures[0].buffer && painted[1] === palette()) return;
    painted = [pictures[0].buffer, palette()];
    for (const [i, canvas] of canvases.entries()) paintSigned(canvas, pictures[i]);
  };
}

/**
 * A square for each value: its size says how far from zero, filled above and hollow below; off: 1
 * for those that have a cross instead.
 * @type {(canvas: HTMLCanvasElement, values: Floats, columns: number, off?: Uint8Array) => void}
 */
export function paintSquares(canvas, values, columns, off) {
  const cell = values.length > 200 ? 12 : 36;
  const rows = Math.ceil(values.length / columns);
  Object.assign(canvas, { width: columns * cell, height: rows * cell }); // which clears it
  const context = contextOf(canvas);
  const { plus, minus } = palette();
  context.fillStyle = `rgb(${plus})`;
  const line = (context.lineWidth = cell / 10);
  const most = largest([...values]) || 1;
  values.forEach((value, i) => {
    const side = off?.[i]
      ? cell / 2
      : Math.max(Math.sqrt(Math.abs(value) / most) * cell * 0.9, cell / 5);
    const [x, y] = [i % columns, Math.floor(i / columns)].map((at) => (at + 0.5) * cell - side / 2);
    context.strokeStyle = off?.[i] ? "gray" : `rgb(${minus})`;
    if (off?.[i])
      context.stroke(new Path2D(`M${x} ${y}l${side} ${side}m0 ${-side}l${-side} ${side}`));
    else if (value > 0) context.fillRect(x, y, side, side);
    else context.strokeRect(x + line / 2, y + line / 2, side - line, side - line);
  });
}

/**
 * A canvas made of cells, of which one is picked: by pointing, or with the arrow keys. To a screen
 * reader it is a slider whose value is say(index). onpick(index); hover: moving the mouse over it
 * is enough; onpress(): clicked, or space pressed. Returns what shows which one is picked.
 * @param {HTMLCanvasElement} canvas
 * @param {{ columns?: number, count?: number, say: (index: number) => string,
 *   onpick: (index: number) => void, hover?: boolean, onpress?: () => void }} cells
 */
export function createCells(canvas, cells) {
  const { columns = 28, count = 784, say, onpick, hover = false, onpress } = cells;
  const rows = Math.ceil(count / columns);
  const mark = make("span", { className: "mark", ariaHidden: "true" });
  const around = make("div", { className: "cells" });
  canvas.replaceWith(around);
  around.append(canvas, mark);
  let picked = 0;
  const range = { ariaValueMin: "0", ariaValueMax: String(count - 1) };
  Object.assign(canvas, { tabIndex: 0, role: "slider", ...range });

  /** @type {(event: PointerEvent) => void} */
  function pick({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    /** @type {(at: number, cells: number) => number} */
    const within = (at, cells) => Math.min(Math.max(Math.floor(at), 0), cells - 1);
    const row = within((rows * (clientY - top)) / height, rows);
    const index = row * columns + within((columns * (clientX - left)) / width, columns);
    if (index < count) onpick((picked = index));
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pick(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons || (hover && event.pointerType === "mouse")) pick(event);
  });
  if (onpress) canvas.addEventListener("click", onpress);
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (onpress && event.key === " ") {
      event.preventDefault();
      onpress();
    }
    const [right, down] = ARROWS[event.key] ?? [];
    const next =
      right === undefined
        ? { Home: 0, End: count - 1 }[event.key]
        : picked + right + down * columns;
    if (next === undefined) return;
    event.preventDefault();
    if (next >= 0 && next < count) onpick((picked = next)); // shown with the next frame
  });

  return (/** @type {number} */ index, visible = true) => {
    picked = Math.min(index, count - 1);
    mark.hidden = !visible;
    const [width, height] = [100 / columns, 100 / rows];
    const [x, y] = [picked % columns, Math.floor(picked / columns)];
    mark.style.inset = `${y * height}% auto auto ${x * width}%`;
    mark.style.width = `${width}%`;
    mark.style.height = `${height}%`;
    Object.assign(canvas, { ariaValueNow: String(picked), ariaValueText: say(picked) });
  };
}

/**
 * A small graph with a caption; returns what shows lines in it, and in words what they show. lines:
 * y values, evenly apart unless `at`, 0..1, says where; stress: the index of one of them; title:
 * for screen readers, before the words.
 * @typedef {{ stress?: number, at?: number[], from?: number, to?: number, left?: string,
 *   right?: string, title?: string, words: string }} Plot
 * @type {(place: HTMLElement, caption: string) => (lines: number[][], plot: Plot) => void}
 */
export function createPlot(place, caption) {
  const [x0, x1, y0, y1] = [28, 192, 122, 12];
  const figure = make("figure");
  figure.innerHTML =
    `<svg class="plot" viewBox="0 0 200 140" role="img" aria-label="${caption}"></svg>` +
    `<figcaption>${caption} <span></span></figcaption>`;
  place.append(figure);
  const find = finder(figure);
  const svg = find("svg", SVGElement);

  return (lines, plot) => {
    const { stress = 0, at, from = 0, to = 0, left = "", right = "", title = "", words } = plot;
    /** @type {(values: number[], kind: string) => string} */
    function line(values, kind) {
      const points = values.map((value, i) => {
        const x = x0 + (at ? at[i] : i / (values.length - 1 || 1)) * (x1 - x0);
        const y = y0 + ((value - from) / (to - from || 1)) * (y1 - y0);
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
      });
      return `<path class="${kind}" d="M${points.join("L")}" />`;
    }
    svg.innerHTML = !lines.length
      ? ""
      : `<path class="axis" d="M${x0} ${y1}V${y0}H${x1}" />` +
        lines.map((values) => line(values, "line")).join("") +
        line(lines[stress], "line stress") +
        `<text x="24" y="${y1 + 4}" text-anchor="end">${decimals(to, 1)}</text>` +
        `<text x="24" y="${y0}" text-anchor="end">${decimals(from, 1)}</text>` +
        `<text x="${x0}" y="136">${left}</text>` +
        `<text x="${x1}" y="136" text-anchor="end">${right}</text>`;
    svg.ariaLabel = `${title} ${words}`;
    find("figcaption span").textContent = words;
  };
}

/**
 * A table that takes a sum apart: terms, all the others, bias, and what it comes to.
 * @param {HTMLTableElement} table @param {(unit: number) => void} onpick a term was chosen
 */
export function createSum(table, onpick) {
  const caption = table.createCaption();
  const body = table.createTBody();
  const rows = Array.from({ length: MOST_TERMS + 3 }, () => {
    const row = body.insertRow();
    row.innerHTML =
      '<th scope="row"></th><td class="how quiet"></td><td></td>' +
      '<td class="sum-bar" aria-hidden="true"><span></span></td>';
    return row;
  });
  const [otherRow, biasRow, totalRow] = rows.slice(MOST_TERMS);
  totalRow.className = "result";
  const buttons = rows.slice(0, MOST_TERMS).map((row) => {
    const button = createButton("", () => onpick(Number(button.dataset.from)));
    row.cells[0].append(button);
    return button;
  });

  /** @type {(row: HTMLTableRowElement, how: string, value: number, scale: number) => void} */
  function fill({ cells }, how, value, scale) {
    cells[1].textContent = how;
    cells[2].textContent = signed(value);
    const bar = /** @type {HTMLElement} */ (cells[3].firstChild);
    const width = scale ? Math.min(50, (50 * Math.abs(value)) / scale) : 0;
    bar.className = value < 0 ? "minus" : "plus";
    bar.style.width = `${width.toFixed(1)}%`;
    bar.style.left = `${(value < 0 ? 50 - width : 50).toFixed(1)}%`;
  }

  /**
   * row: of the unit; inputs: what comes in; total: what it adds up to, called `result`.
   * @type {(title: string, row: Row, inputs: Floats, total: number, result: string) => void}
   */
  return (title, row, inputs, total, result) => {
    const { terms, others, count, bias } = takeApart(row, inputs, MOST_TERMS);
    const shown = [...terms.map((term) => term.value), bias];
    const scale = largest([...shown, others]);
    caption.textContent = title;
    for (let i = 0; i < MOST_TERMS; i++) rows[i].hidden = i >= terms.length;
    terms.forEach(({ from, input, weight, value }, i) => {
      buttons[i].dataset.from = String(from);
      tell(buttons[i], `unit ${from}`);
      fill(rows[i], `${decimals(input)} × ${decimals(weight)}`, value, scale);
    });
    otherRow.hidden = !count;
    otherRow.cells[0].textContent = `all the other ${grouped(count)}`;
    biasRow.cells[0].textContent = "bias";
    totalRow.cells[0].textContent = result;
    fill(otherRow, "", remainder(total, shown), scale);
    fill(biasRow, "", bias, scale);
    fill(totalRow, "", total, 0);
  };
}
