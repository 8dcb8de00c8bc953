"""Dresses, shirts and ankle boots as people scribble them, which no public collection has.

`hand_drawn.jsonl`: twelve of each, drawn for this test by hand, stroke by stroke, by somebody who
had not seen what `deep` learned from nor its answers; x and y in 0..1 of the paper. They chose no
setting of the training.
"""

import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from classifier import load

DRAWN = Path(__file__).with_name("hand_drawn.jsonl")
PAPER, PEN = 256, 13  # px: what the page sends, and its pen


def drawn(strokes: list[list[list[float]]]) -> np.ndarray:
    """The strokes as the page's pen draws them: uint8 (256, 256, 3), black on white."""
    paper = np.full((PAPER, PAPER, 3), 255, np.uint8)
    for stroke in strokes:
        points = np.rint(np.array(stroke) * PAPER * 16).astype(np.int32)
        cv2.polylines(paper, [points], False, (0, 0, 0), PEN, cv2.LINE_AA, 4)
    return paper


def test_deep_names_what_people_scribble() -> None:
    deep, right = load("deep"), Counter[str]()
    for row in map(json.loads, DRAWN.read_text().splitlines()):
        right[row["class"]] += deep.classify(drawn(row["strokes"]), "sketch").label == row["class"]
    assert right["Dress"] >= 11
    assert right["Shirt"] >= 6  # the others are taken for coats and pullovers
    assert right["Ankle boot"] >= 10
