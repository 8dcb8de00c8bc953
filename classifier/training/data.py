"""The data: Fashion-MNIST as tensors in memory, and folders of pictures listed in a manifest."""

import argparse
import csv
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torchvision.datasets import FashionMNIST

from ..network import CLASSES, WEIGHTS
from ..predict import use_one_thread

DATA = Path("data")
"""Where Fashion-MNIST is looked for, and downloaded to, unless told otherwise."""

ELSEWHERE = Path("artefacts/weights")
"""Where networks are written to: not where the page looks, which goes on as it was."""

VALIDATION = 5_000
"""How many of the 60,000 training pictures are set apart to make every choice on."""

ROW_KINDS = ("photo", "sketch", "worn")
WORN = "manifest-worn.csv"
"""A second manifest, which may lie beside the first: people, bags and shoes."""


def command(module: str, description: str | None) -> argparse.ArgumentParser:
    """The parser of `python -m classifier.training.MODULE`, which all take the data's folder."""
    parser = argparse.ArgumentParser(
        prog=f"python -m classifier.training.{module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder with FashionMNIST/")
    return parser


def training_command(module: str, description: str | None) -> argparse.ArgumentParser:
    """`command` for what reads stored networks, trains for long, and writes one."""
    parser = command(module, description)
    parser.add_argument("--manifest", type=Path, help="folder with manifest.csv and its pictures")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of stored networks")
    parser.add_argument("--out", type=Path, default=ELSEWHERE, help=f"{ELSEWHERE} unless told")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=DATA / "deep", help="kept between runs")
    return parser


def pool_of_processes() -> ProcessPoolExecutor:
    """As many as there are cores, of one thread each; a fork of a process with threads may hang."""
    return ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=use_one_thread)


@dataclass(frozen=True)
class Pictures:
    """Ready-made pictures and their labels.

    pictures: uint8 (N, 28, 28), bright on black. labels: int64 (N,), indices into CLASSES.
    """

    pictures: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: Tensor) -> "Pictures":
        return Pictures(self.pictures[index], self.labels[index])


class NoData(SystemExit):
    """Fashion-MNIST is not there and cannot be downloaded: ends a command with that sentence."""


def fashion_mnist(root: Path = DATA, train: bool = True) -> Pictures:
    """The 60,000 training or 10,000 test pictures (Xiao et al. 2017), downloaded if missing.

    Raises NoData if they are neither there nor to be had.
    """
    try:
        dataset = FashionMNIST(root=str(root), train=train, download=True)
    except (OSError, RuntimeError) as error:
        raise NoData(
            f"Fashion-MNIST is not in {root} and cannot be downloaded to it: "
            "--data DIR names a folder that holds FashionMNIST/raw."
        ) from error
    return Pictures(dataset.data, dataset.targets)


def split(pictures: Pictures, seed: int, validation: int = VALIDATION) -> tuple[Pictures, Pictures]:
    """Part the pictures at random into (training, validation)."""
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(seed))
    return pictures[order[validation:]], pictures[order[:validation]]


@dataclass(frozen=True)
class Row:
    """One picture of a manifest: its file, kind, split, the classes that count as right, and the
    source: in the first manifest the kind, in the second the name of the folder.
    """

    path: Path
    kind: str
    split: str
    label: str
    classes: tuple[str, ...]
    source: str = ""

    def allowed(self) -> np.ndarray:
        """bool (10,): True for each class that counts as right; all False for none of the ten."""
        return np.array([name in self.classes for name in CLASSES])


def read_manifest(
    folder: Path, split: str | None = None, kind: str | None = None, name: str = "manifest.csv"
) -> list[Row]:
    """The rows of a manifest in `folder`, all of them or those of one split or kind.

    Columns: path (below the folder), kind (photo, sketch, or worn: a person with a label map beside
    it, see `labelled.py`), split (train or validation), label (the source's own word), classes
    (joined with `|`; empty: none of the ten). Other columns are ignored. A row that was torn, as
    when a disk was full, is warned of and left out. Raises ValueError for a class or kind that is
    unknown, and OSError if the file cannot be read.
    """
    rows = []
    with (folder / name).open(newline="", encoding="utf-8") as file:
        for number, line in enumerate(csv.DictReader(file), 1):
            if None in line or None in line.values():
                warnings.warn(f"{folder}: row {number} of the manifest is torn", stacklevel=2)
                continue
            classes = tuple(filter(None, line["classes"].split("|")))
            if unknown := set(classes) - set(CLASSES):
                raise ValueError(f"{line['path']}: not one of the ten classes: {unknown}")
            if line["kind"] not in ROW_KINDS:
                raise ValueError(f"{line['path']}: kind must be one of {', '.join(ROW_KINDS)}")
            row = Row(
                folder / line["path"],
                line["kind"],
                line["split"],
                line["label"],
                classes,
                line["path"].split("/")[1] if name == WORN else line["kind"],
            )
            if split in (None, row.split) and kind in (None, row.kind):
                rows.append(row)
    return rows
