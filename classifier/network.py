"""The network: one multilayer perceptron class for every network of the project, and its files.

`weights/NAME.safetensors` holds the numbers, `weights/NAME.json` what else is needed to rebuild it
(layer sizes, activation, classes, temperatures, thresholds) and how it was made.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor, nn

SIDE = 28
PIXELS = SIDE * SIDE
WEIGHTS = Path(__file__).resolve().parent.parent / "weights"
SEGMENTER = "cutout"  # the stored network that classifies nothing, see cutout.py

SETTINGS: dict[str, Any] = json.loads((WEIGHTS / "settings.json").read_text(encoding="utf-8"))
"""Chosen by hand, and the same for Python and the page's JavaScript, which both read the file."""

CLASSES: tuple[str, ...] = tuple(SETTINGS["classes"])
"""The ten classes, in Fashion-MNIST's order (Xiao et al. 2017, arXiv:1708.07747)."""


class WeightsError(ValueError):
    """The stored weights are missing, damaged, or do not belong to their JSON file."""


class MLP(nn.Module):
    """Flatten, then dense layers with a ReLU after each but the last.

    `MLP([784, 128, 10])` is the network of the lesson. `activation=False` leaves every ReLU out,
    which makes the whole network one straight-line function of its input.
    """

    def __init__(self, sizes: Sequence[int], activation: bool = True) -> None:
        super().__init__()
        self.sizes = tuple(sizes)
        self.activation = activation
        pairs = zip(self.sizes[:-1], self.sizes[1:], strict=True)
        self.layers = nn.ModuleList(nn.Linear(inputs, units) for inputs, units in pairs)

    def forward(self, pictures: Tensor) -> Tensor:
        """Grey values 0..1, float32 (N, 28, 28) or (N, 784) -> logits, float32 (N, last size)."""
        *hidden_layers, last_layer = self.layers
        x = pictures.flatten(1)  # (N, 784)
        for layer in hidden_layers:
            x = layer(x)
            if self.activation:
                x = x.relu()
        logits: Tensor = last_layer(x)
        return logits


def load_network(name: str, folder: Path = WEIGHTS) -> tuple[MLP, dict[str, Any]]:
    """Rebuild a stored network, ready for inference, and return what its JSON says of it.

    Raises WeightsError, with a sentence that names the file, if either file is missing or
    unreadable, for other classes, or if the weights are not the ones the JSON describes.
    """
    network, about = load_into(lambda about: MLP(about["sizes"], about["activation"]), name, folder)
    if about.get("classes") != list(CLASSES):
        raise WeightsError(f"{folder / name}.json is for other classes than {', '.join(CLASSES)}")
    return network, about


Network = TypeVar("Network", bound=nn.Module)


def load_into(
    build: Callable[[dict[str, Any]], Network], name: str, folder: Path
) -> tuple[Network, dict[str, Any]]:
    """Fill the network that `build` makes of what the JSON says; else like `load_network`."""
    tensor_file, about_file = folder / f"{name}.safetensors", folder / f"{name}.json"
    try:
        about = json.loads(about_file.read_text(encoding="utf-8"))
        data = tensor_file.read_bytes()
    except (OSError, ValueError) as error:
        raise WeightsError(f"cannot read the weights of {name!r}: {error}") from error
    if hashlib.sha256(data).hexdigest() != about.get("sha256"):
        raise WeightsError(f"{tensor_file} is damaged, or does not belong to {about_file.name}")
    try:
        with torch.device("meta"):  # takes neither memory nor time; the numbers come from the file
            network = build(about)
        tensors = {
            key: value.float() if value.is_floating_point() else value
            for key, value in load_tensors(data).items()
        }
        network.load_state_dict(tensors, assign=True)  # compares every name and shape
    except (KeyError, RuntimeError, SafetensorError) as error:
        cause = str(error).partition("\n")[0]
        raise WeightsError(f"{tensor_file} does not fit {about_file.name}: {cause}") from error
    return network.eval().requires_grad_(False), about


def stored_networks(folder: Path = WEIGHTS) -> list[str]:
    """The names of the classifiers whose weights are stored, in alphabetical order."""
    return sorted({file.stem for file in folder.glob("*.safetensors")} - {SEGMENTER})
