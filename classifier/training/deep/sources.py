"""What `deep` learns from: Fashion-MNIST, photos, people, sketches, and drawings made up here.

Each source becomes ready-made 28x28 pictures through the very preparation that the page uses. A
photo or sketch is turned, stretched and spoilt before it is laid out, many times over, so that
few pictures go a long way.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from ...cutout import PLACES, Piece, find_pieces, load_segmenter
from ...network import CLASSES, WEIGHTS
from ...predict import CAN_BE
from ...preparation import lay_out_photo, lay_out_sketch
from ...reading import read
from ..cutout.composites import elastic
from ..data import WORN, Pictures, Row, pool_of_processes, read_manifest
from ..labelled import negative_crops
from .drawings import NONE, draw, render

OUTPUTS = len(CLASSES) + 1  # the ten, and "none of the ten"

BALANCE = 0.75  # of the classes, see Source.weights
PHOTO_VARIANTS = 16  # of each photo
SHOE_VARIANTS = 64  # of each photo of shoes: there are few, and shoes lie any way round
FRAMINGS = 4  # of each photo of worn clothes, of bags and of shop shoes, each cut out anew
FRAMED_VARIANTS = 5  # of each of these
SKETCH_VARIANTS = 16  # of each human sketch
DRAWINGS = 2_000  # made up for each class
DOODLES = 8_000  # made up that are none of the ten
TRACED = 6_000  # Fashion-MNIST pictures traced into drawings
ARRAYS = ("pictures", "allowed")  # of a Source
SHOES = [CLASSES.index(name) for name in ("Sandal", "Sneaker", "Ankle boot")]


@dataclass(frozen=True)
class Source:
    """Ready-made pictures of one origin.

    pictures: uint8 (N, 28, 28). allowed: bool (N, 11), the classes that count as right, the last
    column for "none of the ten". share: how much of each batch is drawn from it.
    """

    name: str
    share: float
    pictures: np.ndarray
    allowed: np.ndarray

    def weights(self) -> np.ndarray:
        """float64 (N,): how often to draw each picture, so that rare classes are seen more.

        Between drawing all pictures equally often (BALANCE 0) and all sets of classes (1).
        """
        _, group, counts = np.unique(self.allowed, axis=0, return_inverse=True, return_counts=True)
        weights = 1.0 / counts[group.ravel()] ** BALANCE
        return np.asarray(weights / weights.sum())


def outputs(allowed: np.ndarray) -> np.ndarray:
    """bool (..., 10) -> bool (..., 11), where none of the ten allowed means the last."""
    return np.concatenate([allowed, ~allowed.any(-1, keepdims=True)], axis=-1)


def one_hot(labels: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(OUTPUTS, dtype=bool)[labels])


def sources(
    training: Pictures, folder: Path | None, seed: int, weights: Path = WEIGHTS
) -> list[Source]:
    """Every source. training: Fashion-MNIST. folder: has the manifests, or None to do without.

    weights: the folder with the network that cuts photos out.
    """
    with pool_of_processes() as pool:
        every = made_up(training, seed, pool)
        if folder is not None:
            every += collected(folder, seed, weights, pool)
    return every


def made_up(training: Pictures, seed: int, pool: ProcessPoolExecutor) -> list[Source]:
    """Fashion-MNIST, and the sources that need no manifest."""
    pictures, labels = training.pictures.numpy(), training.labels.numpy()
    traced = np.random.default_rng(seed).permutation(len(labels))[:TRACED]
    motifs = [(name, i) for i, name in enumerate(CLASSES) for _ in range(DRAWINGS)]
    motifs += [(NONE, len(CLASSES))] * DOODLES
    jobs = [(name, seed + i) for i, (name, _) in enumerate(motifs)]
    drawn = _each(pool, made_up_drawing, jobs, "drawings")
    lines = _each(pool, partial(trace, seed=seed), [pictures[i] for i in traced], "tracings")
    drawn_as = one_hot(np.array([i for _, i in motifs]))
    return [
        Source("Fashion-MNIST", 0.34, pictures, one_hot(labels)),
        Source("drawings", 0.12, np.concatenate(drawn), drawn_as),
        Source("tracings", 0.02, np.concatenate(lines), one_hot(labels[traced])),
    ]


def collected(folder: Path, seed: int, weights: Path, pool: ProcessPoolExecutor) -> list[Source]:
    """The sources that the manifests in a folder list; the second manifest may be missing."""
    photos, sketches = (read_manifest(folder, "train", kind) for kind in ("photo", "sketch"))
    jobs: list[tuple[str, float, Callable[..., list[np.ndarray]], list[Row]]] = [
        ("photo", 0.24, partial(photo_variants, weights=weights), photos),
        ("sketch", 0.12, sketch_variants, sketches),
    ]
    if (folder / WORN).exists():
        worn, people = (read_manifest(folder, "train", k, WORN) for k in ("photo", "worn"))
        jobs.append(("worn", 0.24, partial(worn_variants, weights=weights), worn))
        jobs.append(("negative crops", 0.04, partial(negative_pictures, weights=weights), people))
    listed = []
    for name, share, work, rows in jobs:
        seen = _each(pool, partial(work, seed=seed), rows, name)
        allowed = outputs(np.stack([row.allowed() for row in rows]))
        allowed = allowed.repeat([len(variants) for variants in seen], 0)
        pictures = [variants for variants in seen if variants]
        listed.append(Source(name, share, np.concatenate(pictures), allowed))
    return listed


def _each(
    pool: ProcessPoolExecutor, work: Callable[..., list[np.ndarray]], items: list[Any], name: str
) -> list[list[np.ndarray]]:
    return list(tqdm(pool.map(work, items, chunksize=32), name, len(items)))


def store_sources(sources: list[Source], file: Path) -> None:
    arrays = {f"{s.name}/{key}": getattr(s, key) for s in sources for key in ARRAYS}
    shares = {f"{s.name}/share": np.array(s.share) for s in sources}
    np.savez(file, allow_pickle=False, **arrays, **shares)


def load_sources(file: Path) -> list[Source]:
    with np.load(file) as stored:
        names = [key.removesuffix("/share") for key in stored.files if key.endswith("/share")]
        return [
            Source(name, float(stored[f"{name}/share"]), *(stored[f"{name}/{k}"] for k in ARRAYS))
            for name in names
        ]


# --- one picture's variants -----------------------------------------------------------------------


def photo_variants(row: Row, seed: int, weights: Path = WEIGHTS) -> list[np.ndarray]:
    """A photo as it is, and turned, stretched, cut out less well: uint8 (28, 28) each."""
    lies = bool(row.allowed()[SHOES].any())  # shoes on feet stand upright
    rgb, alpha = read(row.path)
    mask = find_pieces(rgb, load_segmenter(weights))[0].mask if alpha is None else alpha
    count = SHOE_VARIANTS if lies else PHOTO_VARIANTS
    return variants(rgb, mask, _rng(row, seed), count, angle=180 if lies else 14)


def worn_variants(row: Row, seed: int, weights: Path = WEIGHTS) -> list[np.ndarray]:
    """Variants of a photo as it is, and a little cropped, where its outline comes out another."""
    rng = _rng(row, seed)
    rgb, alpha = read(row.path)
    made: list[np.ndarray] = []
    for framing in range(FRAMINGS):
        height, width = rgb.shape[:2]
        away = rng.uniform(0, 0.08, 4) * [height, height, width, width] * bool(framing)
        top, bottom, left, right = away.astype(int)
        near = np.s_[top : height - bottom, left : width - right]
        if alpha is not None:
            mask = alpha[near].copy()
        else:
            mask = _meant(row, find_pieces(rgb[near], load_segmenter(weights)))
        made += variants(rgb[near], mask, rng, FRAMED_VARIANTS, angle=14)
    return made


def _meant(row: Row, pieces: list[Piece]) -> np.ndarray:
    """The mask of the largest piece that can be what the row says; of the largest, if none can."""
    fitting = [piece for piece in pieces if set(row.classes) & set(CAN_BE[piece.body_part])]
    return (fitting or pieces)[0].mask


def variants(
    rgb: np.ndarray, mask: np.ndarray, rng: np.random.Generator, count: int, angle: float
) -> list[np.ndarray]:
    """What is under the mask as it is, and turned by up to `angle` degrees, stretched, spoilt."""
    made = [lay_out_photo(rgb, mask)]
    # Half the side is twice as fine as need be for 28 pixels, and four times as fast.
    width, height = max(1, rgb.shape[1] // 2), max(1, rgb.shape[0] // 2)
    rgb, mask = (cv2.resize(a, (width, height), interpolation=cv2.INTER_AREA) for a in (rgb, mask))
    while len(made) < count:
        turn = random_affine(rng, width, height, angle=angle, stretch=0.15, shear=0.1)
        size = (width * 2, height * 2)
        turned = cv2.warpAffine(rgb, turn, size, borderMode=cv2.BORDER_REPLICATE)
        cut = spoil(cv2.warpAffine(mask, turn, size), rng)
        made.append(lay_out_photo(turned, cut))
    return made


def spoil(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A cut-out that is a little wrong, as cut-outs are: uint8 (H, W) -> uint8 (H, W)."""
    height, width = mask.shape
    fate = rng.random()
    if fate < 0.15:
        mask = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=int(rng.integers(1, 3)))
    elif fate < 0.35:
        mask = cv2.dilate(mask, np.ones((3, 3), np.uint8), iterations=int(rng.integers(1, 4)))
    elif fate < 0.5:  # a piece missing, or a piece too much
        y, x = rng.integers(height), rng.integers(width)
        axes = (int(rng.uniform(0.03, 0.12) * width), int(rng.uniform(0.03, 0.12) * height))
        value = int(rng.choice([0, 255]))
        mask = cv2.ellipse(mask.copy(), (int(x), int(y)), axes, 0, 0, 360, value, -1)
    return mask if mask.max() > 127 else np.full_like(mask, 255)


