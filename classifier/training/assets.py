"""Pictures of Fashion-MNIST for the page's own training: `python -m classifier.training.assets`.

Writes lossless sprites, `weights/fashion.NAME.webp`, 100 pictures a row, and `fashion.json`, which
says what they are. `first` and `more` are training pictures as `lesson.py` splits them, `held_out`
are not: Fashion-MNIST, by Zalando Research, MIT licence.
"""

import json
from pathlib import Path

from PIL import Image

from ..network import SIDE, WEIGHTS
from .data import Pictures, command, fashion_mnist, split
from .store import commit

SEED = 0  # of the split, as lesson has it
COLUMNS = 100
FIRST, MORE, HELD_OUT = 2_000, 8_000, 2_000
SOURCE = "Fashion-MNIST, Zalando Research, https://github.com/zalandoresearch/fashion-mnist"


def store_pictures(parts: dict[str, Pictures], folder: Path = WEIGHTS) -> None:
    """Write the files; the number of pictures in each part is a multiple of COLUMNS."""
    for name, part in parts.items():
        cells = part.pictures.reshape(-1, COLUMNS, SIDE, SIDE).transpose(1, 2)
        sprite = Image.fromarray(cells.reshape(-1, COLUMNS * SIDE).numpy()).convert("RGB")
        sprite.save(folder / f"fashion.{name}.webp", lossless=True, quality=90, method=6)
    about = {
        "source": SOURCE,
        "licence": "MIT",
        "seed": SEED,
        "commit": commit(),
        "labels": {
            name: "".join(map(str, part.labels.tolist())) for name, part in parts.items()
        },  # a digit for each picture
    }
    text = json.dumps(about, indent=1) + "\n"
    (folder / "fashion.json").write_text(text, encoding="utf-8")


def main() -> None:
    parser = command("assets", __doc__)
    training, validation = split(fashion_mnist(parser.parse_args().data), SEED)
    pictures, labels = training.pictures, training.labels
    parts = {
        "first": Pictures(pictures[:FIRST], labels[:FIRST]),
        "more": Pictures(pictures[FIRST:][:MORE], labels[FIRST:][:MORE]),
        "held_out": Pictures(validation.pictures[:HELD_OUT], validation.labels[:HELD_OUT]),
    }
    store_pictures(parts)


if __name__ == "__main__":
    main()
