"""Measure a stored network: `python -m classifier.evaluate [NETWORK] [--data DIR]`.

Measures on what DIR holds: Fashion-MNIST's 10,000 test pictures (downloaded if DIR holds nothing),
and the pictures that `DIR/manifest.csv` lists (see `data.read_manifest`), photos and sketches
apart. Prints the figures and writes the plots to a folder. `--store` also writes the figures into
the network's JSON file, with the thresholds below which it is not sure.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib
import numpy as np
import torch
from matplotlib import pyplot as plt
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    confusion_matrix,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
)
from tqdm import tqdm

from .calibrate import cross_fitted
from .data import DATA, Row, fashion_mnist, read_manifest
from .network import CLASSES, WEIGHTS, save, stored_networks
from .predict import Classifier, load
from .preparation import prepare

matplotlib.use("Agg")

BINS = 15  # of the reliability diagram and the expected calibration error
WORST = 60  # how many mistakes the contact sheet shows
STAY_SURE = 0.95  # share of real clothes of which a network stays sure


@dataclass(frozen=True)
class Answers:
    """What a network said of N pictures.

    pictures: uint8 (N, 28, 28). allowed: bool (N, 10), the classes that count as right, none of
    them where the picture is none of the ten. logits, probabilities: float32 (N, 10).
    sureness: float32 (N,), higher for likelier one of the ten. groups: (N,) names to report by.
    """

    pictures: np.ndarray
    allowed: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray
    sureness: np.ndarray
    groups: np.ndarray

    def __getitem__(self, index: np.ndarray) -> "Answers":
        return Answers(*(value[index] for value in vars(self).values()))

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def is_one_of_ten(self) -> np.ndarray:
        return np.asarray(self.allowed.any(1))

    @property
    def single(self) -> np.ndarray:
        """bool (N,): exactly one class counts as right."""
        return self.allowed.sum(1) == 1

    @property
    def right(self) -> np.ndarray:
        """bool (N,): the most probable class is one of those that count as right."""
        return self.allowed[np.arange(len(self)), self.probabilities.argmax(1)]


def answer(classifier: Classifier, pictures: np.ndarray, allowed: np.ndarray, kind: str) -> Answers:
    """Ask a network about prepared pictures, uint8 (N, 28, 28), of one kind."""
    logits = classifier.logits(pictures)
    names = np.array(CLASSES)
    return Answers(
        pictures,
        allowed,
        logits[:, : len(CLASSES)],
        classifier.to_probabilities(logits, kind),
        classifier.sureness(logits),
        np.array(["|".join(names[row]) or "none of the ten" for row in allowed]),
    )


# --- figures --------------------------------------------------------------------------------------


def accuracy_by_group(answers: Answers) -> dict[str, float]:
    """Accuracy of each class, and of each set of classes where several count as right."""
    right, groups = answers.right, answers.groups
    return {str(group): float(right[groups == group].mean()) for group in np.unique(groups)}


def negative_log_likelihood(answers: Answers) -> float:
    """Mean of -log of the probability given to the classes that count as right, in nats."""
    likelihood = (answers.probabilities * answers.allowed).sum(1)
    return float(-np.log(likelihood.clip(1e-12)).mean())


def reliability(answers: Answers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(confidence, accuracy, share of the pictures) of each bin that has any (Guo et al. 2017)."""
    confidence = answers.probabilities.max(1)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    used = np.unique(bins)
    means = [(confidence[bins == b].mean(), answers.right[bins == b].mean()) for b in used]
    shares = np.array([(bins == b).mean() for b in used])
    return np.array([m[0] for m in means]), np.array([m[1] for m in means]), shares


def expected_calibration_error(answers: Answers) -> float:
    """Mean distance between confidence and accuracy over the bins, weighted by their share."""
    confidence, right, share = reliability(answers)
    return float((np.abs(confidence - right) * share).sum())


def none_figures(answers: Answers) -> dict[str, float]:
    """How well `sureness` tells the ten classes from anything else."""
    is_one = answers.is_one_of_ten
    if is_one.all() or not is_one.any():
        return {}
    false_positives, recall, _ = roc_curve(is_one, answers.sureness)
    return {
        "none: AUROC": float(roc_auc_score(is_one, answers.sureness)),
        "none: false-positive rate at 95 % recall": float(false_positives[recall >= 0.95][0]),
    }


