"""Train a network and store it: `python -m classifier.train lesson`.

lesson: 784-128-10 on Fashion-MNIST alone, about a minute on two cores. Expected test accuracy
over 5 seeds: see the README and weights/lesson.json.

The 10,000 test pictures choose nothing: every choice (this file's settings, the temperature) was
made on 5,000 pictures set apart from the 60,000. The test accuracy is measured once, at the end.
"""

import argparse
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import trange

from .calibrate import fit_temperature
from .data import DATA, Pictures, fashion_mnist, split
from .network import MLP, PIXELS, WEIGHTS, save


@dataclass(frozen=True)
class Recipe:
    """All that is chosen about one network's training."""

    sizes: tuple[int, ...]
    parameters: int  # asserted
    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float
    label_smoothing: float
    activation: bool = True


LESSON = Recipe(
    sizes=(PIXELS, 128, 10),
    parameters=PIXELS * 128 + 128 + 128 * 10 + 10,  # 101,770
    epochs=80,
    batch=256,
    learning_rate=3e-3,
    weight_decay=1e-2,
    label_smoothing=0.1,
)

Validate = Callable[[], float]


def start(seed: int) -> None:
    """Make what follows repeatable to the last bit on the same machine."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)


def train_lesson(
    data: Path, seed: int, recipe: Recipe = LESSON, epochs: int | None = None
) -> tuple[MLP, dict[str, Any]]:
    """Train on Fashion-MNIST; returns the network and what its JSON file is to say."""
    epochs = epochs or recipe.epochs
    training, validation = split(fashion_mnist(data), seed)
    start(seed)
    network = MLP(recipe.sizes, recipe.activation)
    assert network.parameter_count() == recipe.parameters
    # Floats stay in memory, each picture beside its mirror image since clothes have no handedness
    # (345 MB): the loop below does no decoding, no converting, and one copy.
    pictures, labels = both_ways(training.pictures), training.labels
    steps = len(labels) // recipe.batch
    optimiser = torch.optim.AdamW(
        network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=epochs * steps, pct_start=0.1
    )
    history = []
    for _ in (progress := trange(epochs, unit="epoch")):
        total = torch.zeros(())
        for batch in torch.randperm(len(labels))[: steps * recipe.batch].split(recipe.batch):
            x = pictures[batch + len(labels) * torch.randint(2, (recipe.batch,))]
            loss = F.cross_entropy(
                network(x), labels[batch], label_smoothing=recipe.label_smoothing
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.detach()
        history.append({"loss": total.item() / steps, "validation": accuracy(network, validation)})
        progress.set_postfix(loss=history[-1]["loss"], validation=history[-1]["validation"])
    network.eval()
    # Folded into the last layer, so that the lesson's softmax is the plain one.
    temperature = fit_temperature(logits_of(network, validation), validation.labels)
    for parameter in network.layers[-1].parameters():
        parameter.data /= temperature
    test = fashion_mnist(data, train=False)
    return network, {
        "recipe": asdict(recipe) | {"epochs": epochs},
        "seed": seed,
        "data": "Fashion-MNIST, 55,000 training and 5,000 validation pictures, mirrored at random",
        "mirror": False,
        "temperatures": {"fashion_mnist": 1.0, "photo": 1.0, "sketch": 1.0},
        "thresholds": {"photo": None, "sketch": None},
        "figures": {
            "fashion_mnist_validation": accuracy(network, validation),
            "fashion_mnist_test": accuracy(network, test),
        },
        "history": history,
    }


def both_ways(pictures: Tensor) -> Tensor:
    """uint8 (N, 28, 28) -> float32 (2 N, 784), 0..1: the pictures, then their mirror images."""
    return torch.cat([pictures, pictures.flip(2)]).flatten(1).float().div_(255)


@torch.no_grad()
def logits_of(network: MLP, pictures: Pictures) -> Tensor:
    """float32 (N, outputs)."""
    return network(pictures.pictures.float() / 255)


def accuracy(network: MLP, pictures: Pictures) -> float:
    return (logits_of(network, pictures).argmax(1) == pictures.labels).float().mean().item()


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), "torch": torch.__version__}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m classifier.train", description=__doc__)
    parser.add_argument("network", choices=("lesson",))
    parser.add_argument("--data", type=Path, default=DATA, help="folder with FashionMNIST/")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="instead of the recipe's, for a quick look")
    arguments = parser.parse_args()

    network, about = train_lesson(arguments.data, arguments.seed, epochs=arguments.epochs)
    about |= {"versions": versions(), "trained": datetime.now(UTC).date().isoformat()}
    save(network, about, arguments.network, arguments.weights)
    print("Fashion-MNIST test accuracy:", round(about["figures"]["fashion_mnist_test"], 4))


if __name__ == "__main__":
    main()
