"""Fetch the public photos and sketches that `deep` trains on, see docs/training.md.

Photos: clothing-dataset-small (Alexey Grigorev, CC0), one garment each, in its own three splits.
Sketches: Quick, Draw! (Google, CC BY 4.0), the first recognised drawings of each word; every tenth
goes to validation. Writes `manifest.csv`, which `data.read_manifest` describes, beside them.
"""

import csv
import json
import urllib.request
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import cv2
import numpy as np
from torchvision.datasets.utils import download_and_extract_archive
from tqdm import tqdm

from ..data import command

PHOTOS = "https://github.com/alexeygrigorev/clothing-dataset-small/archive/refs/heads/master.zip"
SKETCHES = "https://storage.googleapis.com/quickdraw_dataset/full/simplified"

PHOTO_CLASSES = {
    "dress": "Dress",
    "hat": "",
    "longsleeve": "Pullover|T-shirt/top|Shirt",  # jumpers, long-sleeved tees and cardigans
    "outwear": "Coat",
    "pants": "Trouser",
    "shirt": "Shirt",
    "shoes": "Sandal|Sneaker|Ankle boot",
    "shorts": "",
    "skirt": "",
    "t-shirt": "T-shirt/top",
}
SKETCH_CLASSES = {
    "t-shirt": "T-shirt/top",
    "pants": "Trouser",
    "sweater": "Pullover",
    "jacket": "Coat",
    "flip flops": "Sandal",
    "shoe": "Sneaker|Ankle boot",
    "purse": "Bag",
    "backpack": "Bag",
    "suitcase": "Bag",
} | dict.fromkeys(
    """airplane,alarm clock,apple,banana,belt,bicycle,bird,book,bowtie,car,cat,chair,circle,cloud,
    crown,cup,diamond,dog,eyeglasses,face,fish,flower,foot,guitar,hand,hat,helmet,house,key,leaf,
    leg,line,necklace,pizza,shorts,sock,square,squiggle,star,table,tree,umbrella,underwear,
    zigzag""".replace("\n    ", "").split(","),
    "",
)
SKETCH_SIDE = 256  # pixels of a sketch
PEN = 6  # pixels
PER_WORD = 200  # sketches of each word
COLUMNS = ("path", "kind", "split", "label", "classes", "licence")

Line = tuple[str, str, str, str, str, str]


def collect_photos(folder: Path, url: str = PHOTOS) -> Iterator[Line]:
    """Download the photos into `folder/photos`; a manifest line for each of them."""
    download_and_extract_archive(url, str(folder / "photos"), remove_finished=True)
    for split in ("train", "validation"):
        for file in sorted((folder / "photos").glob(f"*/{split}/*/*.jpg")):
            word = file.parent.name
            path = file.relative_to(folder).as_posix()
            yield path, "photo", split, word, PHOTO_CLASSES[word], "CC0-1.0"


def collect_sketches(folder: Path, url: str = SKETCHES, per_word: int = PER_WORD) -> Iterator[Line]:
    """Download the first sketches of each word and draw them; a manifest line for each of them."""
    for word, classes in tqdm(SKETCH_CLASSES.items(), "sketches", unit="word"):
        name = word.replace(" ", "_")
        place = folder / "sketches" / name
        place.mkdir(parents=True, exist_ok=True)
        # Each file has some hundred megabytes; the connection is closed after the first lines.
        with urllib.request.urlopen(f"{url}/{quote(word)}.ndjson", timeout=60) as lines:
            drawings = (json.loads(line) for line in lines)
            recognised = (drawing for drawing in drawings if drawing["recognized"])
            for i, drawing in enumerate(islice(recognised, per_word)):
                file = place / f"{drawing['key_id']}.png"
                cv2.imwrite(str(file), drawn(drawing["drawing"]))
                split = "validation" if i % 10 == 9 else "train"
                path = file.relative_to(folder).as_posix()
                yield path, "sketch", split, name, classes, "CC-BY-4.0"


def drawn(strokes: list[list[list[int]]]) -> np.ndarray:
    """Strokes, each a list of xs and one of ys, 0..255 -> uint8 (256, 256), black on white."""
    paper = np.full((SKETCH_SIDE, SKETCH_SIDE), 255, np.uint8)
    for xs, ys, *_ in strokes:
        points = np.stack([xs, ys], axis=1) * ((SKETCH_SIDE - 4 * PEN) / 255) + 2 * PEN
        sixteenths = np.rint(points * 16).astype(np.int32)
        cv2.polylines(paper, [sixteenths], False, 0, PEN, cv2.LINE_AA, 4)
    return paper


def main() -> None:
    parser = command("deep.collect", __doc__)
    parser.add_argument("--per-word", type=int, default=PER_WORD, help="sketches of each word")
    arguments = parser.parse_args()

    arguments.data.mkdir(parents=True, exist_ok=True)
    lines = [
        *collect_photos(arguments.data),
        *collect_sketches(arguments.data, per_word=arguments.per_word),
    ]
    with (arguments.data / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(lines)
    print(f"{len(lines)} pictures are in {arguments.data}")


if __name__ == "__main__":
    main()
