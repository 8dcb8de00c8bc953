// The page: ties paper, photo and answer together.

import { createAnswer } from "./answer.js";
import { drawCard, saveCanvas } from "./card.js";
import { createExamples } from "./examples.js";
import { createInside } from "./inside.js";
import { createPencil, createShortcuts } from "./keys.js";
import { createLive } from "./live.js";
import { createStarters } from "./outlines.js";
import { createPhoto } from "./photo.js";
import { createReplay } from "./replay.js";
import { nameOf, describe, whoAnswers } from "./networks.js";
import { call, facts } from "./server.js";
import { copyText, fromFragment, toFragment } from "./share.js";
import { createTell } from "./tell.js";
import { createAverage } from "./words.js";

const NOTICE_MS = 8000;

const demo = document.querySelector(".demo");
const find = (selector) => demo.querySelector(selector);
const findAll = (selector) => [...demo.querySelectorAll(selector)];
const notice = find(".notice");
const { classes, networks, inside: openable, can_tell: canTell } = facts;

let mode = "draw"; // or "photo"
let asked = [networks[0]]; // the networks that answer; the bars of the first one are in front
let shown = null; // {claim, lead, title, probabilities, label}: what is on the page now

const live = createLive((message) => call("classify", message), showAnswer, showState, (busy) =>
  find("#chart").setAttribute("aria-busy", String(busy)),
);
const answer = createAnswer(demo, classes);
const average = createAverage(classes); // of what the camera shows
const sketch = window.paper; // made by page.html
const replay = createReplay(sketch);
const photo = createPhoto(find("#photo"), {
  onchange: photoChanged,
  onproblem: tell,
  onopen: () => setMode("photo"),
});
const wrong = createTell(find("dialog.tell"), classes, (message) => call("tell", message), tell);

const inside = createInside(find(".inside"), {
  names: openable,
  classes,
  fetchInside: (message) => call("inside", message),
  asked: () => asked,
  setNetworks,
});

// A sentence over the page, until the next answer or for some seconds.
function tell(sentence = "", untilAnswer = false) {
  clearTimeout(tell.timer);
  notice.textContent = sentence;
  notice.hidden = !sentence;
  notice.dataset.untilAnswer = untilAnswer;
  if (sentence && !untilAnswer) tell.timer = setTimeout(tell, NOTICE_MS);
}

// --- asking ---------------------------------------------------------------------------------------

function drawingChanged(settled) {
  const empty = sketch.strokes.length === 0;
  demo.classList.toggle("drawn", !empty);
  find("[data-tool=undo]").disabled = !sketch.canUndo;
  find("[data-tool=redo]").disabled = !sketch.canRedo;
  find("[data-tool=clear]").disabled = empty;
  forgetLink();
  if (mode === "draw") askDrawing(settled);
}

const question = () => ({ networks: asked, ...inside.question() });

function askDrawing(settled) {
  if (sketch.strokes.length === 0) showBlank();
  else live.ask(() => ({ kind: "sketch", image: sketch.picture(), ...question() }), settled);
}

function photoChanged() {
  if (mode !== "photo") return;
  if (!photo.something) {
    if (!photo.live) showBlank();
    return;
  }
  const settled = !photo.moving;
  live.ask(() => ({ kind: "photo", image: photo.picture(), ...question() }), settled);
}

function askAgain() {
  if (mode === "draw") askDrawing(true);
  else photoChanged();
}

function setMode(next) {
  if (mode === next) return;
  mode = next;
  demo.dataset.mode = mode;
  find("#sketch").hidden = mode !== "draw";
  find("#photo").hidden = mode !== "photo";
  for (const button of findAll(".modes button")) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  }
  replay.skip();
  photo.stopCamera();
  if (mode === "photo" && !find(".examples").children.length) {
    createExamples(find(".examples"), photo.open);
  }
  live.forget();
  askAgain();
}

function setNetworks(names) {
  asked = names;
  sayWho();
  inside.follow(names);
  for (const button of findAll(".networks button")) {
    button.setAttribute("aria-pressed", String(button.dataset.networks === names.join()));
  }
  askAgain();
}

// Here and in the section that looks inside.
function sayWho() {
  for (const place of findAll(".who")) place.textContent = whoAnswers(asked, inside.instead);
}

// --- answering ------------------------------------------------------------------------------------

function showBlank() {
  live.forget();
  showNothing();
}

function showNothing() {
  shown = null;
  average.forget();
  answer.blank(
    mode === "draw" ? "Ten kinds of clothes it knows." : "One piece of clothing, any background.",
    mode === "draw" ? "Draw one!" : "Show one!",
  );
  for (const button of findAll("[data-action]")) button.disabled = true;
  inside.show(null);
}

