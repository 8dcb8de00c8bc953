// The paper: strokes kept as data, drawn twice - large on the screen, small for the network.
//
// A stroke is {width, eraser, points: [[x, y, pressure], ...]}, whole numbers: x, y and width in
// PAPER units (whatever the screen's size), pressure 0 to 15. So a drawing means the same on any
// device, loses nothing on resize, and fits in a link.

export const PAPER = 2048; // units along each side
const SMALL = 256; // pixels along each side of the picture the network is sent
const SHARPEST = 2; // screen pixels per CSS pixel, at most
export const EVEN_PRESSURE = 8; // mouse and finger; a pen varies around it
export const MARGIN = 256; // how far strokes may run off the paper
const NEAR = 3; // points closer than this add nothing
const TAP_MS = 300;
const INK = "#17171c";
// No ring around the paper; not all browsers know it.
const FOCUS = { preventScroll: true, focusVisible: false };
export const WHITE = "#ffffff";

/** @type {(stroke: Stroke, pressure: number) => number} */
const widthAt = (stroke, pressure) => stroke.width * (0.4 + 0.075 * pressure);

// Curves through the middle of each two points; one path where the pressure is even, so that the
// joints cannot be seen.
/** @type {(context: CanvasRenderingContext2D, stroke: Stroke) => void} */
function drawStroke(context, stroke) {
  const { points } = stroke;
  const even = points.every((point) => point[2] === points[0][2]);
  context.strokeStyle = context.fillStyle = stroke.eraser ? WHITE : INK;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = widthAt(stroke, points[0][2]);
  context.beginPath();
  context.moveTo(points[0][0], points[0][1]);
  if (points.length === 1) context.lineTo(points[0][0] + 1, points[0][1]); // a dot has a length
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[Math.max(i - 2, 0)];
    const [x1, y1] = points[i - 1];
    const [x2, y2, pressure] = points[i];
    const last = i === points.length - 1;
    if (!even) {
      context.lineWidth = widthAt(stroke, pressure);
      context.beginPath();
      context.moveTo((x0 + x1) / 2, (y0 + y1) / 2);
    }
    context.quadraticCurveTo(x1, y1, last ? x2 : (x1 + x2) / 2, last ? y2 : (y1 + y2) / 2);
    if (!even) context.stroke();
  }
  if (even || points.length === 1) context.stroke();
}

// A canvas with the finished strokes kept apart, so that a long drawing stays quick to extend.
/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [options] */
function createLayer(canvas, options) {
  const finished = document.createElement("canvas");
  const [context, kept] = [canvas, finished].map(
    (side) =>
      /** @type {CanvasRenderingContext2D} */ (side.getContext("2d", { alpha: false, ...options })),
  );
  /** @type {Stroke[] | null} */ let drawn = null; // the strokes on `finished`

  /** @type {(strokes: Stroke[]) => void} */
  function keep(strokes) {
    const side = (finished.width = finished.height = canvas.width);
    kept.fillStyle = WHITE;
    kept.fillRect(0, 0, side, side);
    kept.scale(side / PAPER, side / PAPER);
    for (const stroke of strokes) drawStroke(kept, stroke);
    drawn = strokes;
  }

  // strokes: the finished ones, another array whenever they change; current: the one being drawn.
  /** @type {(strokes: Stroke[], current: Stroke | null) => CanvasRenderingContext2D} */
  return function draw(strokes, current) {
    if (strokes !== drawn || finished.width !== canvas.width) keep(strokes);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(finished, 0, 0);
    context.scale(canvas.width / PAPER, canvas.width / PAPER);
    if (current) drawStroke(context, current);
    return context;
  };
}

/** Where on the paper an event is. @type {(event: PointerEvent, box: DOMRect) => Point} */
function pointAt(event, box) {
  const within = (/** @type {number} */ value) =>
    Math.round(Math.min(Math.max(value, -MARGIN), PAPER + MARGIN));
  const pressure = event.pointerType === "pen" ? Math.round(event.pressure * 15) : EVEN_PRESSURE;
  return [
    within(((event.clientX - box.left) / box.width) * PAPER),
    within(((event.clientY - box.top) / box.height) * PAPER),
    pressure,
  ];
}

