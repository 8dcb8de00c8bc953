"""Tops, coats, dresses and trousers: what a person has in mind before the hand moves.

Units are free (a torso is about 1 wide), x runs to the right, y down, and the wearer's middle is
x = 0. Every number is drawn from a range, because people agree on a garment's parts far more than
on its proportions.
"""

from dataclasses import dataclass

import numpy as np

from .pen import Pen, Range, arc, mirrored


@dataclass
class Torso:
    """Where details go. neck, depth: half-width and depth of the neckline."""

    neck: float
    depth: float
    length: float
    side: np.ndarray  # (n, 2) from armpit to hem
    sleeve: np.ndarray | None  # (4, 2): shoulder, outer cuff, inner cuff, armpit

    def half(self, y: float) -> float:
        """Half the body's width at height y."""
        return float(np.interp(y, self.side[:, 1], self.side[:, 0]))


def _neckline(pen: Pen, kind: str, n: float) -> tuple[np.ndarray, float]:
    """Points from the left to the right end of the neckline, and its depth."""
    depth = pen.u(0.15, 0.5) if kind == "v" else 0.0 if kind == "flat" else pen.u(0.04, 0.3)
    if kind == "scoop":
        t = np.linspace(-1, 1, 7)
        return np.stack([n * t, depth * (1 - t**2)], axis=1), depth
    shapes: dict[str, list[tuple[float, float]]] = {
        "v": [(0, depth)],
        "square": [(-0.85 * n, depth), (0.85 * n, depth)],
        "arch": [(-0.5 * n, -0.05), (0.5 * n, -0.05)],
        "flat": [],
    }
    return np.array([(-n, 0), *shapes[kind], (n, 0)]), depth


def _sleeve(
    pen: Pen, shoulder: Range, pit: Range, reach: float, angle: Range, wide: bool
) -> np.ndarray:
    """Shoulder, outer cuff, inner cuff and armpit of the right sleeve; angle in degrees down."""
    a = np.radians(pen.u(*angle))
    outer = np.array(shoulder) + reach * np.array([np.cos(a), np.sin(a)])
    opening = pen.u(0.6, 1.0) * (pit[1] - shoulder[1]) if wide else pen.u(0.13, 0.34)
    inner = outer + opening * np.array([-np.sin(a), np.cos(a)])
    inner[0] = max(inner[0], pit[0] + 0.06)  # an arm that hangs stays beside the body
    outer[0] = max(outer[0], inner[0] + 0.1 * np.sin(a))
    return np.array([shoulder, outer, inner, pit])


def torso(
    pen: Pen,
    length: Range,
    reach: Range | None,
    angle: Range = (0, 60),
    neck: str = "scoop scoop scoop v flat square arch",
    wide: float = 0.0,
    waist: Range = (0.85, 1.03),
    hem: Range = (0.85, 1.15),
    gap: float = 0.0,
) -> Torso:
    """A body with sleeves of length `reach`, or none; drawn as one outline or with sleeves apart.

    wide: probability of a sleeve as wide at the cuff as at the shoulder. waist, hem: times chest.
    gap: half-width of an open front at the hem, 0 if closed.
    """
    u = pen.u
    n, w, slope = u(0.13, 0.3), u(0.44, 0.54), u(0.0, 0.22)
    front, depth = _neckline(pen, pen.pick(neck), n)
    shoulder = (w * (u(0.85, 1.1) if reach else u(0.7, 0.95)), slope)
    pit, low = (w, slope + u(0.25, 0.48)), u(*length)
    waist_y = pit[1] + (low - pit[1]) * u(0.3, 0.5)
    side = np.array([pit, (w * u(*waist), waist_y), (w * u(*hem), low)])
    bottom = [(0.0, low + u(-0.06, 0.1) * pen.maybe(0.3))] if pen.maybe(0.5) else []
    if gap:
        bottom = [(gap, low), (gap * u(0.2, 1), depth + u(0.05, 0.3))]
    sleeve, apart = None, False
    arm = [shoulder, (0.85 * shoulder[0], slope + 0.15), pit]
    if reach:
        sleeve = _sleeve(pen, shoulder, pit, u(*reach), angle, pen.maybe(wide))
        apart = pen.maybe(0.3)
        arm = [shoulder, pit] if apart else [*sleeve]
    half = np.array([*arm, *side[1:], *bottom])
    pen.outline(np.concatenate([front, half, half[::-1] * (-1, 1)]))
    if sleeve is not None and apart:
        pen.both(sleeve)
    elif sleeve is not None:
        pen.both([shoulder, (0.5 * (shoulder[0] + w) - 0.05, 0.5 * (slope + pit[1])), pit], 0.2)
    return Torso(n, depth, low, side, sleeve)


