"""The shapes behind `classifier.drawings`: what a person has in mind before the hand moves.

Each function puts one garment on a `Pad` as ideal lines. Units are free (a torso is about 1 wide),
x runs to the right, y down, and the wearer's middle is x = 0. Every number is drawn from a range,
because people agree on a garment's parts far more than on its proportions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Points = Sequence[tuple[float, float]] | np.ndarray


class Pad:
    """Collects lines; `closed` marks outlines, which may be drawn in pieces or hatched."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.lines: list[tuple[np.ndarray, bool]] = []

    def u(self, low: float, high: float) -> float:
        return low + (high - low) * self.rng.random()

    def maybe(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, *options: str) -> str:
        """One option; repeat an option to make it more likely."""
        return options[int(self.rng.random() * len(options))]

    def line(self, points: Points) -> None:
        self.lines.append((np.asarray(points, np.float64), False))

    def outline(self, points: Points) -> None:
        self.lines.append((np.asarray(points, np.float64), True))

    def both(self, points: Points) -> None:
        """A line and its mirror image about x = 0."""
        right = np.asarray(points, np.float64)
        self.line(right * (-1, 1))
        self.line(right)

    def dot(self, x: float, y: float, radius: float = 0.0) -> None:
        self.line(arc(x, y, radius, radius, steps=6) if radius else [(x, y), (x + 0.01, y + 0.01)])

    def turn(
        self,
        degrees: float,
        flip: bool = False,
        first: int = 0,
        shift: tuple[float, float] = (0, 0),
    ) -> None:
        """Turns (and mirrors) about the origin, then shifts, every line from number `first` on."""
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        matrix = np.array([[-c if flip else c, -s if flip else s], [-s, c]])
        self.lines[first:] = [(p @ matrix.T + shift, closed) for p, closed in self.lines[first:]]


def arc(
    x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360, steps: int = 12
) -> np.ndarray:
    """Points (steps + 1, 2) of an ellipse's arc; 0 degrees is right, 90 is down."""
    t = np.radians(np.linspace(start, end, steps + 1))
    return np.column_stack([x + rx * np.cos(t), y + ry * np.sin(t)])


def mirrored(right: Points) -> np.ndarray:
    """A whole outline from its right half, listed from top to bottom."""
    half = np.asarray(right, np.float64)
    return np.concatenate([half, half[::-1] * (-1, 1)])


# ---- tops: T-shirt, pullover, shirt, coat, dress


@dataclass
class Torso:
    """Where details go: neck half-width and depth, side seam, sleeve axis and half-opening."""

    neck: float
    depth: float
    length: float
    side: np.ndarray  # (n, 2) from armpit to hem
    cuff: np.ndarray | None  # (4, 2): shoulder, outer cuff, inner cuff, armpit

    def half(self, y: float) -> float:
        return float(np.interp(y, self.side[:, 1], self.side[:, 0]))


def torso(
    pad: Pad,
    length: tuple[float, float],
    sleeve: tuple[float, float] | None,
    angle: tuple[float, float] = (0, 60),
    waist: tuple[float, float] = (0.85, 1.03),
    hem: tuple[float, float] = (0.85, 1.15),
    neck: str = "",
) -> Torso:
    """Body and sleeves, in one outline or apart; `angle`: of the sleeve, degrees below level."""
    u = pad.u
    n, depth, w = u(0.13, 0.3), u(0.04, 0.3), u(0.44, 0.54)
    kind = neck or pad.pick("scoop", "scoop", "scoop", "v", "flat", "square", "arch")
    if kind == "scoop":
        t = np.linspace(-1, 1, 7)
        front = np.column_stack([n * t, depth * (1 - t**2)])
    elif kind == "v":
        depth = u(0.15, 0.5)
        front = np.array([(-n, 0), (0, depth), (n, 0)])
    elif kind == "square":
        front = np.array([(-n, 0), (-0.85 * n, depth), (0.85 * n, depth), (n, 0)])
    elif kind == "arch":
        front = np.array([(-n, 0), (-0.5 * n, -0.05), (0.5 * n, -0.05), (n, 0)])
    else:
        front, depth = np.array([(-n, 0), (n, 0)]), 0.0
    long, slope = u(*length), u(0.0, 0.22)
    shoulder = np.array([w * u(0.85, 1.1) if sleeve else w * u(0.7, 0.95), slope])
    pit = np.array([w, slope + u(0.25, 0.48)])
    waist_y = pit[1] + (long - pit[1]) * u(0.3, 0.5)
    side = np.array([pit, (w * u(*waist), waist_y), (w * u(*hem), long)])
    bottom = [(0.0, long + (u(-0.06, 0.1) if pad.maybe(0.3) else 0.0))] if pad.maybe(0.5) else []
    cuff = None
    if sleeve:
        reach, a = u(*sleeve), np.radians(u(*angle))
        along, across = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        outer = shoulder + reach * along
        opening = u(0.6, 1.0) * (pit[1] - slope) if reach < 0.6 else u(0.13, 0.34)
        inner = outer + opening * across
        inner[0] = max(inner[0], w + 0.06)
        outer[0] = max(outer[0], inner[0] + 0.1 * np.sin(a))
        cuff = np.array([shoulder, outer, inner, pit])
    arm = cuff if cuff is not None else np.array([shoulder, shoulder * (0.85, 1) + (0, 0.15), pit])
    separate = cuff is not None and pad.maybe(0.3)
    right = np.concatenate([[shoulder], [pit]] if separate else [arm])
    half = [*right, *side[1:], *bottom]
    left = np.array(half)[::-1] * (-1, 1)
    pad.outline(np.concatenate([front, half, left]))
    if separate:
        pad.both(arm)
    elif cuff is not None and pad.maybe(0.2):
        pad.both(np.stack([shoulder, 0.5 * (shoulder + pit) - (0.05, 0), pit]))  # the armhole seam
    return Torso(n, depth, long, side, cuff)