/**
 * Lets a mouse, a finger or a pen draw, one of them at a time. A pen beats the hand that holds it;
 * a second finger ends the first one's stroke, and a tap of two takes the last stroke back.
 * @param {HTMLCanvasElement} canvas
 * @param {{ width: number, eraser: boolean }} pen
 * @param {{ begin: (point: Point, like: { width: number, eraser: boolean }) => void,
 *   extend: (points: Point[]) => void, end: () => void, cancel: () => void, isDot: () => boolean,
 *   undo: () => void, interrupt: () => void }} paper
 */
export function followPointer(canvas, pen, paper) {
  /** @type {PointerEvent | null} */ let start = null; // of the stroke being drawn
  let penSeen = false;
  let tapEnds = 0; // until when lifted fingers are a tap of two, by the events' clock

  /** @type {(kept: boolean) => void} */
  function finish(kept) {
    if (!start) return;
    start = null;
    if (kept) paper.end();
    else paper.cancel();
  }
  const isPalm = () => penSeen && start?.pointerType === "touch";

  canvas.addEventListener("pointerdown", (event) => {
    const { pointerType: type, pointerId, buttons } = event;
    if (type === "mouse" && event.button !== 0) return;
    event.preventDefault();
    penSeen ||= type === "pen";
    const before = start?.pointerType;
    if (before === "pen" && type === "touch") return;
    if (before === "touch" && type === "touch") {
      tapEnds = paper.isDot() ? event.timeStamp + TAP_MS : 0;
      finish(!paper.isDot());
      return;
    }
    finish(before !== "touch"); // of others, an end that never came
    canvas.focus(FOCUS);
    paper.interrupt();
    start = event;
    const eraser = pen.eraser || (buttons & 32) !== 0; // the pen's other end
    paper.begin(pointAt(event, canvas.getBoundingClientRect()), { width: pen.width, eraser });
    canvas.setPointerCapture(pointerId);
  });
  // Not pointerrawupdate: in a frame that shares its host's process, as on phones, Chromium gives
  // it the host's places.
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== start?.pointerId) return;
    if (!event.buttons) return finish(true); // a menu or the system has had the end
    const box = canvas.getBoundingClientRect();
    const events = event.getCoalescedEvents?.() ?? [];
    paper.extend((events.length ? events : [event]).map((move) => pointAt(move, box)));
  });
  canvas.addEventListener("pointerup", ({ pointerId, timeStamp }) => {
    if (pointerId === start?.pointerId) finish(true);
    else if (timeStamp < tapEnds) paper.undo();
    tapEnds = 0;
  });
  for (const type of ["pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(type, (event) => {
      if (/** @type {PointerEvent} */ (event).pointerId === start?.pointerId) finish(!isPalm());
    });
  }
  addEventListener("blur", () => finish(true));
  document.addEventListener("visibilitychange", () => finish(true));
  // Some browsers scroll on touch in spite of touch-action. Two fingers may.
  const prevent = (/** @type {TouchEvent} */ event) => {
    if (event.touches.length < 2) event.preventDefault();
  };
  canvas.addEventListener("touchmove", prevent, { passive: false });
}

