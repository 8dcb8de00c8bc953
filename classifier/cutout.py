"""Find the garments in a photo: one on any background, or each that a person wears.

A small convolutional network, a U-Net (Ronneberger et al. 2015, arXiv:1505.04597), says of each
pixel to which of BODY_PARTS it belongs. It classifies nothing: what it cuts out, an MLP looks at,
and where a piece is worn says what else it may be. It learned from made-up photos, whose outlines
are known, from what GrabCut finds in real ones, and from photos of people, see
`training/cutout/`. Cost: about 5 ms a look on one core, and there are two looks, of which the
second is at all small pieces at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .network import SEGMENTER, SETTINGS, WEIGHTS, load_into

_SETTINGS = SETTINGS["segmentation"]
# What a pixel can show. "garment": one that nobody wears, whichever it is.
BODY_PARTS: list[str] = _SETTINGS["body_parts"]
PLACES: list[str] = _SETTINGS["places"]  # where it is worn: those of BODY_PARTS from WORN.start on
WORN = range(BODY_PARTS.index(PLACES[0]), BODY_PARTS.index("garment"))
GARMENT = BODY_PARTS.index("garment")
TORSO = [BODY_PARTS.index(name) for name in _SETTINGS["torso"]]  # alternatives, mostly

VIEW_SIDE: int = _SETTINGS["view_side"]  # px of the square a photo is squeezed into
UNITS = (16, 32, 64, 96, 128)  # at 64, 32, 16, 8 and 4 px
SMALLEST: int = _SETTINGS["smallest"]  # px of the shortest side below which there is nothing


class UNet(nn.Module):
    """Down to 4 x 4 places and up again, each step up seeing what the step down saw.

    float32 (N, 3, 64, 64), RGB 0..1 -> logits of BODY_PARTS, (N, 9, 64, 64). 922,057 parameters.
    """

    def __init__(self) -> None:
        super().__init__()

        def convolution(inputs: int, units: int) -> nn.Sequential:
            weights = nn.Conv2d(inputs, units, 3, padding=1, bias=False)
            return nn.Sequential(weights, nn.BatchNorm2d(units), nn.ReLU())

        def two(inputs: int, units: int) -> nn.Sequential:
            return nn.Sequential(convolution(inputs, units), convolution(units, units))

        self.down = nn.ModuleList(two(flat, deep) for flat, deep in pairwise((3, *UNITS)))
        self.up = nn.ModuleList(two(deep + flat, flat) for flat, deep in pairwise(UNITS))
        self.last = nn.Conv2d(UNITS[0], len(BODY_PARTS), 1)

    def forward(self, pictures: Tensor) -> Tensor:
        steps = [self.down[0](pictures)]
        for layer in self.down[1:]:
            steps.append(layer(F.max_pool2d(steps[-1], 2)))
        x = steps.pop()
        for layer in reversed(self.up):
            x = layer(torch.cat([F.interpolate(x, scale_factor=2), steps.pop()], dim=1))
        logits: Tensor = self.last(x)
        return logits


@cache
def load_segmenter(folder: Path = WEIGHTS) -> UNet:
    """The stored network `weights/cutout.*`, read once. Raises WeightsError."""
    network, _ = load_into(lambda _: UNet(), SEGMENTER, folder)
    return network.to(memory_format=torch.channels_last)


@dataclass(frozen=True)
class Piece:
    """A garment in a photo.

    body_part: one of BODY_PARTS. mask: uint8 (H, W) of the whole photo, 0 to 255 garment, soft at
    the edge. places: float32 (6,), how likely it is worn at each of PLACES, summing to 1; None if
    nobody wears it. certainty: how likely it is a garment at all, 0..1.
    """

    body_part: str
    mask: np.ndarray
    places: np.ndarray | None = None
    certainty: float = 1.0

    @property
    def is_worn(self) -> bool:
        return self.body_part != BODY_PARTS[GARMENT]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) in pixels, ends exclusive; all of it if the mask is empty."""
        inside = self.mask > 127
        top, bottom, left, right = bounding_box(inside if inside.any() else ~inside)
        return left, top, right, bottom


def find_pieces(rgb: np.ndarray, network: UNet | None = None) -> list[Piece]:
    """The garments in a photo, the one with the largest area first.

    rgb: uint8 (H, W, 3), any size; 256 px along the longest side is plenty. network: the stored
    one if None. A pair of shoes is one piece, and so is all that lies there worn by nobody. Never
    empty: where nothing stands out the whole picture is the garment. Raises WeightsError.
    """
    height, width = rgb.shape[:2]
    whole = [Piece(BODY_PARTS[GARMENT], np.full((height, width), 255, np.uint8), certainty=0.5)]
    if min(height, width) < SMALLEST or np.ptp(rgb, axis=(0, 1)).max() < _SETTINGS["flat"]:
        return whole
    network = network or load_segmenter()
    logits = _look([rgb], network)[0]
    area = np.bincount(logits.argmax(0).ravel(), minlength=len(BODY_PARTS))
    if area[GARMENT] >= area[WORN].sum():
        shown = {GARMENT: [*WORN, GARMENT]}
    else:
        least = _SETTINGS["small_piece"] * VIEW_SIDE**2
        shown = {part: [part] for part in WORN if area[part] > least}
        largest = max(TORSO, key=lambda part: area[part])
        least = _SETTINGS["outweighed"] * area[largest]  # less on the torso is part of the largest
        for part in TORSO:
            if largest in shown and part != largest and area[part] < least:
                shown[largest].append(part)
                shown.pop(part, None)
    masks = {part: _mask(_odds(logits, shown[part]), height, width) for part in shown}
    masks = {part: mask for part, mask in masks.items() if mask.max(initial=0) > 127}
    nearer = {part: near_to(mask) for part, mask in masks.items() if is_small(mask)}
    views = [rgb[near] for near in nearer.values()]
    closer = _look(views, network) if views else ()
    for (part, near), view in zip(nearer.items(), closer, strict=True):
        mask = _mask(_odds(view, shown[part]), *rgb[near].shape[:2])
        if mask.max(initial=0) > 127:
            masks[part] = np.zeros((height, width), np.uint8)
            masks[part][near] = mask
    pieces = []
    for part, mask in masks.items():
        places, certainty = _places(logits, shown[part])
        pieces.append(Piece(BODY_PARTS[part], mask, None if part == GARMENT else places, certainty))
    return sorted(pieces, key=lambda piece: -int((piece.mask > 127).sum())) or whole


