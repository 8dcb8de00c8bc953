"""Which of the 10,000 test pictures a network mixes up, see docs/training.md.

Writes `weights/NAME.confusion.json`, how often each class was taken for each, and
`weights/NAME.confusion.png`, some such pictures of each kind: Fashion-MNIST, by Zalando Research,
MIT licence. The page's section "See inside the network" shows both.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ..network import CLASSES, SIDE, WEIGHTS
from ..predict import Classifier, load

EXAMPLES = 6  # pictures kept of each kind, the first ones of the test set
TEN = len(CLASSES)


@dataclass(frozen=True)
class Confusion:
    """What a network says of the test pictures, right and wrong.

    counts: int (10, 10), how many pictures of each class (row) it took for each (column).
    examples: uint8 (10, 10, EXAMPLES, 28, 28), some of them; black where there are fewer.
    sha256: which weights said so.
    """

    counts: np.ndarray
    examples: np.ndarray
    sha256: str

    def pictures(self, true: int, said: int) -> np.ndarray:
        """uint8 (n, 28, 28), n up to EXAMPLES: pictures of class `true` taken for `said`."""
        return self.examples[true, said, : self.counts[true, said]]


def find_confusion(classifier: Classifier, pictures: np.ndarray, labels: np.ndarray) -> Confusion:
    """Ask the network about all the pictures, uint8 (N, 28, 28); labels: int (N,)."""
    said = classifier.probabilities(pictures).argmax(1)
    counts = np.zeros((TEN, TEN), np.int64)
    examples = np.zeros((TEN, TEN, EXAMPLES, SIDE, SIDE), np.uint8)
    for cell in np.ndindex(TEN, TEN):
        some = pictures[(labels == cell[0]) & (said == cell[1])]
        counts[cell] = len(some)
        examples[cell][: len(some)] = some[:EXAMPLES]
    return Confusion(counts, examples, classifier.about["sha256"])


def store_confusion(confusion: Confusion, name: str, folder: Path = WEIGHTS) -> None:
    """Write the two files; the picture has a row for each class, and a column for each example."""
    counts = {"classes": list(CLASSES), "counts": confusion.counts.tolist()}
    text = json.dumps(counts | {"sha256": confusion.sha256})
    (folder / f"{name}.confusion.json").write_text(text + "\n", encoding="utf-8")
    sprite = confusion.examples.transpose(0, 3, 1, 2, 4).reshape(TEN * SIDE, -1)
    Image.fromarray(sprite).save(folder / f"{name}.confusion.png", optimize=True)


def load_confusion(name: str, folder: Path = WEIGHTS) -> Confusion:
    """Read the two files. Raises OSError if they are not there."""
    about = json.loads((folder / f"{name}.confusion.json").read_text(encoding="utf-8"))
    with Image.open(folder / f"{name}.confusion.png") as sprite:
        cells = np.asarray(sprite).reshape(TEN, SIDE, TEN, EXAMPLES, SIDE)
    counts = np.array(about["counts"])
    return Confusion(counts, cells.transpose(0, 2, 3, 1, 4), about["sha256"])


def main() -> None:
    from .data import command, fashion_mnist  # needs more than what the page runs with

    parser = command("confusion", __doc__)
    parser.add_argument("networks", nargs="+", help="names of stored networks")
    arguments = parser.parse_args()
    test = fashion_mnist(arguments.data, train=False)
    for name in arguments.networks:
        confusion = find_confusion(load(name), test.pictures.numpy(), test.labels.numpy())
        store_confusion(confusion, name)
        print(f"{name}: {confusion.counts.trace()} of {len(test)} right")


if __name__ == "__main__":
    main()
