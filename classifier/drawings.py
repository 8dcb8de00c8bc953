"""Endless drawings of clothes, as a person with a mouse or a finger would make them.

    rng = np.random.default_rng(1)
    picture = render(draw("Dress", rng), rng)

`garments` and `doodles` say what is meant; this module is the hand that draws it: control points
slip, corners round off, outlines come in pieces with gaps and overshoots, lines tremble, details
are forgotten, some shapes are hatched or traced twice, and the pen is anything from a hairline to
a marker. `deep` trains on these because no public collection has sketches of dresses, shirts or
ankle boots. All shapes were invented here.
"""

import cv2
import numpy as np

from .doodles import anything
from .garments import GARMENTS, Pad

NONE = "none"
LABELS = (*GARMENTS, NONE)

Stroke = np.ndarray  # float32 (N, 2): x to the right, y down, both in 0 … 1


def draw(label: str, rng: np.random.Generator) -> list[Stroke]:
    """One new drawing of `label` (a class, or "none"), strokes in the order of drawing.

    Raises KeyError for any other label. About 0.4 ms.
    """
    pad = Pad(rng)
    (anything if label == NONE else GARMENTS[label])(pad)
    return _fit(_by_hand(pad), rng)


def render(
    strokes: list[Stroke],
    rng: np.random.Generator | None = None,
    size: int = 112,
    width: float | None = None,
) -> np.ndarray:
    """Strokes as a uint8 picture (size, size), dark on white (255).

    `width` is the pen's width in pixels. Without it `rng` picks a pen: hairline to marker, hard or
    soft edge, black or grey, even or uneven pressure. Without either: black, size / 40 wide.
    """
    picture = np.full((size, size), 255, np.uint8)
    ink, smooth, uneven, soft = 0, cv2.LINE_AA, False, False
    if width is None:
        width = size / 40
        if rng is not None:
            extent = float(max(np.ptp(np.concatenate(strokes), axis=0)))
            width = size * max(extent, 0.2) * np.exp(rng.uniform(np.log(0.01), np.log(0.085)))
            ink = int(rng.integers(0, 140)) if rng.random() < 0.25 else 0
            smooth = cv2.LINE_AA if rng.random() < 0.85 else cv2.LINE_8
            uneven, soft = rng.random() < 0.15, rng.random() < 0.1
    thick = max(1, round(width))
    for stroke in strokes:
        points = np.rint(stroke * (size * 16)).astype(np.int32)
        if uneven and rng is not None and len(points) > 6:  # pressure changes along the stroke
            for part in np.array_split(np.arange(len(points)), 4):
                some = max(1, round(width * rng.uniform(0.5, 1.4)))
                cv2.polylines(
                    picture, [points[part[0] : part[-1] + 2]], False, ink, some, smooth, 4
                )
        else:
            cv2.polylines(picture, [points], False, ink, thick, smooth, 4)
    return cv2.GaussianBlur(picture, (0, 0), 0.8) if soft else picture


def _by_hand(pad: Pad) -> list[np.ndarray]:
    """Ideal lines -> strokes as a hand makes them, still in the garment's own units."""
    rng, u, maybe = pad.rng, pad.u, pad.maybe
    everything = np.concatenate([points for points, _ in pad.lines])
    extent = max(float(np.ptp(everything, axis=0).max()), 0.05)
    slip = extent * abs(rng.normal(0, 0.035))
    rounding = u(0.02, 0.25) if maybe(0.75) else 0.0
    pieces = 1 if maybe(0.6) else int(u(2, 6))
    loose = extent * abs(rng.normal(0, 0.02))  # size of gaps and overshoots
    forget = u(0, 0.25) if maybe(0.3) else 0.0
    hatch = maybe(0.07)
    retrace = maybe(0.08)
    strokes: list[np.ndarray] = []
    for number, (points, closed) in enumerate(pad.lines):
        if not closed and maybe(forget) and np.ptp(points, axis=0).max() < 0.25 * extent and number:
            continue  # small details only
        if len(points) > 2 or extent > 0.3:
            points = _slipped(points, slip, rng)
        if closed:
            start = int(rng.integers(len(points)))
            points = np.concatenate([points[start:], points[: start + 1]])
        points = _resampled(_rounded(points, rounding, closed), extent / 40)
        if not closed or pieces == 1:
            strokes.append(
                points[: int(len(points) * u(0.75, 0.97))] if closed and maybe(0.04) else points
            )
        else:
            cuts = np.sort(rng.integers(1, len(points), pieces - 1))
            strokes += [
                _ended(part, loose, rng) for part in np.split(points, cuts) if len(part) > 2
            ]
        if closed and hatch:
            strokes += _hatching(points, extent, pad)
        if retrace and maybe(0.5):
            strokes.append(points + rng.normal(0, 0.012 * extent, 2))
    return _shaken(strokes, extent, pad)


