"""The command of this package, see its docstring: `python -m classifier.deep cutout`, or deep."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_model, save_model
from torch import nn

from ..calibrate import fit_temperature
from ..data import DATA, Pictures, fashion_mnist, read_manifest, split
from ..evaluate import Answers, fashion_mnist_answers, manifest_answers, note
from ..network import CLASSES, CUTTER, MLP, WEIGHTS, save, save_module
from ..predict import Classifier
from ..train import accuracy, made_by, start
from . import __doc__ as description
from .cutting import train_cutter
from .mixture import load_sources, sources, store_sources
from .student import (
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


def manifest_validation(classifier: Classifier, manifest: Path | None) -> dict[str, Answers]:
    """The answers for the manifest's validation pictures by kind; empty if there is none."""
    if manifest is None:
        return {}
    kinds = {kind: read_manifest(manifest, "validation", kind) for kind in ("photo", "sketch")}
    return {kind: manifest_answers(classifier, rows) for kind, rows in kinds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m classifier.deep", description=description)
    parser.add_argument("network", choices=(CUTTER, "deep"))
    parser.add_argument("--data", type=Path, default=DATA, help="folder with FashionMNIST/")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--manifest", type=Path, help="folder with manifest.csv and its pictures")
    parser.add_argument("--work", type=Path, default=DATA / "deep", help="deep: kept between runs")
    arguments = parser.parse_args()

    if arguments.network == CUTTER:
        if not arguments.manifest:
            parser.error("cutout learns from photos: --manifest says where they are")
        training, _ = split(fashion_mnist(arguments.data), arguments.seed)
        start(arguments.seed)
        cutter, about = train_cutter(training, arguments.manifest, arguments.seed)
        save_module(cutter, about | made_by(), CUTTER, arguments.weights)
        return
    network, about = train_deep(arguments.data, arguments.manifest, arguments.seed, arguments.work)
    classifier = Classifier(network, about)
    measured = {"fashion_mnist_test": fashion_mnist_answers(classifier, arguments.data)}
    for kind, answers in manifest_validation(classifier, arguments.manifest).items():
        measured[f"{kind}_validation"] = answers
    note(classifier, measured)
    save(network, about | made_by(), "deep", arguments.weights)
    for figure, value in about["figures"].items():
        print(f"{figure:<70} {value:.4f}")


if __name__ == "__main__":
    main()
