"""Find the garment in a photo on its background.

A small convolutional network, a U-Net (Ronneberger et al. 2015, arXiv:1505.04597), says of each
pixel how likely it is garment. It classifies nothing: what it cuts out, an MLP looks at. It learned
from made-up photos, whose outlines are known, and from what GrabCut finds in real ones, see
`deep/cutting.py`. Cost: about 5 ms on one core.
"""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .network import CUTTER, WEIGHTS, load_into

VIEW_SIDE = 64  # px: a photo is squeezed into a square of this size for the network
UNITS = (16, 32, 64, 96, 128)  # at 64, 32, 16, 8 and 4 px
SHARPNESS = 3.0  # of the mask's edge, which the network draws four pixels wide in a large photo
SMALLEST = 8  # px along the shortest side below which there is nothing to find
FLAT = 8  # grey levels: a picture that varies less shows nothing
SMALL_PART = 0.2  # parts below this share of the largest are specks; a pair of shoes is not
CLOSE_UP = 0.55  # a garment below this share of the longest side is cut out again, larger
MARGIN = 0.3  # share of the garment's longest side kept around it for that


class UNet(nn.Module):
    """Down to 4 x 4 places and up again, each step up seeing what the step down saw.

    float32 (N, 3, 64, 64), RGB 0..1 -> logits of garment, float32 (N, 64, 64). 921,921 parameters.
    """

    def __init__(self) -> None:
        super().__init__()

        def convolution(inputs: int, units: int) -> nn.Sequential:
            weights = nn.Conv2d(inputs, units, 3, padding=1, bias=False)
            return nn.Sequential(weights, nn.BatchNorm2d(units), nn.ReLU())

        def two(inputs: int, units: int) -> nn.Sequential:
            return nn.Sequential(convolution(inputs, units), convolution(units, units))

        self.down = nn.ModuleList(two(*each) for each in pairwise((3, *UNITS)))
        self.up = nn.ModuleList(two(deep + flat, flat) for flat, deep in pairwise(UNITS))
        self.last = nn.Conv2d(UNITS[0], 1, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        seen = [self.down[0](pictures)]
        for layer in self.down[1:]:
            seen.append(layer(F.max_pool2d(seen[-1], 2)))
        x = seen.pop()
        for layer in reversed(self.up):
            x = layer(torch.cat([F.interpolate(x, scale_factor=2), seen.pop()], dim=1))
        return self.last(x)[:, 0]


@cache
def load_cutter(folder: Path = WEIGHTS) -> UNet:
    """The stored network `weights/cutout.*`, read once. Raises WeightsError."""
    network, _ = load_into(lambda _: UNet(), CUTTER, folder)
    return network.to(memory_format=torch.channels_last)


def cut_out(rgb: np.ndarray, network: UNet | None = None) -> np.ndarray:
    """Return a mask of the garment in a photo.

    rgb: uint8 (H, W, 3), any size; 256 px along the longest side is plenty. network: another one
    than the stored one.
    Returns uint8 (H, W), 0 background to 255 garment, soft at the edge. Never empty: where
    nothing stands out the whole picture is the garment. Raises WeightsError.
    """
    network = network or load_cutter()
    return look_twice(rgb, lambda view: _find(view, network), VIEW_SIDE)


def look_twice(rgb: np.ndarray, find: Callable[[np.ndarray], np.ndarray], side: int) -> np.ndarray:
    """The mask that `find` returns, never empty; of a small garment, one from nearer by.

    find: uint8 (H, W, 3) -> uint8 (H, W), possibly empty. side: px of what it looks at.
    """
    height, width = rgb.shape[:2]
    mask = find(rgb)
    inside = mask > 127
    if not inside.any():
        return np.full((height, width), 255, np.uint8)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    longest = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    if longest >= CLOSE_UP * max(height, width) or max(height, width) <= side:
        return mask
    margin = round(MARGIN * longest)
    near = np.s_[
        max(0, rows[0] - margin) : rows[-1] + margin + 1,
        max(0, columns[0] - margin) : columns[-1] + margin + 1,
    ]
    closer = find(rgb[near])
    if not (closer > 127).any():
        return mask
    mask[:] = 0
    mask[near] = closer
    return mask


def _find(rgb: np.ndarray, network: UNet) -> np.ndarray:
    """The mask by one look of the network: uint8 (H, W), possibly empty."""
    height, width = rgb.shape[:2]
    if min(height, width) < SMALLEST or np.ptp(rgb, axis=(0, 1)).max() < FLAT:
        return np.zeros((height, width), np.uint8)
    with torch.inference_mode():
        logits = network(as_input(torch.from_numpy(squeeze(rgb, VIEW_SIDE)[None])))[0].numpy()
    logits = cv2.resize(logits, (width, height), interpolation=cv2.INTER_LINEAR)
    mask = (255 / (1 + np.exp(-SHARPNESS * logits))).round().astype(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats((mask > 127).astype(np.uint8))
    if count == 1:
        return mask
    area = stats[:, cv2.CC_STAT_AREA]
    specks = area < SMALL_PART * area[1:].max()
    specks[0] = False
    near = cv2.dilate(specks[parts].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    mask[near & (parts == 0)] = 0  # the soft edges of the specks
    mask[specks[parts]] = 0
    return mask


def squeeze(picture: np.ndarray, side: int) -> np.ndarray:
    """Resize to a square whatever the proportions: uint8 (H, W, ...) -> uint8 (side, side, ...)."""
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA).astype(np.uint8)


def as_input(pictures: Tensor) -> Tensor:
    """uint8 (N, 64, 64, 3) -> float32 (N, 3, 64, 64), 0..1, as the network takes it."""
    x = pictures.permute(0, 3, 1, 2).float() / 255
    return x.contiguous(memory_format=torch.channels_last)
