"""Views of photos of people with a label for every pixel, for `cutout` to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ...cutout import VIEW_SIDE
from ..data import WORN, read_manifest
from ..labelled import body_part_map
from .composites import background

PEOPLE_SIDE = 256  # px: a photo is kept squeezed into a square of this size
FINE = 2 * VIEW_SIDE  # px of a view before it is reduced, so that nothing thin is lost


@dataclass(frozen=True)
class Person:
    """photo: uint8 (H, W, 3). body_parts: uint8 (H, W), indices into BODY_PARTS."""

    photo: np.ndarray
    body_parts: np.ndarray


def read_people(folder: Path, split: str) -> list[Person]:
    """The labelled photos that the second manifest in `folder` lists, PEOPLE_SIDE squared."""
    people, size = [], (PEOPLE_SIDE, PEOPLE_SIDE)
    for row in read_manifest(folder, split, "worn", WORN):
        with Image.open(row.path) as file:
            photo = cv2.resize(np.asarray(file.convert("RGB")), size, interpolation=cv2.INTER_AREA)
        body_parts = cv2.resize(body_part_map(row.path), size, interpolation=cv2.INTER_NEAREST)
        people.append(Person(np.asarray(photo, np.uint8), np.asarray(body_parts, np.uint8)))
    return people


def ground(seed: int, photos: Sequence[Path]) -> np.ndarray:
    """Something to stand in front of, out of the photos or made up: uint8 (64, 64, 3)."""
    made = background(np.random.default_rng(seed), photos).clip(0, 255)
    return cv2.resize(made, (VIEW_SIDE, VIEW_SIDE)).astype(np.uint8)


def view(person: Person, rng: np.random.Generator, grounds: np.ndarray) -> Person:
    """The whole person, or a garment from nearby, VIEW_SIDE x VIEW_SIDE; the background may go.

    grounds: others to choose from, uint8 (N, 64, 64, 3), as `ground` makes them.
    """
    top, left, height, width = 0.0, 0.0, float(PEOPLE_SIDE), float(PEOPLE_SIDE)
    if rng.random() < 0.5:
        shown = np.setdiff1d(np.unique(person.body_parts), [0, 1])
        if len(shown):
            rows, columns = np.nonzero(person.body_parts == rng.choice(shown))
            top, left = float(rows.min()), float(columns.min())
            height, width = np.ptp(rows) + 1.0, np.ptp(columns) + 1.0
    margin = rng.uniform(-0.03, 0.5 if height < PEOPLE_SIDE else 0.1, 4) * max(height, width)
    top, left = top - margin[0], left - margin[1]
    height, width = height + margin[0] + margin[2], width + margin[1] + margin[3]
    turn, mirrored = np.deg2rad(rng.normal(0, 5)), rng.choice([-1.0, 1.0])
    zoom = np.diag([FINE / max(width, 12) * mirrored, FINE / max(height, 12)])
    matrix = zoom @ [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    shift = FINE / 2 - matrix @ [left + width / 2, top + height / 2]
    affine, size = np.column_stack([matrix, shift]), (FINE, FINE)
    photo = cv2.warpAffine(person.photo, affine, size, borderMode=cv2.BORDER_REPLICATE)
    body_parts = cv2.warpAffine(
        person.body_parts, affine, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )
    photo = cv2.resize(photo, (VIEW_SIDE, VIEW_SIDE), interpolation=cv2.INTER_AREA)
    body_parts = body_parts[::2, ::2]
    if rng.random() < 0.4:
        covers = cv2.GaussianBlur((body_parts > 0).astype(np.float32), (0, 0), 0.5)[..., None]
        photo = photo * covers + grounds[rng.integers(len(grounds))] * (1 - covers)
    return Person(photo.astype(np.uint8), body_parts)
