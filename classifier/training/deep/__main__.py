"""The command of this package, see its docstring."""

import hashlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_model, save_model
from torch import nn

from ...network import CLASSES, SEGMENTER, WEIGHTS
from ...predict import Classifier, load
from ..calibrate import fit_temperature
from ..data import WORN, Pictures, fashion_mnist, split, training_command
from ..evaluate import (
    Answers,
    fashion_mnist_answers,
    manifest_answers,
    real_clothes,
    update_metadata,
)
from ..fit import DEVICE
from ..lesson import accuracy, uncalibrated
from ..store import provenance, save
from . import __doc__ as description
from .sources import count_places, load_sources, sources, store_sources
from .student import (
    CONVOLUTIONS,
    FREE,
    TEACHER,
    TEACHERS,
    VIEWS,
    ask,
    teacher_network,
    train_student,
    train_teacher,
)


def train_deep(
    data: Path, manifest: Path | None, seed: int, seeds: int, work: Path, weights: Path
) -> Classifier:
    """Train students on all sources; returns the one whose log losses on validation are lowest.

    The sources and the teachers are kept in `work` for next time. weights: the folder with the
    network that cuts photos out.
    """
    training, validation = split(fashion_mnist(data), seed)
    work.mkdir(parents=True, exist_ok=True)
    key = key_of(weights, manifest, seed)
    stored = work / f"sources_{key}.npz"
    if not stored.exists():
        store_sources(sources(training, manifest, seed, weights), stored)
    loaded = load_sources(stored)
    held_out = Pictures(validation.pictures.to(DEVICE), validation.labels.to(DEVICE))

    def validate(network: nn.Module) -> float:
        return accuracy(network, held_out)

    teachers: list[nn.Module] = []
    with DEVICE:
        for number in range(seed, seed + TEACHERS):
            file = work / f"teacher_{key}_{number}.safetensors"
            if not file.exists():
                torch.manual_seed(number)
                save_model(train_teacher(loaded, validate)[0], str(file))
            teacher = teacher_network(TEACHER.dropout)
            load_model(teacher, str(file))
            teachers.append(teacher.eval().requires_grad_(False))
        torch.manual_seed(seed)
        views = ask(teachers, loaded, VIEWS)
    stages = {"teacher": TEACHER, "convolutions": CONVOLUTIONS, "free": FREE}
    recipe = {name: asdict(stage) for name, stage in stages.items()}
    students = []
    for number in range(seed, seed + seeds):
        with DEVICE:
            torch.manual_seed(number)
            network, history = train_student(views, validate)
        about: dict[str, Any] = {
            "recipe": recipe | {"teachers": TEACHERS, "views": VIEWS},
            "seed": number,
            "storage": "float16",
            "data": {source.name: len(source.pictures) for source in loaded},
            "mirror": True,
            **uncalibrated(),
            "history": history,
        }
        # Calibrated as it will answer: with the numbers as they are stored.
        students.append(Classifier(network.half().float().cpu(), about))
        finish(students[-1], data, manifest, seed, weights)
    best = min(students, key=log_loss)
    best.about["log losses"] = {each.about["seed"]: log_loss(each) for each in students}
    return best


def log_loss(classifier: Classifier) -> float:
    """Of photos, worn clothes and sketches, summed; of what there was to validate by."""
    figures = classifier.about["figures"]
    names = (f"{kind}_validation: NLL" for kind in ("photo", "worn", "sketch"))
    return float(sum(figures.get(name, 0.0) for name in names))


def key_of(weights: Path, manifest: Path | None, seed: int) -> str:
    """Names all that the sources are made of: code and constants, manifests, segmenter and seed."""
    package = Path(__file__).resolve().parents[2]
    files = [*sorted(package.rglob("*.py")), WEIGHTS / "settings.json"]
    files.append(weights / f"{SEGMENTER}.safetensors")
    if manifest is not None:
        files += sorted(manifest.glob("manifest*.csv"))
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return hashlib.sha256(" ".join([str(seed), *digests]).encode()).hexdigest()[:12]


def finish(
    classifier: Classifier, data: Path, manifest: Path | None, seed: int, weights: Path
) -> None:
    """Calibrate a trained network, choose when it is not sure, and note what it is worth.

    Where each class is worn is counted first: temperatures depend on it.
    """
    temperatures = classifier.about["temperatures"]
    if manifest is not None and (manifest / WORN).exists():
        classifier.about["places"] = count_places(manifest, weights)
    _, validation = split(fashion_mnist(data), seed)
    logits = torch.from_numpy(classifier.logits(validation.pictures.numpy()))[:, : len(CLASSES)]
    temperatures["fashion_mnist"] = fit_temperature(logits, validation.labels)
    measured: dict[str, Answers] = {}
    if manifest is not None:
        answered = manifest_answers(classifier, manifest, weights)
        measured = {name: answers for name, (answers, _) in answered.items()}
    for kind, some in real_clothes(measured).items():
        known = ("logits", "allowed", "place_log_likelihood")
        every = (np.concatenate([getattr(each, name) for each in some]) for name in known)
        temperatures[kind] = fit_temperature(*map(torch.from_numpy, every))
    for name, each in measured.items():
        probabilities = classifier.to_probabilities(
            each.logits, each.kinds.tolist(), each.place_log_likelihood
        )
        measured[name] = replace(each, probabilities=probabilities)
    measured["fashion_mnist"] = fashion_mnist_answers(classifier, data)
    update_metadata(classifier, measured)


def main() -> None:
    parser = training_command("deep", description)
    parser.add_argument("--seeds", type=int, default=1, help="students; the best one is stored")
    parser.add_argument(
        "--calibrate",
        action="store_true",
        help="do only what comes after training, for the deep in --weights",
    )
    arguments = parser.parse_args()

    data, manifest, weights = arguments.data, arguments.manifest, arguments.weights
    if arguments.calibrate:
        best = load("deep", weights)
        finish(best, data, manifest, arguments.seed, weights)
    else:
        best = train_deep(data, manifest, arguments.seed, arguments.seeds, arguments.work, weights)
        best.about |= provenance()
    save(best.network, best.about, "deep", arguments.out)
    for figure, value in best.about["figures"].items():
        print(f"{figure:<70} {value:.4f}")


if __name__ == "__main__":
    main()
