// Photos: from a file, a drop, the clipboard or the camera; with a part chosen by dragging.

import { contextOf, createCanvas, finder } from "./dom.js";
import { ARROWS } from "./keys.js";

const LARGEST = 512; // pixels of the longest side sent: twice what the preparation works on
const FRAME = 320; // the same, for each frame of the live camera
const FRAME_MS = 200; // between two frames of the live camera
const LARGEST_FILE = 10 * 2 ** 20; // bytes, of a file that is sent as it is
const LEAST_CROP = 0.04; // of the photo's side; a shorter drag is a click
const ROOM = 0.1; // of a piece's side, kept on each side of it
const WHOLE = { x: 0, y: 0, w: 1, h: 1 };

// `source`, or its part `crop` (in 0..1), with its longest side at most `largest`: a canvas.
/**
 * @type {(source: CanvasImageSource, width: number, height: number, crop: Crop | null,
 *   largest: number) => HTMLCanvasElement}
 */
function scaled(source, width, height, crop, largest) {
  const { x, y, w, h } = crop ?? WHOLE;
  const scale = Math.min(1, largest / Math.max(w * width, h * height));
  const side = (/** @type {number} */ pixels) => Math.max(1, Math.round(pixels * scale));
  const canvas = createCanvas(side(w * width), side(h * height));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  const part = /** @type {const} */ ([x * width, y * height, w * width, h * height]);
  context.drawImage(source, ...part, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// The part of the photo that holds a piece; box: the piece's left, top, right, bottom in 0..1 of `crop`.
/** @type {(box: Box, crop: Crop | null) => Crop} */
function around(box, crop) {
  const { x, y, w, h } = crop ?? WHOLE;
  const [right, down] = [ROOM * (box[2] - box[0]), ROOM * (box[3] - box[1])];
  const [left, top] = [Math.max(box[0] - right, 0), Math.max(box[1] - down, 0)];
  const [width, height] = [Math.min(box[2] + right, 1) - left, Math.min(box[3] + down, 1) - top];
  return { x: x + left * w, y: y + top * h, w: width * w, h: height * h };
}

/** @type {Record<string, number>} */
const KEY_ZOOM = { "+": 0.85, "=": 0.85, "-": 1 / 0.85 };
const KEY_STEP = 0.05; // of the photo's side

// The part of the photo after a key, or undefined if the key is none of ours.
/** @type {(crop: Crop | null, key: string) => Crop | undefined} */
function cropByKey(crop, key) {
  const { x, y, w, h } = crop ?? WHOLE;
  const zoom = KEY_ZOOM[key] ?? 1;
  const [dx, dy] = ARROWS[key] ?? [0, 0];
  if (!(key in KEY_ZOOM) && !(key in ARROWS)) return undefined;
  const [width, height] = [w, h].map((side) => Math.min(Math.max(side * zoom, LEAST_CROP), 1));
  /** @type {(value: number, side: number) => number} */
  const within = (value, side) => Math.min(Math.max(value, 0), 1 - side);
  return {
    x: within(x + (w - width) / 2 + dx * KEY_STEP, width),
    y: within(y + (h - height) / 2 + dy * KEY_STEP, height),
    w: width,
    h: height,
  };
}

/** @type {(file: Blob) => Promise<string>} */
const toDataUrl = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });

// onchange(): there is something new to look at; onproblem(sentence); onopen(): a photo arrived;
// onother(): from now on it shows something else.
/**
 * @param {HTMLElement} root
 * @param {{ onchange: () => void, onproblem: (sentence: string) => void, onopen: () => void,
 *   onother: () => void }} page
 */
