"""A stored network, ready to classify pictures: preparation, network, calibrated probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from .cutout import CAN_BE, Piece, load_cutter
from .network import CLASSES, MLP, SIDE, WEIGHTS, load_network
from .preparation import Box, Kind, Prepared, prepare, prepare_pieces
from .reading import Source

MOST_CERTAIN = 0.99  # that something in a photo is a garment; nobody can be surer


@dataclass(frozen=True)
class Prediction:
    """What a network says of one picture.

    probabilities: float32 (10,), in CLASSES order, summing to 1.
    sure: False where the picture is likely none of the ten classes: by the network itself, or
    because the piece is worn where what the network takes it for is not.
    picture: uint8 (28, 28), what the network saw, bright on black.
    kind: what the picture was taken for, "photo", "worn" or "sketch", as `Prepared.kind` says.
    cutout: what was cut out of a photo, uint8 (H, W, 4) RGBA; None for a sketch.
    box: where in the photo that is, as `Prepared.box` says; None for a sketch.
    """

    probabilities: np.ndarray
    sure: bool
    picture: np.ndarray
    kind: str
    cutout: np.ndarray | None
    box: Box | None = None

    @cached_property
    def label(self) -> str:
        """The most probable class."""
        return CLASSES[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """The probability of `label`, 0..1."""
        return float(self.probabilities.max())


def as_dict(pieces: Sequence[Prediction]) -> dict[str, Any]:
    """What `Classifier.pieces` returns, for JSON: of the largest piece, and of each.

    {"label", "confidence", "sure", "kind", "probabilities": {class: probability}, "pieces": list of
    {"box": [left, top, right, bottom] in 0..1 or None, and all those but "kind"}}
    """
    each = [
        {
            "box": piece.box and list(piece.box),
            "label": piece.label,
            "confidence": float(piece.confidence),
            "sure": bool(piece.sure),
            "probabilities": dict(zip(CLASSES, map(float, piece.probabilities), strict=True)),
        }
        for piece in pieces
    ]
    said = {key: value for key, value in each[0].items() if key != "box"}
    return said | {"kind": pieces[0].kind, "pieces": each}


class Classifier:
    """A network, and what its JSON file says of it: temperatures, thresholds, how it was made."""

    def __init__(self, network: MLP, about: dict[str, Any]) -> None:
        self.network = network
        self.about = about

    def classify(self, source: Source, kind: Kind = "auto") -> Prediction:
        """Prepare any picture and classify it; takes and raises what `prepare` does."""
        return self.classify_prepared(prepare(source, kind))

    def pieces(self, source: Source, kind: Kind = "auto") -> list[Prediction]:
        """`classify` for every piece of clothing in a photo, the largest first."""
        return self.classify_batch(prepare_pieces(source, kind))

    def classify_prepared(self, prepared: Prepared) -> Prediction:
        """Classify a picture that `prepare` has made ready, perhaps for several networks."""
        return self.classify_batch([prepared])[0]

    def classify_batch(self, batch: Sequence[Prepared]) -> list[Prediction]:
        """Classify pictures that `prepare` has made ready, all at once; quicker than one by one."""
        if not batch:
            return []
        logits = self.logits(np.stack([prepared.picture for prepared in batch]))  # (N, outputs)
        return [self.conclude(*each) for each in zip(batch, logits, strict=True)]

    def conclude(self, prepared: Prepared, logits: np.ndarray) -> Prediction:
        """What the logits of a prepared picture, float32 (outputs,), say of it."""
        kind, piece = prepared.kind, prepared.piece
        by_itself = CLASSES[int(logits[: len(CLASSES)].argmax())]
        likely = self.sureness(logits[None], [piece])[0] >= self.about["thresholds"][kind]
        evidence = self.evidence([piece])
        return Prediction(
            probabilities=self.to_probabilities(logits[None], [kind], evidence)[0],
            sure=bool(likely) and (piece is None or by_itself in CAN_BE[piece.group]),
            picture=prepared.picture,
            kind=kind,
            cutout=prepared.cutout,
            box=prepared.box,
        )

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """Ready-made Fashion-MNIST pictures, uint8 (N, 28, 28) -> float32 (N, 10)."""
        return self.to_probabilities(self.logits(pictures), ["fashion_mnist"] * len(pictures))

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """uint8 (N, 28, 28) -> float32 (N, outputs), with test-time augmentation if trained so.

        The outputs are the ten classes, and in a network that has one, a last unit for "none of
        the ten". Raises ValueError for another shape or dtype.
        """
        with torch.inference_mode():
            x = self.looks(pictures)
            logits: Tensor = self.network(x.flatten(0, 1)).unflatten(0, x.shape[:2])
            return logits.mean(0).numpy()

    def sums(self, picture: np.ndarray) -> list[np.ndarray]:
        """The pre-activations of each layer for one picture.

        uint8 (28, 28) -> float32 (looks, units) for each layer. looks: 1, or 2 in a network that
        also looks at the mirror image; the mean of the last layer's looks are the logits.
        """
        with torch.inference_mode():
            return [sums.numpy() for sums in self.network.sums(self.looks(picture[None])[:, 0])]

    def weights(
        self, layer: int, units: Sequence[int] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """What a layer has learned, for all its units or those named.

        Returns the weights, float32 (units, inputs), and the biases, float32 (units,). Raises
        IndexError for a layer or unit that there is not.
        """
        chosen = slice(None) if units is None else list(units)
        parameters = self.network.layers[layer].state_dict()
        return parameters["weight"][chosen].numpy(), parameters["bias"][chosen].numpy()

    def looks(self, pictures: np.ndarray) -> Tensor:
        """uint8 (N, 28, 28) -> float32 (looks, N, 28, 28), 0..1; looks: see `sums`."""
        if pictures.dtype != np.uint8 or pictures.shape[1:] != (SIDE, SIDE):
            raise ValueError(
                f"pictures must be uint8 (N, 28, 28), not {pictures.dtype} {pictures.shape}"
            )
        x = torch.from_numpy(np.ascontiguousarray(pictures)).float() / 255
        return torch.stack([x, x.flip(2)] if self.about.get("mirror") else [x])

    def to_probabilities(
        self, logits: np.ndarray, kinds: Sequence[str], evidence: np.ndarray | None = None
    ) -> np.ndarray:
        """Softmax over the ten classes, each at its kind's temperature (Guo et al. 2017), float32.

        logits: float32 (N, outputs). kinds: N of "photo", "worn", "sketch" and "fashion_mnist".
        evidence: as `evidence` returns it; None where nothing is worn.
        """
        ten = torch.from_numpy(logits[:, : len(CLASSES)]).double()
        temperatures = torch.tensor([self.about["temperatures"][kind] for kind in kinds]).double()
        scores = ten / temperatures[:, None]
        if evidence is not None:
            scores += torch.from_numpy(evidence)
        return np.asarray(scores.softmax(1).float().numpy())

    def evidence(self, pieces: Sequence[Piece | None]) -> np.ndarray:
        """What is added to the ten scores for where each of N pieces is worn: float64 (N, 10).

        By Bayes' rule: the logarithm of how likely a piece of each class is worn there. All 0 where
        nobody wears it, or for a network that does not ask: one without "places", float (6, 10),
        in its JSON file.
        """
        found, table = np.zeros((len(pieces), len(CLASSES))), self.about.get("places")
        for row, piece in zip(found, pieces, strict=True):
            if piece is not None and piece.places is not None and table is not None:
                row += np.log(piece.places @ np.array(table))
        return found

    def sureness(self, logits: np.ndarray, pieces: Sequence[Piece | None]) -> np.ndarray:
        """How likely each picture is one of the ten classes, higher for likelier: float32 (N,).

        The energy of the ten logits (Liu et al. 2020), less the logit of the unit for "none of
        the ten" in a network that has one. For what was found in a photo, more: the log odds of
        its certainty, as of two who say so independently.
        """
        scores = torch.from_numpy(logits)
        energy = scores[:, : len(CLASSES)].logsumexp(1)
        if scores.shape[1] > len(CLASSES):
            energy = energy - scores[:, len(CLASSES)]
        certainty = np.array([0.5 if piece is None else piece.certainty for piece in pieces])
        certainty = certainty.clip(1 - MOST_CERTAIN, MOST_CERTAIN)
        return np.asarray(energy.numpy() + np.log(certainty / (1 - certainty)), np.float32)


def use_one_thread() -> None:
    """Let each call run on one thread: of calls side by side, more would wait for each other."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)


def load(name: str = "deep", folder: Path = WEIGHTS) -> Classifier:
    """The stored network `weights/NAME.*`, read once. Raises WeightsError."""
    return _load(name, folder)


@cache
def _load(name: str, folder: Path) -> Classifier:
    load_cutter()  # a damaged one is found out here, not by the first photo
    return Classifier(*load_network(name, folder))
