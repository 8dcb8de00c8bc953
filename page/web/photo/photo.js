// Photos: from a file or the camera; what is shown of them.

import { contextOf, findAll, finder } from "../dom.js";
import { createCropper } from "./crop.js";
import { readPicture, still } from "./files.js";
import { createSent } from "./sent.js";

const SHOWN = 512; // pixels of the longest side of a photo as it is shown
const CAMERA = { video: { facingMode: "environment", width: { ideal: 640 } } };

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
  if (still) return still.crop ? "part" : "photo";
  return picture ? "unread" : "nothing";
}

/**
 * onchange(): there is something new to look at; onproblem(sentence); onopen(): a photo arrived;
 * onother(): from now on it shows something else; pace(): milliseconds between two camera frames.
 * @param {HTMLElement} root
 * @param {State} state
 * @param {{ onchange: () => void, onproblem: (sentence: string) => void, onopen: () => void,
 *   onother: () => void, pace: () => number }} page
 */
export function createPhoto(root, state, { onchange, onproblem, onopen, onother, pace }) {
  const find = finder(root);
  const view = find(".photo-view", HTMLCanvasElement);
  const video = find(".camera", HTMLVideoElement);
  const input = find("input[type=file]", HTMLInputElement);
  /** @type {File | HTMLCanvasElement | null} */ let opening = null; // what was opened last
  /** @type {State["picture"]} */ let awaited = null; // the camera, until the visitor allows it

  function showParts() {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const shown = shownIn(state);
    root.classList.toggle("showing", shown !== "nothing");
    for (const part of findAll(root, "[data-when]"))
      part.hidden = !part.dataset.when?.split(" ").includes(shown);
    find(".drawn").hidden = !state.still?.drawn || state.still.isPhoto;
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

  /** @type {(file: File | HTMLCanvasElement) => Promise<void>} */
  async function open(file) {
    stopCamera();
    onopen();
    const mine = (opening = file);
    const read = await readPicture(file).catch((error) => error.message);
    if (opening !== mine) return; // another one was opened meanwhile
    show(typeof read === "string" ? null : read);
    if (typeof read === "string") onproblem(read);
  }

  async function startCamera() {
    /** @type {State["picture"]} */ const mine = (awaited = { kind: "camera" });
    const stream = await navigator.mediaDevices?.getUserMedia(CAMERA).catch(() => null);
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
    await video.play();
    showParts();
    const tick = () => {
      if (state.picture !== mine) return;
      if (!document.hidden) onchange();
      setTimeout(tick, pace());
    };
    tick();
  }

  async function freeze() {
    const frame = await createImageBitmap(video).catch(() => null);
    if (!frame || !state.live) return; // the camera has shown nothing yet
    stopCamera();
    state.picture = still(frame, false);
    update();
  }

  function setCrop(/** @type {Crop | null} */ crop) {
    if (state.still) state.still.crop = crop;
    update();
  }

  const cropper = createCropper(view, {
    crop: () => state.still?.crop ?? null,
    onstart: onother,
    onchange: setCrop,
    onend: onchange, // now for good
  });
  input.addEventListener("change", () => {
    if (input.files?.length) open(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  find("[data-photo=snap]").addEventListener("click", () => {
    input.capture = "environment"; // the phone's own camera, at its best resolution
    input.click();
    input.removeAttribute("capture");
  });
  find("[data-photo=camera]").addEventListener("click", startCamera);
  find("[data-photo=freeze]").addEventListener("click", freeze);
  find("[data-photo=other]").addEventListener("click", () => show(null));
  find("[data-photo=photo]").addEventListener("click", () => {
    if (state.still) state.still.isPhoto = true;
    update();
  });
  find("[data-photo=whole]").addEventListener("click", () => setCrop(null));
  showParts();

  return {
    ...createSent(state, view, video),
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
    async answered({ shown, kind }) {
      const { picture } = state;
      if (picture?.kind === "unread" && shown) {
        const image = new Image();
        image.src = shown;
        await image.decode();
        const bitmap = await createImageBitmap(image);
        if (state.picture !== picture) return; // another one was opened meanwhile
        state.picture = still(bitmap, picture.lossless);
        draw(view, state.picture);
      }
      if (state.still) state.still.drawn = kind === "sketch";
      showParts();
    },
    /** It was no picture. */
    refused() {
      if (state.picture?.kind === "unread") state.picture = null;
      showParts();
    },
    get moving() {
      return state.live || cropper.dragging;
    },
    get something() {
      return state.live ? video.videoWidth > 0 : state.picture !== null;
    },
  };
}
