// The page: ties paper, photo and answer together.

import { createAnswer } from "./answer.js";
import { createApiPage } from "./api.js";
import { drawCard, saveCanvas } from "./card.js";
import { createButton, findAll as every, finder, press } from "./dom.js";
import { createExamples } from "./examples.js";
import { createInside } from "./inside.js";
import { createPencil, createShortcuts } from "./keys.js";
import { createLive } from "./live.js";
import { describe, nameOf, whoAnswers } from "./networks.js";
import { createStarters } from "./outlines.js";
import { createPhoto } from "./photo.js";
import { createPieces } from "./pieces.js";
import { createReplay } from "./replay.js";
import { call, facts } from "./server.js";
import { copyText } from "./share.js";
import { asked, createState, keepForReload, kept, link } from "./state.js";
import { createTell } from "./tell.js";
import { createAverage } from "./words.js";

const NOTICE_MS = 8000;

const demo = finder(document)(".demo");
const find = finder(demo);
const findAll = (/** @type {string} */ selector) => every(demo, selector);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let told; // when the notice goes
const notice = find(".notice");
const { classes, networks, inside: openable, can_tell: canTell } = facts;

/** @type {Shown | null} */
let shown = null; // {claim, lead, title, probabilities, label, kind}: what is on the page now

const live = createLive(
  (message) => call("classify", message),
  showAnswer,
  showState,
  (busy) => find("#chart").setAttribute("aria-busy", String(busy)),
);
const answer = createAnswer(demo, classes);
const average = createAverage(classes); // of what the camera shows
const sketch = window.paper; // made by page.html
const state = createState(sketch, networks);
const replay = createReplay(sketch);
const photo = createPhoto(find("#photo"), {
  onchange: photoChanged,
  onproblem: tell,
  onopen: () => {
    chooseMode("photo");
    live.forget();
  },
  onother: () => pieces.forget(),
});
const pieces = createPieces(find(".pieces"), photo.place, () => {
  average.forget();
  photoChanged();
});
const wrong = createTell(
  find("dialog.tell", HTMLDialogElement),
  classes,
  (message) => call("tell", message),
  tell,
);

const inside = createInside(find(".inside", HTMLDetailsElement), {
  names: openable,
  classes,
  fetchInside: (message) => call("inside", message),
  asked: () => state.networks,
  setNetworks,
});

const actionButtons = ["link", "save", "tell"].map((name) =>
  find(`[data-action=${name}]`, HTMLButtonElement),
);

// A sentence over the page, until the next answer or for some seconds.
/** @type {(sentence?: string, untilAnswer?: boolean) => void} */
function tell(sentence = "", untilAnswer = false) {
  clearTimeout(told);
  notice.textContent = sentence;
  notice.hidden = !sentence;
  notice.dataset.untilAnswer = String(untilAnswer);
  if (sentence && !untilAnswer) told = setTimeout(tell, NOTICE_MS);
}

// --- asking ---------------------------------------------------------------------------------------

/** @param {boolean} settled */
function drawingChanged(settled) {
  const empty = sketch.strokes.length === 0;
  demo.classList.toggle("drawn", !empty);
  find("[data-tool=undo]", HTMLButtonElement).disabled = !sketch.canUndo;
  find("[data-tool=redo]", HTMLButtonElement).disabled = !sketch.canRedo;
  find("[data-tool=clear]", HTMLButtonElement).disabled = empty;
  // Whoever pressed a button that is of no use any more goes on at the paper.
  if (document.activeElement?.matches(":disabled")) sketch.canvas.focus({ preventScroll: true });
  forgetLink();
  if (state.mode === "draw") askDrawing(settled);
}

const question = () => ({ networks: state.networks, ...inside.question() });

/** @param {boolean} settled */
function askDrawing(settled) {
  if (sketch.strokes.length === 0) showBlank();
  else live.ask(() => ({ kind: "sketch", image: sketch.picture(), ...question() }), settled);
}

function photoChanged() {
  if (state.mode !== "photo") return;
  if (!photo.something) {
    if (!photo.live) showBlank();
    return;
  }
  const settled = !photo.moving;
  /** @type {() => Message} */
  const message = () => ({
    kind: "auto",
    image: photo.picture(),
    show: photo.unseen,
    piece: pieces.ask(),
    ...question(),
  });
  live.ask(message, settled);
}

function askAgain() {
  if (state.mode === "draw") askDrawing(true);
  else photoChanged();
}