def sketch_variants(row: Row, seed: int) -> list[np.ndarray]:
    """A sketch as it is, and bent, turned, drawn with other pens: uint8 (28, 28) each."""
    rng = _rng(row, seed)
    rgb, _ = read(row.path)
    made = [lay_out_sketch(rgb)]
    height, width = (max(1, side // 2) for side in rgb.shape[:2])
    rgb = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    while len(made) < SKETCH_VARIANTS:
        turn = random_affine(rng, width, height, angle=12, stretch=0.25, shear=0.15)
        size = (width * 2, height * 2)
        bent = cv2.warpAffine(elastic(rgb, rng, 0.02), turn, size, borderValue=(255, 255, 255))
        pen = int(rng.integers(1, 4))
        if rng.random() < 0.7:  # eroding white paper thickens black strokes
            bent = cv2.erode(bent, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (pen, pen)))
        made.append(lay_out_sketch(bent))
    return made


def made_up_drawing(job: tuple[str, int]) -> list[np.ndarray]:
    name, seed = job
    rng = np.random.default_rng(seed)
    drawing = render(draw(name, rng), rng)
    return [lay_out_sketch(cv2.cvtColor(drawing, cv2.COLOR_GRAY2RGB))]


def trace(picture: np.ndarray, seed: int) -> list[np.ndarray]:
    """A Fashion-MNIST picture's outline and inner edges as a drawing: uint8 (28, 28)."""
    rng = np.random.default_rng([seed, int(picture.sum())])
    big = cv2.resize(picture, (112, 112), interpolation=cv2.INTER_CUBIC)
    paper = np.full((112, 112), 255, np.uint8)
    shape = (cv2.GaussianBlur(big, (0, 0), 2) > 25).astype(np.uint8)
    outlines, _ = cv2.findContours(shape, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outlines = [cv2.approxPolyDP(line, rng.uniform(0.5, 4), True) for line in outlines]
    pen = int(rng.integers(1, 6))
    cv2.polylines(paper, outlines, True, 0, pen, cv2.LINE_AA)
    if rng.random() < 0.6:
        low = rng.uniform(60, 200)
        edges = cv2.Canny(cv2.GaussianBlur(big, (0, 0), 2), low, 2 * low)
        paper = np.minimum(paper, 255 - cv2.dilate(edges, np.ones((2, 2), np.uint8)))
    drawing = elastic(cv2.cvtColor(paper, cv2.COLOR_GRAY2RGB), rng, 0.02)
    return [lay_out_sketch(drawing)]


def negative_pictures(row: Row, seed: int, weights: Path = WEIGHTS) -> list[np.ndarray]:
    """Faces, hands and surroundings in a street photo, as if they were clothes: uint8 (28, 28)."""
    crops = negative_crops(row.path, _rng(row, seed))
    network = load_segmenter(weights)
    made = []
    for crop in crops:
        mask = find_pieces(crop.photo, network)[0].mask if crop.mask is None else crop.mask
        made.append(lay_out_photo(crop.photo, mask))
    return made


# --- deformations ---------------------------------------------------------------------------------


def random_affine(
    rng: np.random.Generator, width: int, height: int, angle: float, stretch: float, shear: float
) -> np.ndarray:
    """float64 (2, 3): mirror, turn by up to `angle` degrees, stretch and shear about the centre.

    Maps a (height, width) picture to the middle of one of twice the size.
    """
    turn = np.deg2rad(rng.uniform(-angle, angle))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    mirror = np.diag([rng.choice([-1.0, 1.0]), 1.0])
    scales = np.diag(1 + rng.uniform(-stretch, stretch, 2))
    slant = np.array([[1, rng.uniform(-shear, shear)], [0, 1]])
    matrix = rotation @ slant @ scales @ mirror
    centre = np.array([width, height]) / 2
    return np.column_stack([matrix, 2 * centre - matrix @ centre])


def _rng(row: Row, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, *row.path.name.encode()])


# --- where classes are worn -----------------------------------------------------------------------


@cache
def count_places(folder: Path, weights: Path) -> list[list[float]]:
    """How likely a worn piece of each class is found at each of PLACES, (6, 10).

    Of each column, which sums to 1, the share of the training photos that show the class: of the
    largest piece in each, and of one more at every place, since what was never seen there may be
    (Laplace). A photo of which several classes count as right counts for each in part. folder: has
    the second manifest. weights: the folder with the network that cuts photos out. Counted once:
    several students ask.
    """
    rows = [row for row in read_manifest(folder, "train", "photo", WORN) if row.classes]
    counts = np.ones((len(PLACES), len(CLASSES)))
    with pool_of_processes() as pool:
        pieces = pool.map(partial(largest, weights=weights), rows, chunksize=32)
        for row, piece in zip(rows, tqdm(pieces, "places", len(rows)), strict=True):
            if piece is not None and piece.is_worn:
                counts[PLACES.index(piece.body_part)] += row.allowed() / len(row.classes)
    shares: list[list[float]] = (counts / counts.sum(0)).round(4).tolist()
    return shares


def largest(row: Row, weights: Path) -> Piece | None:
    """The largest piece in a photo; None where its transparency tells the shape."""
    rgb, alpha = read(row.path)
    return find_pieces(rgb, load_segmenter(weights))[0] if alpha is None else None