def neckband(pen: Pen, t: Torso, chance: float) -> None:
    wide = pen.u(1.1, 1.4)
    pen.line(arc(0, 0, t.neck * wide, t.depth * wide + 0.06, 180, 0, 8), chance)


def cuffs(pen: Pen, t: Torso, chance: float) -> None:
    if t.sleeve is not None:
        shoulder, outer, inner, pit = t.sleeve
        share = pen.u(0.05, 0.25)
        pen.both([outer + share * (shoulder - outer), inner + share * (pit - inner)], chance)


def hem_line(pen: Pen, t: Torso, chance: float) -> None:
    if pen.maybe(chance):
        y = t.length - pen.u(0.05, 0.18)
        x = t.half(y)
        pen.line([(-x, y), (x, y)])
        if pen.maybe(0.25):
            for rib in np.linspace(-x, x, int(pen.u(5, 12)))[1:-1]:
                pen.line([(rib, y), (rib, t.length)])


def stripes(pen: Pen, t: Torso) -> None:
    wave = pen.u(0, 0.06) * pen.maybe(0.3)
    for y in np.linspace(t.side[0, 1] - 0.1, t.length - 0.08, int(pen.u(2, 7))):
        x = np.linspace(-t.half(y), t.half(y), 9)
        pen.line(np.stack([x, y + wave * (np.arange(9) % 2)], axis=1))


def spots(pen: Pen, t: Torso) -> None:
    for _ in range(int(pen.u(4, 14))):
        y = pen.u(t.side[0, 1], t.length - 0.1)
        pen.dot(pen.u(-0.8, 0.8) * t.half(y), y, pen.u(0, 0.06))


def motif(pen: Pen, t: Torso) -> None:
    """Something printed on the chest."""
    middle, r = (pen.u(-0.12, 0.12), pen.u(0.35, 0.65) * min(t.length, 1.5)), pen.u(0.08, 0.22)
    angle = 4 * np.pi / 5 * np.arange(6)
    step = np.linspace(-1, 1, int(pen.u(4, 9)))
    shape = {
        "circle": arc(0, 0, 1, pen.u(0.7, 1.3)),
        "star": np.stack([np.sin(angle), -np.cos(angle)], axis=1),
        "heart": [(0, 1), (-1, -0.2), (-0.5, -1), (0, -0.4), (0.5, -1), (1, -0.2), (0, 1)],
        "zigzag": np.stack([1.4 * step, 0.7 * (-1.0) ** np.arange(len(step))], axis=1),
        "box": [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)],
    }[pen.pick("circle star heart zigzag box")]
    pen.line(np.array(shape) * r + middle)


PRINTS = {"stripes": stripes, "spots": spots, "motif": motif}


def pocket(pen: Pen, x: float, y: float, width: float, height: float, chance: float = 1.0) -> None:
    """A patch pocket centred on x with its top edge at y."""
    a, b, tip = x - width / 2, x + width / 2, y + height
    low = tip - 0.3 * height * pen.maybe(0.3)
    pen.line([(a, y), (a, low), (x, tip), (b, low), (b, y), *([(a, y)] * pen.maybe(0.85))], chance)


def buttons(pen: Pen, x: float, top: float, bottom: float) -> None:
    radius = pen.u(0.015, 0.045) * pen.maybe(0.7)
    for y in np.linspace(top, bottom, int(pen.u(2, 8))):
        pen.dot(x, y, radius)


def collar(pen: Pen, t: Torso, chance: float) -> None:
    n, tip, low = t.neck, (0.5 * t.neck + pen.u(0.02, 0.2), pen.u(0.15, 0.38)), pen.u(0.05, 0.18)
    if pen.maybe(chance):
        pen.both([(0, low), tip, (1.1 * n, 0), (0.9 * n, -0.06), (0, low)])
        pen.line([(-0.9 * n, -0.06), (0.9 * n, -0.06)], 0.6)


def hood(pen: Pen, t: Torso) -> None:
    wide, high = t.neck * pen.u(1.0, 1.6), pen.u(0.25, 0.5)
    pen.line(arc(0, 0.05, wide, high, 180, 360, 8))
    pen.line(arc(0, 0.03, wide * 0.65, high * 0.7, 180, 360, 7), 0.7)


def belt(pen: Pen, t: Torso, y: float) -> None:
    x, low = t.half(y), y + pen.u(0.05, 0.12)
    pen.line([(-x, y), (x, y)])
    pen.line([(-x, low), (x, low)], 0.8)
    pen.line([(-0.07, y), (-0.07, low), (0.07, low), (0.07, y), (-0.07, y)], 0.35)


