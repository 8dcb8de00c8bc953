"""Endless drawings of clothes, as a person with a mouse or a finger would make them.

    rng = np.random.default_rng(1)
    picture = render(draw("Dress", rng), rng)

`clothes`, `shoes_and_bags` and `doodles` record ideal lines with a `pen`; `strokes` makes them a
hand's: control points slip, corners round off, outlines come in pieces with gaps and overshoots,
lines tremble, details are forgotten, some shapes are hatched or traced twice. `deep` trains on
these because no public collection has sketches of dresses, shirts or ankle boots. All shapes were
invented here.
"""

import cv2
import numpy as np

from .clothes import coat, dress, pullover, shirt, t_shirt, trouser
from .doodles import anything
from .pen import Pen
from .shoes_and_bags import ankle_boot, bag, sandal, sneaker
from .strokes import strokes_by_hand

NONE = "none"
MOTIFS = {
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
    NONE: anything,
}
LABELS = tuple(MOTIFS)  # the ten classes in Fashion-MNIST's order, then "none"
PENS = (0.01, 0.075)  # hairline to marker, in parts of the drawing's longest side

Stroke = np.ndarray  # float32 (N, 2): x to the right, y down, both in 0..1


def draw(label: str, rng: np.random.Generator) -> list[Stroke]:
    """One new drawing, its strokes in the order a person would draw them; half a millisecond.

    label: one of LABELS, else raises KeyError. rng: the same state gives the same drawing.
    """
    pen = Pen(rng)
    MOTIFS[label](pen)
    return strokes_by_hand(pen)


def render(
    strokes: list[Stroke],
    rng: np.random.Generator | None = None,
    size: int = 112,
    width: float | None = None,
) -> np.ndarray:
    """Strokes as a picture, uint8 (size, size), dark on white (255).

    width: the pen's, in pixels. Without it `rng` picks a pen: hairline to marker, hard or soft
    edge, black or grey, even or uneven pressure. Without either: black, size / 40 wide.
    """
    picture = np.full((size, size), 255, np.uint8)
    ink, smooth, uneven, soft = 0, cv2.LINE_AA, False, False
    if width is None:
        width = size / 40
        if rng is not None:
            extent = float(max(np.ptp(np.concatenate(strokes), axis=0)))
            width = size * max(extent, 0.2) * np.exp(rng.uniform(*np.log(PENS)))
            ink = int(rng.integers(0, 140)) if rng.random() < 0.25 and width > 2 else 0
            smooth = cv2.LINE_AA if rng.random() < 0.85 else cv2.LINE_8
            uneven, soft = rng.random() < 0.15, rng.random() < 0.1 and width > 2
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
