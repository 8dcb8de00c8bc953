// Draws given strokes on the paper, point by point, as if by hand.

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export function createReplay(/** @type {Paper} */ sketch) {
  /** @type {(() => void) | null} */ let finish = null; // puts down at once what is left

  function skip() {
    finish?.();
  }

  // Over `milliseconds`, on an empty paper; at once for those who asked for less motion.
  /** @type {(strokes: Stroke[], milliseconds: number) => void} */
  function play(strokes, milliseconds) {
    skip();
    if (calm() || !strokes.length) {
      sketch.replace(strokes);
      return;
    }
    if (sketch.strokes.length) sketch.replace([]);
    const total = strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
    const began = performance.now();
    let drawn = 0; // points
    let stroke = 0;
    let index = 0; // of the next point of that stroke

    /** @type {(goal: number) => void} */
    function advance(goal) {
      while (drawn < goal) {
        const { points } = strokes[stroke];
        if (index === 0) {
          sketch.begin(points[0], strokes[stroke]);
          index = 1;
          drawn += 1;
        }
        const upTo = Math.min(points.length, index + Math.ceil(goal - drawn));
        sketch.extend(points.slice(index, upTo), 0);
        drawn += upTo - index;
        index = upTo;
        if (index === points.length) {
          sketch.end(++stroke === strokes.length);
          index = 0;
        }
      }
    }

    /** @type {(now: number) => void} */
    function frame(now) {
      if (finish !== mine) return;
      advance(Math.min(total, ((now - began) / milliseconds) * total));
      if (drawn < total) requestAnimationFrame(frame);
      else finish = null;
    }

    const mine = () => {
      advance(total);
      finish = null;
    };
    finish = mine;
    requestAnimationFrame(frame);
  }

  return {
    play,
    skip,
    get playing() {
      return finish !== null;
    },
  };
}
