"""Shoes, sandals and bags as ideal lines. Shoes are 1 long, toe to the right, ground at y = 0."""

import numpy as np

from .pen import Pen, Range, arc, mirrored


def _profile(pen: Pen, shaft: float, toe: float, heel: float, opening: Range) -> np.ndarray:
    """Side view (11, 2): up from the back of the sole, over the top to the toe, along the sole.

    shaft, toe, heel: heights. opening: back and front end of the hole for the leg.
    """
    u = pen.u
    back, front = opening
    step, slope = front + u(0.0, 0.1), u(-0.1, 0.28)  # slope > 0: the instep falls to the toe
    x, height = np.array(
        [
            (0.0, 0.0),
            (u(-0.04, 0.03), 0.35 * shaft),
            (back, shaft),
            (front, shaft * u(0.92, 1.05)),
            (step, min(shaft * 0.85, toe + max(slope, 0.0))),
            (0.5 * (step + 0.8), min(toe + 0.5 * slope, shaft)),
            (0.82, toe),
            (0.97, 0.55 * toe),
            (1.0, 0.0),
            (0.6, 0.0),
            (0.3, 0.0),
        ]
    ).T
    return np.stack([x, -height - heel * np.clip(1 - x / 0.65, 0, 1)], axis=1)


def _laces(pen: Pen, start: np.ndarray, end: np.ndarray) -> None:
    """Short strokes across the line from start to end, or crosses."""
    along = end - start
    across = np.array([-along[1], along[0]]) / (np.hypot(*along) + 1e-6) * pen.u(0.05, 0.11)
    crossed = pen.maybe(0.3)
    for share in np.linspace(0.1, 0.9, int(pen.u(2, 6))):
        middle = start + share * along
        pen.line([middle - 0.7 * across, middle + across])
        if crossed:
            pen.line([middle - across + 0.1 * along, middle + across - 0.1 * along])
    if pen.maybe(0.3):  # a bow
        (x, y), (x2, y2) = start + across, start
        loops = arc(x, y, 0.09, 0.05, 0, 330, 7), arc(x2, y2, 0.08, 0.05, 180, 500, 7)
        pen.line(np.concatenate(loops))


def _sole(pen: Pen, heel: float) -> None:
    """A line along the sole, or a sole of its own below; with a block under a raised heel."""
    thick, block = pen.u(0.05, 0.13), pen.u(0.12, 0.3)
    a, b = heel + thick, heel * 0.54 + thick
    if heel:
        pen.line([(0, -heel), (0.03, 0), (block, 0), (block + 0.04, heel * (block / 0.65 - 1))])
    if heel or pen.maybe(0.5):
        pen.line([(0, -a), (0.3, -b), (0.65, -thick), (1.0, -thick)], 0.25 if heel else 1)
    else:
        pen.line([(-0.03, 0), (-0.03, thick), (1.04, thick), (1.03, 0)])
        for x in np.linspace(0.1, 0.9, 6) if pen.maybe(0.2) else ():
            pen.line([(x, 0), (x, thick)])


def _shown(pen: Pen) -> None:
    """Sometimes a second shoe beside the first; either direction."""
    if pen.maybe(0.07):
        shift = (pen.u(0.15, 1.2), pen.u(-0.5, 0.3))
        pen.lines += [(points + shift, closed) for points, closed in pen.lines]
    pen.turn(pen.u(-6, 6), flip=pen.maybe(0.5))


