"""Train a network and store it: `python -m classifier.train lesson`, or linear, cutout, deep.

lesson: 784-128-10 on Fashion-MNIST alone, about a minute on two quiet cores. Test accuracy 0.895
(seeds 0 to 4: 0.8975, 0.8948, 0.8950, 0.8927, 0.8935; standard deviation 0.0018).

linear: the same without the ReLU, to show what that is for. Test accuracy 0.817 (seeds 0 to 2:
0.8160, 0.8175, 0.8162).

cutout: the U-Net that cuts garments out of photos, see `cutting.py`; about twenty minutes. It
classifies nothing, but what it cuts out `deep` learns from: train it first.

deep: 784-980-1176-1176-512-11 on Fashion-MNIST, drawings made up by `drawings/`, and the photos and
sketches of a manifest (`--manifest`), see `mixture.py` and `deep.py`; about an hour on one core
that knows bfloat16. Test accuracy 0.928 (seed 0); all figures are in weights/deep.json and
weights/README.md.

The 10,000 test pictures choose nothing: every choice (settings, temperatures, thresholds) was made
on 5,000 pictures set apart from the 60,000 and on the manifest's validation split.
"""

import argparse
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_model, save_model
from torch import Tensor, nn
from tqdm import trange

from .calibrate import cross_fitted, fit_temperature
from .cutting import train_cutter
from .data import DATA, Pictures, fashion_mnist, read_manifest, split
from .deep import (
    CONVOLUTIONS,
    FREE,
    SPECIALIST,
    TEACHER,
    TEACHERS,
    VIEWS,
    ask,
    teacher_network,
    train_specialist,
    train_student,
    train_teacher,
)
from .evaluate import (
    Answers,
    expected_calibration_error,
    fashion_mnist_answers,
    figures,
    manifest_answers,
)
from .mixture import load_sources, sources, store_sources
from .network import CLASSES, CUTTER, MLP, PIXELS, WEIGHTS, save, save_module
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


def train_deep(
    data: Path, manifest: Path | None, seed: int, work: Path
) -> tuple[MLP, dict[str, Any]]:
    """Train on the whole mixture, keeping the mixture and the teachers in `work` for next time."""
    training, validation = split(fashion_mnist(data), seed)
    work.mkdir(parents=True, exist_ok=True)
    mixture = work / f"mixture{seed}.npz"
    if not mixture.exists():
        store_sources(sources(training, manifest, seed), mixture)
    found = load_sources(mixture)

    def validate(network: nn.Module) -> float:
        return accuracy(network, validation)

    def kept(name: str, number: int, train: Callable[[], tuple[nn.Module, Any]]) -> nn.Module:
        file = work / f"{name}{number}_{seed}.safetensors"
        start(seed + number)
        if not file.exists():
            save_model(train()[0], str(file))
        network = teacher_network(TEACHER.dropout)
        load_model(network, str(file))
        return network.eval().requires_grad_(False)

    specialist = kept("specialist", 0, lambda: train_specialist(found, seed, validate))
    teachers = [
        kept("teacher", n, partial(train_teacher, specialist, found, seed + n, validate))
        for n in range(TEACHERS)
    ]
    start(seed)
    network, history = train_student(ask(teachers, specialist, found, VIEWS, seed), validate)
    network.half().float()  # as it is stored, so that it is calibrated as it will answer
    stages = {
        "specialist": SPECIALIST,
        "teacher": TEACHER,
        "convolutions": CONVOLUTIONS,
        "free": FREE,
    }
    about: dict[str, Any] = {
        "recipe": {name: asdict(stage) for name, stage in stages.items()} | {"teachers": TEACHERS},
        "seed": seed,
        "storage": "float16",
        "data": {source.name: len(source.pictures) for source in found},
        "mirror": True,
        "temperatures": {"fashion_mnist": 1.0, "photo": 1.0, "sketch": 1.0},
        "thresholds": {"photo": 0.0, "sketch": 0.0},
        "history": history,
    }
    fit_temperatures(Classifier(network, about), validation, manifest)
    return network, about


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


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), "torch": torch.__version__}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m classifier.train", description=__doc__)
    parser.add_argument("network", choices=(*PLAIN, CUTTER, "deep"))
    parser.add_argument("--data", type=Path, default=DATA, help="folder with FashionMNIST/")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="of lesson or linear, for a quick look")
    parser.add_argument("--manifest", type=Path, help="folder with manifest.csv and its pictures")
    parser.add_argument("--work", type=Path, default=DATA / "deep", help="deep: kept between runs")
    arguments = parser.parse_args()
    made = {"versions": versions(), "trained": datetime.now(UTC).date().isoformat()}

    if arguments.network == CUTTER:
        if not arguments.manifest:
            parser.error("cutout learns from photos: --manifest says where they are")
        training, _ = split(fashion_mnist(arguments.data), arguments.seed)
        start(arguments.seed)
        cutter, about = train_cutter(training, arguments.manifest, arguments.seed)
        save_module(cutter, about | made, CUTTER, arguments.weights)
        return
    if arguments.network in PLAIN:
        recipe = PLAIN[arguments.network]
        network, about = train_lesson(arguments.data, arguments.seed, recipe, arguments.epochs)
    else:
        network, about = train_deep(
            arguments.data, arguments.manifest, arguments.seed, arguments.work
        )
    classifier = Classifier(network.eval(), about)
    about["figures"] = measure(classifier, arguments.data, arguments.manifest)
    save(network, about | made, arguments.network, arguments.weights)
    for name, value in about["figures"].items():
        print(f"{name:<70} {value:.4f}")


if __name__ == "__main__":
    main()
