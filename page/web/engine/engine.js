// The network in the visitor's own browser: a worker that answers what the server answers.

/**
 * Starts the worker. weights: address of the folder that holds NAME.safetensors and NAME.json.
 * @param {string | URL} weights
 */
export function createEngine(weights) {
  const address = new URL("./worker.js", import.meta.url);
  const folder = new URL(weights, document.baseURI).href;
  address.searchParams.set("weights", folder.endsWith("/") ? folder : `${folder}/`);
  const worker = new Worker(address, { type: "module" });
  /** @typedef {{ resolve: (reply: any) => void, reject: (error: Error) => void, onprogress?: Progress }} Waiting */
  /** @type {Map<number, Waiting>} */ const waiting = new Map();
  let last = 0;

  worker.addEventListener("message", ({ data: { id, reply, progress, failed } }) => {
    const asked = waiting.get(id);
    if (progress) return asked?.onprogress?.(progress.loaded, progress.total);
    waiting.delete(id);
    if (failed) asked?.reject(new Error(failed));
    else asked?.resolve(reply);
  });
  worker.addEventListener("error", (event) => {
    for (const { reject } of waiting.values())
      reject(new Error(event.message || "the engine did not start"));
    waiting.clear();
  });

  /** @type {(name: string, message: any, onprogress?: Progress) => Promise<any>} */
  function send(name, message, onprogress) {
    const id = ++last;
    const { image } = message;
    const mine =
      image instanceof ImageData
        ? [image.data.buffer]
        : image instanceof ImageBitmap
          ? [image]
          : [];
    worker.postMessage({ id, name, message }, mine);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject, onprogress }));
  }

  return {
    /** As server.js's `call`; an image that is ImageData or an ImageBitmap is gone afterwards. */
    call: (/** @type {string} */ name, /** @type {object} */ message) => send(name, message),
    /** Resolves when a network ("lesson", "cutout", ...) can answer. */
    load: (/** @type {string} */ name, /** @type {Progress} */ onprogress = () => {}) =>
      send("load", name, onprogress),
  };
}