function showAnswer(reply, settled) {
  if (reply.error) {
    showNothing(); // rather than the bars of another picture
    tell(reply.error, true);
    return;
  }
  if (!asked.every((name) => name in reply.networks)) return; // asked before a switch of networks
  if (notice.dataset.untilAnswer === "true") tell();
  const drawing = mode === "draw";
  const camera = !drawing && photo.live;
  // The section that looks inside shows how this very frame is answered.
  if (camera && !reply.inside) reply.networks = average.add(reply.networks);
  else average.forget();
  shown = answer.show(reply, asked, { settled, drawing, camera });
  shown.probabilities = reply.networks[asked[0]].probabilities;
  shown.label = reply.networks[asked[0]].label;
  for (const button of findAll("[data-action]")) button.disabled = false;
  find("[data-action=link]").disabled = mode === "photo";
  inside.show(reply);
}

function showState(state) {
  demo.dataset.server = state;
  if (state === "gone") {
    tell("The server cannot be reached. Your picture is safe; trying again …", true);
  } else if (state === "slow") {
    tell("The server is slow just now; the answer is on its way …", true);
  }
}

// --- controls -------------------------------------------------------------------------------------

function setEraser(eraser) {
  sketch.pen.eraser = eraser;
  find("[data-tool=pen]").setAttribute("aria-pressed", String(!eraser));
  find("[data-tool=eraser]").setAttribute("aria-pressed", String(eraser));
}

const width = find("[data-tool=width]");
function setWidth(value) {
  width.value = value;
  sketch.pen.width = Number(width.value); // within the slider's limits
}

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
createShortcuts(find("#sketch"), actions, () => mode === "draw");
createPencil(sketch, find(".pencil"));

for (const button of findAll(".modes button")) {
  button.addEventListener("click", () => setMode(button.dataset.mode));
}

// Gradio's own page about the API.
find(".code").addEventListener("click", () => document.querySelector(".show-api")?.click());

createStarters(find(".starters"), (strokes, milliseconds) => replay.play(strokes, milliseconds));

const choices = networks.map((name) => [name]);
if (networks.length > 1) choices.push(networks);
for (const names of choices) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.networks = names.join();
  button.textContent = nameOf(names);
  button.title = describe(names);
  button.setAttribute("aria-pressed", String(names.join() === asked.join()));
  button.addEventListener("click", () => setNetworks(names));
  find(".networks .switch").append(button);
}
find(".legend").append(
  ...networks.map((name) => Object.assign(document.createElement("span"), { textContent: name })),
);
find(".networks").hidden = choices.length < 2;

const dropping = (yes) => demo.classList.toggle("dropping", yes);
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  dropping(true);
});
document.addEventListener("dragleave", (event) => event.relatedTarget || dropping(false));
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

// --- sharing --------------------------------------------------------------------------------------

let linked = ""; // the fragment that the paper shows

// A drawing that has changed is no longer the one in the address.
function forgetLink() {
  if (linked && !replay.playing) {
    linked = "";
    history.replaceState(null, "", location.pathname + location.search);
  }
}

async function openLink() {
  const fragment = location.hash.slice(1);
  if (fragment === linked) return;
  try {
    const strokes = await fromFragment(fragment);
    if (!strokes) return;
    setMode("draw");
    replay.play(strokes, 1500);
    linked = fragment;
  } catch {
    tell("This link holds no drawing that can be read. Here is a fresh sheet of paper.");
  }
}

find("[data-action=link]").addEventListener("click", async () => {
  const url = new URL(location.pathname, location.origin); // a Space's query may hold a secret
  try {
    url.hash = await toFragment(sketch.strokes);
    await copyText(url.href);
    tell("The link is copied: whoever opens it sees your drawing.");
  } catch {
    tell("This browser does not let the page copy a link, sorry.");
  }
});

find("[data-action=save]").addEventListener("click", () => {
  const picture = mode === "draw" ? sketch.canvas : photo.canvas();
  const seen = answer.seen;
  saveCanvas(drawCard({ picture, seen, classes, ...shown }), `${shown.label.replace("/", "-")}.png`);
});

find("[data-action=tell]").hidden = !canTell;
find("[data-action=tell]").addEventListener("click", () => {
  const [image, kind] =
    mode === "draw" ? [sketch.picture(), "sketch"] : [photo.picture(), "photo"];
  wrong.open({ image, kind, guess: shown.label });
});

sketch.listen(drawingChanged, () => replay.skip());
sayWho();
showBlank();
drawingChanged(true); // what was drawn meanwhile
window.addEventListener("hashchange", openLink);
openLink();
