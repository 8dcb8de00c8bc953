// Example pictures to try, painted here from our own outlines: cloth with folds and a weave, lying
// on wood or linen, with a shadow. Nobody's rights are in them, and nothing is downloaded.

import { contextOf, createButton, createCanvas } from "../dom.js";
import { OUTLINES } from "../draw/outlines.js";

const EXAMPLES = [
  { name: "T-shirt/top", cloth: [196, 62, 58], ground: [222, 214, 200], turn: -0.06 },
  { name: "Trouser", cloth: [52, 74, 120], ground: [190, 160, 122], turn: 0.04 },
  { name: "Dress", cloth: [58, 128, 104], ground: [228, 224, 216], turn: 0.05 },
  { name: "Bag", cloth: [120, 78, 46], ground: [176, 186, 190], turn: 0 },
  { name: "Ankle boot", cloth: [66, 52, 46], ground: [214, 200, 178], turn: 0.03 },
];
const EXAMPLE_SIDE = 384; // pixels

/** @type {(colour: number[], light?: number) => string} */
const rgb = (colour, light = 1) => `rgb(${colour.map((v) => Math.min(255, v * light)).join(" ")})`;

// Fine noise over everything.
/** @type {(context: CanvasRenderingContext2D, side: number, strength: number) => void} */
function weave(context, side, strength) {
  const image = context.getImageData(0, 0, side, side);
  for (let i = 0; i < side * side; i++) {
    const noise = (Math.random() - 0.5) * strength;
    for (let c = 0; c < 3; c++) image.data[4 * i + c] += noise;
  }
  context.putImageData(image, 0, 0);
}

/** @type {(example: typeof EXAMPLES[number]) => HTMLCanvasElement} */
function paintExample({ name, cloth, ground, turn }) {
  const side = EXAMPLE_SIDE;
  const canvas = createCanvas(side);
  const context = contextOf(canvas);

  const light = context.createLinearGradient(0, 0, side, side);
  light.addColorStop(0, rgb(ground, 1.06));
  light.addColorStop(1, rgb(ground, 0.84));
  context.fillStyle = light;
  context.fillRect(0, 0, side, side);
  context.globalAlpha = 0.12;
  for (let y = 0; y < side; y += 6 + Math.random() * 10) {
    context.fillStyle = rgb(ground, 0.7 + Math.random() * 0.3);
    context.fillRect(0, y, side, 1 + Math.random() * 2);
  }
  context.globalAlpha = 1;

  context.translate(side / 2, side / 2);
  context.rotate(turn);
  context.scale(side / 122, side / 122);
  context.translate(-50, -50);
  const [outline, ...details] = OUTLINES[name].map((d) => new Path2D(d));
  context.shadowColor = "rgb(0 0 0 / 45%)";
  context.shadowBlur = 14;
  context.shadowOffsetX = 5;
  context.shadowOffsetY = 7;
  const folds = context.createLinearGradient(10, 0, 90, 20);
  for (let i = 0; i <= 8; i++) folds.addColorStop(i / 8, rgb(cloth, 0.82 + Math.random() * 0.4));
  context.fillStyle = context.strokeStyle = folds;
  context.lineWidth = 5;
  if (name === "Bag") for (const handle of details) context.stroke(handle);
  context.fill(outline);
  context.shadowColor = "transparent";
  context.strokeStyle = rgb(cloth, 0.6);
  context.lineWidth = 1;
  context.stroke(outline);
  if (name !== "Bag") for (const seam of details) context.stroke(seam);
  weave(context, side, 18);
  return canvas;
}

// Buttons that call onpick(canvas) with an example, unless they are there.
/** @type {(root: HTMLElement, onpick: (canvas: HTMLCanvasElement) => void) => void} */
export function createExamples(root, onpick) {
  if (root.hasChildNodes()) return;
  for (const example of EXAMPLES) {
    const canvas = paintExample(example);
    const button = createButton(canvas, () => onpick(canvas));
    button.ariaLabel = `Example: ${example.name}`;
    root.append(button);
  }
}
