"""Find the garment in a photo without learned weights: the U-Net's teacher in `train_cutout.py`.

Two cues say how likely each pixel is garment: its colour is unlike the colours along the
picture's border, and its colour is commoner near the middle than near the border. The first
fails when the garment touches the edge, the second when it is small or off-centre; together
they seed GrabCut (Rother et al. 2004), which draws the outline. It takes one print in ten for the
garment; the network that learns from thousands of its outlines does not.
"""

import cv2
import numpy as np

from ...cutout import SMALLEST, is_small, near_to

WORKING_SIZE = 128  # px along the longest side; more is slower and no better at 28 px

LIGHTNESS_WEIGHT = 0.7  # shadows change lightness more than chroma: trust it less
BORDER_COLOURS = 5  # floor + wall + bed + their shadows
PALETTE = 14  # colours the whole picture is reduced to
EM_STEPS = 3
FLAT_BORDER = 2.0  # Lab distance within which the border of a shop photo keeps to one colour
SAME_COLOUR = 2.5  # Lab distance from such a border's colour that is still background

GRABCUT_STEPS = 2
CERTAIN = 0.995  # above this, or below 1 - this, GrabCut may not change its mind

SMALL_PART = 0.2  # parts below this share of the largest are specks; a pair of shoes is not
LARGE_HOLE = 0.1  # holes above this share of the garment are background
SMALL_HOLE = 0.004  # holes below it are prints; between the two, the colour decides


def outline(rgb: np.ndarray) -> np.ndarray:
    """Return a mask of the garment in a photo; uint8 (H, W, 3) -> uint8 (H, W).

    The same picture always gives the same mask.
    """
    mask = _find(rgb)
    if not (mask > 127).any():
        return np.full(rgb.shape[:2], 255, np.uint8)
    if is_small(mask, WORKING_SIZE):  # once more, from nearer by
        near = near_to(mask)
        closer = _find(rgb[near])
        if (closer > 127).any():
            mask[:] = 0
            mask[near] = closer
    return mask