def neckband(pad: Pad, t: Torso) -> None:
    wide = pad.u(1.1, 1.4)
    pad.line(arc(0, 0, t.neck * wide, t.depth * wide + 0.06, 180, 0, 8))


def back_of_neck(pad: Pad, t: Torso) -> None:
    pad.line(arc(0, 0, t.neck, pad.u(-0.06, 0.1), 180, 0, 6))


def cuffs(pad: Pad, t: Torso, share: float) -> None:
    if t.cuff is not None:
        shoulder, outer, inner, pit = t.cuff
        pad.both([outer + share * (shoulder - outer), inner + share * (pit - inner)])


def hem_line(pad: Pad, t: Torso, height: float) -> None:
    y = t.length - height
    x = t.half(y)
    pad.line([(-x, y), (x, y)])
    if height > 0.08 and pad.maybe(0.4):  # ribbing
        for rib in np.linspace(-x, x, int(pad.u(5, 12)))[1:-1]:
            pad.line([(rib, y), (rib, t.length)])


def stripes(pad: Pad, t: Torso) -> None:
    wavy = pad.u(0, 0.06) if pad.maybe(0.3) else 0.0
    for y in np.linspace(t.side[0, 1] - 0.1, t.length - 0.08, int(pad.u(2, 7))):
        x = np.linspace(-t.half(y), t.half(y), 9)
        pad.line(np.column_stack([x, y + wavy * (np.arange(9) % 2)]))


def pattern(pad: Pad, t: Torso) -> None:
    for _ in range(int(pad.u(4, 14))):
        y = pad.u(t.side[0, 1], t.length - 0.1)
        pad.dot(pad.u(-0.8, 0.8) * t.half(y), y, pad.u(0, 0.06))


def motif(pad: Pad, t: Torso) -> None:
    x, y, r = pad.u(-0.12, 0.12), pad.u(0.35, 0.65) * min(t.length, 1.5), pad.u(0.08, 0.22)
    kind = pad.pick("circle", "star", "heart", "zigzag", "box")
    if kind == "circle":
        pad.line(arc(x, y, r, r * pad.u(0.7, 1.3)))
    elif kind == "star":
        angles = np.arange(6) * 4 * np.pi / 5
        pad.line(np.column_stack([x + r * np.sin(angles), y - r * np.cos(angles)]))
    elif kind == "heart":
        pad.line([(x, y + r), (x - r, y - 0.2 * r), (x - 0.5 * r, y - r), (x, y - 0.4 * r)])
        pad.line([(x, y - 0.4 * r), (x + 0.5 * r, y - r), (x + r, y - 0.2 * r), (x, y + r)])
    elif kind == "zigzag":
        steps = np.linspace(-1, 1, int(pad.u(4, 9)))
        pad.line(
            np.column_stack([x + 1.4 * r * steps, y + 0.7 * r * (-1) ** np.arange(len(steps))])
        )
    else:
        pad.line([(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r), (x - r, y - r)])


def pocket(pad: Pad, x: float, y: float, width: float, height: float) -> None:
    """A patch pocket centred on x with its top edge at y."""
    a, b, tip = x - width / 2, x + width / 2, y + height
    if pad.maybe(0.3):
        pad.line(
            [(a, y), (a, tip - 0.3 * height), (x, tip), (b, tip - 0.3 * height), (b, y), (a, y)]
        )
    else:
        pad.line([(a, y), (a, tip), (b, tip), (b, y), *([(a, y)] if pad.maybe(0.8) else [])])


def buttons(pad: Pad, x: float, top: float, bottom: float, count: int) -> None:
    radius = pad.u(0.015, 0.045) if pad.maybe(0.7) else 0.0
    for y in np.linspace(top, bottom, count):
        pad.dot(x, y, radius)


def collar(pad: Pad, t: Torso) -> None:
    tip, spread, low = pad.u(0.15, 0.38), pad.u(0.02, 0.2), pad.u(0.05, 0.18)
    pad.both(
        [(0, low), (t.neck * 0.5 + spread, tip), (t.neck * 1.1, 0), (t.neck * 0.9, -0.06), (0, low)]
    )
    if pad.maybe(0.6):
        pad.line([(-t.neck * 0.9, -0.06), (t.neck * 0.9, -0.06)])


def hood(pad: Pad, t: Torso) -> None:
    wide, high = t.neck * pad.u(1.0, 1.6), pad.u(0.25, 0.5)
    pad.line(arc(0, 0.05, wide, high, 180, 360, 8))
    if pad.maybe(0.7):
        pad.line(arc(0, 0.03, wide * 0.65, high * 0.7, 180, 360, 7))


