// Who answers: PyTorch on the server, or the engine in this browser (engine/engine.js), which has the
// same weights. The page asks here and need not know.
//
// Where there is a server it begins. The browser takes over when the server has become slower than a
// frame or two can hide, or has gone, and from then on drawing makes no calls. Photos stay with a
// server that is there: it is quicker with them. Static files have the browser alone.

import { isAnswer } from "./line.js";

const SLOW_MS = 60; // the median of the last answers, from which on the browser takes over
const LAST = 10; // answers
const LATE_MS = 250; // then the browser answers a drawing in the server's place, if it can
const LATE_PHOTO_MS = 6000;
const MOST_MISSED = 2; // calls in a row without an answer: a single one may be lost with its replica
const RETRY_MS = 3000; // after a file that could not be fetched

const SMALL = "lesson"; // 0.4 MB, where the others are up to 8: it answers until they are there
const CUTTER = "cutout"; // cuts garments out of photos
export const OWN = "yours"; // trained in this browser, which alone has it

/** @type {(values: number[]) => number} */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const LATE = "late";
const after = (/** @type {number} */ milliseconds) =>
  new Promise((resolve) => setTimeout(() => resolve(LATE), milliseconds));

/** @type {(work: () => void) => void} */
const whenQuiet = (work) => {
  if (window.requestIdleCallback) window.requestIdleCallback(work);
  else setTimeout(work, LATE_MS); // Safari
};

// Whoever pays for each megabyte, or waits long for it, has it fetched only when it is needed.
function mayFetchEarly() {
  const { saveData = false, effectiveType = "" } = navigator.connection ?? {};
  return !saveData && !/[23]g/.test(effectiveType);
}

/**
 * post: to the server, see server.js, or null; weights: the address of the networks' files for the
 * engine, or null; networks: those that may be asked. onchange(): `status` has changed.
 * @param {{ post: typeof import("./server.js").post | null, weights: string | null,
 *   networks: string[] }} page
 * @param {() => void} onchange
 */
