"""A pen that records ideal lines, and the few shapes that all drawings are made of."""

from collections.abc import Sequence

import numpy as np

Range = tuple[float, float]
Point = tuple[float, float]
Points = Sequence[Point] | np.ndarray


class Pen:
    """Records lines as (points float64 (N, 2), closed); a closed line is an outline.

    `chance` is the probability that a part is drawn at all.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.lines: list[tuple[np.ndarray, bool]] = []

    def u(self, low: float, high: float) -> float:
        return low + (high - low) * self.rng.random()

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def pick(self, words: str) -> str:
        """One of the words; repeat a word to make it more likely."""
        options = words.split()
        return options[int(self.rng.random() * len(options))]

    def outline(self, points: Points) -> None:
        self.lines.append((np.asarray(points, np.float64), True))

    def line(self, points: Points, chance: float = 1.0) -> None:
        if chance >= 1 or self.maybe(chance):
            self.lines.append((np.asarray(points, np.float64), False))

    def both(self, points: Points, chance: float = 1.0) -> None:
        """A line and its mirror image about x = 0."""
        if chance >= 1 or self.maybe(chance):
            right = np.asarray(points, np.float64)
            self.lines += [(right * (-1, 1), False), (right, False)]

    def dot(self, x: float, y: float, radius: float = 0.0, chance: float = 1.0) -> None:
        if radius:
            self.line(arc(x, y, radius, radius, steps=6), chance)
        else:
            self.line([(x, y), (x + 0.01, y + 0.01)], chance)

    def turn(
        self, degrees: float, flip: bool = False, first: int = 0, shift: Point = (0, 0)
    ) -> None:
        """Turns (and mirrors) about the origin, then shifts, every line from number `first` on."""
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        matrix = np.array([[-c if flip else c, -s if flip else s], [-s, c]]).T
        self.lines[first:] = [(p @ matrix + shift, closed) for p, closed in self.lines[first:]]


def arc(
    x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360, steps: int = 12
) -> np.ndarray:
    """Points (steps + 1, 2) of an ellipse's arc; 0 degrees is right, 90 is down."""
    t = np.radians(start + (end - start) / steps * np.arange(steps + 1))
    return np.stack([x + rx * np.cos(t), y + ry * np.sin(t)], axis=1)


def mirrored(right: Points) -> np.ndarray:
    """A whole outline from its right half, listed from top to bottom."""
    half = np.asarray(right, np.float64)
    return np.concatenate([half, half[::-1] * (-1, 1)])
