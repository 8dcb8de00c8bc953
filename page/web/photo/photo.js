// Photos: from a file or the camera; what is shown of them.

import { contextOf, findAll, finder } from "../dom.js";
import { createCropper } from "./crop.js";
import { readPicture, still } from "./files.js";
import { createSent } from "./sent.js";

const SHOWN = 512; // pixels of the longest side of a photo as it is shown
const CAMERA = { facingMode: "environment", width: { ideal: 640 } };

/** @type {(stream: MediaProvider | null) => void} */
function close(stream) {
  if (stream instanceof MediaStream) for (const track of stream.getTracks()) track.stop();
}

/**
 * The photo, and what lies outside of the part that is looked at in the dark.
 * @type {(view: HTMLCanvasElement, photo: Still) => void}
 */
function draw(view, { bitmap, crop }) {
  const scale = Math.min(1, SHOWN / Math.max(bitmap.width, bitmap.height));
  view.width = Math.max(1, Math.round(bitmap.width * scale));
  view.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = contextOf(view);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, view.width, view.height);
  context.drawImage(bitmap, 0, 0, view.width, view.height);
  if (!crop) return;
  const { width, height } = view;
  /** @type {[number, number, number, number]} */
  const part = [crop.x * width, crop.y * height, crop.w * width, crop.h * height];
  context.fillStyle = "rgb(0 0 0 / 55%)";
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(...part);
  context.fill("evenodd");
  context.lineWidth = Math.max(2, width / 200);
  context.strokeStyle = "#ffffff";
  context.strokeRect(...part);
}

/** What the frame shows; what belongs to it has it in `data-when`. @param {State} state */
function shownIn({ live, still, picture }) {
  if (live) return "camera";
  if (still?.mask) return "mend";
  if (still) return still.crop ? "part" : "photo";
  return picture ? "unread" : "nothing";
}

/**
 * onchange(): there is something new to look at; onproblem(sentence); onopen(): a photo arrived;
 * onother(): from now on it shows something else; ontap(x, y): on a place of it, in 0..1; pace():
 * milliseconds between two camera frames.
 * @param {HTMLElement} root
 * @param {State} state
 * @param {{ onchange: () => void, onproblem: (sentence: string) => void, onopen: () => void,
 *   onother: () => void, ontap: (x: number, y: number) => void, pace: () => number }} page
 */
