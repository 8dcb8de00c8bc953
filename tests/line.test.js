// The line to the server: `node --test tests/*.test.js`.

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { createLine } from "../page/web/line.js";

const ANSWER = { networks: {} };

// A line whose messages wait in `sent` until they are resolved; `said` is what the page is told.
function started() {
  const sent = [];
  const said = [];
  const send = (message) =>
    new Promise((resolve, reject) => {
      sent.push({ message, resolve, reject });
    });
  const line = createLine(
    send,
    (answer, settled) => said.push([answer, settled]),
    (state) => said.push(state),
    () => {},
  );
  return { line, sent, said };
}

// Whatever waits for nothing but other promises comes to an end.
const turn = async () => {
  for (let n = 0; n < 20; n++) await Promise.resolve();
};

test("one request at a time, the latest picture next", async () => {
  const { line, sent, said } = started();
  for (const name of ["first", "second", "third"]) line.ask(() => name, name !== "first");
  assert.deepEqual(
    sent.map(({ message }) => message),
    ["first"],
  );
  sent[0].resolve(ANSWER);
  await turn();
  assert.deepEqual(said, [[ANSWER, false]]);
  assert.deepEqual(
    sent.map(({ message }) => message),
    ["first", "third"],
  );
  line.forget();
  sent[1].resolve(ANSWER);
  await turn();
  assert.equal(said.length, 1); // nobody waits for it any more
});

test("what is lost is asked again, and said only when it is lost twice", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { line, sent, said } = started();
  line.ask(() => "picture");
  sent[0].reject(new Error("no way to the server"));
  await turn();
  mock.timers.tick(300);
  sent[1].resolve("<html>a captive portal</html>");
  await turn();
  assert.deepEqual(said, ["gone"]);
  mock.timers.tick(700);
  sent[2].resolve(null);
  await turn();
  mock.timers.tick(1500);
  sent[3].resolve(ANSWER);
  await turn();
  assert.deepEqual(said, ["gone", "gone", [ANSWER, true]]);
  assert.equal(sent.length, 4);
});

test("a slow answer is announced, and one that does not come is given up", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { line, sent, said } = started();
  line.ask(() => "picture");
  mock.timers.tick(1500);
  assert.deepEqual(said, ["slow"]);
  mock.timers.tick(6500);
  await turn();
  mock.timers.tick(300);
  assert.equal(sent.length, 2);
});
