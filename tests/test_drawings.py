"""Procedural drawings: inside the paper, visible, and different from class to class."""

import cv2
import numpy as np
import pytest

from classifier import CLASSES
from classifier.training.deep.drawings import LABELS, draw, render


@pytest.mark.parametrize("label", LABELS)
def test_strokes_stay_on_the_paper_and_leave_ink(label: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        strokes = draw(label, rng)
        points = np.concatenate(strokes)
        assert points.min() >= 0 and points.max() <= 1
        for picture in (render(strokes, rng), render(strokes, size=64, width=2)):
            assert picture.min() < 200 and picture.max() == 255


def _look(label: str, count: int, seed: int) -> np.ndarray:
    """Drawings (count, 256) cropped to their ink, 16 x 16, each of mean 0 and length 1."""
    rng, rows = np.random.default_rng(seed), []
    for _ in range(count):
        ink = 255 - render(draw(label, rng), width=4)
        x, y, w, h = cv2.boundingRect(ink)
        side = max(w, h)
        square = np.zeros((side, side), np.uint8)
        square[(side - h) // 2 :, (side - w) // 2 :][:h, :w] = ink[y : y + h, x : x + w]
        small = cv2.resize(square, (16, 16), interpolation=cv2.INTER_AREA).astype(float).ravel()
        rows.append((small - small.mean()) / small.std())
    return np.array(rows) / 16


def test_classes_can_be_told_apart() -> None:
    """The three nearest of 150 drawings a class name a new drawing far better than chance (0.1)."""
    known = np.concatenate([_look(label, 150, seed) for seed, label in enumerate(CLASSES)])
    right = []
    for number, label in enumerate(CLASSES):
        nearest = np.argsort(-_look(label, 20, 100 + number) @ known.T, axis=1)[:, :3] // 150
        right.append(np.mean([np.bincount(row).argmax() == number for row in nearest]))
    assert np.mean(right) > 0.4 and min(right) > 0.1
