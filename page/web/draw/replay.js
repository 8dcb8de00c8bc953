// Draws given strokes on the paper, point by point, as if by hand.

export function createReplay(/** @type {Paper} */ sketch) {
  /** @type {Stroke[]} */ let waiting = []; // strokes that are not finished
  let drawn = 0; // points, of all strokes
  let index = 0; // of the next point of the first stroke that waits

  /** Draws until `goal` points are drawn. @param {number} goal */
  function advance(goal) {
    while (waiting.length && drawn < goal) {
      const [stroke] = waiting;
      const points = stroke.points.slice(index, index + Math.ceil(goal - drawn));
      if (index === 0) sketch.begin(points[0], stroke);
      sketch.extend(index === 0 ? points.slice(1) : points, 0);
      drawn += points.length;
      index += points.length;
      if (index < stroke.points.length) return;
      sketch.end(waiting.length === 1);
      waiting.shift();
      index = 0;
    }
  }

  const skip = () => advance(Number.POSITIVE_INFINITY);

  // Over `milliseconds`, on an empty paper; at once for those who asked for less motion.
  /** @type {(strokes: Stroke[], milliseconds: number) => void} */
  function play(strokes, milliseconds) {
    skip();
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (calm || !strokes.length) return sketch.replace(strokes);
    if (sketch.strokes.length) sketch.replace([]);
    const total = strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
    const began = performance.now();
    const mine = [...strokes];
    [waiting, drawn] = [mine, 0];
    requestAnimationFrame(function frame(now) {
      if (waiting !== mine) return; // another replay has begun
      advance(Math.min(total, ((now - began) / milliseconds) * total));
      if (waiting.length) requestAnimationFrame(frame);
    });
  }

  return {
    play,
    skip,
    get playing() {
      return waiting.length > 0;
    },
  };
}
