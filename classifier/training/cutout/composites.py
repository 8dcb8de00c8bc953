"""Photos of clothes made up here, with the exact outline of the garment.

A Fashion-MNIST garment, in cloth of any colour, pattern and print, lies on a background out of real
photos or made up as well, with shadows, other things in the way, and noise. After "Cut, paste and
learn" (Dwibedi et al. 2017, arXiv:1708.01642).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from ...reading import read
from .grabcut import outline

SIDE = 96  # px of a made-up photo
PHOTO_SIDE = 128  # px of a real one that lends its colours


def composite(job: tuple[np.ndarray, int], photos: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
    """One made-up photo and its mask: uint8 (96, 96, 3) and uint8 (96, 96), 0 or 255 but for edges.

    job: a Fashion-MNIST picture, uint8 (28, 28), and a seed. photos: to take backgrounds and cloth
    from.
    """
    picture, seed = job
    rng = np.random.default_rng([seed, int(picture.sum())])
    mask, shading = placed(picture, rng)
    inside = mask > 0.5
    cloth = cloth_like(rng, photos)
    if rng.random() < 0.35:
        cloth = printed(cloth, rng, photos)
    folds = (shading - shading[inside].mean()) / max(float(shading[inside].std()), 20.0)
    cloth = cloth + folds[..., None] * rng.uniform(-6, 22) + noise(rng, 4, 16) * rng.uniform(0, 14)
    ground = background(rng, photos)
    around = cv2.dilate(inside.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & ~inside
    if around.any() and np.abs(cloth[inside].mean(0) - ground[around].mean(0)).max() < 14:
        cloth = cloth + rng.choice([-1, 1]) * rng.uniform(20, 60)  # or nobody could find it
    if rng.random() < 0.6:
        soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(1, 5))
        shift = np.column_stack([np.eye(2), rng.normal(0, 4, 2)])
        shadow = cv2.warpAffine(soft, shift, (SIDE, SIDE))
        ground = ground * (1 - shadow[..., None] * rng.uniform(0.1, 0.5))
    if rng.random() < 0.15:
        rows, columns = np.nonzero(inside)
        hook = (int(np.median(columns)), int(rows.min()))
        above = (hook[0] + int(rng.normal(0, 3)), 0)
        ground = np.ascontiguousarray(ground)
        cv2.line(ground, hook, above, colour(rng).tolist(), int(rng.integers(1, 4)), cv2.LINE_AA)
    edge = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.4, 1.0))[..., None]
    photo = cloth.clip(0, 255) * edge + ground.clip(0, 255) * (1 - edge)
    photo = photo * rng.uniform(0.6, 1.25) * rng.uniform(0.92, 1.08, 3)
    photo = photo + rng.normal(0, rng.uniform(0, 8), photo.shape)
    return photo.clip(0, 255).astype(np.uint8), (mask * 255).round().astype(np.uint8)


def placed(picture: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The garment somewhere in the photo, of some size: mask 0..1 and grey, float32 (96, 96)."""
    side = 112
    grey: np.ndarray = cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.6:
        grey = elastic(grey, rng, 0.02)
    shape = (cv2.GaussianBlur(grey, (0, 0), 1.5) > 20).astype(np.uint8)
    closed = cv2.morphologyEx(shape, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    share = rng.uniform(0.95, 1.3) if rng.random() < 0.2 else rng.uniform(0.4, 0.98)
    angle = rng.uniform(-180, 180) if rng.random() < 0.1 else rng.normal(0, 10)
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle, share * SIDE / side)
    matrix[0] *= rng.uniform(0.85, 1.15)
    free = max(4.0, 0.45 * (1 - share) * SIDE)
    middle = SIDE / 2 + rng.uniform(-free, free, 2)
    matrix[:, 2] = middle - matrix[:, :2] @ [side / 2, side / 2]
    mask, shading = (
        cv2.warpAffine(each.astype(np.float32), matrix, (SIDE, SIDE)) for each in (closed, grey)
    )
    return mask, shading


