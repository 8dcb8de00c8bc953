// The network in the visitor's own browser: a worker that answers what the server answers.

const RETRY_MS = 3000; // after a file that could not be fetched

/**
 * weights: address of the folder that holds NAME.safetensors and NAME.json; onchange(): more of
 * them has arrived. The worker is started when it is first needed.
 * @param {string | URL} weights
 * @param {() => void} onchange
 */
export function createEngine(weights, onchange) {
  /** @typedef {{ resolve: (reply: any) => void, reject: (error: Error) => void }} Waiting */
  /** @type {Map<number, Waiting & { onprogress?: Progress }>} */ const waiting = new Map();
  /** @type {Map<string, { part: number, done: Promise<void> }>} */ const loads = new Map();
  /** @type {Worker | null} */ let worker = null;
  let last = 0;

  function start() {
    const address = new URL("./worker.js", import.meta.url);
    const folder = new URL(weights, document.baseURI).href;
    address.searchParams.set("weights", folder.endsWith("/") ? folder : `${folder}/`);
    const started = new Worker(address, { type: "module" });
    started.addEventListener("message", ({ data: { id, reply, progress, failed } }) => {
      const question = waiting.get(id);
      if (progress) return question?.onprogress?.(progress.loaded, progress.total);
      waiting.delete(id);
      if (failed) question?.reject(new Error(failed));
      else question?.resolve(reply);
    });
    started.addEventListener("error", ({ message }) => {
      worker = null; // the next question tries again
      for (const { reject } of waiting.values())
        reject(new Error(message || "the engine did not start"));
      waiting.clear();
    });
    return started;
  }

  /** @type {(name: string, message: any, onprogress?: Progress) => Promise<any>} */
  function send(name, message, onprogress) {
    worker ??= start();
    const id = ++last;
    const { image } = message;
    const transferred =
      image instanceof ImageData
        ? [image.data.buffer]
        : image instanceof ImageBitmap
          ? [image]
          : [];
    worker.postMessage({ id, name, message }, transferred);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject, onprogress }));
  }

  /** @type {(name: string) => Promise<void>} */
  function loadOne(name) {
    const before = loads.get(name);
    if (before) return before.done;
    const load = { part: 0, done: send("load", name, arrived) };
    /** @type {Progress} */ function arrived(loaded, total) {
      load.part = Math.min(loaded / total, 0.99); // the last of it when it is read
      onchange();
    }
    loads.set(name, load);
    load.done.then(
      () => {
        load.part = 1;
        onchange();
      },
      () => setTimeout(() => loads.delete(name), RETRY_MS),
    );
    return load.done;
  }

  return {
    /** As server.js's; an image that is ImageData or an ImageBitmap is gone afterwards. */
    call: (/** @type {string} */ name, /** @type {object} */ message) => send(name, message),
    /** Resolves when these ("lesson", "cutout", ...) can answer. @param {string[]} names */
    load: (...names) => Promise.all(names.map(loadOne)),
    /** How much of a network has arrived, 0..1. */
    part: (/** @type {string} */ name) => loads.get(name)?.part ?? 0,
    has: (/** @type {string} */ name) => loads.get(name)?.part === 1,
    /** Something that only the engine answers. @type {ComputeInside} */
    async compute(name, message) {
      await loadOne(message.network);
      return send(name, message);
    },
    /** A network that was trained here answers under this name. */
    async adopt(/** @type {string} */ name, /** @type {OwnNetwork} */ network) {
      await send("adopt", { name, ...network });
      loads.set(name, { part: 1, done: Promise.resolve() });
      onchange();
    },
  };
}
