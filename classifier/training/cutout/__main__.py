"""The U-Net that finds garments in photos: `python -m classifier.training.cutout --manifest DIR`.

It classifies nothing, but what it cuts out `deep` learns from: train it first. About half an hour
on one core. `--onwards` goes on from the one in the folder of the weights instead of from nothing:
the stored one has been made so, in the stages that its JSON file and weights/README.md name.
"""

from typing import Any

from ...cutout import UNet
from ...network import SEGMENTER, load_into
from ..data import fashion_mnist, split, training_command
from ..lesson import seed_everything
from ..store import provenance, save_module
from .student import train_segmenter


def main() -> None:
    parser = training_command("cutout", __doc__)
    parser.add_argument("--onwards", action="store_true", help="go on from the one in --weights")
    arguments = parser.parse_args()
    if arguments.manifest is None:
        parser.error("it learns from photos: --manifest DIR")

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
