// The page: ties paper, photo and answer together.

import { createAddress } from "./address.js";
import { createAnswer } from "./answer/answer.js";
import { createSwitch, whoAnswers, whoWaits } from "./answer/network_switch.js";
import { createSharing } from "./answer/sharing.js";
import { createAverage } from "./answer/words.js";
import { createAsk, OWN } from "./ask.js";
import { canvasesAreTrue, findAll, finder, make, press, tell, toFile } from "./dom.js";
import { createStarters } from "./draw/outlines.js";
import { createPencil } from "./draw/pencil.js";
import { createReplay } from "./draw/replay.js";
import { createTools } from "./draw/tools.js";
import { createEngine } from "./engine/engine.js";
import { createSection } from "./inside/section.js";
import { createNotice } from "./notice.js";
import { keep, kept } from "./own.js";
import { acceptFiles } from "./photo/files.js";
import { createPhoto } from "./photo/photo.js";
import { createPieces } from "./photo/pieces.js";
import { classify, config } from "./server.js";

const demo = finder(document)(".demo");
const find = finder(demo);
const { classes, networks, served } = config;
const FRAME_MS = 60; // between two frames of the live camera that this browser looks at
const FRAME_BY_SERVER_MS = 200;

const sketch = window.paper; // made by page.html
/** @type {State} */ const state = {
  mode: "draw",
  networks: networks.slice(0, 1),
  instead: null,
  picture: null,
  shown: null,
  get strokes() {
    return sketch.strokes;
  },
  get still() {
    return this.picture?.kind === "still" ? this.picture : null;
  },
  get live() {
    return this.picture?.kind === "camera";
  },
};
let able = ""; // the networks that could answer when somebody last looked
const notice = createNotice(find(".notice"));
const { say } = notice;
const engine = config.weights ? createEngine(config.weights, showAnswerer) : null;
const questions = createAsk(
  { server: served ? classify : null, engine, networks },
  {
    answer: showAnswer,
    state: showState,
    busy: (busy) => find("#chart").setAttribute("aria-busy", String(busy)),
    change: showAnswerer,
  },
);
const answer = createAnswer(demo, classes);
const average = createAverage(classes); // of what the camera shows
const replay = createReplay(sketch);
const tools = createTools(find("#sketch"), sketch, () => state.mode === "draw");
const photo = createPhoto(find("#photo"), state, {
  onchange: photoChanged,
  onproblem: say,
  onopen: () => {
    address.chooseMode("photo");
    questions.forget();
  },
  onother: () => pieces.forget(),
  ontap: (x, y) => pieces.chooseAt(x, y),
  pace: () => (inBrowser() ? FRAME_MS : FRAME_BY_SERVER_MS),
});
const pieces = createPieces(find(".pieces"), photo.place, () => {
  average.forget();
  photoChanged();
});
const inside = createSection(
  find(".inside", HTMLDetailsElement),
  state,
  engine && {
    names: config.inspectable,
    classes,
    engine,
    setNetworks,
    weights: config.weights ?? "",
    useOwn,
  },
);
const sharing = createSharing(demo, state, {
  canvas: () => (state.mode === "draw" ? sketch.canvas : photo.canvas()),
  file: () => (state.mode === "draw" ? toFile(sketch.small()) : photo.bytes(pieces.box)),
  seen: answer.seen,
  say,
});
const address = createAddress(state, { sketch, replay, setMode, setNetworks, say });
// The small one first, as it is explained first; the default is another.
const choices = networks.map((name) => [name]).reverse();
if (networks.length > 1) choices.push(networks);
const showNetworks = createSwitch(find(".networks .switch"), choices, setNetworks);

// --- asking ---

function drawingChanged(/** @type {boolean} */ settled) {
  demo.classList.toggle("drawn", sketch.strokes.length > 0);
  tools.show();
  address.forgetDrawing();
  if (state.mode === "draw") askDrawing(settled);
}

const inBrowser = () => questions.by(state.networks) === "browser";

function askDrawing(/** @type {boolean} */ settled) {
  if (sketch.strokes.length === 0) showBlank();
  else ask(() => ({ kind: "sketch", image: sketch, networks: state.networks }), settled);
}

let readable = false; // once it is, it stays so
/** @type {(message: () => Question, settled: boolean) => void} */
function ask(message, settled) {
  readable ||= canvasesAreTrue();
  if (readable) return questions.ask(message, settled);
  showBlank();
  say("Your browser hides pictures from pages. Allow this page to read its canvas, and try again.");
}

function photoChanged() {
  if (state.mode !== "photo") return;
  if (!photo.something) {
    if (!state.live) showBlank();
    return;
  }
  /** @type {() => Question} */ const message = () => ({
    kind: state.still?.mask ? "photo" : (state.still?.as ?? "auto"),
    image: photo,
    show: state.picture?.kind === "unread",
    piece: pieces.ask(),
    worn: state.still?.worn,
    networks: state.networks,
  });
  ask(message, !photo.moving);
}

function askAgain() {
  if (state.mode === "draw") askDrawing(true);
  else photoChanged();
}

function setMode(/** @type {Mode} */ next) {
  if (state.mode === next) return;
  state.mode = next;
  demo.dataset.mode = next;
  find("#sketch").hidden = next !== "draw";
  find("#photo").hidden = next !== "photo";
  for (const button of findAll(demo, ".modes button")) press(button, button.dataset.mode === next);
  replay.skip();
  photo.stopCamera();
  if (next === "photo") {
    import("./photo/examples.js").then(({ createExamples }) =>
      createExamples(find(".examples"), photo.open),
    );
    questions.expectPhoto();
  }
  questions.forget();
  round?.leave();
  askAgain();
}

/** @type {ReturnType<typeof import("./draw/round.js").createRound> | null} */ let round = null;

