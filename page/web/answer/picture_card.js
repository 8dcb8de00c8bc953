// "Save picture": a PNG card with the picture, what the network saw of it, and the bars.

import { contextOf, createCanvas, make, toFile } from "../dom.js";
import { WHITE } from "../draw/paper.js";
import { highest, percentages } from "../numbers.js";
import { config } from "../server.js";

const CARD = { width: 1200, height: 630, margin: 45 };
const COLOURS = { ground: "#f5f3ee", text: "#1c1b20", quiet: "#5c5a63" };
const BARS = { top: "#2a4fc4", other: "#9fb2e6", none: "#8a8791", track: "#e4e1d9" };

/**
 * size: pixels; widest: so wide it may be; right: it ends there.
 * @typedef {{ size?: number, bold?: boolean, colour?: string, right?: boolean,
 *   widest?: number }} Font
 */

/** A blank card, and what writes on it. */
function createCard() {
  const canvas = createCanvas(CARD.width, CARD.height);
  const context = contextOf(canvas);
  /** @type {(text: string, x: number, y: number, font?: Font) => void} */
  function write(text, x, y, { size = 22, bold, colour = COLOURS.text, right, widest } = {}) {
    context.font = `${bold ? 700 : 400} ${size}px system-ui, sans-serif`;
    context.fillStyle = colour;
    context.textAlign = right ? "right" : "left";
    context.fillText(text, x, y, widest);
  }
  context.fillStyle = COLOURS.ground;
  context.fillRect(0, 0, CARD.width, CARD.height);
  const [right, foot] = [CARD.width - CARD.margin, CARD.height - 32];
  write("Draw clothes", right, foot, { size: 18, colour: COLOURS.quiet, right: true });
  return { canvas, context, write };
}

/**
 * A round's drawings, up to six, with what was asked for and how it went.
 * @type {(title: string, turns: { canvas: HTMLCanvasElement, name: string, outcome: string }[]) =>
 *   HTMLCanvasElement}
 */
export function drawRound(title, turns) {
  const { canvas: card, context, write } = createCard();
  const [side, gap, { margin }] = [200, 16, CARD];
  const column = (CARD.width - 2 * margin) / 3;
  const widest = column - side - 2 * gap;
  write(title, margin, 86, { size: 36, bold: true, widest: 3 * column });
  for (const [i, { canvas, name, outcome }] of turns.entries()) {
    const [x, y] = [margin + column * (i % 3), 130 + (side + 2 * gap) * Math.floor(i / 3)];
    context.drawImage(canvas, x, y, side, side);
    write(name, x + side + gap, y + 28, { bold: true, widest });
    write(outcome, x + side + gap, y + 56, { size: 18, colour: COLOURS.quiet, widest });
  }
  return card;
}

/**
 * picture: as it is shown; seen: what the network saw of it, 28 x 28.
 * @type {(picture: HTMLCanvasElement, seen: HTMLCanvasElement, answer: Shown) => HTMLCanvasElement}
 */
export function drawCard(picture, seen, { probabilities, claim, lead, title }) {
  const { canvas, context, write } = createCard();
  const { margin } = CARD;
  const side = CARD.height - 2 * margin;
  context.fillStyle = WHITE;
  context.beginPath();
  context.roundRect(margin, margin, side, side, 18);
  context.fill();
  context.save();
  context.clip();
  const scale = side / Math.max(picture.width, picture.height);
  const [w, h] = [picture.width * scale, picture.height * scale];
  context.drawImage(picture, margin + (side - w) / 2, margin + (side - h) / 2, w, h);
  context.restore();

  const left = margin + side + 40;
  const right = CARD.width - margin;
  const widest = right - 130 - left;
  write(lead, left, 72, { colour: COLOURS.quiet, widest });
  write(title, left, 114, { size: 36, bold: true, widest });
  context.imageSmoothingEnabled = false;
  context.drawImage(seen, right - 112, margin, 112, 112);

  const top = highest(probabilities);
  percentages(probabilities).forEach((percent, i) => {
    const y = 188 + i * 38;
    const bold = i === top;
    write(config.classes[i], left, y + 18, { bold });
    write(`${percent} %`, right, y + 18, { bold, right: true });
    const [start, length] = [left + 150, right - left - 230];
    context.fillStyle = BARS.track;
    context.fillRect(start, y, length, 22);
    context.fillStyle = BARS[claim === "none" ? "none" : bold ? "top" : "other"];
    context.fillRect(start, y, length * probabilities[i], 22);
  });
  return canvas;
}

/** @type {(canvas: HTMLCanvasElement, name: string) => Promise<void>} */
export async function saveCanvas(canvas, name) {
  const href = URL.createObjectURL(await toFile(canvas));
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
