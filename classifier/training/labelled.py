"""Photos of people with a label for every pixel: where clothes are in them, and where none are.

CCP (Yang, Luo and Lin, CVPR 2014) names 20 garments and parts of the body; `BODY_PART_OF` says
to which of the BODY_PARTS of `cutout.py` each of the labels of `labels.csv` belongs.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ..cutout import BODY_PARTS, WORN
from ..preparation import is_one_colour
from ..reading import read

BODY_PART_OF = {
    "background": "background",
    "skin": "body",
    "hair": "body",
    "t-shirt/top": "upper",
    "trouser": "lower",
    "pullover": "upper",
    "dress": "one-piece",
    "coat": "over",
    "shirt": "upper",
    "sandal": "shoes",
    "sneaker": "shoes",
    "other shoe": "shoes",
    "boot": "shoes",
    "bag": "bag",
    "skirt": "lower",
    "shorts": "lower",
    "cardigan": "over",
    "vest": "over",
    "suit": "over",
    "hat": "body",  # hats, tights, belts and jewellery: worn, but nothing the ten classes know
    "other": "body",
}
NEGATIVE_CROPS = 4  # parts of a photo that show no clothes


def body_part_map(photo: Path) -> np.ndarray:
    """The label map beside a photo, as indices into BODY_PARTS: uint8 (H, W)."""
    table = np.array([BODY_PARTS.index(part) for part in BODY_PART_OF.values()], np.uint8)
    with Image.open(photo.with_suffix(".png")) as labels:
        return np.asarray(table[np.asarray(labels)])


@dataclass(frozen=True)
class NegativeCrop:
    """What shows no clothes in a photo. photo: uint8 (H, W, 3). mask: uint8 (H, W), 0 or 255, of
    the face or hand in it; None if it is a crop of the surroundings.
    """

    photo: np.ndarray
    mask: np.ndarray | None


def negative_crops(photo: Path, rng: np.random.Generator) -> list[NegativeCrop]:
    """What shows no clothes in a labelled photo: up to NEGATIVE_CROPS, half of them faces and hands
    if there are so many, then surroundings.
    """
    crops: list[NegativeCrop] = []
    rgb, _ = read(photo)
    height, width = rgb.shape[:2]
    body_parts = cv2.resize(body_part_map(photo), (width, height), interpolation=cv2.INTER_NEAREST)
    body = (body_parts == BODY_PARTS.index("body")).astype(np.uint8) * 255
    count, parts, stats, _ = cv2.connectedComponentsWithStats(body)
    for part in range(1, count):
        large = stats[part, cv2.CC_STAT_AREA] > 0.002 * height * width
        if large and len(crops) < NEGATIVE_CROPS // 2:
            crops.append(NegativeCrop(rgb, (parts == part).astype(np.uint8) * 255))
    for _ in range(20):
        wide, high = (max(16, int(side * rng.uniform(0.15, 0.5))) for side in (width, height))
        top, left = rng.integers(height - high + 1), rng.integers(width - wide + 1)
        near = np.s_[top : top + high, left : left + wide]
        bare = np.isin(body_parts[near], WORN).mean() < 0.02 and not is_one_colour(rgb[near])
        if len(crops) < NEGATIVE_CROPS and bare:
            crops.append(NegativeCrop(rgb[near], None))
    return crops