export function createPhoto(root, { onchange, onproblem, onopen, onother }) {
  const find = finder(root);
  const view = find(".photo-view", HTMLCanvasElement);
  const video = find(".camera", HTMLVideoElement);
  const hint = find(".photo-hint");
  /** @type {ImageBitmap | null} */
  let bitmap = null; // the photo, if the browser can read it
  let transparent = false; // or at least not a JPEG
  /** @type {string | null} */
  let raw = null; // the file as a data URL, until the server has shown what it is
  /** @type {Crop | null} */
  let crop = null; // {x, y, w, h} in 0..1
  /** @type {[number, number] | null} */
  let dragged = null; // where the drag began, in 0..1
  /** @type {MediaStream | null} */
  let stream = null; // the camera's
  /** @type {object | null} */
  let awaited = null; // the camera that somebody waits for, while the browser asks them
  let drawn = false; // did the server take the photo for a drawing?
  /** @type {File | HTMLCanvasElement | null} */
  let opening = null; // the file that was opened last

  function showParts() {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const live = stream !== null;
    const still = bitmap !== null && !live;
    root.classList.toggle("showing", live || still || raw !== null);
    find(".drop").hidden = live || still || raw !== null;
    view.hidden = !still;
    video.hidden = !live;
    find("[data-photo=whole]").hidden = !still || !crop;
    find("[data-photo=freeze]").hidden = !live;
    find("[data-photo=other]").hidden = !live && !still && raw === null;
    hint.textContent = live
      ? "Hold a piece of clothing in front of the camera."
      : still
        ? `${drawn ? "Taken for a drawing. " : ""}Wrong part? Drag over the piece of clothing.`
        : "";
    // Whoever pressed a button that has gone finds what came in its place.
    if (!focused?.closest("[hidden]")) return;
    if (live) find("[data-photo=freeze]").focus();
    else (still ? view : find("input[type=file]")).focus({ preventScroll: true });
  }

  function draw() {
    if (!bitmap) return;
    const scale = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height));
    view.width = Math.max(1, Math.round(bitmap.width * scale));
    view.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = contextOf(view);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, view.width, view.height);
    context.drawImage(bitmap, 0, 0, view.width, view.height);
    if (!crop) return;
    const { x, y, w, h } = crop;
    const box = /** @type {const} */ ([x * view.width, y * view.height, w * view.width, h * view.height]);
    context.fillStyle = "rgb(0 0 0 / 55%)";
    context.beginPath();
    context.rect(0, 0, view.width, view.height);
    context.rect(...box);
    context.fill("evenodd");
    context.lineWidth = Math.max(2, view.width / 200);
    context.strokeStyle = "#ffffff";
    context.strokeRect(...box);
  }

  /** @type {(camera: MediaStream) => void} */
  const stop = (camera) => {
    for (const track of camera.getTracks()) track.stop();
  };

  function stopCamera() {
    awaited = null;
    if (stream) stop(stream);
    stream = video.srcObject = null;
  }

  function update() {
    draw();
    showParts();
    onchange();
  }

  // file: a File, or a canvas.
  /** @type {(file: File | HTMLCanvasElement) => Promise<void>} */
  async function open(file) {
    stopCamera();
    onopen();
    const mine = (opening = file);
    const decoded = await createImageBitmap(file).catch(() => null);
    // HEIC, say: the server has the last word on what is a picture.
    const sent = !decoded && file instanceof File && file.size <= LARGEST_FILE;
    const unread = sent ? await toDataUrl(file).catch(() => null) : null;
    if (opening !== mine) return; // another one was opened meanwhile
    if (!decoded && !unread) {
      close();
      onproblem(
        sent
          ? "This file cannot be opened. Please try another one."
          : "This browser cannot open the file, and it is too large to send: at most 10 MB, please.",
      );
      return;
    }
    [bitmap, raw, crop, drawn] = [decoded, unread, null, false];
    onother();
    transparent = file instanceof File && file.type !== "image/jpeg";
    update();
  }

  function close() {
    stopCamera();
    bitmap = raw = crop = null;
    onother();
    update();
  }

  async function startCamera() {
    const mine = (awaited = {});
    /** @type {MediaStream} */
    let camera;
    try {
      camera = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 640 } },
      });
    } catch {
      onproblem("No camera could be used. Choose a photo instead, or allow the camera.");
      return;
    }
    if (awaited !== mine) {
      stop(camera); // they have left, or clicked again, while the browser asked
      return;
    }
    stream = camera;
    bitmap = raw = crop = null;
    onother();
    transparent = false;
    video.srcObject = stream;
    await video.play();
    showParts();
    const tick = () => {
      if (stream !== camera) return;
      if (!document.hidden) onchange();
      setTimeout(tick, FRAME_MS);
    };
    tick();
  }

  async function freeze() {
    const kept = await createImageBitmap(video).catch(() => null);
    if (!kept) return; // the camera has shown nothing yet
    stopCamera();
    bitmap = kept;
    update();
  }

  // Where on the photo, in 0..1; it is shown as large as fits in the middle of `view`.
  /** @type {(event: PointerEvent) => [number, number]} */
  const at = (event) => {
    const box = view.getBoundingClientRect();
    const scale = Math.min(box.width / view.width, box.height / view.height);
    /** @type {(value: number) => number} */
    const clamp = (value) => Math.min(Math.max(value, 0), 1);
    return [
      clamp((event.clientX - box.left - box.width / 2) / (scale * view.width) + 0.5),
      clamp((event.clientY - box.top - box.height / 2) / (scale * view.height) + 0.5),
    ];
  };
  view.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return;
    onother();
    event.preventDefault();
    view.setPointerCapture(event.pointerId);
    dragged = at(event);
  });
  view.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const [x, y] = at(event);
    const w = Math.abs(x - dragged[0]);
    const h = Math.abs(y - dragged[1]);
    if (Math.min(w, h) < LEAST_CROP) return;
    crop = { x: Math.min(x, dragged[0]), y: Math.min(y, dragged[1]), w, h };
    update();
  });
  for (const type of ["pointerup", "pointercancel"]) {
    view.addEventListener(type, () => {
      const cropped = dragged !== null;
      dragged = null;
      if (cropped) onchange(); // now for good
    });
  }
  view.addEventListener("keydown", (event) => {
    const changed = cropByKey(crop, event.key);
    if (!changed) return;
    event.preventDefault();
    crop = changed.w < 1 || changed.h < 1 ? changed : null;
    update();
  });
  view.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

  const input = find("input[type=file]", HTMLInputElement);
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
  find("[data-photo=other]").addEventListener("click", close);
  find("[data-photo=whole]").addEventListener("click", () => {
    crop = null;
    update();
  });
  showParts();

  return {
    open,
    stopCamera() {
      stopCamera();
      showParts();
    },
    // Should the server show what it sees in the file?
    get unseen() {
      return raw !== null;
    },
    // What the server said of the photo: `shown` is its picture of a file that this browser cannot
    // read, and stands for the file from then on.
    /** @type {(answer: Answer) => Promise<void>} */
    async answered({ shown, kind }) {
      drawn = kind === "sketch";
      const file = raw;
      if (file && shown) {
        const image = new Image();
        image.src = shown;
        await image.decode();
        if (raw !== file) return; // another one was opened meanwhile
        [bitmap, raw] = [await createImageBitmap(image), null];
        draw();
      }
      showParts();
    },
    // It was no picture.
    refused() {
      raw = null;
      showParts();
    },
    // Where in the frame that lies which the network is to look at: {left, top, width, height} in
    // pixels.
    /** @type {() => Place} */
    place() {
      const [w, h] = stream ? [video.videoWidth, video.videoHeight] : [view.width, view.height];
      const box = (stream ? video : view).getBoundingClientRect();
      const scale = Math.min(box.width / w, box.height / h);
      const part = (!stream && crop) || WHOLE;
      return {
        left: box.width / 2 + (part.x - 0.5) * w * scale,
        top: box.height / 2 + (part.y - 0.5) * h * scale,
        width: part.w * w * scale,
        height: part.h * h * scale,
      };
    },
    get live() {
      return stream !== null;
    },
    get moving() {
      return stream !== null || dragged !== null;
    },
    get something() {
      return bitmap !== null || raw !== null || (stream !== null && video.videoWidth > 0);
    },
    // What the network is to look at, as a canvas; a blank one until the server has shown the file.
    // piece: the box of one piece, to have it alone.
    /** @type {(piece?: Box | null) => HTMLCanvasElement} */
    canvas(piece = null) {
      const whole = stream ? null : crop;
      const part = piece ? around(piece, whole) : whole;
      if (stream) return scaled(video, video.videoWidth, video.videoHeight, part, FRAME);
      return bitmap ? scaled(bitmap, bitmap.width, bitmap.height, part, LARGEST) : createCanvas();
    },
    // The same as a data URL: a PNG where transparency may tell the shape, else a JPEG.
    /** @type {(piece?: Box | null) => string} */
    picture(piece) {
      if (raw) return raw;
      return this.canvas(piece).toDataURL(transparent ? "image/png" : "image/jpeg", 0.92);
    },
  };
}