def t_shirt(pad: Pad) -> None:
    if pad.maybe(0.05):  # tank top
        t = torso(pad, (1.0, 1.5), None)
    else:
        short = pad.maybe(0.75)
        t = torso(
            pad, (0.95, 1.75), (0.15, 0.5) if short else (0.4, 0.65), (0, 65) if short else (0, 45)
        )
    if pad.maybe(0.25):
        neckband(pad, t)
    if pad.maybe(0.15):
        back_of_neck(pad, t)
    if pad.maybe(0.2):
        cuffs(pad, t, pad.u(0.1, 0.3))
    if pad.maybe(0.1):
        hem_line(pad, t, pad.u(0.04, 0.1))
    extra = pad.rng.random()
    if extra < 0.12:
        motif(pad, t)
    elif extra < 0.18:
        pocket(pad, pad.u(0.12, 0.25), pad.u(0.38, 0.5), 0.22, 0.24)
    elif extra < 0.23:
        stripes(pad, t)
    elif extra < 0.3:  # polo
        collar(pad, t)
        pad.line([(0, 0.15), (0, 0.45)])


def pullover(pad: Pad) -> None:
    neck = pad.pick("round", "round", "round", "turtle", "hood")
    down = pad.maybe(0.6)
    t = torso(
        pad,
        (0.9, 1.5),
        (0.75, 1.3) if down else (0.6, 1.0),
        (35, 82) if down else (0, 40),
        neck={"round": "", "turtle": "flat", "hood": "scoop"}[neck],
    )
    if neck == "turtle":
        high = pad.u(0.1, 0.3)
        pad.line([(-t.neck, 0), (-t.neck * 0.9, -high), (t.neck * 0.9, -high), (t.neck, 0)])
        if pad.maybe(0.4):
            pad.line([(-t.neck, -high / 2), (t.neck, -high / 2)])
    elif neck == "hood":
        hood(pad, t)
        if pad.maybe(0.8):  # kangaroo pocket
            y, w, h = t.length * pad.u(0.55, 0.65), pad.u(0.18, 0.28), pad.u(0.2, 0.32)
            pad.line([(-w, y), (w, y), (1.4 * w, y + h), (-1.4 * w, y + h), (-w, y)])
        if pad.maybe(0.5):
            pad.both([(0.07, t.depth), (0.09, t.depth + 0.25)])
    elif pad.maybe(0.4):
        neckband(pad, t)
    if pad.maybe(0.45):
        cuffs(pad, t, pad.u(0.05, 0.2))
    if pad.maybe(0.4):
        hem_line(pad, t, pad.u(0.06, 0.18))
    extra = pad.rng.random()
    if extra < 0.15:
        stripes(pad, t)
    elif extra < 0.25 and neck != "hood":
        motif(pad, t)
    elif extra < 0.3:
        pattern(pad, t)


def shirt(pad: Pad) -> None:
    if pad.maybe(0.6):
        t = torso(pad, (1.05, 1.6), (0.7, 1.3), (30, 82), neck=pad.pick("v", "flat", "scoop"))
    else:
        t = torso(pad, (1.05, 1.6), (0.2, 0.5), (5, 60), neck=pad.pick("v", "flat", "scoop"))
    if pad.maybe(0.92):
        collar(pad, t)
    top = max(t.depth, 0.12)
    front = pad.rng.random()
    if front < 0.5:
        pad.line([(0, top), (0, t.length)])
    elif front < 0.85:
        half = pad.u(0.03, 0.07)
        pad.both([(half, top), (half, t.length)])
    if front > 0.85 or pad.maybe(0.8):
        x = 0.0 if front > 0.5 else pad.u(-0.08, 0.08)
        buttons(pad, x, top + 0.1, t.length - 0.1, int(pad.u(3, 8)))
    if pad.maybe(0.45):
        pocket(pad, pad.u(0.2, 0.3), pad.u(0.4, 0.55), pad.u(0.16, 0.26), pad.u(0.18, 0.28))
    if pad.maybe(0.5):
        cuffs(pad, t, pad.u(0.06, 0.2))
    if pad.maybe(0.08):
        stripes(pad, t)