def sneaker(pen: Pen) -> None:
    u = pen.u
    shaft, toe = (u(0.55, 0.75) if pen.maybe(0.2) else u(0.22, 0.56)), u(0.13, 0.32)
    p = _profile(pen, shaft, min(toe, 0.95 * shaft), 0.0, (u(-0.02, 0.06), u(0.22, 0.48)))
    pen.outline(p)
    if pen.maybe(0.65):
        _sole(pen, 0.0)
    if pen.maybe(0.7):
        _laces(pen, p[4], 0.6 * p[6] + 0.4 * p[5])
    pen.line(arc(1.0, 0, u(0.2, 0.3), toe, 180, 270, 6), 0.25)  # toe cap
    pen.line([p[2], (0.5 * (p[2, 0] + p[3, 0]), -0.8 * shaft), p[3]], 0.2)  # the opening dips
    pen.line([p[3], p[3] + (0.06, -0.1), p[4] + (0.08, 0)], 0.15)  # tongue
    side = pen.pick("none none none none swoosh stripes badge")
    if side == "swoosh":
        pen.line([(0.2, -0.2), (0.35, -0.1), (0.65, -0.24), (0.35, -0.15), (0.2, -0.2)])
    elif side == "stripes":
        for k in range(int(u(2, 4))):
            pen.line([(0.35 + 0.08 * k, -0.32), (0.42 + 0.08 * k, -0.08)])
    elif side == "badge":
        pen.line(arc(0.15, -0.6 * shaft, 0.08, 0.08))
    _shown(pen)


def ankle_boot(pen: Pen) -> None:
    u = pen.u
    heel = 0.0 if pen.maybe(0.4) else u(0.05, 0.35)
    shaft, toe = u(0.65, 1.2), u(0.16, 0.3)
    p = _profile(pen, shaft, toe, heel, (u(-0.05, 0.05), u(0.34, 0.52)))
    pen.outline(p)
    if heel or pen.maybe(0.85):
        _sole(pen, heel)
    x, y = 0.5 * (p[2] + p[3])
    style = pen.pick("laces laces zip chelsea plain plain")
    if style == "laces":
        _laces(pen, p[3] + (-0.02, 0.08), p[5])
    elif style == "zip":
        low = -heel - 0.12
        pen.line([(x, y), (x - 0.05, low)])
        for tooth in np.linspace(y, low, int(u(2, 9)))[1:-1]:
            pen.line([(x - 0.06, tooth), (x, tooth)])
    elif style == "chelsea":
        w, low = u(0.07, 0.12), -heel * 0.7 - u(0.2, 0.35)
        pen.line([(x - w, y), (x - 0.6 * w, low), (x + 0.6 * w, low), (x + w, y)])
    pen.line(arc(x, y, 0.5 * (p[3, 0] - p[2, 0]), 0.07), 0.2)  # the opening seen from above
    cuff = (0, u(0.1, 0.2))
    pen.line([p[2] + cuff, p[3] + cuff], 0.2)
    pen.line(p[2] + [(0, 0), (-0.05, -0.08), (0.05, -0.08), (0.05, 0)], 0.12)  # pull tab
    pen.line(arc(1.0, 0, 0.25, toe, 180, 270, 6), 0.12)
    _shown(pen)


def _sandal_from_above(pen: Pen) -> None:
    u = pen.u
    ball, arch, heel = u(0.17, 0.26), u(0.1, 0.2), u(0.12, 0.2)
    front = [(0, -0.5), (0.6 * ball, -0.47), (ball, -0.3), (0.95 * ball, -0.15)]
    back = [(min(arch, ball), 0.1), (heel, 0.35), (0.6 * heel, 0.48), (0, 0.5)]
    footbed = mirrored(front + back)
    pen.outline(footbed)
    pen.line(0.85 * footbed, 0.15)
    top, low = u(-0.38, -0.2), u(-0.15, 0.15)
    style = pen.pick("thong thong thong band cross")
    if style == "thong":
        bow = u(-0.3, 0.9)
        bend = (ball * (0.5 + 0.25 * bow), 0.5 * (top + low) - 0.05 * bow)
        pen.both([(0, top), bend, (ball, low)])
        pen.both([(0, top + 0.07), (bend[0] - 0.02, bend[1] + 0.08), (0.9 * ball, low + 0.08)], 0.3)
        pen.dot(0, top, 0.025, 0.2)
    elif style == "band":
        pen.line(arc(0, top + 0.1, 1.1 * ball, u(-0.1, 0.1), 180, 0, 6))
        pen.line(arc(0, low + 0.1, ball, u(-0.1, 0.1), 180, 0, 6))
    else:
        pen.both([(-ball, top), (ball, low)])
    if pen.maybe(0.5):  # the other one
        other = [(points * (-1, 1), closed) for points, closed in pen.lines]
        tilt, start = u(-5, 18), len(pen.lines)
        pen.turn(tilt)
        pen.lines += other
        pen.turn(-tilt, first=start, shift=(u(0.5, 0.75), u(-0.1, 0.1)))
    if pen.maybe(0.35):
        pen.turn(u(-110, 110))