def colour(rng: np.random.Generator) -> np.ndarray:
    """RGB, float (3,): nearly half the time white, black or grey, as clothes and floors are."""
    if rng.random() < 0.45:
        low, high = [(200, 255), (5, 60), (60, 200)][rng.integers(3)]
        return (rng.uniform(low, high) + rng.normal(0, 8, 3)).clip(0, 255)
    hsv = np.array([[[rng.integers(180), rng.integers(40, 256), rng.integers(30, 256)]]], np.uint8)
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0].astype(float))


def plain(rng: np.random.Generator) -> np.ndarray:
    return np.asarray(np.ones((SIDE, SIDE, 1)) * colour(rng))


def noise(rng: np.random.Generator, fewest: int, most: int) -> np.ndarray:
    """Smooth, of standard deviation about 1, and as coarse as so many cells: (96, 96, 1)."""
    cells = int(rng.integers(fewest, most))
    values = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    return cv2.resize(values, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)[..., None]


@cache
def outlined(path: Path) -> np.ndarray:
    """A photo, and GrabCut's mask of its garment as a fourth channel: uint8 (128, 128, 4)."""
    rgb, _ = read(path)
    whole = np.dstack([rgb, outline(rgb)])
    return cv2.resize(whole, (PHOTO_SIDE, PHOTO_SIDE), interpolation=cv2.INTER_AREA)


@cache
def emptied(path: Path) -> np.ndarray:
    """A photo with its garment painted over from what is around it: uint8 (96, 96, 3)."""
    whole = cv2.resize(outlined(path), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    garment = cv2.dilate((whole[..., 3] > 30).astype(np.uint8), np.ones((7, 7), np.uint8))
    return cv2.inpaint(np.ascontiguousarray(whole[..., :3]), garment, 3, cv2.INPAINT_TELEA)


def patch(rng: np.random.Generator, photos: Sequence[Path], corner: bool) -> np.ndarray:
    """A piece of a photo, out of a corner (background) or the middle (cloth): (96, 96, 3)."""
    photo = outlined(photos[int(rng.integers(len(photos)))])[..., :3]
    low, high = (0.1, 0.3) if corner else (0.15, 0.4)
    size = (rng.uniform(low, high, 2) * PHOTO_SIDE).astype(int)
    free = PHOTO_SIDE - size
    start = rng.choice([0.0, 1.0], 2) if corner else rng.normal(0.5, 0.1, 2).clip(0, 1)
    top, left = (start * free).astype(int)
    piece = photo[top : top + size[0], left : left + size[1]]
    if rng.random() < 0.3:
        piece = piece.transpose(1, 0, 2)
    return cv2.resize(np.ascontiguousarray(piece), (SIDE, SIDE)).astype(float)


def cloth_like(rng: np.random.Generator, photos: Sequence[Path]) -> np.ndarray:
    """Plain, striped, checked, patterned, cut from a photo, or of several colours: (96, 96, 3)."""
    cloth, kind = plain(rng), rng.random()
    if kind < 0.4:
        return cloth
    if kind < 0.52:
        y, x = np.mgrid[:SIDE, :SIDE]
        angle, period = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)]), rng.uniform(4, 30)
        across = (np.cos(angle) * y + np.sin(angle) * x) / period % 1
        cloth = np.where((across < rng.uniform(0.2, 0.7))[..., None], colour(rng), cloth)
        if rng.random() < 0.3:
            along = (np.cos(angle) * x - np.sin(angle) * y) / period % 1
            cloth = np.where((along < 0.4)[..., None], (cloth + colour(rng)) / 2, cloth)
        return cloth
    if kind < 0.7:
        for _ in range(rng.integers(1, 3)):
            cloth = np.where(noise(rng, 6, 40) > rng.uniform(-0.3, 1.2), colour(rng), cloth)
        return cloth
    if kind < 0.85:
        return patch(rng, photos, corner=False)
    if rng.random() < 0.5:  # above and below
        cloth[int(rng.uniform(0.25, 0.75) * SIDE) :] = colour(rng)
    else:  # sleeves, or what hangs open
        width = int(rng.uniform(0.12, 0.35) * SIDE)
        cloth[:, :width] = cloth[:, -width:] = colour(rng)
    return cloth


