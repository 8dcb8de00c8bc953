"""The U-Net that finds garments in photos: `python -m classifier.training.cutout --manifest DIR`.

It classifies nothing, but what it cuts out `deep` learns from: train it first. About half an hour
on one core. `--onwards` goes on from the one in the folder of the weights instead of from nothing:
the stored one has been made so, in the stages that its JSON file and weights/README.md name.
"""

import argparse
from pathlib import Path
from typing import Any

from ...cutout import UNet
from ...network import SEGMENTER, WEIGHTS, load_into
from ..data import DATA, fashion_mnist, split
from ..lesson import ELSEWHERE, seed_everything
from ..store import provenance, save_module
from .student import train_segmenter


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m classifier.training.cutout", description=__doc__
    )
    parser.add_argument(
        "--manifest", type=Path, required=True, help="folder with both manifests and their pictures"
    )
    parser.add_argument("--data", type=Path, default=DATA, help="folder with FashionMNIST/")
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, help="folder with the one to go on from"
    )
    parser.add_argument(
        "--out", type=Path, default=ELSEWHERE, help=f"folder to write to, {ELSEWHERE} unless told"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=DATA / "deep", help="kept between runs")
    parser.add_argument("--onwards", action="store_true", help="go on from the one in --weights")
    arguments = parser.parse_args()

    training, _ = split(fashion_mnist(arguments.data), arguments.seed)
    seed_everything(arguments.seed)
    begun: UNet | None = None
    before: dict[str, Any] = {}
    if arguments.onwards:
        begun, before = load_into(lambda _: UNet(), SEGMENTER, arguments.weights)
    segmenter, about = train_segmenter(
        training, arguments.manifest, arguments.seed, arguments.work, begun
    )
    if before:
        kept = ("sha256", "trained", "recipe", "data", "started_from")
        about["started_from"] = {key: before[key] for key in kept if key in before}
    save_module(segmenter, about | provenance(), SEGMENTER, arguments.out)


if __name__ == "__main__":
    main()