def _sandal_from_the_side(pen: Pen) -> None:
    u = pen.u
    style = pen.pick("flat flat wedge stiletto stiletto")
    heel = {"flat": u(0, 0.06), "wedge": u(0.12, 0.35), "stiletto": u(0.2, 0.6)}[style]
    thick, w = u(0.03, 0.12), u(0.02, 0.14)
    x = np.array([0.0, 0.15, 0.4, 0.65, 0.85, 1.0])
    below = np.stack([x, -heel * np.clip(1 - x / 0.65, 0, 1) ** u(0.7, 1.3)], axis=1)
    bed = below - (0, thick)
    pen.outline(np.concatenate([bed, [(1.0, 0), (0, 0)] if style == "wedge" else below[::-1]]))
    if style == "stiletto":
        pen.line([(0, -heel), (0.03, 0), (0.03 + w, 0), (1.5 * w + 0.03, below[1, 1])])

    def strap(a: float, b: float, height: float, chance: float) -> None:
        """An arch over the foot from a to b along the footbed."""
        t = np.arange(7) / 6
        at = a + (b - a) * t
        over = np.interp(at, x, bed[:, 1]) - height * np.sin(np.pi * t) ** 0.7
        pen.line(np.stack([at, over], axis=1), chance)

    a, high = u(0.5, 0.75), u(0.12, 0.3)
    b = min(a + u(0.12, 0.35), 0.98)
    strap(a, b, high, 1)
    strap(a + 0.06, b - 0.04, 0.65 * high, 0.5)
    if pen.maybe(0.7):  # round the ankle
        top = -heel - thick - u(0.2, 0.45)
        pen.line([bed[0] + (0.02, 0), (0.0, 0.6 * top + 0.4 * bed[0, 1]), (0.03, top)])
        if pen.maybe(0.6):
            pen.line(arc(0.2, top, 0.19, 0.06))
        else:
            pen.line([(0.0, top), (0.35, top + 0.03), (0.3, bed[2, 1])])
        pen.line([(0.3, top + 0.04), (0.5 * (a + b), np.interp(a, x, bed[:, 1]) - high)], 0.5)
    else:
        strap(u(0.05, 0.2), u(0.35, 0.5), u(0.15, 0.35), 0.5)
    _shown(pen)


def sandal(pen: Pen) -> None:
    (_sandal_from_above if pen.maybe(0.5) else _sandal_from_the_side)(pen)


# kind: height, width at the top (times that of the base), half-width of the handle (times that of
# the top) and its height
BAGS: dict[str, tuple[Range, Range, Range, Range]] = {
    "hand": ((0.45, 1.0), (0.5, 1.0), (0.3, 1.0), (0.15, 0.75)),
    "dome": ((0.3, 0.9), (0.5, 1.05), (0.8, 1.02), (0.4, 1.0)),
    "tote": ((0.7, 1.3), (0.85, 1.15), (0.3, 0.9), (0.15, 0.75)),
    "case": ((0.45, 1.0), (0.9, 1.1), (0.2, 0.5), (0.1, 0.3)),
    "trolley": ((0.9, 1.6), (0.9, 1.1), (0.1, 0.7), (0.2, 0.8)),
    "back": ((0.9, 1.4), (0.85, 1.1), (0.2, 0.45), (0.1, 0.3)),
    "satchel": ((0.45, 1.0), (0.7, 1.0), (0.3, 0.95), (0.15, 0.75)),
    "clutch": ((0.4, 0.6), (0.85, 1.15), (0.2, 0.45), (0.1, 0.3)),
}