async function play() {
  const module = await import("./draw/round.js").catch(() => null);
  if (!module) return say("The server does not answer. Are you offline?");
  round ??= module.createRound(demo, sketch);
  address.chooseMode("draw");
  round.start();
}

function setNetworks(/** @type {string[]} */ names) {
  state.networks = names;
  able = questions.able(names).join();
  sayWho();
  inside.follow(names);
  askAgain();
}

// What somebody trained in the section that looks inside: it goes on answering when that is closed.
async function useOwn(/** @type {OwnNetwork} */ network) {
  await offerOwn(network);
  if (state.instead) state.instead = [OWN];
  setNetworks([OWN]);
  keep(network);
}

async function offerOwn(/** @type {OwnNetwork | undefined} */ network) {
  if (!network || !engine) return;
  await engine.adopt(OWN, network);
  find(".networks").hidden = false;
  showNetworks([OWN]);
  showNetworks(state.networks);
}

/** Networks that are to answer in this browser and have not arrived. */
const missing = () =>
  inBrowser() && engine ? state.networks.filter((name) => !engine.has(name)) : [];

// Here and in the section that looks inside.
function sayWho() {
  const browser = inBrowser();
  const button = find(".answerer", HTMLButtonElement);
  button.textContent = browser ? "Answered in your browser." : "Answered by PyTorch on the server.";
  button.title = browser ? "Let PyTorch on the server answer" : "Let your browser answer";
  button.disabled = !served || !engine || !state.networks.every((name) => networks.includes(name));
  button.classList.toggle(
    "ready",
    state.networks.every((name) => engine?.has(name)),
  );
  showNetworks(state.networks);
  const awaited = missing();
  const who =
    engine && awaited.length
      ? whoWaits(
          state.networks,
          questions.able(state.networks),
          Math.min(...awaited.map(engine.part)),
        )
      : whoAnswers(state.networks, state.instead);
  for (const place of findAll(demo, ".who")) tell(place, who);
}

// --- answering ---

function showBlank() {
  questions.forget();
  showNothing();
}

function showNothing() {
  state.shown = null;
  notice.answered(); // there will be no answer
  average.forget();
  if (state.mode === "draw") answer.blank("I know ten kinds of clothes.", "Draw one!");
  else answer.blank("Any clothes, any background.", "Show one!");
  sharing.show();
  round?.show(null);
  inside.show(null);
}

/** @type {(reply: Reply, settled: boolean) => void} */
function showAnswer(reply, settled) {
  if ("error" in reply) {
    questions.forget(); // what is about the same picture
    showNothing(); // rather than the bars of another picture
    photo.refused();
    say(reply.error, true);
    return;
  }
  const names = [state.networks, questions.able(state.networks)].find((each) =>
    each.every((name) => name in reply.networks),
  );
  if (!names) return; // asked before a switch of networks
  notice.answered();
  const drawing = state.mode === "draw";
  const camera = !drawing && state.live;
  // The section that looks inside shows how this very frame is answered.
  if (camera && !state.instead) reply.networks = average.add(reply.networks);
  else average.forget();
  state.shown = answer.show(reply, names, { settled, drawing, camera });
  photo.answered(reply);
  pieces.show(drawing ? { pieces: [], piece: 0 } : reply);
  sharing.show();
  round?.show(reply.networks[names[0]], reply.picture);
  inside.show(reply);
  if (settled && drawing) address.tellAround();
}

function showState(/** @type {"slow" | "gone"} */ how) {
  const browser = inBrowser();
  const slow = `${browser ? "The" : "The server is slow just now; the"} answer is on its way …`;
  const gone = browser
    ? "The network is still loading."
    : "The server does not answer. Are you offline?";
  say(how === "slow" ? slow : `${gone} Your picture is safe; trying again …`, true);
}

// Who answers has changed, or what of it has arrived.
function showAnswerer() {
  sayWho();
  inside.draw();
  const before = able;
  able = questions.able(state.networks).join();
  if (before && able !== before && (state.mode === "draw" || photo.something)) askAgain();
  if (!served && !missing().length) import("./offline.js").then(({ keep }) => keep());
}

// --- the rest of the page ---

createPencil(sketch, find(".pencil"));
createStarters(find(".starters"), replay.play);
acceptFiles(demo, photo.open, say);
for (const button of findAll(demo, ".modes button")) {
  button.addEventListener("click", () =>
    address.chooseMode(button.dataset.mode === "draw" ? "draw" : "photo"),
  );
}
find(".legend").append(...networks.map((name) => make("span", {}, name)));
find(".networks").hidden = networks.length < 2;
find(".source").hidden = !config.source;
for (const link of findAll(demo, ".source a")) {
  link.setAttribute("href", `${config.source}/blob/main/${link.getAttribute("href")}`);
  link.setAttribute("target", "_blank"); // a Space's frame is no place for it
}

find(".play").addEventListener("click", play);
find(".answerer").addEventListener("click", () =>
  questions.choose(inBrowser() ? "server" : "browser"),
);
find(".served").hidden = !served;
find(".code").addEventListener("click", async () => {
  const module = await import("./from_code.js").catch(() => null);
  if (!module) return say("The server does not answer. Are you offline?");
  module.showCode(find("dialog.from-code", HTMLDialogElement));
});
if (!served) find(".forgotten").textContent = "Photos stay on this device.";

sketch.listen(drawingChanged, replay.skip);
showAnswerer();
showBlank();
drawingChanged(true); // what was drawn meanwhile
address.follow();
kept().then(offerOwn);
// Before another drawing is opened, or this one is written down.
for (const event of ["popstate", "pagehide"]) window.addEventListener(event, () => round?.leave());
window.addEventListener("pagehide", address.keep);