def printed(cloth: np.ndarray, rng: np.random.Generator, photos: Sequence[Path]) -> np.ndarray:
    """With a spot, a panel, letters or a picture on its front."""
    shape, kind = np.zeros((SIDE, SIDE), np.uint8), rng.random()
    x, y = (rng.uniform([0.4, 0.3], 0.6) * SIDE).astype(int).tolist()
    wide, high = (rng.uniform(0.06, 0.27, 2) * SIDE).astype(int).tolist()
    if kind < 0.3:
        cv2.ellipse(shape, (x, y), (wide, high), rng.uniform(0, 180), 0, 360, 255, -1)
    elif kind < 0.5:
        cv2.rectangle(shape, (x - wide, y - high), (x + wide, y + high), 255, -1)
    elif kind < 0.8:
        letters = "".join(rng.choice(list("ABCDEGHMNOPRSTVWXY"), rng.integers(2, 7)))
        font, scale, pen = cv2.FONT_HERSHEY_SIMPLEX, rng.uniform(0.5, 1.2), int(rng.integers(1, 5))
        (length, _), _ = cv2.getTextSize(letters, font, scale, pen)
        cv2.putText(shape, letters, (x - length // 2, y), font, scale, 255, pen, cv2.LINE_AA)
    else:
        cv2.ellipse(shape, (x, y), (SIDE // 5, SIDE // 5), 0, 0, 360, 255, -1)
        shape[noise(rng, 6, 20)[..., 0] < 0.3] = 0
    colours = patch(rng, photos, corner=False) if rng.random() < 0.35 else plain(rng)
    covers = shape[..., None] / 255
    return cloth * (1 - covers) + colours * covers


def background(rng: np.random.Generator, photos: Sequence[Path]) -> np.ndarray:
    """A floor, a bed, a wall, a shop's white, sometimes with something at one side: (96, 96, 3)."""
    kind = rng.random()
    if kind < 0.35:
        ground = patch(rng, photos, corner=True)
    elif kind < 0.6:
        ground = emptied(photos[int(rng.integers(len(photos)))]).astype(float)
    elif kind < 0.67:
        ground = np.full((SIDE, SIDE, 3), rng.choice([240.0, 245.0, 250.0, 255.0]))
    elif kind < 0.8:
        slope = np.linspace(0, rng.uniform(0, 0.4), SIDE)[:, None, None]
        ground = plain(rng) * (1 - slope) + plain(rng) * slope
    elif kind < 0.9:
        ground = plain(rng) + noise(rng, 3, 40) * rng.uniform(5, 35)
    else:  # boards or tiles
        ground = plain(rng) + noise(rng, 24, 25) * rng.uniform(2, 12)
        gap, darker = int(rng.integers(8, 40)), rng.uniform(-50, 50)
        ground[:, rng.integers(gap) :: gap] += darker
        if rng.random() < 0.5:
            ground[rng.integers(gap) :: gap] += darker
    if rng.random() < 0.3:
        width = int(rng.uniform(0.03, 0.3) * SIDE)
        other = np.rot90(patch(rng, photos, corner=True), turns := int(rng.integers(4)))
        ground = np.rot90(ground, turns).copy()
        ground[:width] = other[:width]
    return ground


def elastic(picture: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Bend a picture by a smooth random field (Simard et al. 2003). strength: share of its side."""
    height, width = picture.shape[:2]
    field = rng.normal(0, strength * max(height, width), (2, 5, 5)).astype(np.float32)
    by = [cv2.resize(axis, (width, height), interpolation=cv2.INTER_CUBIC) for axis in field]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return cv2.remap(
        picture, x + by[0], y + by[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