def t_shirt(pen: Pen) -> None:
    if pen.maybe(0.05):  # a tank top
        t = torso(pen, (1.0, 1.5), None)
    elif pen.maybe(0.65):
        t = torso(pen, (0.95, 1.75), (0.15, 0.5), (0, 65), wide=1)
    else:  # arms out
        t = torso(pen, (1.2, 1.9), (0.4, 0.8), (0, 45), wide=1)
    neckband(pen, t, 0.3)
    pen.line(arc(0, 0, t.neck, pen.u(-0.06, 0.1), 180, 0, 6), 0.15)  # the back of the neck
    cuffs(pen, t, 0.2)
    hem_line(pen, t, 0.1)
    extra = pen.pick("none none none none none none none motif pocket stripes polo")
    if extra in PRINTS:
        PRINTS[extra](pen, t)
    elif extra == "pocket":
        pocket(pen, pen.u(0.12, 0.25), pen.u(0.38, 0.5), 0.22, 0.24)
    elif extra == "polo":
        collar(pen, t, 1)
        pen.line([(0, 0.15), (0, 0.45)], 0.8)


def pullover(pen: Pen) -> None:
    kind = pen.pick("round round round turtle hood")
    neck = {"round": "scoop scoop scoop v flat arch", "turtle": "flat", "hood": "scoop"}[kind]
    if pen.maybe(0.6):  # arms down
        t = torso(pen, (0.9, 1.5), (0.75, 1.3), (35, 82), neck, wide=0.05)
    else:
        t = torso(pen, (0.85, 1.4), (0.5, 1.1), (0, 45), neck, wide=0.3)
    if kind == "turtle":
        n, high = t.neck, pen.u(0.1, 0.3)
        pen.line([(-n, 0), (-0.9 * n, -high), (0.9 * n, -high), (n, 0)])
        pen.line([(-n, -high / 2), (n, -high / 2)], 0.4)
    elif kind == "hood":
        hood(pen, t)
        y, w, h = t.length * pen.u(0.55, 0.65), pen.u(0.18, 0.28), pen.u(0.2, 0.32)
        pen.line([(-w, y), (w, y), (1.4 * w, y + h), (-1.4 * w, y + h), (-w, y)], 0.8)
        pen.both([(0.07, t.depth), (0.09, t.depth + 0.25)], 0.5)  # strings
    else:
        neckband(pen, t, 0.4)
    cuffs(pen, t, 0.45)
    hem_line(pen, t, 0.4)
    extra = pen.pick("none none none none none none stripes motif spots")
    if extra == "stripes" or (extra in PRINTS and kind != "hood"):
        PRINTS[extra](pen, t)


def shirt(pen: Pen) -> None:
    if pen.maybe(0.6):
        t = torso(pen, (1.05, 1.6), (0.7, 1.3), (30, 82), "v flat scoop", wide=0.1)
    else:
        t = torso(pen, (1.05, 1.6), (0.2, 0.5), (5, 60), "v flat scoop", wide=1)
    collar(pen, t, 0.96)
    top, x = max(t.depth, 0.12), 0.0
    front = pen.pick("line line line strip strip buttons")
    if front == "line":
        pen.line([(0, top), (0, t.length)])
        x = pen.u(-0.08, 0.08)
    elif front == "strip":
        edge = pen.u(0.03, 0.07)
        pen.both([(edge, top), (edge, t.length)])
    if front == "buttons" or pen.maybe(0.8):
        buttons(pen, x, top + 0.1, t.length - 0.1)
    pocket(pen, pen.u(0.2, 0.3), pen.u(0.4, 0.55), pen.u(0.16, 0.26), pen.u(0.18, 0.28), 0.45)
    cuffs(pen, t, 0.5)
    if pen.maybe(0.08):
        stripes(pen, t)