def _find(rgb: np.ndarray) -> np.ndarray:
    """The mask at WORKING_SIZE, back in the picture's size: uint8 (H, W), possibly empty."""
    height, width = rgb.shape[:2]
    if min(height, width) < SMALLEST:
        return np.zeros((height, width), np.uint8)
    scale = min(1.0, WORKING_SIZE / max(height, width))
    size = (max(SMALLEST, round(width * scale)), max(SMALLEST, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    small = cv2.bilateralFilter(small, 7, 30, 5).astype(np.uint8)  # textures blur, outlines stay
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).astype(np.float32)
    unlike = _unlike_border(lab)
    garment = _grab_cut(small, _likely_garment(lab, unlike))
    mask = _tidy(garment, unlike) * np.uint8(255)
    return cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _likely_garment(lab: np.ndarray, unlike: np.ndarray) -> np.ndarray:
    """Probability of garment, float32 (h, w).

    lab: float32 (h, w, 3). unlike: log odds from the border's colours, float32 (h, w). A few
    steps of expectation-maximisation learn how common each colour is inside and outside.
    """
    prior = unlike + 0.7 * _log_odds(_centre_prior(*lab.shape[:2]))
    colours, index = _palette(lab)
    related = np.exp(-((colours[:, None] - colours[None]) ** 2).sum(2) / (2 * 6.0**2))
    probability = _sigmoid(prior)
    for _ in range(EM_STEPS):
        inside = np.bincount(index.ravel(), probability.ravel(), len(colours))
        outside = np.bincount(index.ravel(), 1 - probability.ravel(), len(colours))
        inside = related @ (inside / inside.sum()) + 1e-4
        outside = related @ (outside / outside.sum()) + 1e-4
        evidence = np.log(inside / outside)[index].astype(np.float32)
        probability = _sigmoid(prior + 1.2 * cv2.GaussianBlur(evidence, (0, 0), 1.5))
    distance, spread = _from_plain_border(lab)
    if spread < FLAT_BORDER:
        probability[distance < SAME_COLOUR] = 0
    return probability


def _centre_prior(height: int, width: int) -> np.ndarray:
    """How often a pixel at this place is garment: high in the middle, low at the border."""
    y = np.abs((np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1)[:, None]
    x = np.abs((np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1)[None]
    radius = 0.5 * np.maximum(y, x) + 0.42 * np.sqrt(x * x + y * y)
    return np.asarray(np.clip(_sigmoid((0.72 - radius) * 9), 0.02, 0.9))


def _border(height: int, width: int) -> np.ndarray:
    """True along the picture's edge: bool (height, width)."""
    edge = max(2, round(0.04 * max(height, width)))
    border = np.ones((height, width), bool)
    border[edge:-edge, edge:-edge] = False
    return border


def _from_plain_border(lab: np.ndarray) -> tuple[np.ndarray, float]:
    """Lab distance of each pixel from the border's one colour, (h, w), and the border's spread."""
    border = _border(*lab.shape[:2])
    distance = np.sqrt(((lab - np.median(lab[border], axis=0)) ** 2).sum(2))
    return distance, float(np.percentile(distance[border], 90))


def _unlike_border(lab: np.ndarray) -> np.ndarray:
    """Log odds of garment, float32 (h, w), from the distance to the nearest border colour."""
    weighted = lab * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32)
    pixels = weighted[_border(*lab.shape[:2])]
    _, nearest = _k_means(pixels, BORDER_COLOURS)
    distance: np.ndarray = np.full(lab.shape[:2], np.inf, np.float32)
    for i in range(BORDER_COLOURS):
        group = pixels[nearest == i]
        if len(group) < 0.03 * len(pixels):  # too rare to be background
            continue
        spread = np.cov(group.T) + np.diag([30.0, 12.0, 12.0])
        away = weighted - group.mean(0)
        squared = ((away @ np.linalg.inv(spread).astype(np.float32)) * away).sum(2)
        distance = np.minimum(distance, np.sqrt(np.maximum(squared, 0)))
    distance = cv2.GaussianBlur(distance, (0, 0), 1.5)
    top = float(np.percentile(distance, 98)) + 1e-6
    scaled = np.clip(distance * (255 / top), 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_OTSU)
    odds = (scaled.astype(np.float32) - threshold) / (0.3 * threshold + 10)
    return np.asarray(np.clip(odds, -2, 2.5))


def _palette(lab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture's main colours, float32 (k, 3), and which of them each pixel has (h, w)."""
    pixels = lab.reshape(-1, 3)
    colours, _ = _k_means(pixels[::3].copy(), min(PALETTE, len(pixels) // 3))
    squared = (colours**2).sum(1) - 2 * pixels @ colours.T
    return colours, squared.argmin(1).reshape(lab.shape[:2])


def _k_means(pixels: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Centres float32 (k, 3), and the nearest centre of each pixel int32 (n,)."""
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 0.5)
    nearest = np.zeros((len(pixels), 1), np.int32)
    _, found, centres = cv2.kmeans(pixels, k, nearest, stop, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(centres), np.asarray(found).ravel()


def _grab_cut(small: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Garment as bool (h, w): GrabCut started from the probability."""
    mask = np.where(probability > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    mask[probability > CERTAIN] = cv2.GC_FGD
    mask[probability < 1 - CERTAIN] = cv2.GC_BGD
    garment = (mask & 1).astype(bool)
    if min(garment.sum(), (~garment).sum()) < 10:  # too few for GrabCut's colour models
        return garment
    cv2.setRNGSeed(0)
    outside, inside = np.zeros((1, 65)), np.zeros((1, 65))  # GrabCut's colour models
    unused = (0, 0, 1, 1)
    cv2.grabCut(small, mask, unused, outside, inside, GRABCUT_STEPS, cv2.GC_INIT_WITH_MASK)
    return (mask & 1).astype(bool)


def _tidy(garment: np.ndarray, unlike: np.ndarray) -> np.ndarray:
    """Drop specks and hanger wires, fill prints: bool (h, w) to uint8 (h, w) of 0 and 1.

    A hole stays if it is large, as between trouser legs, or has the background's colours.
    """
    mask = garment.astype(np.uint8)
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.uint8)
    if opened.sum() > 0.5 * mask.sum():
        mask = opened
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count == 1:
        return mask
    area = stats[:, cv2.CC_STAT_AREA]
    keep = area >= SMALL_PART * area[1:].max()
    keep[0] = False
    mask = keep[labels].astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - mask, connectivity=4)
    share = stats[:, cv2.CC_STAT_AREA] / mask.sum()
    colour = np.bincount(labels.ravel(), unlike.ravel()) / np.bincount(labels.ravel())
    fill = (share < LARGE_HOLE) & ((share < SMALL_HOLE) | (colour > 0))
    fill[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = False
    fill[0] = False  # the garment itself
    mask[fill[labels]] = 1
    return np.asarray(mask)


def _log_odds(p: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(p / (1 - p)))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))
