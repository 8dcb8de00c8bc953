"""What people draw that is none of the ten classes: everyday doodles, and scribbles without a plan.

One line of `DOODLES` is one doodle. Its parts, separated by ";", are: `o x y rx ry` an ellipse,
`a x y rx ry from to` an arc in degrees (0 right, 90 down), `l x y x y …` a line, `c x y x y …` a
closed outline. A part that begins with "?" is left out half of the time. x runs right, y down.
"""

import numpy as np

from .pen import Pen, arc

DOODLES = """
face: o 0 0 1 1.1; o -.4 -.3 .12 .12; o .4 -.3 .12 .12; a 0 .2 .5 .4 20 160; \
?l 0 -.1 -.1 .2 .1 .2
sad: o 0 0 1 1; o -.35 -.3 .05 .05; o .35 -.3 .05 .05; a 0 .7 .5 .35 200 340
person: o 0 -1 .3 .3; l 0 -.7 0 .3; l -.5 -.1 0 -.4 .5 -.1; l -.4 1 0 .3 .4 1
cat: o 0 0 .9 .8; l -.8 -.4 -.8 -1.1 -.3 -.75; l .3 -.75 .8 -1.1 .8 -.4; o -.3 -.2 .1 .1; \
o .3 -.2 .1 .1; ?l .2 .2 1.2 .1; ?l .2 .3 1.2 .4; ?l -.2 .2 -1.2 .1; ?l -.2 .3 -1.2 .4
dog: c -1 -.2 .5 -.3 .7 -.8 1.2 -.7 1.3 -.4 .9 -.2 .8 .9 .6 .9 .5 .2 -.6 .2 -.7 .9 -.9 .9; \
?l -1 -.2 -1.4 -.6
bird: o 0 0 .8 .5; o .8 -.5 .3 .3; l 1.1 -.5 1.4 -.4 1.1 -.35; l 0 .5 0 .9; l .2 .5 .2 .9; \
?l -.8 0 -1.3 -.3 -1.2 .1
fish: a -.1 0 .9 .5 30 330; l .68 -.25 1.3 .5 1.3 -.5 .68 .25; o -.6 -.1 .06 .06; \
?a -.5 0 .2 .4 -60 60
house: c -.8 0 .8 0 .8 1.2 -.8 1.2; l -1 0 0 -1 1 0; ?l -.2 1.2 -.2 .6 .2 .6 .2 1.2; \
?c .35 .3 .65 .3 .65 .6 .35 .6
barn: c -1 1 -1 -.2 0 -1 1 -.2 1 1
hat: c -.6 -.8 .6 -.8 .7 .4 -.7 .4; o 0 .5 1.3 .25; ?l -.65 .1 .65 .1
top hat: l -1.3 .5 1.3 .5; l -.7 .5 -.6 -.9 .6 -.9 .7 .5
cap: a 0 0 1 .8 180 360; l -1 0 1 0; l 1 0 1.8 .2 .8 .15
helmet: a 0 0 1 1 170 370; l -1 .15 1 .15; ?a 0 .15 .7 .4 0 180
striped sock: c -.35 -1.3 .45 -1.3 .45 .3 1.2 .6 1.2 1.1 .1 1.1 -.4 .6; l -.35 -1 .45 -1; \
l -.35 -.8 .45 -.8; ?l .8 .4 .8 1.1; ?a -.3 .8 .5 .5 270 360
sock: c -.4 -1.3 .4 -1.3 .4 .2 1.1 .7 1 1.1 .3 1.1 -.5 .5; ?l -.4 -1 .4 -1
long sock: c 0 -1.2 .6 -1.2 .6 .3 .5 .9 -.5 1 -.9 .9 -.8 .6 -.1 .3
stocking: c -.3 -1.4 .35 -1.4 .4 .5 1.1 .6 1.1 .9 -.3 .9; ?l -.3 -1.2 .35 -1.2
foot: l -.3 -1 -.3 .7 0 .9 1.1 .8 1 .5 .3 .3 .3 -1; ?a .95 .65 .1 .1 0 360
foot cut: l -.2 -1 -.3 .8 1 .9 1.1 .7 1 .6 1.1 .5 .9 .4 .4 .2 .3 -1
leg: l -.2 -1.5 -.1 1 .8 1.1 .8 .8 .2 .7 .3 -1.5
shorts: c -.9 -.8 .9 -.8 1.1 .6 .2 .6 0 0 -.2 .6 -1.1 .6; ?l -.9 -.6 .9 -.6; ?l 0 -.6 0 0
short shorts: c -1 -.6 1 -.6 1.2 .5 .4 .5 .3 .1 -.3 .1 -.4 .5 -1.2 .5; ?l -.9 -.4 .9 -.4
skirt: c -.6 -.7 .6 -.7 1.2 .9 -1.2 .9; ?l -.6 -.5 .6 -.5; ?l -.2 -.4 -.4 .9; ?l .2 -.4 .4 .9
pleats: c -.5 -.6 .5 -.6 1 .8 .6 .7 .3 .9 0 .7 -.3 .9 -.6 .7 -1 .8
underwear: c -1.1 -.5 1.1 -.5 1 0 .3 .7 -.3 .7 -1 0; ?l -1 -.3 1 -.3
boxers: c -1 -.6 1 -.6 1 .4 .2 .4 .15 0 -.15 0 -.2 .4 -1 .4; ?l -1 -.4 1 -.4
bra: a -.5 0 .5 .6 0 180; a .5 0 .5 .6 0 180; l -1 0 -.7 -.9; l 1 0 .7 -.9
bow tie: c 0 -.15 1.1 -.6 1.1 .6 0 .15 -1.1 .6 -1.1 -.6; o 0 0 .2 .25
tie: c -.2 -1 .2 -1 .1 -.7 .35 .7 0 1.1 -.35 .7 -.1 -.7
belt: l -1.5 -.1 1.5 -.1; l -1.5 .15 1.5 .15; c -.25 -.3 .25 -.3 .25 .35 -.25 .35
scarf: a 0 -.6 .6 .3 0 360; c .1 -.4 .5 -.4 .6 1.1 .1 1.1; ?l .2 1.1 .2 1.3; ?l .4 1.1 .4 1.3
mitten: c -.5 1 -.5 -.4 0 -1 .5 -.5 .5 -.1 .9 -.5 1.1 -.2 .5 .4 .5 1; ?l -.5 .7 .5 .7
hand: l -.4 1.1 -.5 .2 -1 -.3 -.8 -.5 -.5 -.1 -.5 -1 -.3 -1 -.2 -.2 -.1 -1.2 .1 -1.2 .1 -.2 .3 \
-1 .5 -1 .4 -.1 .7 -.6 .8 -.5 .5 .4 .4 1.1
spread hand: l -.5 1 -.6 .3 -1.3 0 -1.2 -.3 -.5 0 -.9 -.9 -.6 -1 -.2 -.2 0 -1.2 .3 -1.1 .2 -.2 \
.7 -.9 .9 -.7 .5 .1 1.2 .1 1.1 .4 .5 .5 .3 1
eyeglasses: o -.7 0 .5 .4; o .7 0 .5 .4; l -.2 0 .2 0; ?l -1.2 -.1 -1.5 -.4; ?l 1.2 -.1 1.5 -.4
sunglasses: c -1.2 -.3 -.2 -.3 -.3 .3 -1.1 .3; c .2 -.3 1.2 -.3 1.1 .3 .3 .3; l -.2 -.2 .2 -.2
tree: l -.2 1.2 -.2 .2; l .2 1.2 .2 .2; o 0 -.4 .8 .7
fir: c 0 -1.2 .6 -.2 .3 -.2 .9 .7 .15 .7 .15 1.1 -.15 1.1 -.15 .7 -.9 .7 -.3 -.2 -.6 -.2
cloudy tree: l -.2 1.2 -.15 .3; l .2 1.2 .15 .3; \
c -.2 .4 -.8 .3 -1 -.2 -.6 -.4 -.5 -.9 0 -1 .5 -.9 .6 -.4 1 -.2 .8 .3 .2 .4
cactus: c -.2 1 -.2 .4 -.7 .3 -.7 -.4 -.5 -.4 -.5 .1 -.2 .1 -.2 -1 .2 -1 .2 -.1 .5 -.1 .5 -.6 \
.7 -.6 .7 .2 .2 .2 .2 1
cloud: c -1.1 .4 -1.4 0 -.9 -.3 -.7 -.7 -.1 -.5 .3 -.8 .8 -.5 .9 -.2 1.3 0 1.2 .4
sun: o 0 0 .5 .5; l .7 0 1.1 0; l -.7 0 -1.1 0; l 0 .7 0 1.1; l 0 -.7 0 -1.1; l .5 .5 .8 .8; \
l -.5 .5 -.8 .8; ?l .5 -.5 .8 -.8; ?l -.5 -.5 -.8 -.8
moon: a 0 0 1 1 60 300; a .5 0 .9 .9 100 260
flower: o 0 -.7 .2 .2; o 0 -1.1 .25 .25; o .4 -.8 .25 .25; o -.4 -.8 .25 .25; \
o .25 -.4 .25 .25; o -.25 -.4 .25 .25; l 0 -.4 0 1; ?a .2 .5 .25 .12 0 360
tulip: c -.4 -.3 -.4 -1 -.15 -.7 0 -1.1 .15 -.7 .4 -1 .4 -.3; l 0 -.3 0 1
leaf: c 0 1 -.7 .2 0 -1.1 .7 .2; l 0 1.4 0 -.9; ?l 0 0 .4 -.2; ?l 0 .3 -.4 .1
apple: c 0 -.5 -.6 -.7 -1 -.1 -.6 .8 0 .7 .6 .8 1 -.1 .6 -.7; l 0 -.5 .1 -.9; \
?a .3 -.9 .2 .1 0 360
banana: c -1 -.4 -.5 .2 .4 .2 1 -.4 1.1 -.2 .6 .6 -.5 .7 -1.1 -.2
carrot: c -.4 -.8 .4 -.8 0 1.1; l 0 -.8 -.2 -1.2; l 0 -.8 .2 -1.2; ?l -.2 -.3 .1 -.3
pizza: c -.8 -.8 .8 -.8 0 1; o -.2 -.3 .15 .15; ?o .2 -.4 .1 .1; ?l -.7 -.6 .7 -.6
ice cream: c -.5 -.1 .5 -.1 0 1.2; a 0 -.1 .55 .7 180 360
cup: l -.7 -.8 -.6 .9 .6 .9 .7 -.8; o 0 -.8 .7 .15; ?a .7 0 .4 .4 -80 80
mug: c -.7 -.7 .6 -.7 .6 .8 -.7 .8; a .6 0 .45 .4 -80 80
glass: c -.6 -1 .6 -1 .4 1 -.4 1
bottle: c -.15 -1.2 .15 -1.2 .15 -.6 .4 -.3 .4 1 -.4 1 -.4 -.3 -.15 -.6
umbrella: a 0 0 1.1 .9 180 360; l -1.1 0 1.1 0; l 0 0 0 1 -.2 1.1 -.3 .9
parasol: l -1.1 0 -.7 -.6 0 -.9 .7 -.6 1.1 0 .5 -.2 0 0 -.5 -.2 -1.1 0; l 0 0 0 1.1
car: l -1.4 .4 -1.4 0 -.8 -.1 -.5 -.6 .4 -.6 .8 -.1 1.4 0 1.4 .4 -1.4 .4; o -.8 .45 .25 .25; \
o .8 .45 .25 .25; ?l 0 -.6 0 -.1
bicycle: o -.9 .3 .5 .5; o .9 .3 .5 .5; l -.9 .3 -.3 -.4 .6 -.4 .9 .3; l -.3 -.4 0 .3 .6 -.4; \
?l .6 -.4 .5 -.7
boat: c -1.1 .3 1.1 .3 .7 .9 -.7 .9; l 0 .3 0 -1 .8 .1 0 .1
airplane: c -1.3 -.1 1.2 -.1 1.4 .1 -1.3 .2; c -.1 .1 .4 .1 -.3 1 -.5 1; \
l .3 -.1 -.3 -.9 -.5 -.9 -.1 -.1
plane: l -1.2 0 1.2 0; l 0 -1 .4 0 0 1; ?l -1 -.3 -.8 0 -1 .3
key: o -.8 0 .4 .35; l -.4 0 1.2 0 1.2 .3; l .8 0 .8 .3
closed book: c -.8 -1 .6 -1 .6 .9 -.8 .9; l -.6 -1 -.6 .9; ?l .6 .9 .8 .7 .8 -.8 .6 -1
leaflet: c -1 -.8 0 -.6 0 1 -1 .8; l 0 -.6 1 -.8 1 .8 0 1; ?l -.8 -.4 -.2 -.3; ?l .2 -.3 .8 -.4
book: c -1 -.6 0 -.5 1 -.6 1 .6 0 .7 -1 .6; l 0 -.5 0 .7; ?l -.8 -.2 -.2 -.1; ?l .2 -.1 .8 -.2
table: l -1.2 -.3 1.2 -.3; l -1 -.3 -1 .8; l 1 -.3 1 .8; ?l -1.2 -.2 1.2 -.2
chair: l -.5 -1.1 -.5 1; l -.5 .1 .5 .1 .5 1; ?l -.2 .1 -.2 .9
clock: o 0 0 1 1; l 0 0 0 -.7; l 0 0 .5 .2; ?o -.7 -.9 .25 .2; ?o .7 -.9 .25 .2
lightbulb: a 0 -.3 .7 .7 120 420; l -.35 .3 -.3 .8 .3 .8 .35 .3; ?l -.3 .6 .3 .6
guitar: o -.7 0 .5 .5; o -.2 0 .35 .35; l .1 -.08 1.3 -.08 1.3 .08 .1 .08
crown: c -1 .6 -1 -.6 -.5 0 0 -.7 .5 0 1 -.6 1 .6
diamond: c -.6 -.7 .6 -.7 1 -.2 0 1 -1 -.2; ?l -1 -.2 1 -.2; \
?l -.3 -.7 -.4 -.2 0 1 .4 -.2 .3 -.7
necklace: a 0 -.6 1 1.4 0 180; ?o 0 .95 .2 .2
ring: o 0 .3 .7 .7; c -.3 -.8 .3 -.8 0 -.4
heart: l 0 1 -1 -.1 -.9 -.7 -.4 -.8 0 -.3 .4 -.8 .9 -.7 1 -.1 0 1
star: l -.6 .9 0 -1 .6 .9 -1 -.3 1 -.3 -.6 .9
solid star: c 0 -1 .25 -.3 1 -.3 .4 .1 .6 .9 0 .4 -.6 .9 -.4 .1 -1 -.3 -.25 -.3
cross: l -1 -1 1 1; l 1 -1 -1 1
plus: l 0 -1 0 1; l -1 0 1 0
arrow: l -1 0 1 0; l .5 -.4 1 0 .5 .4
corner: l -1 -1 -1 1 1 1
tick: l -.8 .1 -.2 .8 1 -.8
house plant: c -.6 0 .6 0 .4 1 -.4 1; l 0 0 -.6 -1; l 0 0 0 -1.2; l 0 0 .6 -1
phone: c -.5 -1 .5 -1 .5 1 -.5 1; ?c -.4 -.8 .4 -.8 .4 .6 -.4 .6; ?o 0 .8 .08 .08
spectacle eye: a 0 0 1 .6 180 360; a 0 0 1 .6 0 180; o 0 0 .4 .4
A: l -.7 1 0 -1 .7 1; l -.4 .2 .4 .2
B: l -.5 1 -.5 -1; l -.5 -1 .4 -.8 .4 -.2 -.5 0 .6 .2 .6 .8 -.5 1
C: a 0 0 .8 1 50 310
E: l .6 -1 -.6 -1 -.6 1 .6 1; l -.6 0 .4 0
H: l -.6 -1 -.6 1; l .6 -1 .6 1; l -.6 0 .6 0
K: l -.5 -1 -.5 1; l .6 -1 -.5 0 .6 1
M: l -.9 1 -.6 -1 0 .3 .6 -1 .9 1
R: l -.5 1 -.5 -1 .4 -.8 .4 -.2 -.5 0 .6 1
S: l .6 -.8 0 -1 -.5 -.6 .5 .4 .2 .9 -.6 .8
T: l -.8 -1 .8 -1; l 0 -1 0 1
2: l -.6 -.6 0 -1 .6 -.6 -.6 1 .7 1
3: l -.5 -1 .5 -.9 0 -.1 .6 .5 0 1 -.6 .8
4: l .3 1 .3 -1 -.7 .3 .7 .3
5: l .5 -1 -.4 -1 -.5 -.1 .5 .2 .4 .8 -.5 .9
8: o 0 -.5 .45 .5; o 0 .5 .6 .55
"""