def coat(pad: Pad) -> None:
    sleeve = None if pad.maybe(0.06) else (0.75, 1.4) if pad.maybe(0.85) else (0.4, 0.75)
    length = (0.95, 1.5) if pad.maybe(0.5) else (1.4, 2.5)
    t = torso(
        pad, length, sleeve, (25, 84), (0.8, 1.05), (0.9, 1.45), neck=pad.pick("v", "scoop", "flat")
    )
    top, style = (
        max(t.depth, 0.1),
        pad.pick("lapel", "lapel", "hood", "collar", "plain", "plain", "band"),
    )
    if style == "lapel":
        top = pad.u(0.4, 0.75)
        pad.both([(t.neck, 0), (pad.u(0.25, 0.36), 0.25), (0.2, pad.u(0.3, 0.36)), (0, top)])
        if pad.maybe(0.7):
            pad.both([(t.neck * 0.8, 0), (0, top)])
    elif style == "hood":
        hood(pad, t)
    elif style == "collar":
        collar(pad, t)
    elif style == "band":
        pad.line([(-t.neck, 0), (-t.neck, -0.12), (t.neck, -0.12), (t.neck, 0)])
    front = pad.rng.random()
    if front < 0.6:
        pad.line([(0, top), (pad.u(-0.03, 0.03), t.length)])
    elif front < 0.75:  # open: the edges hang apart
        gap = pad.u(0.08, 0.2)
        pad.both([(t.neck * 0.6, t.depth * 0.8), (gap * 0.6, 0.5), (gap, t.length)])
    elif front < 0.9:  # zip or overlap
        pad.both([(0.04, top), (0.04, t.length)])
        if pad.maybe(0.4):
            for y in np.arange(top, t.length, 0.1):
                pad.line([(-0.04, y), (0.04, y)])
    if pad.maybe(0.5) or front > 0.9:
        count, low = int(pad.u(2, 7)), t.length * pad.u(0.65, 0.95)
        if pad.maybe(0.3):  # double-breasted
            buttons(pad, -0.13, top + 0.1, low, count)
            buttons(pad, 0.13, top + 0.1, low, count)
        else:
            buttons(pad, pad.u(-0.1, 0.1), top + 0.1, low, count)
    if pad.maybe(0.5):
        x, y = 0.55 * t.half(t.length * 0.7), t.length * pad.u(0.58, 0.72)
        if pad.maybe(0.5):
            pocket(pad, x, y, 0.24, 0.24)
            pocket(pad, -x, y, 0.24, 0.24)
        else:
            pad.both([(x - 0.12, y + pad.u(0, 0.1)), (x + 0.1, y)])
    if pad.maybe(0.2) and t.length > 1.3:
        belt(pad, t, t.length * pad.u(0.42, 0.52))
    if pad.maybe(0.3):
        cuffs(pad, t, pad.u(0.06, 0.15))


def belt(pad: Pad, t: Torso, y: float) -> None:
    x, thick = t.half(y), pad.u(0.05, 0.12)
    pad.line([(-x, y), (x, y)])
    if pad.maybe(0.8):
        pad.line([(-x, y + thick), (x, y + thick)])
    if pad.maybe(0.35):
        pad.line([(-0.07, y), (-0.07, y + thick), (0.07, y + thick), (0.07, y), (-0.07, y)])


def dress(pad: Pad) -> None:
    u = pad.u
    cut = pad.pick("a-line", "a-line", "flare", "flare", "flare", "sheath", "gown")
    long = {
        "a-line": u(1.3, 2.4),
        "flare": u(1.3, 2.4),
        "sheath": u(1.5, 2.6),
        "gown": u(2.2, 3.2),
    }[cut]
    waist_y = u(0.6, 0.95) if cut != "gown" else u(0.6, 1.6)
    n, w = u(0.1, 0.28), u(0.34, 0.48)
    waist = {
        "a-line": u(0.95, 1.3),
        "flare": u(0.55, 0.9),
        "sheath": u(0.8, 1),
        "gown": u(0.6, 0.85),
    }[cut] * w
    hem = {
        "a-line": u(0.6, 1.1),
        "flare": u(0.6, 1.3),
        "sheath": u(0.38, 0.55),
        "gown": u(0.5, 1.3),
    }[cut]
    pit = (w, u(0.28, 0.45))
    bulge = u(0.5, 0.7) if cut == "flare" and pad.maybe(0.4) else 0.45
    side = [
        pit,
        (waist, waist_y),
        (waist + bulge * (hem - waist), 0.5 * (waist_y + long)),
        (hem, long),
    ]
    if pad.maybe(0.4):
        side = [pit, (waist, waist_y), (hem, long)]
    cuff = None
    held = pad.pick("wide", "wide", "straps", "strapless", "sleeves", "sleeves")
    depth = u(0.05, 0.35)
    if held in ("straps", "strapless"):
        chest = pit[1] - 0.08
        front = pad.pick("flat", "heart", "v")
        dip = {"flat": 0.0, "heart": 0.1, "v": 0.15}[front]
        half = [
            (0, chest + dip),
            *([(0.5 * w, chest - 0.06)] if front == "heart" else []),
            (w * 0.92, chest),
        ]
        if held == "straps":
            x = w * u(0.5, 0.9)
            pad.both([(x, chest), (x * u(0.5, 1), 0)])
            if pad.maybe(0.4):
                pad.both([(x * 0.8, chest), (x * 0.6, 0)])
    else:
        half = [(0, depth)] if pad.maybe(0.8) else [(0, 0)]
        if pad.maybe(0.6):
            half += [(0.7 * n, depth * 0.6)]
        shoulder = np.array([min(n + u(0.06, 0.25), w), u(0, 0.1)])
        half += [(n, 0), tuple(shoulder)]
        if held == "sleeves":
            shoulder = np.array([w, u(0.03, 0.15)])
            reach = u(0.2, 0.4) if pad.maybe(0.6) else u(0.6, 1.1)
            a = np.radians(u(10, 75))
            outer = shoulder + reach * np.array([np.cos(a), np.sin(a)])
            inner = outer + u(0.15, 0.28) * np.array([-np.sin(a), np.cos(a)])
            inner[0] = max(inner[0], w + 0.05)
            half[-1:] = [tuple(shoulder), tuple(outer), tuple(inner)]
            cuff = np.array([shoulder, outer, inner, pit])
        else:
            half += [(min(shoulder[0], w * 0.85), 0.6 * pit[1])]
    wave = []
    if pad.maybe(0.3):  # a rounded or scalloped hem
        count = int(u(1, 4))
        wave = [
            (hem * k / (count + 0.5), long + u(0.03, 0.14) * (k % 2 == count % 2))
            for k in range(count, -1, -1)
        ]
    pad.outline(mirrored([*half, *side, *wave]))
    t = Torso(n, depth, long, np.array(side), cuff)
    waisted = pad.rng.random()
    if waisted < 0.25:
        belt(pad, t, waist_y)
    elif waisted < 0.5:
        pad.line([(-waist, waist_y), (waist, waist_y)])
    if pad.maybe(0.25):  # folds of the skirt
        for k in np.linspace(-0.7, 0.7, int(u(2, 6))):
            start = u(0.1, 0.6) * (long - waist_y)
            pad.line([(k * t.half(waist_y + start), waist_y + start), (k * hem, long)])
    extra = pad.rng.random()
    if extra < 0.12:
        pattern(pad, t)
    elif extra < 0.2:
        hem_line(pad, t, u(0.05, 0.2))
    elif extra < 0.25:
        buttons(pad, 0, 0.4, long * u(0.5, 0.9), int(u(3, 8)))
    elif extra < 0.28:
        stripes(pad, t)


