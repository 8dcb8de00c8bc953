// The page's elements.

/**
 * find(selector) or find(selector, HTMLCanvasElement): the first element under `root` that fits.
 * @param {ParentNode} root
 * @returns {Find}
 */
export function finder(root) {
  /** @type {(selector: string, kind?: any) => any} */
  return (selector, kind = HTMLElement) => {
    const element = root.querySelector(selector);
    if (!(element instanceof kind)) throw new Error(`no ${kind.name} fits ${selector}`);
    return element;
  };
}

/**
 * make("li", { className: "task" }, "a text", element): an element with its properties and content.
 * @type {<K extends keyof HTMLElementTagNameMap>(tag: K, properties?: object,
 *   ...content: (Node | string)[]) => HTMLElementTagNameMap[K]}
 */
export function make(tag, properties = {}, ...content) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

/** @type {(label: string | Node, onclick: () => void) => HTMLButtonElement} */
export const createButton = (label, onclick) => make("button", { type: "button", onclick }, label);

/** @type {(button: Element, pressed: boolean) => void} */
export const press = (button, pressed) => button.setAttribute("aria-pressed", String(pressed));

/**
 * Where it is new: what is read out would be read out again.
 * @type {(place: Element, text: string) => void}
 */
export function tell(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** @type {(width?: number, height?: number) => HTMLCanvasElement} */
export const createCanvas = (width = 28, height = width) => make("canvas", { width, height });

/** @type {(canvas: HTMLCanvasElement) => CanvasRenderingContext2D} */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no more canvases here");
  return context;
}

/** Whether what is read from a canvas is what was drawn: privacy browsers may make it up. */
export function canvasesAreTrue() {
  const context = contextOf(createCanvas(16));
  context.fillRect(8, 0, 8, 16); // black; the rest is clear
  const { data } = context.getImageData(0, 0, 16, 16);
  return data.every((value, i) => Math.abs(value - (i % 4 === 3 && i % 64 >= 32 ? 255 : 0)) < 16);
}

/** @type {(canvas: HTMLCanvasElement, type?: string, quality?: number) => Promise<Blob>} */
export const toFile = (canvas, type = "image/png", quality = 1) =>
  new Promise((resolve, reject) => {
    const failed = new Error("the browser cannot write this picture");
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(failed)), type, quality);
  });

/**
 * Greys, as many as the canvas has pixels; black without.
 * @type {(canvas: HTMLCanvasElement, bytes: Uint8Array | null) => void}
 */
export function paintGreys(canvas, bytes) {
  const context = contextOf(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    image.data.fill(bytes ? bytes[i] : 0, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** @type {(root: ParentNode, selector: string) => HTMLElement[]} */
export const findAll = (root, selector) => [
  .../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector)),
];