def bag(pen: Pen) -> None:
    u = pen.u
    kind = pen.pick("hand hand dome dome dome tote case case case trolley back satchel clutch")
    tall, taper, reach, grip = (u(*span) for span in BAGS[kind])
    wide = u(0.4, 0.6)
    top = wide * taper
    reach *= top
    if kind == "back" or (kind == "trolley" and pen.maybe(0.3)):
        shoulder = [(0.6 * wide, 0.03), (top, 0.3)]
        half = [(0, 0), *shoulder, (1.05 * wide, 0.9 * tall), (0.9 * wide, tall)]
    elif pen.maybe(0.25):  # rounded
        bulge = (1.1 * wide, tall * u(0.4, 0.7))
        half = [(0, 0), (0.8 * top, 0.0), bulge, (0.9 * wide, tall), (0, 1.03 * tall)]
    else:
        half = [(top, 0), (wide, tall)]
    pen.outline(mirrored(half))
    square = pen.maybe(0.6 if kind in ("case", "trolley") else 0.12)

    def handle(x: float, reach: float, grip: float, chance: float) -> None:
        corners = [(x - reach, 0), (x - reach, -grip), (x + reach, -grip), (x + reach, 0)]
        pen.line(corners if square else arc(x, 0.02, reach, grip, 180, 360, 8), chance)

    if kind == "tote" and pen.maybe(0.3):
        handle(-0.4 * top, 0.3 * top, grip, 1)
        handle(0.4 * top, 0.3 * top, grip, 1)
    elif pen.maybe(0.25 if kind == "clutch" else 0.98):
        middle = u(-0.1, 0.1) * wide
        handle(middle, reach, grip, 1)
        handle(middle, reach * u(0.7, 0.85), grip * u(0.6, 0.9), 0.35)
    if kind == "trolley" and pen.maybe(0.6):  # wheels
        pen.dot(-0.7 * wide, tall + 0.05, 0.06)
        pen.dot(0.7 * wide, tall + 0.05, 0.06)
    if kind in ("case", "trolley"):
        pen.both([(0.6 * wide, 0), (0.6 * wide, tall)], 0.2)
        pen.line([(-wide, 0.5 * tall), (wide, 0.5 * tall)], 0.15)
    if kind in ("satchel", "clutch") or pen.maybe(0.2):  # flap
        low = tall * u(0.25, 0.65)
        edge = [(0, low)] if pen.maybe(0.5) else [(-0.8 * top, low), (0.8 * top, low)]
        pen.line([(-top, 0), *edge, (top, 0)])
        pen.dot(0, low, u(0.02, 0.07), 0.6)
    elif pen.maybe(0.25):  # zip or edge
        low = u(0.06, 0.2) * tall
        pen.line([(-top, low), (top, low)])
        pen.dot(u(-0.1, 0.1), low, u(0, 0.05), 0.4)
    a, y, low = wide * u(0.4, 0.7), tall * u(0.4, 0.55), tall * u(0.75, 0.95)
    pocket = [(-a, y), (-a, low), (a, low), (a, y), (-a, y)]
    pen.line(pocket, 0.9 if kind == "back" else 0.12)
    if kind == "back":
        pen.both([(top, 0.25), (1.35 * wide, 0.5 * tall), (1.02 * wide, 0.9 * tall)], 0.5)  # straps
        pen.line(arc(0, 0.0, wide, 0.4 * tall, 180, 0, 8), 0.5)