/** @param {Mode} next */
function setMode(next) {
  if (state.mode === next) return;
  state.mode = demo.dataset.mode = next;
  find("#sketch").hidden = next !== "draw";
  find("#photo").hidden = next !== "photo";
  for (const button of findAll(".modes button")) press(button, button.dataset.mode === next);
  replay.skip();
  photo.stopCamera();
  if (next === "photo" && !find(".examples").children.length) {
    createExamples(find(".examples"), photo.open);
  }
  live.forget();
  askAgain();
}

/** @param {string[]} names */
function setNetworks(names) {
  state.networks = names;
  sayWho();
  inside.follow(names);
  for (const button of findAll(".networks button")) press(button, button.dataset.networks === names.join());
  askAgain();
}

// Here and in the section that looks inside.
function sayWho() {
  for (const place of findAll(".who")) place.textContent = whoAnswers(state.networks, inside.instead);
}

// --- answering ------------------------------------------------------------------------------------

function showBlank() {
  live.forget();
  showNothing();
}

function showNothing() {
  shown = null;
  if (notice.dataset.untilAnswer === "true") tell(); // there will be none
  average.forget();
  const drawing = state.mode === "draw";
  answer.blank(
    drawing ? "Ten kinds of clothes it knows." : "One piece of clothing, any background.",
    drawing ? "Draw one!" : "Show one!",
  );
  for (const button of actionButtons) button.disabled = true;
  inside.show(null);
}

/** @type {(reply: Reply, settled: boolean) => void} */
function showAnswer(reply, settled) {
  if ("error" in reply) {
    showNothing(); // rather than the bars of another picture
    photo.refused();
    tell(reply.error, true);
    return;
  }
  const names = state.networks;
  if (!names.every((name) => name in reply.networks)) return; // asked before a switch of networks
  if (notice.dataset.untilAnswer === "true") tell();
  const drawing = state.mode === "draw";
  const camera = !drawing && photo.live;
  // The section that looks inside shows how this very frame is answered.
  if (camera && !reply.inside) reply.networks = average.add(reply.networks);
  else average.forget();
  const { probabilities, label } = reply.networks[names[0]];
  shown = {
    ...answer.show(reply, names, { settled, drawing, camera }),
    probabilities,
    label,
    kind: reply.kind,
  };
  photo.answered(reply);
  pieces.show(drawing ? { pieces: [], piece: 0 } : reply);
  for (const button of actionButtons) button.disabled = false;
  inside.show(reply);
}

/** @param {"slow" | "gone"} server */
function showState(server) {
  if (server === "gone") {
    tell("The server cannot be reached. Your picture is safe; trying again …", true);
  } else if (server === "slow") {
    tell("The server is slow just now; the answer is on its way …", true);
  }
}

// --- controls -------------------------------------------------------------------------------------

/** @param {boolean} eraser */
function setEraser(eraser) {
  sketch.pen.eraser = eraser;
  press(find("[data-tool=pen]"), !eraser);
  press(find("[data-tool=eraser]"), eraser);
}

const width = find("[data-tool=width]", HTMLInputElement);
/** @param {number | string} value */
function setWidth(value) {
  width.value = String(value);
  sketch.pen.width = Number(width.value); // within the slider's limits
}

/** @type {Record<string, () => void>} */
const actions = {
  undo: sketch.undo,
  redo: sketch.redo,
  clear: sketch.clear,
  pen: () => setEraser(false),
  eraser: () => setEraser(true),
  wider: () => setWidth(sketch.pen.width + 12),
  thinner: () => setWidth(sketch.pen.width - 12),
};
for (const name of ["undo", "redo", "clear", "pen", "eraser"]) {
  find(`[data-tool=${name}]`).addEventListener("click", actions[name]);
}
width.addEventListener("input", () => setWidth(width.value));
createShortcuts(find("#sketch"), actions, () => state.mode === "draw");
createPencil(sketch, find(".pencil"));

for (const button of findAll(".modes button")) {
  button.addEventListener("click", () => chooseMode(button.dataset.mode === "photo" ? "photo" : "draw"));
}

createStarters(find(".starters"), (strokes, milliseconds) => replay.play(strokes, milliseconds));