# ---- trousers


def legs(
    pad: Pad, length: float, inseam: float, hip: float, opening: float, spread: float
) -> np.ndarray:
    """Half outline from the waist's middle to the crotch; `spread`: how far the hem reaches out."""
    u = pad.u
    outer, crotch = hip * u(0.85, 1.1) + spread, length - inseam
    inner = max(outer - opening, 0.02)
    knee = length - inseam * u(0.4, 0.6)
    knee_x = hip + (outer - hip) * (knee / length) * u(0.6, 1.1)
    sag = u(-0.1, 0.1) * opening  # a hem seldom is level
    half = [
        (0, 0),
        (hip * u(0.75, 1.0), 0),
        (hip, crotch * u(0.5, 1)),
        (knee_x, knee),
        (outer, length + sag),
    ]
    shape = pad.rng.random()
    top = [(0.0, crotch)]
    if shape < 0.25:  # square
        top = [(u(0.2, 0.9) * inner, crotch)]
    elif shape < 0.45:  # an arch
        top = [(0.95 * inner, crotch + u(0.1, 0.4) * inseam), (0.6 * inner, crotch)]
    return np.array([*half, (inner, length - sag), *top])


def trouser(pad: Pad) -> None:
    u = pad.u
    cut = pad.pick("straight", "straight", "straight", "flared", "skinny", "wide", "jogger")
    length, hip = (u(0.95, 1.5) if pad.maybe(0.45) else u(1.4, 2.6)), u(0.4, 0.55)
    inseam = length * u(0.45, 0.82)
    low, high = {
        "straight": (0.7, 1),
        "flared": (0.85, 1.3),
        "skinny": (0.4, 0.65),
        "wide": (0.9, 1.2),
    }.get(cut, (0.6, 0.9))
    spread = u(-0.08, 0.15) if pad.maybe(0.5) else u(0.1, 0.6)
    half = legs(pad, length, inseam, hip, hip * u(low, high), spread)
    if cut == "flared":
        half[3, 0] = min(half[3, 0], hip * u(0.75, 0.95))
    left = half[::-1][int(half[-1, 0] == 0) : -1] * (-1, 1)
    if pad.maybe(0.2):  # one leg steps forward
        left[:3, 0] += u(-0.25, 0.15)
        left[:3, 1] += u(-0.15, 0.15)
    pad.outline(np.concatenate([half[1:], left]))
    outer, inner = half[4], half[5]
    waist = half[1, 0]
    if pad.maybe(0.45):
        y = u(0.06, 0.18)
        pad.line([(-waist, y), (waist * 1.02, y)])
        if pad.maybe(0.25):
            for x in (-0.6 * waist, 0.6 * waist):
                pad.line([(x, 0), (x, y)])
        if pad.maybe(0.3):
            pad.dot(u(-0.03, 0.03), y / 2, u(0, 0.05))
    if pad.maybe(0.3):  # fly
        pad.line([(0, u(0, 0.12)), (0, length - inseam)])
        if pad.maybe(0.4):
            pad.line([(0.12, 0.1), (0.11, 0.25), (0, 0.36)])
    if pad.maybe(0.3):  # pockets
        pad.both([(waist * 0.6, 0.12), (waist * 0.7, 0.26), (waist * 1.02, 0.32)])
    if pad.maybe(0.8 if cut == "jogger" else 0.2):  # cuffs
        share = u(0.05, 0.12)
        pad.both([outer + share * (half[3] - outer), inner + share * (half[6] - inner)])
    if cut == "jogger" and pad.maybe(0.7):
        pad.both([(0.03, 0.1), (0.1, u(0.25, 0.4))])
    if pad.maybe(0.12):  # creases or stripes
        pad.both([(0.5 * hip, 0.3), (0.5 * (outer[0] + inner[0]), length - 0.05)])


# ---- footwear, toe to the right, ground at y = 0


