// Photos to try: five of the training photos of clothing-dataset-small (Alexey Grigorev and
// contributors, CC0 1.0), with nobody in them.

import { createButton, make } from "../dom.js";

const EXAMPLES = {
  "t-shirt": "T-shirt/top",
  trousers: "Trouser",
  dress: "Dress",
  coat: "Coat",
  ankle_boot: "Ankle boot",
};

/**
 * Buttons that call onpick with a photo, unless they are there.
 * @type {(root: HTMLElement, onpick: (photo: HTMLImageElement) => void) => void}
 */
export function createExamples(root, onpick) {
  if (root.hasChildNodes()) return;
  for (const [name, label] of Object.entries(EXAMPLES)) {
    const src = new URL(`examples/${name}.jpg`, import.meta.url).href;
    const photo = make("img", { src, alt: "" });
    const button = createButton(photo, () => onpick(photo));
    button.ariaLabel = `Example: ${label}`;
    root.append(button);
  }
}