def figures(answers: Answers) -> dict[str, float]:
    """Everything worth one number. Accuracy, NLL and ECE are over pictures of the ten classes."""
    ten = answers[answers.is_one_of_ten]
    single = accuracy_by_group(ten[ten.single])
    every = accuracy_by_group(ten)
    # Judged by a temperature that these very pictures had no part in.
    apart = cross_fitted(torch.from_numpy(ten.logits), torch.from_numpy(ten.allowed)).numpy()
    return {
        "pictures": len(answers),
        "pictures of the ten": len(ten),
        "accuracy": float(ten.right.mean()),
        "accuracy, mean over classes, single-class rows": float(np.mean(list(single.values()))),
        "accuracy, mean over classes, all rows": float(np.mean(list(every.values()))),
        "NLL": negative_log_likelihood(ten),
        "ECE": expected_calibration_error(ten),
        "ECE, temperature cross-fitted": expected_calibration_error(
            replace(ten, probabilities=apart)
        ),
    } | none_figures(answers)


def report(title: str, answers: Answers) -> str:
    """The figures and the tables, to read in a terminal."""
    lines = [f"## {title}", ""]
    for name, value in figures(answers).items():
        lines.append(
            f"{name:<48} {value:.4f}" if isinstance(value, float) else f"{name:<48} {value}"
        )
    ten = answers[answers.is_one_of_ten]
    lines += ["", f"{'what counts as right':<34} pictures  accuracy"]
    for group, value in accuracy_by_group(ten).items():
        lines.append(f"{group:<34} {(ten.groups == group).sum():8}  {value:8.3f}")
    single = ten[ten.single]
    truth, said = single.allowed.argmax(1), single.probabilities.argmax(1)
    labels = range(len(CLASSES))
    precision, recall, _, support = precision_recall_fscore_support(
        truth, said, labels=list(labels), zero_division=0
    )
    lines += ["", f"{'single-class rows':<14} precision  recall  pictures"]
    for i, name in enumerate(CLASSES):
        lines.append(f"{name:<14} {precision[i]:9.3f} {recall[i]:7.3f} {support[i]:9}")
    lines += ["", "confusion matrix, single-class rows (row: truth, column: answer)"]
    matrix = confusion_matrix(truth, said, labels=list(labels))
    lines += [
        f"{name:<14}" + "".join(f"{count:6}" for count in row)
        for name, row in zip(CLASSES, matrix, strict=True)
    ]
    return "\n".join(lines)


# --- plots ----------------------------------------------------------------------------------------


def plot_confusion(answers: Answers, file: Path) -> None:
    single = answers[answers.single]
    figure, axes = plt.subplots(figsize=(8, 7), layout="constrained")
    ConfusionMatrixDisplay.from_predictions(
        single.allowed.argmax(1),
        single.probabilities.argmax(1),
        labels=list(range(len(CLASSES))),
        display_labels=CLASSES,
        cmap="Blues",
        xticks_rotation=45,
        colorbar=False,
        ax=axes,
    )
    figure.savefig(file, dpi=120)
    plt.close(figure)


