// "Save picture": a PNG card with the picture, what the network saw of it, and the bars.

import { contextOf, createCanvas } from "../dom.js";
import { WHITE } from "../draw/paper.js";
import { highest, percentages } from "../numbers.js";

const CARD = { width: 1200, height: 630, margin: 45 };
const CARD_COLOURS = { ground: "#f5f3ee", text: "#1c1b20", quiet: "#5c5a63" };
const CARD_BARS = { top: "#2a4fc4", other: "#9fb2e6", none: "#8a8791", track: "#e4e1d9" };

/** A blank card, and what writes on it. */
function createCard() {
  const canvas = createCanvas(CARD.width, CARD.height);
  const context = contextOf(canvas);
  const font = (/** @type {number} */ size, weight = 400) => {
    context.font = `${weight} ${size}px system-ui, -apple-system, "Segoe UI", sans-serif`;
  };
  /**
   * @type {(text: string, x: number, y: number, colour?: string, align?: CanvasTextAlign,
   *   widest?: number) => void}
   */
  const write = (text, x, y, colour = CARD_COLOURS.text, align = "left", widest = undefined) => {
    context.fillStyle = colour;
    context.textAlign = align;
    context.fillText(text, x, y, widest);
  };
  context.fillStyle = CARD_COLOURS.ground;
  context.fillRect(0, 0, CARD.width, CARD.height);
  font(18);
  write("Draw clothes", CARD.width - CARD.margin, CARD.height - 32, CARD_COLOURS.quiet, "right");
  return { canvas, context, font, write };
}

// A round's drawings, up to six: each with what was asked for, and how it went.
/** @type {(title: string, drawings: { canvas: HTMLCanvasElement, name: string, outcome: string }[]) => HTMLCanvasElement} */
export function drawRound(title, drawings) {
  const { canvas: card, context, font, write } = createCard();
  const [side, gap, { margin, width }] = [200, 16, CARD];
  font(36, 700);
  write(title, margin, 86, CARD_COLOURS.text, "left", width - 2 * margin);
  for (const [i, { canvas, name, outcome }] of drawings.entries()) {
    const column = (width - 2 * margin) / 3;
    const [x, y] = [margin + column * (i % 3), 130 + (side + 2 * gap) * Math.floor(i / 3)];
    context.drawImage(canvas, x, y, side, side);
    const left = x + side + gap;
    font(22, 700);
    write(name, left, y + 28, CARD_COLOURS.text, "left", column - side - 2 * gap);
    font(18);
    write(outcome, left, y + 56, CARD_COLOURS.quiet, "left", column - side - 2 * gap);
  }
  return card;
}

// picture: a canvas; seen: the 28 x 28 canvas; probabilities: ten numbers; claim, title, lead: see
// answer.js.
/**
 * @param {{ picture: HTMLCanvasElement, seen: HTMLCanvasElement, classes: string[],
 *   probabilities: number[], claim: string, lead: string, title: string }} card
 */
export function drawCard({ picture, seen, classes, probabilities, claim, lead, title }) {
  const { canvas, context, font, write } = createCard();
  const side = CARD.height - 2 * CARD.margin;
  const { margin } = CARD;
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
  font(22);
  write(lead, left, 72, CARD_COLOURS.quiet, "left", right - 130 - left);
  font(36, 700);
  write(title, left, 114, CARD_COLOURS.text, "left", right - 130 - left);
  context.imageSmoothingEnabled = false;
  context.drawImage(seen, right - 112, margin, 112, 112);

  const top = highest(probabilities);
  percentages(probabilities).forEach((percent, i) => {
    const y = 188 + i * 38;
    font(22, i === top ? 700 : 400);
    write(classes[i], left, y + 18);
    write(`${percent} %`, right, y + 18, CARD_COLOURS.text, "right");
    const [from, length] = [left + 150, right - left - 230];
    context.fillStyle = CARD_BARS.track;
    context.fillRect(from, y, length, 22);
    context.fillStyle = CARD_BARS[claim === "none" ? "none" : i === top ? "top" : "other"];
    context.fillRect(from, y, length * probabilities[i], 22);
  });
  return canvas;
}

/** @type {(canvas: HTMLCanvasElement, name: string) => void} */
export function saveCanvas(canvas, name) {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}