def coat(pen: Pen) -> None:
    reach = None if pen.maybe(0.08) else (0.75, 1.4) if pen.maybe(0.75) else (0.35, 0.75)
    length = (0.9, 1.5) if pen.maybe(0.6) else (1.4, 2.5)
    front = pen.pick("line line line line line dashes apart edges zip buttons")
    gap = pen.u(0.08, 0.25) if front == "apart" else 0.0
    t = torso(pen, length, reach, (20, 84), "v scoop flat", 0.15, (0.8, 1.05), (0.9, 1.45), gap)
    n, top = t.neck, max(t.depth, 0.1)
    style = pen.pick("lapel lapel lapel hood plain plain plain band collar")
    if style == "collar" and t.length < 1.5:
        style = "lapel"  # or it would be a shirt
    if style == "lapel":
        top = pen.u(0.4, 0.75)
        pen.both([(n, 0), (pen.u(0.25, 0.36), 0.25), (0.2, pen.u(0.3, 0.36)), (0, top)])
        pen.both([(0.8 * n, 0), (0, top)], 0.7)
    elif style == "hood":
        hood(pen, t)
    elif style == "collar":
        collar(pen, t, 1)
    elif style == "band":
        pen.line([(-n, 0), (-n, -0.12), (n, -0.12), (n, 0)])
    if front == "line":
        pen.line([(0, top), (pen.u(-0.03, 0.03), t.length)])
    elif front == "dashes":
        for y in np.arange(top, t.length - 0.05, pen.u(0.1, 0.2)):
            pen.line([(0, y), (0, y + 0.07)])
    elif front == "edges":
        gap = pen.u(0.08, 0.2)
        pen.both([(0.6 * n, 0.8 * t.depth), (0.6 * gap, 0.5), (gap, t.length)])
    elif front == "zip":
        pen.both([(0.04, top), (0.04, t.length)])
        for y in np.arange(top, t.length, 0.1) if pen.maybe(0.4) else ():
            pen.line([(-0.04, y), (0.04, y)])
    if front == "buttons" or pen.maybe(0.5):
        low = t.length * pen.u(0.65, 0.95)
        for x in (-0.13, 0.13) if pen.maybe(0.3) else (pen.u(-0.1, 0.1),):
            buttons(pen, x, top + 0.1, low)
    x, y = 0.55 * t.half(0.7 * t.length), t.length * pen.u(0.58, 0.72)
    pockets = pen.pick("none none patch slit")
    if pockets == "patch":
        pocket(pen, x, y, 0.24, 0.24)
        pocket(pen, -x, y, 0.24, 0.24)
    elif pockets == "slit":
        pen.both([(x - 0.12, y + pen.u(0, 0.1)), (x + 0.1, y)])
    if pen.maybe(0.2) and t.length > 1.3:
        belt(pen, t, t.length * pen.u(0.42, 0.52))
    cuffs(pen, t, 0.3)


# cut: length, height of the waist, width of waist (times chest) and hem
DRESSES: dict[str, tuple[Range, Range, Range, Range]] = {
    "a-line": ((1.3, 2.4), (0.6, 0.95), (0.95, 1.3), (0.6, 1.1)),
    "flare": ((1.3, 2.4), (0.6, 0.95), (0.55, 0.9), (0.6, 1.3)),
    "sheath": ((1.5, 2.6), (0.6, 0.95), (0.8, 1.0), (0.38, 0.55)),
    "gown": ((2.2, 3.2), (0.6, 1.6), (0.6, 0.85), (0.5, 1.3)),
}


def dress(pen: Pen) -> None:
    u = pen.u
    cut = pen.pick("a-line a-line flare flare flare sheath gown")
    long, waist_y, waist, hem = (u(*span) for span in DRESSES[cut])
    n, w, depth = u(0.1, 0.28), u(0.34, 0.48), u(0.05, 0.35)
    pit, waist = (w, u(0.28, 0.45)), waist * w
    skirt = (waist + u(0.4, 0.7) * (hem - waist), 0.5 * (waist_y + long))
    side = [pit, (waist, waist_y), *([skirt] * pen.maybe(0.6)), (hem, long)]
    sleeve = None
    held = pen.pick("wide wide straps straps sleeves sleeves none")
    if held == "none" and cut in ("a-line", "sheath"):
        held = "straps"  # or it would be a box
    if held in ("straps", "none"):
        chest, dip = pit[1] - 0.08, u(0, 0.15) * pen.maybe(0.7)
        half = [(0, chest + dip), *([(0.5 * w, chest - 0.06)] * pen.maybe(0.3)), (0.92 * w, chest)]
        if held == "straps":
            x = w * u(0.5, 0.9)
            pen.both([(x, chest), (x * u(0.5, 1), 0)])
            pen.both([(0.8 * x, chest), (0.6 * x, 0)], 0.4)
    else:
        half = [(0, depth * pen.maybe(0.8)), *([(0.7 * n, 0.6 * depth)] * pen.maybe(0.6)), (n, 0)]
        if held == "sleeves":
            short = pen.maybe(0.6)
            reach = u(0.2, 0.4) if short else u(0.6, 1.1)
            sleeve = _sleeve(pen, (w, u(0.03, 0.15)), pit, reach, (10 if short else 35, 80), short)
            half += [tuple(point) for point in sleeve[:3]]
        else:
            x = min(n + u(0.06, 0.25), w)
            half += [(x, u(0, 0.1)), (min(x, 0.85 * w), 0.6 * pit[1])]
    bumps = int(u(1, 4)) * pen.maybe(0.3)  # a rounded or scalloped hem
    wave = [
        (hem * k / (bumps + 0.5), long + u(0.03, 0.14) * ((bumps - k) % 2 == 0))
        for k in range(bumps, -1, -1)
    ]
    pen.outline(mirrored([*half, *side, *(wave if bumps else [])]))
    t = Torso(n, depth, long, np.array(side), sleeve)
    waisted = pen.pick("none none belt seam")
    if waisted == "belt":
        belt(pen, t, waist_y)
    elif waisted == "seam":
        pen.line([(-waist, waist_y), (waist, waist_y)])
    for k in np.linspace(-0.7, 0.7, int(u(2, 6))) if pen.maybe(0.25) else ():  # folds of the skirt
        start = waist_y + u(0.1, 0.6) * (long - waist_y)
        pen.line([(k * t.half(start), start), (k * hem, long)])
    hem_line(pen, t, 0.08)
    extra = pen.pick("none none none none none none none none spots spots buttons stripes")
    if extra in PRINTS:
        PRINTS[extra](pen, t)
    elif extra == "buttons":
        buttons(pen, 0, 0.4, long * u(0.5, 0.9))


