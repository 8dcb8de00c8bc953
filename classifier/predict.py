"""A stored network, ready to classify pictures: preparation, network, calibrated probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from .cutout import Piece, load_segmenter
from .network import CLASSES, MLP, SETTINGS, SIDE, WEIGHTS, load_network
from .preparation import Box, Kind, Prepared, prepare_pieces
from .reading import Source

# That something in a photo is a garment; nobody can be surer.
MOST_CERTAIN: float = SETTINGS["decision"]["most_certain"]
# Of the ten classes, those that a piece worn somewhere can be: what an MLP takes for another is
# likely none of the ten. Those on the torso are taken for one another.
CAN_BE: dict[str, list[str]] = SETTINGS["decision"]["can_be"]


@dataclass(frozen=True)
class Prediction:
    """What a network says of one picture.

    probabilities: float32 (10,), in CLASSES order, summing to 1. sure: False where the picture is
    likely none of the ten classes: by the network itself, or because the piece is worn where what
    the network takes it for is not. picture, kind, box: as `Prepared` has them.
    """

    probabilities: np.ndarray
    sure: bool
    picture: np.ndarray
    kind: str
    box: Box | None = None

    @property
    def label(self) -> str:
        """The most probable class."""
        return CLASSES[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The probability of `label`, 0..1."""
        return float(self.probabilities.max())


def main_piece(pieces: Sequence[Prediction]) -> int:
    """Which piece a photo is of, of all in it, the largest first: the first one that is sure.

    Right in 0.82 of CCP's whole validation photos, the largest one in 0.70.
    """
    return next((index for index, piece in enumerate(pieces) if piece.sure), 0)


def as_dict(pieces: Sequence[Prediction]) -> dict[str, Any]:
    """What `Classifier.pieces` returns, for JSON: of the first piece, and of each.

    {"label", "confidence", "sure", "kind", "probabilities": {class: probability}, "pieces": list of
    {"box": [left, top, right, bottom] in 0..1 or None, and all those but "kind"}}
    """
    pieces_json = [
        {
            "box": piece.box and list(piece.box),
            "label": piece.label,
            "confidence": piece.confidence,
            "sure": piece.sure,
            "probabilities": dict(zip(CLASSES, piece.probabilities.tolist(), strict=True)),
        }
        for piece in pieces
    ]
    first = {key: value for key, value in pieces_json[0].items() if key != "box"}
    return first | {"kind": pieces[0].kind, "pieces": pieces_json}


@dataclass(frozen=True)
class Decisions:
    """What a network says of N pictures.

    kinds: str (N,), what each is: "photo", "worn", "sketch" or "fashion_mnist". probabilities:
    float32 (N, 10). in_distribution_score: float32 (N,), higher for likelier one of the ten.
    possible: bool (N,), whether the piece is worn where what the network by itself takes it for is.
    """

    kinds: np.ndarray
    probabilities: np.ndarray
    in_distribution_score: np.ndarray
    possible: np.ndarray

    def sure(self, thresholds: Mapping[str, float]) -> np.ndarray:
        """bool (N,): that it is one of the ten. thresholds: the least score, by kind."""
        least = np.array([thresholds[kind] for kind in self.kinds])
        return np.asarray((self.in_distribution_score >= least) & self.possible)