def _slipped(points: np.ndarray, slip: float, rng: np.random.Generator) -> np.ndarray:
    """Control points a little off; close neighbours less, so that curves stay curves."""
    step = np.hypot(*np.diff(points, axis=0).T)
    near = np.minimum(np.append(step, np.inf), np.insert(step, 0, np.inf))
    reach = slip * np.minimum(1.0, near / (8 * slip + 1e-9))
    return points + rng.normal(0, 1, points.shape) * reach[:, None]


def _rounded(points: np.ndarray, amount: float, closed: bool) -> np.ndarray:
    """Two rounds of Chaikin's corner cutting (1974), each cutting `amount` (0 … 0.25) of a side."""
    for _ in range(2 if amount else 0):
        if len(points) < 3:
            break
        a, b = points[:-1], points[1:]
        cut = np.stack([a + amount * (b - a), b - amount * (b - a)], axis=1).reshape(-1, 2)
        ends = (cut[-1:], cut[-1:]) if closed else (points[:1], points[-1:])
        points = np.concatenate(
            [ends[0], cut[1:-1] if not closed else cut, ends[1][:0] if closed else ends[1]]
        )
    return points


def _resampled(points: np.ndarray, step: float) -> np.ndarray:
    """Points at even distances of about `step` along the line; both ends kept."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, int(along[-1] / step) + 1))
    return np.column_stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])])


def _ended(points: np.ndarray, loose: float, rng: np.random.Generator) -> np.ndarray:
    """A piece of an outline that stops short of the next one or runs past it."""
    points = points.copy()
    for end, before in ((0, 2), (-1, -3)):
        along = points[end] - points[before]
        points[end] += along / (np.hypot(*along) + 1e-9) * rng.normal(0, 1) * loose
    return points


def _hatching(outline: np.ndarray, extent: float, pad: Pad) -> list[np.ndarray]:
    """A zigzag that fills the outline, loosely or densely, at any angle."""
    angle, gap = pad.u(0, np.pi), extent * pad.u(0.015, 0.09)
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


def _shaken(strokes: list[np.ndarray], extent: float, pad: Pad) -> list[np.ndarray]:
    """The drawing leans, stretches and bends; lines tremble; some pens record few points."""
    rng, u = pad.rng, pad.u
    lengths = np.cumsum([len(stroke) for stroke in strokes])[:-1]
    p = np.concatenate(strokes)
    p = (p - (p.min(axis=0) + p.max(axis=0)) / 2) / extent
    lean = np.radians(np.clip(rng.normal(0, 6), -15, 15))
    c, s, shear = np.cos(lean), np.sin(lean), rng.normal(0, 0.06)
    stretch = np.exp(rng.normal(0, 0.12))
    p = p @ np.array([[c * stretch, s * stretch], [(shear - s) / stretch, c / stretch]])
    bend = abs(rng.normal(0, 0.012))
    for _ in range(2):
        p = p + bend * np.sin(p @ rng.normal(0, 5, (2, 2)) + rng.uniform(0, 6.3, 2))
    tremor = rng.normal(0, 1, p.shape) * min(np.exp(rng.normal(np.log(0.0015), 0.8)), 0.007)
    drift = np.cumsum(rng.normal(0, 1, p.shape), axis=0)  # a slow wander, about 12 points long
    drift[12:] = drift[12:] - drift[:-12]
    drift *= min(np.exp(rng.normal(np.log(0.0015), 0.6)), 0.004)
    parts = np.split((p + tremor + drift).astype(np.float32), lengths)
    if pad.maybe(0.5):
        coarse = np.exp(u(np.log(0.004), np.log(0.03)))
        parts = [cv2.approxPolyDP(part[:, None], coarse, False)[:, 0] for part in parts]
    return parts


def _fit(strokes: list[np.ndarray], rng: np.random.Generator) -> list[Stroke]:
    """Places the drawing in the unit square: mostly large and near the middle."""
    p = np.concatenate(strokes)
    low, high = p.min(axis=0), p.max(axis=0)
    span = max(float((high - low).max()), 1e-3)
    size = rng.uniform(0.6, 0.92) if rng.random() < 0.85 else rng.uniform(0.25, 0.6)
    if span < 0.1:  # a dot stays a dot
        size = min(size, 0.1)
    room = 1 - (high - low) / span * size - 0.06
    corner = 0.03 + room * np.clip(rng.normal(0.5, 0.15, 2), 0, 1)
    return [((stroke - low) / span * size + corner).astype(np.float32) for stroke in strokes]