def profile(
    pad: Pad, shaft: float, toe: float, heel: float, opening: tuple[float, float]
) -> np.ndarray:
    """Side view (11, 2): up from the back of the sole, over the top to the toe, along the sole."""
    u = pad.u
    back, front = opening
    step, slope = front + u(0.0, 0.1), u(-0.1, 0.28)
    upper = [
        (0.0, 0.0),
        (u(-0.04, 0.03), 0.35 * shaft),
        (back, shaft),
        (front, shaft * u(0.92, 1.05)),
        (step, min(shaft * 0.85, toe + max(slope, 0.0))),
        (0.5 * (step + 0.8), min(toe + 0.5 * slope, shaft)),
        (0.82, toe),
        (0.97, 0.55 * toe),
        (1.0, 0.0),
    ]
    points = np.array([*upper, (0.6, 0.0), (0.3, 0.0)])
    points[:, 1] = -points[:, 1] - heel * np.clip(1 - points[:, 0] / 0.65, 0, 1)
    return points


def laces(pad: Pad, start: np.ndarray, end: np.ndarray) -> None:
    """Short strokes across the line from start to end, or crosses."""
    along = end - start
    across = np.array([-along[1], along[0]]) / (np.hypot(*along) + 1e-6) * pad.u(0.05, 0.11)
    crossed = pad.maybe(0.3)
    for share in np.linspace(0.1, 0.9, int(pad.u(2, 6))):
        middle = start + share * along
        pad.line([middle - across * 0.7, middle + across])
        if crossed:
            pad.line([middle - across + along * 0.1, middle + across - along * 0.1])
    if pad.maybe(0.2):  # a bow
        pad.line(
            np.concatenate(
                [
                    arc(start[0] + across[0], start[1] + across[1], 0.09, 0.05, 0, 330, 7),
                    arc(start[0], start[1], 0.08, 0.05, 180, 500, 7),
                ]
            )
        )


def sole(pad: Pad, thick: float, heel: float, block: float) -> None:
    """A line along the sole, or a sole of its own below; with a heel block if heel > 0."""
    rise = heel * np.clip(1 - np.array([0, 0.3, 0.65]) / 0.65, 0, 1)
    if heel > 0.03:
        pad.line([(0, -rise[0]), (0.03, 0), (block, 0), (block + 0.04, -heel * (1 - block / 0.65))])
        if pad.maybe(0.5):
            return
    if pad.maybe(0.5):
        pad.line([(0, -rise[0] - thick), (0.3, -rise[1] - thick), (0.65, -thick), (1.0, -thick)])
    elif heel <= 0.03:
        pad.line([(-0.03, 0), (-0.03, thick), (1.04, thick), (1.03, 0)])
    if pad.maybe(0.1):
        for x in np.linspace(0.1, 0.9, 6):
            pad.line([(x, 0), (x, thick)])


def shoe_pair(pad: Pad) -> None:
    """Sometimes a second shoe behind the first; then either direction."""
    if pad.maybe(0.07):
        shift = (pad.u(0.15, 1.2), pad.u(-0.5, 0.3))
        pad.lines += [(points + shift, closed) for points, closed in pad.lines]
    pad.turn(pad.u(-6, 6), flip=pad.maybe(0.5))


def sneaker(pad: Pad) -> None:
    u = pad.u
    high = pad.maybe(0.2)
    shaft, toe = (u(0.55, 0.75) if high else u(0.26, 0.56)), u(0.13, 0.3)
    p = profile(pad, shaft, toe, 0.0, (u(-0.02, 0.06), u(0.22, 0.48)))
    pad.outline(p)
    if pad.maybe(0.65):
        sole(pad, u(0.05, 0.13), 0.0, 0.0)
    if pad.maybe(0.7):
        laces(pad, p[4], p[6] * 0.6 + p[5] * 0.4)
    if pad.maybe(0.25):
        pad.line(arc(1.0, 0, u(0.2, 0.3), toe, 180, 270, 6))  # toe cap
    if pad.maybe(0.2):
        pad.line([p[2], (0.5 * (p[2][0] + p[3][0]), -shaft * 0.8), p[3]])  # the opening dips
    side = pad.rng.random()
    if side < 0.15:
        pad.line([(0.2, -0.2), (0.35, -0.1), (0.65, -0.24), (0.35, -0.15), (0.2, -0.2)])  # swoosh
    elif side < 0.3:
        for k in range(int(u(2, 4))):
            pad.line([(0.35 + 0.08 * k, -0.32), (0.42 + 0.08 * k, -0.08)])
    elif side < 0.36:
        pad.line(arc(0.15, -shaft * 0.6, 0.08, 0.08))
    if pad.maybe(0.15):
        pad.line([p[3], p[3] + (0.06, -0.1), p[4] + (0.08, 0)])  # tongue
    shoe_pair(pad)