export function createAnswerer({ post, weights, networks }, onchange) {
  /** @type {Promise<ReturnType<typeof import("./engine/engine.js").createEngine>> | null} */
  let engine = null;
  /** @type {Map<string, { part: number, done: Promise<void>, there: boolean }>} */
  const loads = new Map(); // by network
  let here = !post; // does the browser answer drawings?
  let gone = !post; // has the server left photos to the browser as well?
  let taking = false; // is the browser about to take over?
  let chosen = false; // did somebody choose the server, however slow it is?
  let misses = 0; // calls in a row without an answer
  /** @type {number[]} */ let times = []; // of the server's last answers, in milliseconds
  let answers = 0; // of the server
  let asked = networks.slice(0, 1); // those that answer, as they were asked last
  const own = () => asked.includes(OWN);

  function start() {
    engine ??= import("./engine/engine.js").then(({ createEngine }) =>
      createEngine(new URL(weights ?? "", document.baseURI).href),
    );
    engine.catch(() => (engine = null));
    return engine;
  }

  /** Resolves when the browser can answer with it. @type {(name: string) => Promise<void>} */
  function load(name) {
    const before = loads.get(name);
    if (before) return before.done;
    const progress = (/** @type {number} */ loaded, /** @type {number} */ total) => {
      entry.part = loaded / total;
      onchange();
    };
    const done = start().then((found) => found.load(name, progress));
    const entry = { part: 0, done, there: false };
    loads.set(name, entry);
    done.then(
      () => {
        entry.there = true;
        onchange();
      },
      () => {
        if (![...loads.values()].some(({ there }) => there)) engine = null; // it may not have started
        setTimeout(() => loads.delete(name), RETRY_MS);
      },
    );
    return done;
  }

  const has = (/** @type {string} */ name) => loads.get(name)?.there === true;
  const loadAll = (/** @type {string[]} */ names) => Promise.all(names.map(load));
  const loadQuietly = (/** @type {string[]} */ names) =>
    whenQuiet(() => loadAll(names).catch(() => null));

  /**
   * Those of the networks that can answer now, or the one that answers in their place.
   * @type {(names: string[]) => string[]}
   */
  function able(names) {
    if (!here) return names;
    const there = names.filter(has);
    if (there.length) return there;
    return networks.includes(SMALL) ? [SMALL] : names;
  }

  /** @type {(message: Question) => Promise<any>} */
  async function byBrowser(message) {
    const { image, inside = [], ...rest } = message;
    for (const name of [...message.networks, ...inside]) load(name).catch(() => null); // for the next one
    const answering = able(message.networks);
    await loadAll(message.kind === "sketch" ? answering : [...answering, CUTTER]);
    const found = await start();
    return found.call("classify", {
      ...rest,
      networks: answering,
      image: await image.pixels(),
      ...(inside.length > 0 && { inside: inside.filter(has) }),
    });
  }

  /** @type {(message: Question) => Promise<any>} */
  async function byServer({ image, kind, networks, show, piece }) {
    const settings = {
      kind,
      networks: networks.join(),
      ...(show && { show: "" }),
      ...(piece && { piece: piece.join() }),
    };
    return post?.("classify", settings, await image.bytes()) ?? Promise.reject();
  }

  async function takeOver() {
    if (here || taking) return;
    taking = true;
    onchange();
    // From a server that has gone only the browser's cache may have more.
    const there = await loadAll(asked).then(
      () => true,
      () => has(SMALL),
    );
    taking = false;
    here = there;
    onchange();
  }

  // From a server that has gone nothing can be fetched any more, so all is fetched while things are
  // quiet: the small network after the first answer, what else answers once somebody really draws.
  function answered(/** @type {number} */ milliseconds, /** @type {string[]} */ names) {
    misses = 0;
    gone = false;
    times = [...times.slice(1 - LAST), milliseconds];
    answers += 1;
    if (!weights) return;
    if (answers === 1 && networks.includes(SMALL)) loadQuietly([SMALL]);
    if (answers % LAST === 0 && mayFetchEarly()) loadQuietly(names);
    if (times.length === LAST && median(times) > SLOW_MS && !chosen) takeOver();
  }

  /** late: it may still come. @type {(late: boolean) => void} */
  function missed(late) {
    misses += 1;
    if (late) times = [...times.slice(1 - LAST), LATE_MS];
    if (misses < MOST_MISSED || !weights) return;
    gone = !late;
    takeOver();
  }

  /** @type {(message: Question) => Promise<any>} */
  async function drawing(message) {
    const began = performance.now();
    const reply = byServer(message);
    const instead = !chosen && message.networks.every(has);
    const found = await (instead ? Promise.race([reply, after(LATE_MS)]) : reply).catch(() => null);
    if (isAnswer(found)) answered(performance.now() - began, message.networks);
    else missed(found === LATE);
    return isAnswer(found) || !instead ? found : byBrowser(message);
  }

  /** @type {(message: Question) => Promise<any>} */
  async function photo(message) {
    const found = await Promise.race([byServer(message), after(LATE_PHOTO_MS)]).catch(() => null);
    if (!isAnswer(found)) {
      missed(false);
      return has(CUTTER) ? byBrowser(message) : found;
    }
    misses = 0;
    if (mayFetchEarly()) loadQuietly([CUTTER, ...message.networks]);
    return found;
  }

  // What has no answer here is the server's again.
  /** @type {<T>(work: Promise<T>) => Promise<T>} */
  const orBack = (work) =>
    work.catch((error) => {
      if (post && gone) {
        here = gone = false;
        misses = 0;
        onchange();
      }
      throw error;
    });

  // Without a server: first what is there soonest.
  if (!post) {
    load(networks.includes(SMALL) ? SMALL : networks[0])
      .then(() => loadAll(asked))
      .catch(() => null);
  }

  return {
    able,
    /** As server.js's `call("classify", message)`. @type {(message: Question) => Promise<any>} */
    classify(message) {
      const before = own();
      asked = message.networks;
      if (own() !== before) onchange();
      if (own() || message.inside?.length) return byBrowser(message);
      if (!weights) return byServer(message);
      if (message.kind === "sketch") return here ? orBack(byBrowser(message)) : drawing(message);
      return gone ? orBack(byBrowser(message)) : photo(message);
    },
    /** As server.js's `call("inside", message)`. @type {(message: object) => Promise<any>} */
    async inside(message) {
      return (await start()).call("inside", message);
    },
    /**
     * As the engine's `call`, whoever answers: starts it, and fetches the network, when they are not there yet.
     * @type {(name: string, message: { network: string }) => Promise<any>}
     */
    async engine(name, message) {
      await load(message.network);
      return (await start()).call(name, message);
    },
    /** A network that was trained here answers as OWN, until the page is left. @type {(network: OwnNetwork) => Promise<void>} */
    async adopt(network) {
      await (await start()).call("adopt", { name: OWN, ...network });
      loads.set(OWN, { part: 1, done: Promise.resolve(), there: true });
    },
    /** Somebody has chosen. @type {(browser: boolean) => void} */
    choose(browser) {
      chosen = !browser;
      times = [];
      misses = 0;
      if (browser) takeOver();
      else here = gone = false;
      onchange();
    },
    /** A photo will come. */
    expectPhoto() {
      if (gone || (weights && mayFetchEarly())) loadQuietly([CUTTER]);
    },
    /**
     * How much has arrived of what the browser is to answer with, 0..1; null: all.
     * @type {(names: string[]) => number | null}
     */
    waits(names) {
      if ((!here && !taking) || names.every(has)) return null;
      return Math.min(...names.map((name) => (has(name) ? 1 : (loads.get(name)?.part ?? 0))));
    },
    /** here: the browser answers drawings, ready: it could; photos: and photos; choice: there is one. */
    get status() {
      const choice = Boolean(post && weights) && !own();
      return { here: here || own(), ready: asked.every(has), photos: gone || own(), choice };
    },
  };
}