# cut: width of the hem, times the hip
TROUSERS: dict[str, Range] = {
    "straight": (0.7, 1.0),
    "flared": (0.85, 1.3),
    "skinny": (0.4, 0.65),
    "wide": (0.9, 1.2),
    "jogger": (0.6, 0.9),
}


def trouser(pen: Pen) -> None:
    u = pen.u
    cut = pen.pick("straight straight straight flared skinny wide jogger")
    length, hip = (u(1.05, 1.5) if pen.maybe(0.4) else u(1.4, 2.6)), u(0.4, 0.55)
    inseam = length * u(0.45, 0.82)
    crotch, knee_y = length - inseam, length - inseam * u(0.4, 0.6)
    apart = u(-0.08, 0.15) if pen.maybe(0.6) else u(0.1, 0.3) * min(length, 1.8)
    x = hip * u(0.85, 1.1) + apart
    sag = u(-0.05, 0.05)  # a hem seldom is level
    outer, inner = (x, length + sag), (max(x - hip * u(*TROUSERS[cut]), 0.02), length - sag)
    knee = hip + (x - hip) * knee_y / length * u(0.6, 1.1)
    if cut == "flared":
        knee = min(knee, hip * u(0.75, 0.95))
    waist = hip * u(0.75, 1.0)
    fork = {  # from the right leg to the left
        "point": [(0.0, crotch)],
        "square": [(u(0.2, 0.9) * inner[0], crotch)],
        "arch": [(0.95 * inner[0], crotch + u(0.1, 0.4) * inseam), (0.6 * inner[0], crotch)],
    }[pen.pick("point point point square square arch")]
    half = np.array([(waist, 0), (hip, crotch * u(0.5, 1)), (knee, knee_y), outer, inner, *fork])
    left = half[::-1][int(len(fork) == 1 and fork[0][0] == 0) :] * (-1, 1)
    if pen.maybe(0.2):  # one leg steps forward
        left[-5:-2] += (u(-0.25, 0.15), u(-0.15, 0.15))
    pen.outline(np.concatenate([half, left]))
    if pen.maybe(0.45):  # a waistband
        y = u(0.06, 0.18)
        pen.line([(-waist, y), (1.02 * waist, y)])
        pen.both([(0.6 * waist, 0), (0.6 * waist, y)], 0.25)
        pen.dot(u(-0.03, 0.03), y / 2, u(0, 0.05), 0.3)
    if pen.maybe(0.3):  # a fly
        pen.line([(0, u(0, 0.12)), (0, crotch)])
        pen.line([(0.12, 0.1), (0.11, 0.25), (0, 0.36)], 0.4)
    pen.both([(0.6 * waist, 0.12), (0.7 * waist, 0.26), (1.02 * waist, 0.32)], 0.3)  # pockets
    share = u(0.05, 0.12)
    top = half[3] + share * (half[2] - half[3]), half[4] + share * (half[5] - half[4])
    pen.both(np.array(top), 0.8 if cut == "jogger" else 0.2)  # cuffs
    pen.both([(0.03, 0.1), (0.1, u(0.25, 0.4))], 0.7 if cut == "jogger" else 0.05)  # strings
    pen.both([(0.5 * hip, 0.3), (0.5 * (outer[0] + inner[0]), length - 0.05)], 0.12)  # creases