def ankle_boot(pad: Pad) -> None:
    u = pad.u
    heel = 0.0 if pad.maybe(0.4) else u(0.05, 0.35)
    shaft, toe = u(0.65, 1.2), u(0.16, 0.3)
    p = profile(pad, shaft, toe, heel, (u(-0.05, 0.05), u(0.34, 0.52)))
    pad.outline(p)
    if heel or pad.maybe(0.7):
        sole(pad, u(0.05, 0.12), heel, u(0.12, 0.3))
    style = pad.pick("laces", "laces", "zip", "chelsea", "plain", "plain")
    middle = 0.5 * (p[2] + p[3])
    if style == "laces":
        laces(pad, p[3] + (-0.02, 0.08), p[5])
    elif style == "zip":
        foot = (middle[0] - 0.05, -heel - 0.12)
        pad.line([middle, foot])
        for share in np.linspace(0.1, 0.9, int(u(0, 8))):
            x, y = middle + share * (np.array(foot) - middle)
            pad.line([(x - 0.03, y), (x + 0.03, y)])
    elif style == "chelsea":
        w, low = u(0.07, 0.12), -heel * 0.7 - u(0.2, 0.35)
        pad.line(
            [
                (middle[0] - w, middle[1]),
                (middle[0] - 0.6 * w, low),
                (middle[0] + 0.6 * w, low),
                (middle[0] + w, middle[1]),
            ]
        )
    if pad.maybe(0.2):  # opening seen from above
        wide = 0.5 * (p[3][0] - p[2][0])
        pad.line(arc(middle[0], middle[1], wide, 0.07))
    if pad.maybe(0.2):
        band = u(0.1, 0.2)
        pad.line([p[2] + (0, band), p[3] + (0, band)])  # cuff
    if pad.maybe(0.12):
        pad.line([p[2], p[2] + (-0.05, -0.08), p[2] + (0.05, -0.08), p[2] + (0.05, 0)])  # pull tab
    if pad.maybe(0.12):
        pad.line(arc(1.0, 0, 0.25, toe, 180, 270, 6))
    shoe_pair(pad)


def footbed(pad: Pad) -> tuple[np.ndarray, float]:
    """A sole seen from above, toes at y = -0.5: outline, half-width at the straps."""
    u = pad.u
    ball, arch, heel = u(0.17, 0.26), u(0.1, 0.2), u(0.12, 0.2)
    half = [
        (0, -0.5),
        (0.6 * ball, -0.47),
        (ball, -0.3),
        (ball * 0.95, -0.15),
        (min(arch, ball), 0.1),
    ]
    return mirrored([*half, (heel, 0.35), (0.6 * heel, 0.48), (0, 0.5)]), ball


def sandal_from_above(pad: Pad) -> None:
    u = pad.u
    first = len(pad.lines)
    outline, ball = footbed(pad)
    pad.outline(outline)
    top, low = u(-0.38, -0.2), u(-0.15, 0.15)
    style = pad.pick("thong", "thong", "thong", "band", "cross")
    if style == "thong":
        bow = u(-0.3, 0.9)
        pad.both(
            [(0, top), (ball * 0.5 * (1 + 0.5 * bow), 0.5 * (top + low) - 0.05 * bow), (ball, low)]
        )
        if pad.maybe(0.3):
            pad.both(
                [(0, top + 0.07), (ball * 0.5, 0.5 * (top + low) + 0.08), (ball * 0.9, low + 0.08)]
            )
        if pad.maybe(0.2):
            pad.dot(0, top, 0.025)
    elif style == "band":
        pad.line(arc(0, top + 0.1, ball * 1.1, u(-0.1, 0.1), 180, 0, 6))
        pad.line(arc(0, low + 0.1, ball, u(-0.1, 0.1), 180, 0, 6))
    else:
        pad.line([(-ball, top), (ball, low)])
        pad.line([(ball, top), (-ball, low)])
    if pad.maybe(0.15):
        pad.line(outline * 0.85)
    if pad.maybe(0.5):  # the other one
        twin = [(p * (-1, 1), closed) for p, closed in pad.lines[first:]]
        tilt = u(-5, 18)
        pad.turn(tilt, first=first)
        start = len(pad.lines)
        pad.lines += twin
        pad.turn(-tilt, first=start, shift=(u(0.5, 0.75), u(-0.1, 0.1)))
    if pad.maybe(0.35):
        pad.turn(u(-110, 110))


def sandal_from_the_side(pad: Pad) -> None:
    u = pad.u
    style = pad.pick("flat", "flat", "wedge", "stiletto", "stiletto")
    heel = {"flat": u(0, 0.06), "wedge": u(0.12, 0.35), "stiletto": u(0.2, 0.6)}[style]
    x = np.array([0.0, 0.15, 0.4, 0.65, 0.85, 1.0])
    rise = heel * np.clip(1 - x / 0.65, 0, 1) ** u(0.7, 1.3)
    thick = u(0.03, 0.12)
    upper = np.column_stack([x, -rise - thick])
    if style == "wedge":
        pad.outline([*upper, (1.0, 0), (0, 0)])
    else:
        pad.outline(np.concatenate([upper, np.column_stack([x, -rise])[::-1]]))
    if style == "stiletto":
        w = u(0.02, 0.14)
        pad.line([(0, -rise[0]), (0.03, 0), (0.03 + w, 0), (w * 1.5 + 0.03, -rise[1])])

    def strap(a: float, b: float, height: float) -> None:
        ya, yb = np.interp([a, b], x, upper[:, 1])
        t = np.linspace(0, 1, 7)
        pad.line(
            np.column_stack(
                [a + (b - a) * t, ya + (yb - ya) * t - height * np.sin(np.pi * t) ** 0.7]
            )
        )

    a, wide, high = u(0.5, 0.75), u(0.12, 0.35), u(0.12, 0.3)
    strap(a, min(a + wide, 0.98), high)
    if pad.maybe(0.5):
        strap(a + 0.06, min(a + wide, 0.98) - 0.04, high * 0.65)
    if pad.maybe(0.7):  # round the ankle
        top = -heel - thick - u(0.2, 0.45)
        pad.line([(0.02, upper[0, 1]), (0.0, 0.6 * top + 0.4 * upper[0, 1]), (0.03, top)])
        pad.line(
            arc(0.2, top, 0.19, 0.06)
            if pad.maybe(0.6)
            else [(0.0, top), (0.35, top + 0.03), (0.3, upper[2, 1])]
        )
        if pad.maybe(0.5):
            pad.line([(0.3, top + 0.04), (a + 0.5 * wide, np.interp(a, x, upper[:, 1]) - high)])
    elif pad.maybe(0.5):
        strap(u(0.05, 0.2), u(0.35, 0.5), u(0.15, 0.35))
    shoe_pair(pad)