// This file imports nothing: it is also part of the page's first bytes, so that the paper is there
// before all else.
export function createSketch(/** @type {HTMLCanvasElement} */ canvas) {
  const small = document.createElement("canvas");
  small.width = small.height = SMALL;
  const drawScreen = createLayer(canvas);
  const drawSmall = createLayer(small, { willReadFrequently: true });

  const pen = { width: 52, eraser: false };
  /** @type {Stroke[]} */ let strokes = []; // the finished ones; never changed in place
  /** @type {Stroke | null} */ let current = null; // the stroke being drawn
  /** @type {Stroke[][]} */ let past = []; // earlier values of `strokes`, for undo
  /** @type {Stroke[][]} */ let future = [];
  let due = false; // is a frame to be drawn?
  /** @type {(settled: boolean) => void} */ let onchange = () => {}; // see `listen`
  let interrupt = () => {};

  // The screen is drawn once a frame; the small picture when it is sent. So moves cost nothing.
  /** @type {(settled: boolean) => void} */
  function changed(settled) {
    canvas.classList.toggle("drawn", current !== null || strokes.length > 0);
    if (!due) {
      requestAnimationFrame(() => {
        due = false;
        drawScreen(strokes, current);
      });
    }
    due = true;
    onchange(settled);
  }

  function fit() {
    const side = Math.round(canvas.clientWidth * Math.min(window.devicePixelRatio, SHARPEST));
    if (!side || (side === canvas.width && side === canvas.height)) return; // at first 300 x 150
    canvas.width = canvas.height = side;
    drawScreen(strokes, current);
  }

  /** @type {(next: Stroke[], settled?: boolean) => void} */
  function replace(next, settled = true) {
    past.push(strokes);
    future = [];
    strokes = next;
    changed(settled);
  }

  // Another sheet, a fresh one or what this returned before: the drawing and all its undo.
  /** @type {(next?: Sheet) => Sheet} */
  function exchange(next = { strokes: [], past: [], future: [] }) {
    interrupt();
    end(false);
    const sheet = { strokes, past, future };
    ({ strokes, past, future } = next);
    changed(true);
    return sheet;
  }

  // like: a stroke whose width and eraser to use, or else the pen in hand.
  /** @type {(point: Point, like?: { width: number, eraser: boolean }) => void} */
  function begin(point, like = pen) {
    current = { width: like.width, eraser: like.eraser, points: [point] };
    changed(false);
  }

  /** @type {(points: Point[], near?: number) => void} */
  function extend(points, near = NEAR) {
    if (!current) return;
    const before = current.points.length;
    for (const point of points) {
      const [x, y] = current.points[current.points.length - 1];
      if (Math.hypot(point[0] - x, point[1] - y) >= near) current.points.push(point);
    }
    if (current.points.length > before) changed(false);
  }

  function end(settled = true) {
    if (!current) return;
    const finished = current;
    current = null;
    replace([...strokes, finished], settled);
  }

  function cancel() {
    current = null;
    changed(true);
  }

  /** @type {(from: Stroke[][], to: Stroke[][]) => void} */
  function step(from, to) {
    interrupt();
    const other = current ? undefined : from.pop();
    if (!other) return;
    to.push(strokes);
    strokes = other;
    changed(true);
  }

  const pixels = () => drawSmall(strokes, current).getImageData(0, 0, SMALL, SMALL);

  const undo = () => step(past, future);

  followPointer(canvas, pen, {
    begin,
    extend,
    end,
    cancel,
    undo,
    isDot: () => current?.points.length === 1,
    interrupt: () => interrupt(),
  });
  new ResizeObserver(fit).observe(canvas);
  fit();

  return {
    pen,
    // change(settled): called after every change; settled is false in the middle of a stroke.
    // before(): called before the person does anything, to end what draws by itself.
    /** @type {(change: (settled: boolean) => void, before: () => void) => void} */
    listen(change, before) {
      onchange = change;
      interrupt = before;
    },
    begin,
    extend,
    end,
    replace,
    exchange,
    undo,
    redo: () => step(future, past),
    clear() {
      interrupt();
      if (strokes.length && !current) replace([]);
    },
    get strokes() {
      return current ? [...strokes, current] : strokes;
    },
    get drawing() {
      return current !== null;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    // The drawing as the network gets it, SMALL x SMALL pixels.
    pixels,
    /** As the server takes it: runs of equal greys, a length and a grey each. */
    bytes() {
      const { data } = pixels();
      const runs = [];
      for (let i = 0, length = 1; i < data.length; i += 4, length += 1) {
        if (data[i + 4] === data[i] && length < 255) continue;
        runs.push(length, data[i]);
        length = 0;
      }
      return Uint8Array.from(runs);
    },
    /** Drawn anew for whoever wants it as a file. */
    small() {
      drawSmall(strokes, current);
      return small;
    },
    canvas,
  };
}
