"""Where each class is worn, as `cutout` finds it: for `Classifier.place_log_likelihood`."""

from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ...cutout import PLACES, Piece, find_pieces, load_segmenter
from ...network import CLASSES
from ...reading import read
from ..data import SPAWN, WORN, Row, read_manifest


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
    with ProcessPoolExecutor(mp_context=SPAWN) as pool:
        found = pool.map(partial(largest, weights=weights), rows, chunksize=32)
        for row, piece in zip(rows, tqdm(found, "places", len(rows)), strict=True):
            if piece is not None and piece.is_worn:
                counts[PLACES.index(piece.body_part)] += row.allowed() / len(row.classes)
    shares: list[list[float]] = (counts / counts.sum(0)).round(4).tolist()
    return shares


def largest(row: Row, weights: Path) -> Piece | None:
    """The largest piece in a photo; None where its transparency tells the shape."""
    rgb, alpha = read(row.path)
    return find_pieces(rgb, load_segmenter(weights))[0] if alpha is None else None
