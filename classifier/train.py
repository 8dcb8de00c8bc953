"""Train a network and store it: `python -m classifier.train lesson`, or linear.

lesson: 784-128-10 on Fashion-MNIST alone, about a minute on two quiet cores. Test accuracy 0.895
(seeds 0 to 4: 0.8975, 0.8948, 0.8950, 0.8927, 0.8935; standard deviation 0.0018).

linear: the same without the ReLU, to show what that is for. Test accuracy 0.817 (seeds 0 to 2:
0.8160, 0.8175, 0.8162).

The 10,000 test pictures choose nothing: every choice (settings, temperatures, thresholds) was made
on 5,000 pictures set apart from the 60,000 and on the manifest's validation split. How `deep` and
`cutout` are trained is in `classifier/deep/`.
"""

import argparse
import platform
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import trange

from .calibrate import cross_fitted, fit_temperature
from .data import DATA, Pictures, fashion_mnist, read_manifest, split
from .evaluate import (
    Answers,
    expected_calibration_error,
    fashion_mnist_answers,
    figures,
    manifest_answers,
)
from .network import CLASSES, MLP, PIXELS, WEIGHTS, save
from .predict import Classifier


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
    batch=512,
    learning_rate=4e-3,
    weight_decay=1e-2,
    label_smoothing=0.1,
)

LINEAR = replace(LESSON, activation=False)
PLAIN = {"lesson": LESSON, "linear": LINEAR}  # those that learn from Fashion-MNIST alone

STAY_SURE = 0.95  # share of real clothes of which a network stays sure


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
            mirrored = torch.randint(2, (recipe.batch,))
            x = pictures.index_select(0, batch + len(labels) * mirrored)
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
    return network, {
        "recipe": asdict(recipe) | {"epochs": epochs},
        "seed": seed,
        "data": {"Fashion-MNIST": len(training)},
        "mirror": False,
        "temperatures": {"fashion_mnist": 1.0, "photo": 1.0, "sketch": 1.0},
        "thresholds": {"photo": 0.0, "sketch": 0.0},
        "history": history,
    }


def both_ways(pictures: Tensor) -> Tensor:
    """uint8 (N, 28, 28) -> float32 (2 N, 784), 0..1: the pictures, then their mirror images."""
    return torch.cat([pictures, pictures.flip(2)]).flatten(1).float().div_(255)


@torch.no_grad()
def logits_of(network: nn.Module, pictures: Pictures) -> Tensor:
    """float32 (N, outputs)."""
    return network(pictures.pictures.float() / 255)


def accuracy(network: nn.Module, pictures: Pictures) -> float:
    return (logits_of(network, pictures).argmax(1) == pictures.labels).float().mean().item()


def fit_temperatures(classifier: Classifier, validation: Pictures, manifest: Path | None) -> None:
    """Set the temperature of each kind of picture on its validation pictures."""
    temperatures = classifier.about["temperatures"]
    logits = torch.from_numpy(classifier.logits(validation.pictures.numpy()))[:, : len(CLASSES)]
    temperatures["fashion_mnist"] = fit_temperature(logits, validation.labels)
    for kind, answers in manifest_validation(classifier, manifest).items():
        ten = answers[answers.is_one_of_ten]
        logits = torch.from_numpy(ten.logits)
        temperatures[kind] = fit_temperature(logits, torch.from_numpy(ten.allowed))


def measure(classifier: Classifier, data: Path, manifest: Path | None) -> dict[str, float]:
    """Set the thresholds, and return the figures for Fashion-MNIST's test and the manifest."""
    test = figures(fashion_mnist_answers(classifier, data))
    noted = {f"fashion_mnist_test: {name}": value for name, value in test.items()}
    for kind, answers in manifest_validation(classifier, manifest).items():
        ten = answers[answers.is_one_of_ten]
        threshold = np.quantile(ten.sureness, 1 - STAY_SURE)
        classifier.about["thresholds"][kind] = float(threshold)
        noted |= {f"{kind}_validation: {name}": value for name, value in figures(answers).items()}
        # Judged by a temperature that these very pictures had no part in.
        apart = cross_fitted(torch.from_numpy(ten.logits), torch.from_numpy(ten.allowed)).numpy()
        error = expected_calibration_error(replace(ten, probabilities=apart))
        noted[f"{kind}_validation: ECE, temperature cross-fitted"] = error
    return noted


def manifest_validation(classifier: Classifier, manifest: Path | None) -> dict[str, Answers]:
    """The answers for the manifest's validation pictures by kind; empty if there is none."""
    if manifest is None:
        return {}
    kinds = {kind: read_manifest(manifest, "validation", kind) for kind in ("photo", "sketch")}
    return {kind: manifest_answers(classifier, rows) for kind, rows in kinds.items()}


def made_by() -> dict[str, Any]:
    """With what a network was trained, and when."""
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    return {"versions": versions, "trained": datetime.now(UTC).date().isoformat()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m classifier.train", description=__doc__)
    parser.add_argument("network", choices=PLAIN)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with FashionMNIST/")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="for a quick look")
    parser.add_argument("--manifest", type=Path, help="folder with manifest.csv and its pictures")
    arguments = parser.parse_args()

    recipe = PLAIN[arguments.network]
    network, about = train_lesson(arguments.data, arguments.seed, recipe, arguments.epochs)
    store(network, about, arguments.network, arguments.data, arguments.manifest, arguments.weights)


def store(
    network: MLP,
    about: dict[str, Any],
    name: str,
    data: Path,
    manifest: Path | None,
    folder: Path,
) -> None:
    """Measure a trained network, write its files to `folder`, and print the figures."""
    classifier = Classifier(network.eval(), about)
    about["figures"] = measure(classifier, data, manifest)
    save(network, about | made_by(), name, folder)
    for figure, value in about["figures"].items():
        print(f"{figure:<70} {value:.4f}")


if __name__ == "__main__":
    main()