def _part(text: str) -> tuple[bool, str, np.ndarray]:
    optional, text = text.startswith("?"), text.lstrip("?")
    return optional, text[0], np.array(text[1:].split(), float)


_TABLE = [
    [_part(p.strip()) for p in row.split(":")[1].split(";")] for row in DOODLES.strip().splitlines()
]


def doodle(pen: Pen) -> None:
    """One line of the table, each part a little off, facing either way, thin or wide."""
    wide = np.exp(pen.rng.normal(0, 0.2))
    for optional, kind, numbers in _TABLE[int(pen.u(0, len(_TABLE)))]:
        if optional and pen.maybe(0.5):
            continue
        if kind in "oa":
            x, y, rx, ry = numbers[:4] + pen.rng.normal(0, 0.05, 4) * np.abs(numbers[2:4]).max()
            pen.line(arc(x, y, rx, ry, *(numbers[4:] if kind == "a" else (-90, pen.u(250, 285)))))
        else:
            points = numbers.reshape(-1, 2) + pen.rng.normal(0, 0.05, (len(numbers) // 2, 2))
            (pen.outline if kind == "c" else pen.line)(points)
    pen.lines = [(points * (wide, 1), closed) for points, closed in pen.lines]
    pen.turn(pen.u(0, 360) if pen.maybe(0.15) else 0, flip=pen.maybe(0.5))


def plain_shape(pen: Pen) -> None:
    """A polygon, an ellipse, a rectangle or a line or two, of any proportions."""
    wide, kind = pen.u(0.4, 1.8), pen.pick("polygon ellipse ellipse box box line line line")
    if kind == "polygon":
        pen.outline(arc(0, 0, wide, 1, 30, 390, int(pen.u(3, 9)))[1:])
    elif kind == "ellipse":
        pen.line(arc(0, 0, wide, 1, -90, pen.u(250, 285)))
    elif kind == "box":
        pen.outline([(-wide, -1), (wide, -1), (wide, 1), (-wide, 1)])
    else:
        for y in [0.0, pen.u(0.1, 0.8)][: int(pen.u(1, 2.2))]:
            pen.line([(-1, y), (0, y + pen.u(-0.1, 0.1)), (1, y)])
    pen.turn(pen.u(0, 180) if pen.maybe(0.2) else 90 * pen.maybe(0.4))


def zigzag(pen: Pen) -> None:
    count = int(pen.u(3, 12))
    x = np.linspace(-1, 1, count) + pen.rng.normal(0, 0.5 / count, count)
    y = pen.u(0.1, 1.0) * (-1.0) ** np.arange(count) * pen.rng.uniform(0.5, 1.2, count)
    pen.line(np.column_stack([x, y]))
    pen.turn(pen.u(0, 90) if pen.maybe(0.4) else 0)


def squiggle(pen: Pen) -> None:
    """A wave, a row of loops or a spiral."""
    t, turns = np.linspace(0, 1, 60), pen.u(1, 7)
    phase = 2 * np.pi * turns * t
    kind = pen.pick("wave loops spiral")
    if kind == "spiral":
        x, y = t * np.cos(phase), t * np.sin(phase) * pen.u(0.6, 1)
    else:
        loop = pen.u(0.15, 0.5) if kind == "loops" else 0.0
        x, y = 2 * t + loop * np.cos(phase), pen.u(0.1, 0.5) * np.sin(phase)
    pen.line(np.column_stack([x, y]))
    pen.turn(pen.u(0, 360) if pen.maybe(0.3) else 0)


def scribble(pen: Pen) -> None:
    """The hand wanders: one to four smooth or jagged strokes through random points."""
    for _ in range(int(pen.u(1, 5))):
        points = pen.rng.normal(0, 1, (int(pen.u(2, 14)), 2)) * (1, pen.u(0.3, 1.2))
        if pen.maybe(0.6):
            points = 0.5 * np.cumsum(points, axis=0)
        pen.line(points)


def dots(pen: Pen) -> None:
    for _ in range(int(pen.u(1, 8))):
        pen.dot(pen.u(-1, 1), pen.u(-1, 1), pen.u(0, 0.1) if pen.maybe(0.3) else 0)


def blob(pen: Pen) -> None:
    """A closed outline of no particular shape."""
    count = int(pen.u(4, 11))
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radius = pen.rng.uniform(0.4, 1.2, count)
    pen.outline(np.column_stack([np.cos(angle) * radius, np.sin(angle) * radius * pen.u(0.4, 1)]))


def jumble(pen: Pen) -> None:
    """Parts of doodles thrown together."""
    for _ in range(int(pen.u(2, 5))):
        row = _TABLE[int(pen.u(0, len(_TABLE)))]
        _, kind, numbers = row[int(pen.u(0, len(row)))]
        points = arc(*numbers) if kind in "oa" else numbers.reshape(-1, 2)
        pen.line(points * pen.u(0.3, 1) + (pen.u(-1, 1), pen.u(-1, 1)))


def anything(pen: Pen) -> None:
    """None of the ten: mostly a doodle, else something with no name."""
    if pen.maybe(0.65):
        doodle(pen)
    else:
        other = (plain_shape, plain_shape, zigzag, squiggle, scribble, dots, blob, jumble)
        other[int(pen.u(0, len(other)))](pen)
