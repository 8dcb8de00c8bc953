// The page: ties paper, photo and answer together.
// Gradio calls this with `element` (our HTML), `props` and `server` (our Python functions).

const find = (selector) => element.querySelector(selector);
const demo = find(".demo");
const notice = find(".notice");
const { classes, networks } = props;

let mode = "draw";
let asked = [networks[0]]; // the networks that answer; the first one's bars are in front
let lastAnswer = null;

const chart = createChart(find("#chart"), classes);
const live = createLive((message) => server.classify(message), showAnswer, showState);
const sketch = createSketch(find("#sketch canvas"), drawingChanged);
const photo = createPhoto(find("#photo"), {
  onchange: photoChanged,
  onproblem: (sentence) => tell(sentence),
  onopen: () => setMode("photo"),
});

function tell(sentence = "") {
  notice.textContent = sentence;
  notice.hidden = !sentence;
}

// --- asking -------------------------------------------------------------------------------

const message = (kind, image) => () => ({ kind, image: image(), networks: asked });

function drawingChanged(settled) {
  const empty = sketch.strokes.length === 0;
  find(".hint").hidden = !empty;
  find("[data-tool=undo]").disabled = !sketch.canUndo;
  find("[data-tool=redo]").disabled = !sketch.canRedo;
  find("[data-tool=clear]").disabled = empty;
  if (mode !== "draw") return;
  if (empty) showBlank();
  else live.ask(message("sketch", sketch.picture), settled);
}

function photoChanged() {
  if (mode !== "photo") return;
  const image = photo.picture();
  if (image) live.ask(message("photo", () => image), !photo.moving);
  else if (!photo.live) showBlank();
}

function askAgain() {
  if (mode === "draw") drawingChanged(true);
  else photoChanged();
}

function setMode(next) {
  if (mode === next) return;
  mode = next;
  demo.dataset.mode = mode;
  find("#sketch").hidden = mode !== "draw";
  find("#photo").hidden = mode !== "photo";
  for (const button of element.querySelectorAll(".head .switch button")) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  }
  if (mode === "draw") photo.stopCamera();
  live.forget();
  askAgain();
}

// --- answers ------------------------------------------------------------------------------

function showBlank() {
  live.forget();
  lastAnswer = null;
  chart.show(null);
  showSeen(find("#seen"), null);
  find(".cut").hidden = true;
  find(".headline").textContent = "Waiting for a picture";
  find(".detail").textContent =
    mode === "draw" ? "The bars move while you draw." : "Choose, drop or paste a photo.";
  find(".spoken").textContent = "";
}

const percent = (p) => (p >= 0.995 && p < 1 ? "over 99 %" : `${Math.round(p * 100)} %`);

function showAnswer(answer, settled) {
  if (answer.error) {
    tell(answer.error);
    return;
  }
  tell();
  lastAnswer = answer;
  const [first, second] = asked.map((name) => answer.networks[name]);
  if (!first) return; // an answer to a question asked before the networks were switched
  chart.show(first.probabilities, second?.probabilities ?? null);
  showSeen(find("#seen"), answer.picture);
  find(".cut").hidden = !answer.cutout;
  if (answer.cutout) find(".cut img").src = answer.cutout;
  find(".headline").textContent = first.sure ? first.label : "Not sure";
  find(".detail").textContent = first.sure
    ? `${percent(first.confidence)} likely, says the network.`
    : `Not sure this is one of my ten: closest is ${first.label}.`;
  if (settled) {
    find(".spoken").textContent = first.sure
      ? `${first.label}, ${percent(first.confidence)}`
      : `Not sure this is one of my ten: closest is ${first.label}, ${percent(first.confidence)}`;
  }
}

function showState(state) {
  demo.dataset.server = state;
  if (state === "gone") {
    tell("The server cannot be reached. Your picture is safe; trying again …");
  } else if (state === "slow") {
    tell("The server is slow just now; the answer is on its way …");
  } else if (notice.textContent.startsWith("The server")) {
    tell();
  }
}

// --- controls -----------------------------------------------------------------------------

for (const button of element.querySelectorAll(".head .switch button")) {
  button.addEventListener("click", () => setMode(button.dataset.mode));
}

function setEraser(eraser) {
  sketch.pen.eraser = eraser;
  find("[data-tool=pen]").setAttribute("aria-pressed", String(!eraser));
  find("[data-tool=eraser]").setAttribute("aria-pressed", String(eraser));
}

find("[data-tool=pen]").addEventListener("click", () => setEraser(false));
find("[data-tool=eraser]").addEventListener("click", () => setEraser(true));
find("[data-tool=undo]").addEventListener("click", sketch.undo);
find("[data-tool=redo]").addEventListener("click", sketch.redo);
find("[data-tool=clear]").addEventListener("click", sketch.clear);
const width = find("[data-tool=width]");
width.addEventListener("input", () => (sketch.pen.width = Number(width.value)));

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) photo.open(file);
});
document.addEventListener("paste", (event) => {
  const file = [...(event.clipboardData?.files ?? [])].find((each) => each.type.startsWith("image/"));
  if (file) photo.open(file);
});

showBlank();
drawingChanged(true);
