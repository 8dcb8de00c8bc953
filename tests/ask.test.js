// Who answers, and in which order: `node --test tests/*.test.js`.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { createAsk } from "../page/web/ask.js";

globalThis.navigator ??= {}; // not in Node 20
const ANSWER = { networks: {} };

// Calls of the server wait in `sent` until they are resolved; `said` is what the page is told. The
// engine answers at once with what it has in `there`, or gets of what `arrives`.
function started({ served = true, there = null, arrives = [] } = {}) {
  const sent = [];
  const said = [];
  const engine = there && {
    has: (name) => there.includes(name),
    load: (...names) => {
      there.push(...names.filter((name) => arrives.includes(name)));
      const has = names.every((name) => there.includes(name));
      return has ? Promise.resolve() : Promise.reject(new Error("not there"));
    },
    call: async (_, { picture, networks }) => ({ networks, picture }),
  };
  const send = (message) =>
    new Promise((resolve, reject) => {
      sent.push({ message, resolve, reject });
    });
  const asking = createAsk(
    { server: served ? send : null, engine, networks: ["deep", "lesson"] },
    {
      answer: (answer, settled) => said.push([answer, settled]),
      state: (state) => said.push(state),
      busy() {},
      change: () => said.push("change"),
    },
  );
  const image = { pixels: () => "" };
  const ask = (picture, settled) =>
    asking.ask(() => ({ picture, kind: "sketch", image, networks: ["deep"] }), settled);
  const pictures = () => sent.map(({ message }) => message.picture);
  return { asking, ask, sent, pictures, said };
}

// Whatever waits for nothing but other promises comes to an end.
const turn = async () => {
  for (let n = 0; n < 20; n++) await Promise.resolve();
};

function withTimers(t) {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
}

test("one request at a time, the latest picture next", async () => {
  const { asking, ask, sent, pictures, said } = started();
  for (const name of ["first", "second", "third"]) ask(name, name !== "first");
  assert.deepEqual(pictures(), ["first"]);
  sent[0].resolve(ANSWER);
  await turn();
  assert.deepEqual(said, [[ANSWER, false]]);
  assert.deepEqual(pictures(), ["first", "third"]);
  asking.forget();
  sent[1].resolve(ANSWER);
  await turn();
  assert.equal(said.length, 1); // nobody waits for it any more
});

test("what is lost is asked again, and said only when it is lost twice", async (t) => {
  withTimers(t);
  const { ask, sent, said } = started();
  ask("picture");
  sent[0].reject(new Error("no way to the server"));
  await turn();
  mock.timers.tick(300);
  await turn();
  sent[1].resolve("<html>a captive portal</html>");
  await turn();
  assert.deepEqual(said, ["gone"]);
  mock.timers.tick(700);
  await turn();
  sent[2].resolve(ANSWER);
  await turn();
  assert.deepEqual(said, ["gone", [ANSWER, true]]);
});

test("a slow answer is announced, and one that does not come is given up", async (t) => {
  withTimers(t);
  const { ask, sent, said } = started();
  ask("picture");
  mock.timers.tick(1500);
  assert.deepEqual(said, ["slow"]);
  mock.timers.tick(6500);
  await turn();
  mock.timers.tick(300);
  await turn();
  assert.equal(sent.length, 2);
});

test("from a server that is gone the browser takes over, once it has the weights", async (t) => {
  withTimers(t);
  const there = [];
  const { asking, ask, sent, said } = started({ there });
  ask("picture");
  for (const wait of [300, 700]) {
    sent[sent.length - 1].reject(new Error("gone"));
    await turn();
    mock.timers.tick(wait);
    await turn();
  }
  assert.equal(asking.by(["deep"]), "server"); // it has none
  there.push("deep");
  sent[2].reject(new Error("gone"));
  await turn();
  assert.equal(asking.by(["deep"]), "browser");
  assert.deepEqual(said, ["gone", "change", [{ networks: ["deep"], picture: "picture" }, true]]);
});

test("a server that goes after its first answer leaves the small network", async (t) => {
  withTimers(t);
  const there = [];
  const { ask, sent, said } = started({ there, arrives: ["lesson"] });
  ask("first");
  sent[0].resolve(ANSWER);
  await turn();
  ask("second");
  sent[1].reject(new Error("gone"));
  await turn();
  mock.timers.tick(300);
  await turn();
  sent[2].reject(new Error("gone"));
  await turn();
  assert.deepEqual(said.slice(1), ["change", [{ networks: ["lesson"], picture: "second" }, true]]);
});

test("a server that hangs is left, and its answer is not waited for", async (t) => {
  withTimers(t);
  const { ask, sent, said } = started({ there: ["deep"] });
  ask("picture");
  mock.timers.tick(1500);
  await turn();
  assert.deepEqual(said.slice(-2), ["change", [{ networks: ["deep"], picture: "picture" }, true]]);
  sent[0].resolve(ANSWER);
  await turn();
  assert.equal(said.filter(([answer]) => answer === ANSWER).length, 0);
});

test("an answer of whoever is no longer asked is for nobody", async () => {
  const { asking, ask, sent, said } = started({ there: [] });
  ask("picture");
  asking.choose("browser"); // which waits for its weights
  asking.choose("server");
  assert.equal(sent.length, 2);
  sent[0].resolve(ANSWER);
  await turn();
  assert.deepEqual(said, ["change", "change"]);
  sent[1].resolve(ANSWER);
  await turn();
  assert.deepEqual(said[2], [ANSWER, true]);
});

test("a slow server is left, but not one that somebody has chosen", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  for (const chosen of [false, true]) {
    const { asking, ask, sent } = started({ there: ["deep"] });
    if (chosen) {
      asking.choose("browser");
      asking.choose("server");
    }
    for (let n = 0; n < 10; n++) {
      ask("picture");
      now += 61;
      sent[n].resolve(ANSWER);
      await turn();
    }
    assert.equal(asking.by(["deep"]), chosen ? "server" : "browser");
  }
});

test("the small network answers until another one is there", async () => {
  const there = ["lesson"];
  const { asking, ask, said } = started({ served: false, there });
  ask("picture");
  await turn();
  assert.deepEqual(said[0][0].networks, ["lesson"]);
  there.push("deep");
  ask("picture");
  await turn();
  assert.deepEqual(said[1][0].networks, ["deep"]);
  for (const name of ["yours", "linear"]) assert.equal(started().asking.by([name]), "browser");
  assert.equal(asking.by(["deep"]), "browser");
});