const choices = networks.map((name) => [name]);
if (networks.length > 1) choices.push(networks);
for (const names of choices) {
  const button = createButton(nameOf(names), () => setNetworks(names));
  button.dataset.networks = names.join();
  button.title = describe(names);
  press(button, names.join() === state.networks.join());
  find(".networks .switch").append(button);
}
find(".legend").append(
  ...networks.map((name) => Object.assign(document.createElement("span"), { textContent: name })),
);
find(".networks").hidden = choices.length < 2;

const dropping = (/** @type {boolean} */ yes) => demo.classList.toggle("dropping", yes);
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  dropping(true);
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) dropping(false);
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  dropping(false);
  const [file] = event.dataTransfer?.files ?? [];
  if (file) photo.open(file);
});
document.addEventListener("paste", (event) => {
  const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
  if (file) photo.open(file);
});

// --- the address and the history ------------------------------------------------------------------

// Photo and the API page are entries of the history, so that Back leaves them and not the page.

let linked = ""; // the fragment that the paper shows

const addressOfDrawing = () => location.pathname + location.search + (linked && `#${linked}`);

// A drawing that has changed is no longer the one in the address.
function forgetLink() {
  if (linked && !replay.playing) {
    linked = "";
    history.replaceState(history.state, "", addressOfDrawing());
  }
}

// There is one entry for Photo, however often somebody goes to and fro.
/** @param {Mode} next */
function chooseMode(next) {
  if (state.mode === next) return;
  setMode(next);
  const again = history.state === "photo" || history.state === "after photo";
  if (next === "draw") {
    history.replaceState(again ? "after photo" : null, "", addressOfDrawing());
  } else history[again ? "replaceState" : "pushState"]("photo", "", "#mode=photo");
}

// Shows what the address asks for; `before`: what there was before a reload.
/** @type {(before?: ReturnType<typeof kept>) => Promise<void>} */
async function follow(before) {
  api.leave();
  const fragment = location.hash.slice(1);
  const wanted = await asked().catch(() => null);
  if (!wanted) {
    tell("This link holds no drawing that can be read. Here is a fresh sheet of paper.");
    return;
  }
  const names = (wanted.networks ?? before?.networks ?? []).filter((name) => networks.includes(name));
  if (names.length) setNetworks(names);
  setMode(wanted.mode === "photo" ? "photo" : "draw");
  if (wanted.strokes && fragment !== linked) {
    linked = ""; // or the change would take the fragment out of the address
    replay.play(wanted.strokes, 1500);
    linked = fragment;
  } else if (before?.strokes.length && sketch.strokes.length === 0) sketch.replace(before.strokes);
}

const api = createApiPage(find(".code"));

find(".source").hidden = !facts.source;
for (const link of findAll(".source a")) {
  link.setAttribute("href", `${facts.source}/blob/main/${link.getAttribute("href")}`);
  link.setAttribute("target", "_blank"); // a Space's frame is no place for it
}

// --- sharing --------------------------------------------------------------------------------------

find("[data-action=link]").addEventListener("click", async () => {
  const copied = {
    draw: "The link is copied: whoever opens it sees your drawing.",
    photo: "The link is copied. It opens this side of the page; your photo stays here.",
  }[state.mode];
  const href = link(state);
  try {
    await copyText(href);
    tell(copied);
  } catch (error) {
    if (error instanceof RangeError) tell("This drawing is too long for a link, sorry.");
    else offerLink(await href);
  }
});

// To copy by hand.
/** @param {string} href */
function offerLink(href) {
  tell("This browser does not let the page copy. Here is the link:", true);
  const field = document.createElement("input");
  Object.assign(field, { value: href, readOnly: true, ariaLabel: "Link" });
  notice.append(field);
  field.focus();
  field.select();
}

find("[data-action=save]").addEventListener("click", () => {
  if (!shown) return;
  const picture = state.mode === "draw" ? sketch.canvas : photo.canvas();
  const seen = answer.seen;
  saveCanvas(drawCard({ picture, seen, classes, ...shown }), `${shown.label.replace("/", "-")}.png`);
});

find("[data-action=tell]").hidden = !canTell;
find("[data-action=tell]").addEventListener("click", () => {
  if (!shown) return;
  const image = state.mode === "draw" ? sketch.picture() : photo.picture(pieces.box);
  wrong.open({ image, kind: shown.kind, guess: shown.label });
});

sketch.listen(drawingChanged, () => replay.skip());
sayWho();
showBlank();
drawingChanged(true); // what was drawn meanwhile
window.addEventListener("popstate", () => follow());
follow(kept());
keepForReload(state);