export function createPhoto(root, state, { onchange, onproblem, onopen, onother, ontap, pace }) {
  const find = finder(root);
  const view = find(".photo-view", HTMLCanvasElement);
  const video = find(".camera", HTMLVideoElement);
  const input = find("input[type=file]", HTMLInputElement);
  /** @type {File | HTMLImageElement | null} */ let opening = null; // what was opened last
  /** @type {State["picture"]} */ let awaited = null; // the camera, until the visitor allows it
  /** @type {ReturnType<typeof import("./mend.js").createMend> | null} */ let mend = null;
  let moving = false; // is the cut-out being painted?

  function showParts() {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const shown = shownIn(state);
    root.classList.toggle("showing", shown !== "nothing");
    for (const part of findAll(root, "[data-when]"))
      part.hidden = !part.dataset.when?.split(" ").includes(shown);
    const { as, answer } = state.still ?? { as: "auto", answer: null };
    find(".drawn").hidden = answer?.kind !== "sketch";
    find("[data-photo=sketch]").hidden = answer?.kind !== "photo" || as === "sketch";
    find("[data-photo=mend]").hidden = !answer?.cutout;
    // Whoever pressed a button that has gone finds what came in its place.
    if (!focused?.closest("[hidden]")) return;
    if (state.live) find("[data-photo=freeze]").focus();
    else (state.still ? view : input).focus({ preventScroll: true });
  }

  function update() {
    if (state.still) draw(view, state.still);
    showParts();
    onchange();
  }

  function show(/** @type {State["picture"]} */ picture) {
    stopCamera();
    state.picture = picture;
    onother();
    update();
  }

  function stopCamera() {
    awaited = null;
    close(video.srcObject);
    video.srcObject = null;
    if (state.live) state.picture = null;
  }

  /** @type {(file: File | HTMLImageElement) => Promise<void>} */
  async function open(file) {
    stopCamera();
    onopen();
    const mine = (opening = file);
    const read = await readPicture(file).catch((error) => error.message);
    if (opening !== mine) return; // another one was opened meanwhile
    show(typeof read === "string" ? null : read);
    if (typeof read === "string") onproblem(read);
  }

  /** @param {MediaTrackConstraints} [wanted] */
  async function startCamera(wanted = CAMERA) {
    /** @type {State["picture"]} */ const mine = (awaited = { kind: "camera" });
    const stream = await navigator.mediaDevices?.getUserMedia({ video: wanted }).catch(() => null);
    if (!stream)
      return onproblem(
        isSecureContext
          ? "No camera could be used. Choose a photo instead, or allow the camera."
          : "Browsers open the camera only where the address begins with https.",
      );
    if (awaited !== mine) return close(stream); // they have left, or clicked again
    video.srcObject = stream;
    state.picture = mine;
    onother();
    const { facingMode } = stream.getVideoTracks()[0].getSettings();
    video.classList.toggle("mirror", facingMode === "user");
    await video.play();
    showParts();
    find("[data-photo=turn]").hidden = (await cameras()).length < 2;
    const tick = () => {
      if (state.picture !== mine) return;
      if (!document.hidden) onchange();
      setTimeout(tick, pace());
    };
    tick();
  }

  const cameras = async () =>
    (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");

  async function turn() {
    const all = (await cameras()).map(({ deviceId }) => deviceId);
    const stream = /** @type {MediaStream} */ (video.srcObject);
    const now = all.indexOf(stream.getVideoTracks()[0].getSettings().deviceId ?? "");
    stopCamera(); // many phones open one at a time
    startCamera({ deviceId: { exact: all[(now + 1) % all.length] }, width: CAMERA.width });
  }

  /** What is painted over the photo, from what the network cut out. */
  async function startMend() {
    const { still } = state;
    if (!still?.answer?.cutout) return;
    const { createMend, maskOf } = await import("./mend.js");
    const { width, height } = sent.canvas();
    const { cutout, box } = still.answer;
    const mask = await maskOf(width, height, cutout, box ?? [0, 0, 1, 1]);
    if (state.still !== still) return;
    const { cut } = still.answer;
    Object.assign(still, { mask, worn: cut?.places ? cut : null });
    onother();
    mend ??= createMend(
      root,
      () => state.still?.mask ?? null,
      (settled) => {
        moving = !settled;
        onchange();
      },
    );
    update();
    placeMend();
    mend.begin();
  }

  /** The canvas to paint on lies where the photo does. */
  function placeMend() {
    if (!state.still) return;
    const { left, top, width, height } = sent.place();
    const places = { left, top, width, height };
    for (const [name, pixels] of Object.entries(places))
      find(".mend").style.setProperty(name, `${pixels}px`);
  }

  async function freeze() {
    const frame = await createImageBitmap(video).catch(() => null);
    if (!frame || !state.live) return; // the camera has shown nothing yet
    stopCamera();
    state.picture = still(frame, false);
    update();
  }

  function setCrop(/** @type {Crop | null} */ crop) {
    if (state.still) Object.assign(state.still, { crop, mask: null, worn: null });
    update();
  }

  const cropper = createCropper(view, {
    crop: () => state.still?.crop ?? null,
    onstart: onother,
    onchange: setCrop,
    onend: onchange, // now for good
    ontap,
  });
  const sent = createSent(state, view, video);
  new ResizeObserver(placeMend).observe(find(".frame"));
  input.addEventListener("change", () => {
    if (input.files?.length) open(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  find("[data-photo=snap]").addEventListener("click", () => {
    input.capture = "environment"; // the phone's own camera, at its best resolution
    input.click();
    input.removeAttribute("capture");
  });
  find("[data-photo=camera]").addEventListener("click", () => startCamera());
  find("[data-photo=turn]").addEventListener("click", turn);
  find("[data-photo=mend]").addEventListener("click", startMend);
  find("[data-photo=freeze]").addEventListener("click", freeze);
  find("[data-photo=other]").addEventListener("click", () => show(null));
  for (const kind of /** @type {const} */ (["photo", "sketch"])) {
    find(`[data-photo=${kind}]`).addEventListener("click", () => {
      if (state.still) state.still.as = kind;
      onother();
      update();
    });
  }
  find("[data-photo=whole]").addEventListener("click", () => setCrop(null));
  find("[data-photo=back]").addEventListener("click", () => setCrop(state.still?.crop ?? null));
  showParts();

  return {
    ...sent,
    open,
    stopCamera() {
      stopCamera();
      showParts();
    },
    /**
     * shown: the server's picture of a file that this browser cannot read; it stands for the file
     * from then on.
     * @param {Answer} answer
     */
    async answered(answer) {
      const { picture } = state;
      const { shown } = answer;
      if (picture?.kind === "unread" && shown) {
        const image = new Image();
        image.src = shown;
        await image.decode();
        const bitmap = await createImageBitmap(image);
        if (state.picture !== picture) return; // another one was opened meanwhile
        state.picture = still(bitmap, picture.lossless);
        draw(view, state.picture);
      }
      if (state.still) state.still.answer = answer;
      showParts();
    },
    /** It was no picture. */
    refused() {
      if (state.picture?.kind === "unread") state.picture = null;
      showParts();
    },
    get moving() {
      return state.live || cropper.dragging || moving;
    },
    get something() {
      return state.live ? video.videoWidth > 0 : state.picture !== null;
    },
  };
}
