"""Turns ideal lines into strokes as a person with a mouse or a finger makes them."""

import cv2
import numpy as np

from .pen import Pen


def strokes_by_hand(pen: Pen) -> list[np.ndarray]:
    """What the pen recorded, shakily: float32 strokes (N, 2) in the unit square, in order."""
    strokes = _drawn(pen)
    points = _placed(_shaken(np.concatenate(strokes), pen.rng), pen.rng).astype(np.float32)
    strokes = np.split(points, np.cumsum([len(stroke) for stroke in strokes])[:-1])
    if pen.maybe(0.5):  # some pens record few points
        coarse = np.exp(pen.u(np.log(0.004), np.log(0.025)))
        strokes = [cv2.approxPolyDP(stroke[:, None], coarse, False)[:, 0] for stroke in strokes]
    return strokes


def _drawn(pen: Pen) -> list[np.ndarray]:
    """Ideal lines -> strokes as a hand makes them, still in the garment's own units."""
    rng, u, maybe = pen.rng, pen.u, pen.maybe
    ends = np.cumsum([len(points) for points, _ in pen.lines])
    points = np.concatenate([points for points, _ in pen.lines])
    extent = max(float((points.max(axis=0) - points.min(axis=0)).max()), 0.05)
    slipped = _slipped(points, ends, extent * abs(rng.normal(0, 0.035)), rng)
    rounding = u(0.02, 0.25) if maybe(0.75) else 0.0
    pieces = 1 if maybe(0.6) else int(u(2, 6))
    loose = extent * abs(rng.normal(0, 0.02))  # size of gaps and overshoots
    forget = u(0, 0.25) if maybe(0.3) else 0.0
    simple = 0.5 if maybe(0.25) else 0.0  # chance that an outline loses a corner
    hatch, retrace = maybe(0.07), maybe(0.08)
    strokes: list[np.ndarray] = []
    for line, (_, closed) in zip(np.split(slipped, ends[:-1]), pen.lines, strict=True):
        small = abs(line[0] - line[-1]).max() < 0.25 * extent
        if strokes and not closed and small and forget and maybe(forget):
            continue
        if closed:
            if len(line) > 8 and maybe(simple):
                line = np.delete(line, int(u(0, len(line))), axis=0)
            start = int(u(0, len(line)))
            line = np.concatenate([line[start:], line[: start + 1]])
        if rounding and len(line) > 2:
            line = _rounded(_rounded(line, rounding, closed), rounding, closed)
        line = _resampled(line, extent / 40)
        if not closed:
            strokes.append(line)
        elif pieces == 1:
            strokes.append(line[: int(len(line) * u(0.75, 0.97))] if maybe(0.04) else line)
        else:
            cuts = np.sort(rng.integers(1, len(line), pieces - 1))
            strokes += [_ended(part, loose, rng) for part in np.split(line, cuts) if len(part) > 2]
        if closed and hatch:
            strokes += _hatching(line, extent, pen)
        if retrace and maybe(0.5):
            strokes.append(line + rng.normal(0, 0.012 * extent, 2))
    return strokes


def _slipped(
    points: np.ndarray, ends: np.ndarray, slip: float, rng: np.random.Generator
) -> np.ndarray:
    """Control points a little off; close neighbours less, so that curves stay curves."""
    step = np.empty(len(points) + 1)
    step[1:-1] = np.hypot(*(points[1:] - points[:-1]).T)
    step[0] = step[ends] = np.inf
    reach = np.minimum(slip, np.minimum(step[1:], step[:-1]) / 8)
    return points + rng.normal(0, 1, points.shape) * reach[:, None]


def _rounded(points: np.ndarray, amount: float, closed: bool) -> np.ndarray:
    """Chaikin's corner cutting (1974): `amount` (0 to 0.25) of each side goes at either end."""
    cut = np.empty((2 * len(points), 2))
    step = amount * (points[1:] - points[:-1])
    cut[1:-1:2], cut[2::2] = points[:-1] + step, points[1:] - step
    cut[0], cut[-1] = (cut[-2], cut[-2]) if closed else (points[0], points[-1])
    return cut