class Classifier:
    """A network, and what its JSON file says of it: temperatures, thresholds, how it was made."""

    def __init__(self, network: MLP, about: dict[str, Any]) -> None:
        self.network = network
        self.about = about

    def classify(self, source: Source, kind: Kind = "auto") -> Prediction:
        """Prepare any picture and classify it; takes and raises what `prepare` does."""
        return self.pieces(source, kind)[0]

    def pieces(self, source: Source, kind: Kind = "auto") -> list[Prediction]:
        """`classify` for every piece of clothing in a photo: the one it is of, then by size."""
        pieces = self.classify_batch(prepare_pieces(source, kind))
        return [pieces.pop(main_piece(pieces)), *pieces]

    def classify_batch(self, batch: Sequence[Prepared]) -> list[Prediction]:
        """Classify pictures that `prepare` has made ready, one at least, all at once."""
        logits = self.logits(np.stack([prepared.picture for prepared in batch]))
        kinds, pieces = zip(*((prepared.kind, prepared.piece) for prepared in batch), strict=True)
        decisions = self.decide(logits, kinds, pieces)
        sure = decisions.sure(self.about["thresholds"]).tolist()
        return [
            Prediction(probabilities, is_sure, p.picture, p.kind, p.box)
            for p, probabilities, is_sure in zip(batch, decisions.probabilities, sure, strict=True)
        ]

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """Ready-made Fashion-MNIST pictures, uint8 (N, 28, 28) -> float32 (N, 10)."""
        count = len(pictures)
        decisions = self.decide(self.logits(pictures), ["fashion_mnist"] * count, [None] * count)
        return decisions.probabilities

    def decide(
        self, logits: np.ndarray, kinds: Sequence[str], pieces: Sequence[Piece | None]
    ) -> Decisions:
        """The rule by which logits, float32 (N, outputs), become an answer, and a sure one.

        kinds: as `Decisions` has them. pieces: one for every photo; None for others. Score: the
        energy of the ten logits (Liu et al. 2020), less the logit of the unit for "none of the
        ten" in a network that has one, more the log odds of a piece's certainty, as of two who say
        so independently.
        """
        ten, none = np.split(logits, [len(CLASSES)], axis=1)
        certainty = np.array([0.5 if piece is None else piece.certainty for piece in pieces])
        certainty = certainty.clip(1 - MOST_CERTAIN, MOST_CERTAIN)
        energy = torch.from_numpy(ten).logsumexp(1).numpy() - none.sum(1)
        by_itself = [CLASSES[index] for index in ten.argmax(1)]
        possible = [
            piece is None or label in CAN_BE[piece.body_part]
            for label, piece in zip(by_itself, pieces, strict=True)
        ]
        return Decisions(
            kinds=np.array(kinds),
            probabilities=self.to_probabilities(ten, kinds, self.place_log_likelihood(pieces)),
            in_distribution_score=(energy + np.log(certainty / (1 - certainty))).astype(np.float32),
            possible=np.array(possible, bool),
        )

    def to_probabilities(
        self, ten: np.ndarray, kinds: Sequence[str], place_log_likelihood: np.ndarray
    ) -> np.ndarray:
        """Softmax of logits, float32 (N, 10), each at its kind's temperature (Guo et al. 2017).

        By Bayes' rule, how likely each class is worn where the piece is counts as well: float64
        (N, 10). Returns float32 (N, 10).
        """
        temperatures = np.array([self.about["temperatures"][kind] for kind in kinds])
        scores = torch.from_numpy(ten / temperatures[:, None] + place_log_likelihood)
        return np.asarray(scores.softmax(1).float().numpy())

    def place_log_likelihood(self, pieces: Sequence[Piece | None]) -> np.ndarray:
        """How likely a piece of each class is worn where each of N pieces is: float64 (N, 10).

        All 0 where nobody wears it, or for a network without "places", (6, 10), in its JSON file.
        """
        logs, table = np.zeros((len(pieces), len(CLASSES))), self.about.get("places")
        for row, piece in zip(logs, pieces, strict=True):
            if piece is not None and piece.places is not None and table is not None:
                row += np.log(piece.places @ np.array(table))
        return logs

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 (N, 28, 28) -> float32 (N, outputs), with test-time augmentation if trained so.

        The outputs are the ten classes, and in a network that has one, a last unit for "none of
        the ten". Raises ValueError for another shape or dtype.
        """
        if pictures.dtype != np.uint8 or pictures.shape[1:] != (SIDE, SIDE):
            raise ValueError("pictures must be uint8 (N, 28, 28)")
        x = torch.from_numpy(np.ascontiguousarray(pictures)).float() / 255
        views = torch.stack([x, x.flip(2)] if self.about.get("mirror") else [x])
        with torch.inference_mode():
            logits: Tensor = self.network(views.flatten(0, 1)).unflatten(0, views.shape[:2])
            return logits.mean(0).numpy()


def use_one_thread() -> None:
    """Let each call run on one thread: of calls side by side, more would wait for each other."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)


@cache
def load(name: str, folder: Path = WEIGHTS) -> Classifier:
    """The stored network `weights/NAME.*`, read once. Raises WeightsError."""
    load_segmenter()  # a damaged one shows here, not at the first photo
    return Classifier(*load_network(name, folder))
