"""What `deep` learns from: Fashion-MNIST, photos, human sketches, and drawings made up here.

Each source becomes ready-made 28x28 pictures through the very preparation that the page uses. A
photo or sketch is turned, stretched and spoilt before it is laid out, many times over, so that
few pictures go a long way.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from ..cutout import cut_out
from ..data import Pictures, Row, read_manifest
from ..network import CLASSES, SIDE
from ..preparation import lay_out_photo, lay_out_sketch, read
from .composites import composite, elastic
from .drawings import NONE, draw, render

# Not forked from a process with threads, which may hang.
FRESH = get_context("spawn")
OUTPUTS = len(CLASSES) + 1  # the ten, and "none of the ten"

BALANCE = 0.75  # of the classes, see Source.weights
PHOTO_VARIANTS = 24  # of each photo
SHOE_VARIANTS = 96  # of each photo of shoes: there are few, and shoes lie any way round
SKETCH_VARIANTS = 40  # of each human sketch
DRAWINGS = 5_000  # made up for each class
DOODLES = 20_000  # made up that are none of the ten
TRACED = 12_000  # Fashion-MNIST pictures traced into drawings
PAIRS = 12_000  # pairs of shoes made of single ones
COMPOSITES = 30_000  # photos made up with Fashion-MNIST's outlines, see composites.py
RELIT = 20_000  # Fashion-MNIST pictures with the brightness of a prepared photo
SHOES = [CLASSES.index(name) for name in ("Sandal", "Sneaker", "Ankle boot")]
SCRAPS = 3_000  # pieces of the photos' backgrounds: none of the ten


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
        return weights / weights.sum()


def outputs(allowed: np.ndarray) -> np.ndarray:
    """bool (..., 10) -> bool (..., 11), where none of the ten allowed means the last."""
    return np.concatenate([allowed, ~allowed.any(-1, keepdims=True)], axis=-1)


def one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(OUTPUTS, dtype=bool)[labels]


def sources(training: Pictures, folder: Path | None, seed: int) -> list[Source]:
    """Every source. training: Fashion-MNIST. folder: has a manifest.csv, or None to do without."""
    pictures, labels = training.pictures.numpy(), training.labels.numpy()
    rng = np.random.default_rng(seed)
    some = rng.permutation(len(labels))
    traced, relit = some[:TRACED], some[TRACED : TRACED + RELIT]
    made_up = [(name, i) for i, name in enumerate(CLASSES) for _ in range(DRAWINGS)]
    made_up += [(NONE, len(CLASSES))] * DOODLES
    jobs = [(name, seed + i) for i, (name, _) in enumerate(made_up)]
    with ProcessPoolExecutor(mp_context=FRESH) as pool:

        def each(work: Callable[..., list[np.ndarray]], items: list, name: str) -> list:
            return list(tqdm(pool.map(work, items, chunksize=64), name, len(items)))

        def run(work: Callable[..., list[np.ndarray]], items: list, name: str) -> np.ndarray:
            return np.stack(list(chain.from_iterable(each(work, items, name))))

        drawn = run(made_up_drawing, jobs, "drawings")
        lines = run(partial(trace, seed=seed), [pictures[i] for i in traced], "tracings")
        bright = run(relight, [pictures[i] for i in relit], "relit")
        shoes = some[np.isin(labels[some], SHOES)][:PAIRS]
        pairs = run(partial(pair, seed=seed), [pictures[i] for i in shoes], "pairs")
        found = [
            Source("Fashion-MNIST", 0.30, pictures, one_hot(labels)),
            Source("drawings", 0.18, drawn, one_hot(np.array([i for _, i in made_up]))),
            Source("tracings", 0.03, lines, one_hot(labels[traced])),
            Source("relit", 0.04, bright, one_hot(labels[relit])),
            Source("pairs", 0.03, pairs, one_hot(labels[shoes])),
        ]
        if folder is None:
            return found
        for kind, share, work in (
            ("photo", 0.28, photo_variants),
            ("sketch", 0.12, sketch_variants),
        ):
            rows = read_manifest(folder, "train", kind)
            seen = each(partial(work, seed=seed), rows, kind)
            counts = [len(variants) for variants in seen]
            allowed = outputs(np.stack([row.allowed() for row in rows])).repeat(counts, 0)
            found.append(Source(kind, share, np.concatenate(seen), allowed))
        photos = read_manifest(folder, "train", "photo")
        worn = some[-COMPOSITES:]
        jobs = [(pictures[i], seed + len(labels) + n) for n, i in enumerate(worn)]
        made = run(partial(made_up_photo, photos=[row.path for row in photos]), jobs, "composites")
        found.append(Source("composites", 0.06, made, one_hot(labels[worn])))
        picked = [photos[i] for i in rng.integers(len(photos), size=SCRAPS)]
        scraps = run(partial(scrap, seed=seed), picked, "scraps")
        found.append(Source("scraps", 0.02, scraps, one_hot(np.full(len(scraps), len(CLASSES)))))
    return found


def store_sources(found: list[Source], file: Path) -> None:
    arrays = {f"{s.name}/{key}": getattr(s, key) for s in found for key in ("pictures", "allowed")}
    shares = {f"{s.name}/share": np.array(s.share) for s in found}
    np.savez(file, allow_pickle=False, **arrays, **shares)


def load_sources(file: Path) -> list[Source]:
    with np.load(file) as stored:
        names = [key.removesuffix("/share") for key in stored.files if key.endswith("/share")]
        return [
            Source(
                name,
                float(stored[f"{name}/share"]),
                stored[f"{name}/pictures"],
                stored[f"{name}/allowed"],
            )
            for name in names
        ]


# --- one picture's variants -----------------------------------------------------------------------


def photo_variants(row: Row, seed: int) -> list[np.ndarray]:
    """A photo as it is, and turned, stretched, cut out less well: uint8 (28, 28) each."""
    rng = _rng(row, seed)
    shoes = row.allowed()[SHOES].any()
    count, angle = (SHOE_VARIANTS, 180) if shoes else (PHOTO_VARIANTS, 14)
    rgb, alpha = read(row.path)
    mask = cut_out(rgb) if alpha is None else alpha
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


def made_up_photo(job: tuple[np.ndarray, int], photos: Sequence[Path]) -> list[np.ndarray]:
    rgb, _ = composite(job, photos)
    return [lay_out_photo(rgb, cut_out(rgb))]


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


def relight(picture: np.ndarray) -> list[np.ndarray]:
    """A Fashion-MNIST picture with the brightness that a prepared photo has: uint8 (28, 28)."""
    big = cv2.resize(picture, (4 * SIDE, 4 * SIDE), interpolation=cv2.INTER_LINEAR)
    rgb = cv2.cvtColor(255 - big, cv2.COLOR_GRAY2RGB)
    shape = cv2.morphologyEx((big > 12).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9)))
    return [lay_out_photo(rgb, shape * 255)]


def pair(picture: np.ndarray, seed: int) -> list[np.ndarray]:
    """Two of a Fashion-MNIST shoe, as people photograph shoes: uint8 (28, 28) -> uint8 (28, 28)."""
    rng = np.random.default_rng([seed, int(picture.sum())])
    side = 4 * SIDE
    shoe = cv2.resize(picture, (side, side), interpolation=cv2.INTER_LINEAR)
    both = np.zeros((3 * side, 3 * side), np.uint8)
    turn = rng.uniform(-60, 60) if rng.random() < 0.5 else rng.uniform(-180, 180)
    # Beside each other, the same way round, or heel to heel with the toes apart.
    apart = rng.uniform(20, 70) if rng.random() < 0.4 else rng.uniform(-12, 12)
    away = rng.uniform(0.25, 0.7) * side * np.array([1, rng.uniform(-0.6, 0.6)]) / 2
    for way in (-1, 1):
        angle = turn + way * apart
        one = shoe[:, ::-1] if apart > 15 and way > 0 else shoe
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle, rng.uniform(0.85, 1.1))
        matrix[:, 2] = matrix[:, 2] + side + way * away
        placed = cv2.warpAffine(one, matrix, both.shape)
        both = np.where(placed > 12, placed, both)  # the second one in front
    rgb = cv2.cvtColor(255 - both, cv2.COLOR_GRAY2RGB)
    shape = cv2.morphologyEx((both > 12).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9)))
    return [lay_out_photo(rgb, shape * 255)]


def scrap(row: Row, seed: int) -> list[np.ndarray]:
    """A corner of a photo, laid out as if it were a garment: uint8 (28, 28)."""
    rng = _rng(row, seed)
    rgb, _ = read(row.path)
    height, width = (max(16, int(side * rng.uniform(0.2, 0.35))) for side in rgb.shape[:2])
    piece = rgb[:height, :width] if rng.random() < 0.5 else rgb[-height:, -width:]
    return [lay_out_photo(piece, cut_out(piece))]


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