def _resampled(points: np.ndarray, step: float) -> np.ndarray:
    """Points at even distances of about `step` along the line; both ends kept."""
    along = np.zeros(len(points))
    np.cumsum(np.hypot(*(points[1:] - points[:-1]).T), out=along[1:])
    count = max(1, int(along[-1] / step))
    at = np.arange(count + 1) * (along[-1] / count)
    even = np.empty((count + 1, 2))
    even[:, 0] = np.interp(at, along, points[:, 0])
    even[:, 1] = np.interp(at, along, points[:, 1])
    return even


def _ended(points: np.ndarray, loose: float, rng: np.random.Generator) -> np.ndarray:
    """A piece of an outline that stops short of the next one or runs past it."""
    points = points.copy()
    for end, before in ((0, 2), (-1, -3)):
        along = points[end] - points[before]
        points[end] += along / (np.hypot(*along) + 1e-9) * rng.normal(0, 1) * loose
    return points


def _hatching(outline: np.ndarray, extent: float, pen: Pen) -> list[np.ndarray]:
    """A zigzag that fills the outline, loosely or densely, at any angle."""
    angle, gap = pen.u(0, np.pi), extent * pen.u(0.015, 0.09)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    a = outline @ turn
    b = np.roll(a, -1, axis=0)
    levels = np.arange(a[:, 1].min() + gap / 2, a[:, 1].max(), gap)
    crosses = (a[:, 1] > levels[:, None]) != (b[:, 1] > levels[:, None])
    finished: list[list[tuple[float, float]]] = []
    current: list[list[tuple[float, float]]] = []
    for y, sides in zip(levels, crosses, strict=True):
        p, q = a[sides], b[sides]
        xs = np.sort(p[:, 0] + (y - p[:, 1]) / (q[:, 1] - p[:, 1]) * (q[:, 0] - p[:, 0]))
        spans = xs[: len(xs) // 2 * 2].reshape(-1, 2)
        if len(spans) != len(current):  # the shape forks or joins here
            finished += current
            current = [[] for _ in spans]
        for stroke, span in zip(current, spans, strict=True):
            stroke += [(x, y) for x in (span if len(stroke) % 4 == 0 else span[::-1])]
    return [np.array(stroke) @ turn.T for stroke in finished + current if len(stroke) > 1]


def _shaken(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The whole drawing leans, stretches and bends, and the lines tremble."""
    low, high = points.min(axis=0), points.max(axis=0)
    p = (points - (low + high) / 2) / max(float((high - low).max()), 0.05)
    angle, shear, stretch, bend, quiver, wander = rng.normal(0, 1, 6)
    lean, stretch = np.radians(min(max(6 * angle, -15), 15)), np.exp(0.12 * stretch)
    c, s = np.cos(lean), np.sin(lean)
    p = p @ np.array([[c * stretch, s * stretch], [(0.06 * shear - s) / stretch, c / stretch]])
    p += 0.015 * bend * np.sin(p @ rng.normal(0, 5, (2, 2)) + rng.uniform(0, 6.3, 2))
    noise = rng.normal(0, 1, (2, *p.shape))
    drift = np.cumsum(noise[1], axis=0)  # a slow wander, about 12 points long
    drift[12:] -= drift[:-12].copy()
    tremor = min(0.0011 * np.exp(0.8 * quiver), 0.006) * noise[0]
    return np.asarray(p + tremor + min(0.0015 * np.exp(0.6 * wander), 0.004) * drift)


def _placed(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """In the unit square: mostly large and near the middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = max(float((high - low).max()), 1e-3)
    size = rng.uniform(0.6, 0.92) if rng.random() < 0.85 else rng.uniform(0.25, 0.6)
    if span < 0.1:  # a dot stays a dot
        size = min(size, 0.1)
    room = 0.94 - (high - low) / span * size
    corner = 0.03 + room * np.clip(rng.normal(0.5, 0.15, 2), 0, 1)
    return np.asarray((points - low) / span * size + corner)