def plot_reliability(answers: Answers, file: Path) -> None:
    ten = answers[answers.is_one_of_ten]
    confidence, right, share = reliability(ten)
    figure, axes = plt.subplots(figsize=(5, 5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="confidence = accuracy")
    axes.plot(confidence, right, marker="o", label="network")
    axes.bar(confidence, share, width=0.03, alpha=0.3, label="share of the pictures")
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    axes.set_title(f"ECE {expected_calibration_error(ten):.3f}")
    axes.legend()
    figure.savefig(file, dpi=120)
    plt.close(figure)


def plot_learning_curves(history: list[dict[str, float]], file: Path) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    epochs = range(1, len(history) + 1)
    left.plot(epochs, [epoch["loss"] for epoch in history])
    left.set(xlabel="epoch", ylabel="training loss")
    right.plot(epochs, [epoch["validation"] for epoch in history])
    right.set(xlabel="epoch", ylabel="validation accuracy")
    figure.savefig(file, dpi=120)
    plt.close(figure)


def plot_worst(answers: Answers, paths: list[Path], file: Path) -> None:
    """A contact sheet of the mistakes made with the most confidence: input, what was seen, bars."""
    wrong = np.flatnonzero(answers.is_one_of_ten & ~answers.right)
    wrong = wrong[np.argsort(-answers.probabilities[wrong].max(1))][:WORST]
    columns = 4
    rows = max(1, -(-len(wrong) // columns))
    figure, grid = plt.subplots(
        rows, 3 * columns, figsize=(4.5 * columns, 1.7 * rows), layout="constrained", squeeze=False
    )
    for axes in grid.flat:
        axes.axis("off")
    for i, index in enumerate(wrong):
        source, seen, bars = grid[i // columns, 3 * (i % columns) : 3 * (i % columns) + 3]
        if paths:
            source.imshow(plt.imread(paths[index]), cmap="gray")
        source.set_title(answers.groups[index].replace("|", "\n"), fontsize=6)
        seen.imshow(answers.pictures[index], cmap="gray", vmin=0, vmax=255)
        bars.axis("on")
        bars.barh(CLASSES, answers.probabilities[index])
        bars.tick_params(labelsize=5)
        bars.set(xlim=(0, 1), xticks=[])
        bars.invert_yaxis()
    figure.savefig(file, dpi=100)
    plt.close(figure)


# --- what to measure on ---------------------------------------------------------------------------


def fashion_mnist_answers(classifier: Classifier, folder: Path) -> Answers:
    """The answers for Fashion-MNIST's 10,000 test pictures."""
    test = fashion_mnist(folder, train=False)
    allowed = np.eye(len(CLASSES), dtype=bool)[test.labels.numpy()]
    return answer(classifier, test.pictures.numpy(), allowed, "fashion_mnist")


def manifest_answers(classifier: Classifier, rows: list[Row]) -> Answers:
    """The answers for a manifest's pictures of one kind, each prepared as that kind."""
    allowed = np.stack([row.allowed() for row in rows])
    return answer(classifier, prepare_rows(rows), allowed, rows[0].kind)


def prepare_rows(rows: list[Row]) -> np.ndarray:
    """Each row's picture prepared as the kind its manifest says: uint8 (N, 28, 28)."""
    return np.stack([prepare(row.path, row.kind).picture for row in tqdm(rows, desc="preparing")])


def note(classifier: Classifier, measured: dict[str, Answers]) -> None:
    """Write down what was measured in what the network's JSON file says: figures and thresholds.

    measured: by name, as "photo_validation"; from a kind's pictures comes its threshold.
    """
    about = classifier.about
    about["figures"] = {
        f"{name}: {figure}": value
        for name, answers in measured.items()
        for figure, value in figures(answers).items()
    }
    for name, answers in measured.items():
        kind = name.partition("_")[0]
        if kind in about["thresholds"]:
            sureness = answers[answers.is_one_of_ten].sureness
            about["thresholds"][kind] = float(np.quantile(sureness, 1 - STAY_SURE))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m classifier.evaluate", description=__doc__)
    names = stored_networks()
    parser.add_argument("network", nargs="?", default="deep" if "deep" in names else "lesson")
    parser.add_argument("--data", type=Path, default=DATA, help="what to measure on")
    parser.add_argument("--split", default="validation", help="which split of the manifest")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where the networks are")
    parser.add_argument("--store", action="store_true", help="write the figures down there")
    parser.add_argument("--plots", type=Path, default=Path("artefacts/evaluation"))
    arguments = parser.parse_args()

    classifier = load(arguments.network, arguments.weights)
    arguments.plots.mkdir(parents=True, exist_ok=True)
    plot_learning_curves(classifier.about["history"], arguments.plots / "learning_curves.png")
    rows: list[Row] = []
    if (arguments.data / "manifest.csv").exists():
        rows = read_manifest(arguments.data, arguments.split)
    measured: dict[str, tuple[Answers, list[Path]]] = {}
    if not rows or (arguments.data / "FashionMNIST").exists():
        measured["fashion_mnist_test"] = (fashion_mnist_answers(classifier, arguments.data), [])
    for kind in ("photo", "sketch"):
        if of_kind := [row for row in rows if row.kind == kind]:
            paths = [row.path for row in of_kind]
            measured[f"{kind}_{arguments.split}"] = (manifest_answers(classifier, of_kind), paths)
    if arguments.store:
        note(classifier, {name: answers for name, (answers, _) in measured.items()})
        save(classifier.network, classifier.about, arguments.network, arguments.weights)
    for name, (answers, paths) in measured.items():
        print(report(f"{arguments.network} on {name}", answers), end="\n\n")
        plot_confusion(answers, arguments.plots / f"{name}_confusion.png")
        plot_reliability(answers, arguments.plots / f"{name}_reliability.png")
        plot_worst(answers, paths, arguments.plots / f"{name}_worst.png")
    print(f"Plots are in {arguments.plots}")


if __name__ == "__main__":
    main()