def _look(views: Sequence[np.ndarray], network: UNet) -> np.ndarray:
    """The logits for each view, uint8 (H, W, 3) of any size: float32 (N, 9, 64, 64)."""
    squeezed = np.stack([squeeze(view, VIEW_SIDE) for view in views])
    with torch.inference_mode():
        logits: Tensor = network(as_input(torch.from_numpy(squeezed)))
        return logits.contiguous().numpy()


def _odds(logits: np.ndarray, parts: Sequence[int]) -> np.ndarray:
    """Log odds of some parts against the likeliest other: float32 (9, 64, 64) -> (64, 64).

    Against all others together, a pixel that three parts claim would be nobody's. Where something
    is worn, nothing is a garment that nobody wears.
    """
    known = range(len(BODY_PARTS) if GARMENT in parts else GARMENT)
    others = [part for part in known if part not in parts]
    own = logits[list(parts)]
    top = own.max(0)
    odds: np.ndarray = top + np.log(np.exp(own - top).sum(0)) - logits[others].max(0)
    return odds


def _places(logits: np.ndarray, parts: Sequence[int]) -> tuple[np.ndarray, float]:
    """`Piece.places` and `Piece.certainty` of what some parts show: the means over its pixels,
    each counted by how surely it is one.
    """
    surely = 1 / (1 + np.exp(-_odds(logits, parts).clip(-20, 20)))
    surely /= surely.sum()
    likely = np.exp(logits - logits.max(0))
    worn = likely[WORN.start : WORN.stop].sum(0)
    places = np.einsum("gyx,yx->g", likely[WORN.start : WORN.stop], surely / worn)
    clothes = (worn + likely[GARMENT]) / likely.sum(0)
    return places, float((clothes * surely).sum())


def _mask(logits: np.ndarray, height: int, width: int) -> np.ndarray:
    """Without specks, in the photo's size: float32 (64, 64) -> uint8 (H, W), possibly empty."""
    logits = cv2.resize(logits, (width, height), interpolation=cv2.INTER_LINEAR)
    logits = _SETTINGS["sharpness"] * logits.clip(-20, 20)  # the network's edge is 4 px wide
    mask: np.ndarray = (255 / (1 + np.exp(-logits))).round().astype(np.uint8)
    count, label, stats, _ = cv2.connectedComponentsWithStats((mask > 127).astype(np.uint8))
    if count == 1:
        return mask
    area = stats[:, cv2.CC_STAT_AREA]
    specks = area < _SETTINGS["small_part"] * area[1:].max()  # a pair of shoes is none
    specks[0] = False
    near = cv2.dilate(specks[label].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    mask[near & (label == 0)] = 0  # the soft edges of the specks
    mask[specks[label]] = 0
    return mask


def is_small(mask: np.ndarray, side: int = VIEW_SIDE) -> bool:
    """Whether what a mask shows is worth another look, by one who looks at `side` px."""
    top, bottom, left, right = bounding_box(mask > 127)
    whole = max(mask.shape)
    longest = max(bottom - top, right - left)
    return bool(longest < _SETTINGS["close_up"] * whole and whole > side)


def near_to(mask: np.ndarray) -> tuple[slice, slice]:
    """The part of the photo around what a mask shows."""
    top, bottom, left, right = bounding_box(mask > 127)
    margin = round(_SETTINGS["margin"] * max(bottom - top, right - left))
    return np.s_[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]


def bounding_box(mask: np.ndarray) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) of what is set in a mask that is not empty; ends exclusive."""
    left, top, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return top, top + height, left, left + width


def squeeze(picture: np.ndarray, side: int) -> np.ndarray:
    """Resize to a square whatever the proportions: uint8 (H, W, ...) -> uint8 (side, side, ...)."""
    exact = picture.astype(np.float32)  # for bytes, OpenCV rounds in another way on each processor
    small = cv2.resize(exact, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(small.round().astype(np.uint8))


def as_input(pictures: Tensor) -> Tensor:
    """uint8 (N, 64, 64, 3) -> float32 (N, 3, 64, 64), 0..1, as the network takes it."""
    x = pictures.permute(0, 3, 1, 2).float() / 255
    return x.contiguous(memory_format=torch.channels_last)
