// One question at a time, the newest one next, and no answer after a newer one.
//
// Who answers is one word: "server", which is PyTorch (server.js), or "browser", the engine with
// the same weights (engine/engine.js). The button under the bars chooses. By itself it changes once
// at most, from a server that is slow or gone to the browser, when that has what it needs.

export const OWN = "yours"; // a network trained in this browser, which alone has it

const SMALL = "lesson"; // 0.4 MB, where the others are up to 8: it answers until they are there
const SEGMENTER = "cutout"; // cuts garments out of photos
const LAST = 10; // answers
const SLOW_MS = 60; // the median of the last answers to drawings, from which on a server is slow
const LONG_MS = 1500; // then we say that it takes long, or leave the server
const LOST_MS = 8000; // then we stop waiting for that answer
const RETRY_MS = [300, 700, 1500, 3000]; // and 3000 from then on

// What a proxy or a captive portal says in the server's place is no answer.
/** @type {(reply: any) => reply is Reply} */ const isAnswer = (reply) =>
  typeof reply === "object" && reply !== null && ("networks" in reply || "error" in reply);

/** @type {(milliseconds: number) => Promise<undefined>} */
const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Whoever pays for each megabyte, or waits long for it, has it fetched only when it is needed.
function mayFetchEarly() {
  const { saveData = false, effectiveType = "" } = navigator.connection ?? {};
  return !saveData && !/[23]g/.test(effectiveType);
}

/** For the browser to answer. @type {(question: Omit<Question, "image">) => string[]} */
const needed = ({ kind, networks }) => (kind === "sketch" ? networks : [...networks, SEGMENTER]);

/** What may answer, and whom to tell. @param {AskPage} page @param {AskListeners} on */
export function createAsk({ server, engine, networks }, on) {
  /** @type {Who} */ let who = server ? "server" : "browser";
  let free = Boolean(server && engine); // may it still change by itself?
  /** @type {Asked | null} */ let next = null;
  /** @type {Asked | null} */ let flying = null;
  let failures = 0; // in a row
  let answers = 0; // of the server
  /** @type {number[]} */ let times = []; // of its last answers to drawings, in milliseconds

  // Others are its own, and what "See inside" compares with: the browser alone has them.
  /** @type {(names: string[]) => Who} */
  const by = (names) => (names.every((name) => networks.includes(name)) ? who : "browser");
  const small = networks.filter((name) => name === SMALL);

  /** Those that the browser has, or the small one. @type {(names: string[]) => string[]} */
  function inBrowser(names) {
    const there = names.filter((name) => engine?.has(name));
    return [there, small].find(({ length }) => length) ?? names;
  }

  /** Those that can answer now. @type {(names: string[]) => string[]} */
  const able = (names) => (!engine || by(names) === "server" ? names : inBrowser(names));

  /** Resolves when all has come that can. @type {(names: string[]) => Promise<unknown>} */
  const fetchAll = async (names) => engine?.load(...names).catch(() => null);

  /** @type {(question: Question) => Promise<unknown>} */
  async function answer(question) {
    if (server && by(question.networks) === "server") return server(question);
    if (!engine) return null;
    fetchAll(question.networks); // for the next question
    const asked = { ...question, networks: able(question.networks) };
    await engine.load(...needed(asked));
    return engine.call("classify", { ...asked, image: await question.image.pixels() });
  }

  /** @type {(question: Question) => boolean} */
  const mayLeave = (question) => free && needed(question).every((name) => engine?.has(name));

  /** To the browser, when that has what it needs. @type {(question: Question) => Promise<void>} */
  async function leave(question) {
    if (free) await fetchAll(needed(question));
    if (mayLeave(question)) choose("browser");
  }

  /** Whoever was asked before is not waited for. @type {(chosen: Who) => void} */
  function choose(chosen) {
    [who, free, failures] = [chosen, false, 0];
    if (flying?.wanted) next ??= { ...flying };
    flying = null;
    on.change();
    pump();
  }

  /** @type {(question: Question, milliseconds: number) => void} */
  function answeredByServer(question, milliseconds) {
    if (mayFetchEarly()) fetchAll(++answers < LAST ? small : needed(question)); // should it go
    if (question.kind === "sketch") times = [...times.slice(1 - LAST), milliseconds];
    const median = [...times].sort((a, b) => a - b)[LAST >> 1];
    if (times.length === LAST && median > SLOW_MS) leave(question);
  }

  async function pump() {
    on.busy(flying !== null || next !== null);
    if (flying || !next) return;
    const mine = next;
    [flying, next] = [mine, null];
    const say = (/** @type {"slow" | "gone"} */ state) =>
      flying === mine && mine.wanted && on.state(state);
    const question = mine.ask();
    const byServer = by(question.networks) === "server";
    const began = performance.now();
    const slow = setTimeout(say, LONG_MS, "slow");
    const most = byServer && question.kind === "sketch" && mayLeave(question) ? LONG_MS : LOST_MS;
    const reply = await Promise.race([answer(question).catch(() => null), after(most)]);
    clearTimeout(slow);
    if (flying !== mine) return; // somebody else has been asked
    if (isAnswer(reply)) {
      [flying, failures] = [null, 0];
      if (byServer) answeredByServer(question, performance.now() - began);
      if (mine.wanted) on.answer(reply, mine.settled);
      return pump();
    }
    failures += 1; // a single call may be lost with its replica
    const instead = { ...question, networks: inBrowser(question.networks) };
    if (failures > 1 && !(byServer && mayLeave(instead))) say("gone");
    if (byServer && (failures > 1 || reply === undefined)) leave(instead);
    await after(RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
    if (flying !== mine) return;
    flying = null;
    if (mine.wanted) next ??= mine;
    pump();
  }

  // Without a server: first what is there soonest.
  const first = networks.slice(0, 1);
  if (!server) fetchAll(able(first)).then(() => fetchAll(first));

  return {
    able,
    by,
    choose,
    /** ask: makes the question. @type {(ask: () => Question, settled?: boolean) => void} */
    ask(ask, settled = true) {
      next = { ask, settled, wanted: true };
      pump();
    },
    expectPhoto() {
      if (who === "browser") fetchAll([SEGMENTER]);
    },
    /** What is on its way no longer matters: the paper is blank, or shows something else. */
    forget() {
      next = null;
      if (flying) flying.wanted = false;
    },
  };
}