def sandal(pad: Pad) -> None:
    (sandal_from_above if pad.maybe(0.5) else sandal_from_the_side)(pad)


# ---- bags


def bag(pad: Pad) -> None:
    u = pad.u
    kind = pad.pick(
        "hand", "hand", "hand", "tote", "case", "case", "trolley", "back", "satchel", "clutch"
    )
    wide = u(0.4, 0.6)
    tall = {
        "tote": u(0.7, 1.3),
        "back": u(0.9, 1.4),
        "trolley": u(0.9, 1.6),
        "clutch": u(0.4, 0.6),
    }.get(kind, u(0.45, 1.0))
    top = wide * (u(0.55, 1.0) if kind in ("hand", "satchel") else u(0.85, 1.15))
    if kind == "back":
        half = [
            (0, 0),
            (0.6 * wide, 0.03),
            (top, 0.3),
            (wide * 1.05, tall * 0.9),
            (0.9 * wide, tall),
        ]
    elif pad.maybe(0.25):  # a rounded bag
        half = [
            (0, 0),
            (0.8 * top, 0.0),
            (wide * 1.1, tall * u(0.4, 0.7)),
            (wide * 0.9, tall),
            (0, tall * 1.03),
        ]
    else:
        half = [(top, 0), (wide, tall)]
    pad.outline(mirrored(half))
    y, grip = 0.0, u(0.15, 0.75) if kind in ("hand", "satchel", "tote") else u(0.1, 0.3)
    reach = top * (u(0.3, 1.0) if kind in ("hand", "satchel", "tote") else u(0.2, 0.5))
    if kind == "hand" and pad.maybe(0.4):  # a handle as wide as the bag, and as high
        reach, grip = top * u(0.8, 1.02), u(0.4, 1.0)
    middle = u(-0.1, 0.1) * wide
    square = pad.maybe(0.6 if kind in ("case", "trolley") else 0.12)

    def handle(x: float, reach: float, grip: float) -> None:
        if square:
            pad.line([(x - reach, y), (x - reach, -grip), (x + reach, -grip), (x + reach, y)])
        else:
            pad.line(arc(x, y + 0.02, reach, grip, 180, 360, 8))

    if kind == "trolley":
        grip, reach = u(0.2, 0.7), u(0.1, 0.6) * top
    if kind == "tote" and pad.maybe(0.3):
        handle(-0.4 * top, 0.3 * top, grip)
        handle(0.4 * top, 0.3 * top, grip)
    elif pad.maybe(0.25 if kind == "clutch" else 0.96):
        handle(middle, reach, grip)
        if pad.maybe(0.35):
            handle(middle, reach * u(0.7, 0.85), grip * u(0.6, 0.9))
    if kind == "trolley" and pad.maybe(0.6):
        for x in (-0.7 * wide, 0.7 * wide):
            pad.dot(x, tall + 0.05, 0.06)
    if kind in ("case", "trolley"):
        if pad.maybe(0.2):
            pad.both([(0.6 * wide, 0), (0.6 * wide, tall)])
        if pad.maybe(0.15):
            pad.line([(-wide, 0.5 * tall), (wide, 0.5 * tall)])
    if kind in ("satchel", "clutch") or pad.maybe(0.2):  # flap
        low = tall * u(0.25, 0.65)
        point = pad.maybe(0.5)
        pad.line(
            [(-top, 0), *([(0, low)] if point else [(-0.8 * top, low), (0.8 * top, low)]), (top, 0)]
        )
        if pad.maybe(0.6):
            pad.dot(0, low, u(0.02, 0.07))
    elif pad.maybe(0.25):  # zip or edge
        low = u(0.06, 0.2) * tall
        pad.line([(-top, low), (top, low)])
        if pad.maybe(0.4):
            pad.dot(u(-0.1, 0.1), low, u(0, 0.05))
    if kind == "back":
        pocket(pad, 0, tall * u(0.45, 0.55), wide * u(0.9, 1.4), tall * u(0.3, 0.4))
        if pad.maybe(0.5):
            pad.both([(top, 0.25), (wide * 1.35, 0.5 * tall), (wide * 1.02, 0.9 * tall)])
        if pad.maybe(0.5):
            pad.line(arc(0, 0.0, wide, 0.4 * tall, 180, 0, 8))
    elif pad.maybe(0.12):
        pocket(pad, u(-0.15, 0.15), tall * 0.45, wide * 0.8, tall * 0.35)


GARMENTS = {
    "T-shirt/top": t_shirt,
    "Trouser": trouser,
    "Pullover": pullover,
    "Dress": dress,
    "Coat": coat,
    "Sandal": sandal,
    "Shirt": shirt,
    "Sneaker": sneaker,
    "Bag": bag,
    "Ankle boot": ankle_boot,
}
