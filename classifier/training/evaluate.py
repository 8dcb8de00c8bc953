"""Measure a stored network: `python -m classifier.training.evaluate [NETWORK] [--data DIR]`.

Measures on what DIR holds: Fashion-MNIST's 10,000 test pictures (downloaded if DIR holds nothing),
and the pictures that `DIR/manifest.csv` and `DIR/manifest-worn.csv` list (see `manifest_answers`),
each source apart. Prints the figures, and shows the worst mistakes of each set in a picture in the
folder `--plots`. `--store` also writes the figures into the network's JSON file, with the
thresholds below which it is not sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib
import numpy as np
import torch
from matplotlib import pyplot as plt
from sklearn.metrics import roc_auc_score, roc_curve
from tqdm import tqdm

from ..cutout import BODY_PARTS, GARMENT, Piece, UNet, load_segmenter
from ..network import CLASSES, WEIGHTS, stored_networks
from ..predict import Classifier, Decisions, load
from ..preparation import Kind, Prepared, lay_out_photo, prepare
from .calibrate import cross_fitted
from .data import WORN, Row, command, fashion_mnist, read_manifest
from .labelled import negative_crops
from .store import save

matplotlib.use("Agg")

BINS = 15  # of the expected calibration error
WORST = 60  # how many mistakes the contact sheet shows
WORN_BY_PEOPLE = ("ccp_crops", "magento2", "bagisto")  # sources
BAGS_AND_SHOES = [CLASSES.index(name) for name in ("Sandal", "Sneaker", "Bag", "Ankle boot")]
STAY_SURE = 0.95  # share of real clothes of which a network stays sure


@dataclass(frozen=True)
class Answers(Decisions):
    """What a network said of N pictures, and what would have been right.

    pictures: uint8 (N, 28, 28). allowed: bool (N, 10), the classes that count as right, none of
    them where the picture is none of the ten. logits: float32 (N, 10). place_log_likelihood:
    float64 (N, 10), as the `Classifier`'s. report_keys: str (N,), names to report by.
    """

    pictures: np.ndarray
    allowed: np.ndarray
    logits: np.ndarray
    place_log_likelihood: np.ndarray
    report_keys: np.ndarray

    def __getitem__(self, index: np.ndarray) -> "Answers":
        return replace(self, **{name: value[index] for name, value in vars(self).items()})

    def __len__(self) -> int:
        return len(self.report_keys)

    @property
    def is_one_of_ten(self) -> np.ndarray:
        return np.asarray(self.allowed.any(1))

    @property
    def single(self) -> np.ndarray:
        """bool (N,): exactly one class counts as right."""
        return np.asarray(self.allowed.sum(1) == 1)

    @property
    def right(self) -> np.ndarray:
        """bool (N,): the most probable class is one of those that count as right."""
        return np.asarray(self.allowed[np.arange(len(self)), self.probabilities.argmax(1)])


def answer(classifier: Classifier, prepared: Sequence[Prepared], allowed: np.ndarray) -> Answers:
    """Ask a network about what `prepare` has made ready; allowed: bool (N, 10), as in `Answers`."""
    pictures = np.stack([each.picture for each in prepared])
    kinds, pieces = [each.kind for each in prepared], [each.piece for each in prepared]
    logits, names = classifier.logits(pictures), np.array(CLASSES)
    return Answers(
        **vars(classifier.decide(logits, kinds, pieces)),
        pictures=pictures,
        allowed=allowed,
        logits=logits[:, : len(CLASSES)],
        place_log_likelihood=classifier.place_log_likelihood(pieces),
        report_keys=np.array(["|".join(names[row]) or "none of the ten" for row in allowed]),
    )


# --- figures --------------------------------------------------------------------------------------


def accuracy_by_key(answers: Answers) -> dict[str, float]:
    """Accuracy of each class, and of each set of classes where several count as right."""
    right, keys = answers.right, answers.report_keys
    return {str(key): float(right[keys == key].mean()) for key in np.unique(keys)}


def negative_log_likelihood(answers: Answers) -> float:
    """Mean of -log of the probability given to the classes that count as right, in nats."""
    likelihood = (answers.probabilities * answers.allowed).sum(1)
    return float(-np.log(likelihood.clip(1e-12)).mean())


def expected_calibration_error(answers: Answers) -> float:
    """Mean distance between confidence and accuracy of the pictures' bins (Guo et al. 2017)."""
    confidence = answers.probabilities.max(1)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(np.abs(np.bincount(bins, confidence - answers.right)).sum() / len(answers))


def none_figures(answers: Answers) -> dict[str, float]:
    """How well `in_distribution_score` tells the ten classes from anything else."""
    is_one = answers.is_one_of_ten
    if is_one.all() or not is_one.any():
        return {}
    false_positives, recall, _ = roc_curve(is_one, answers.in_distribution_score)
    return {
        "none: AUROC": float(roc_auc_score(is_one, answers.in_distribution_score)),
        "none: false-positive rate at 95 % recall": float(false_positives[recall >= 0.95][0]),
    }


def sure_figures(answers: Answers, thresholds: dict[str, float]) -> dict[str, float]:
    """Of how many a network with these thresholds, by kind, is sure; empty if it has none."""
    if not all(kind in thresholds for kind in answers.kinds):
        return {}
    sure, ten = answers.sure(thresholds), answers.is_one_of_ten
    parts = {
        "the ten: called sure": sure[ten],
        "the ten: called sure, of those right": sure[ten & answers.right],
        "none: called sure": sure[~ten],
    }
    return {name: float(part.mean()) for name, part in parts.items() if len(part)}


def figures(answers: Answers) -> dict[str, float]:
    """Everything worth one number. Accuracy, NLL and ECE are over pictures of the ten classes."""
    ten = answers[answers.is_one_of_ten]
    counts: dict[str, float] = {"pictures": len(answers), "pictures of the ten": len(ten)}
    if not len(ten):
        return counts
    single = accuracy_by_key(ten[ten.single])
    every = accuracy_by_key(ten)
    # Judged by a temperature that these very pictures had no part in.
    logits, allowed = torch.from_numpy(ten.logits), torch.from_numpy(ten.allowed)
    cross = cross_fitted(logits, allowed, torch.from_numpy(ten.place_log_likelihood)).numpy()
    return (
        counts
        | {
            "accuracy": float(ten.right.mean()),
            "accuracy, mean over classes, single-class rows": float(np.mean(list(single.values()))),
            "accuracy, mean over classes, all rows": float(np.mean(list(every.values()))),
            "NLL": negative_log_likelihood(ten),
            "ECE": expected_calibration_error(ten),
            "ECE, temperature cross-fitted": expected_calibration_error(
                replace(ten, probabilities=cross)
            ),
        }
        | none_figures(answers)
    )


def report(title: str, answers: Answers, thresholds: dict[str, float]) -> str:
    """The figures, and the accuracy of each class, to read in a terminal."""
    lines = [f"## {title}", ""]
    for name, value in (figures(answers) | sure_figures(answers, thresholds)).items():
        shown = f"{value:.4f}" if isinstance(value, float) else value
        lines.append(f"{name:<48} {shown}")
    ten = answers[answers.is_one_of_ten]
    if not len(ten):
        return "\n".join(lines)
    lines += ["", f"{'what counts as right':<34} pictures  accuracy"]
    for key, value in accuracy_by_key(ten).items():
        lines.append(f"{key:<34} {(ten.report_keys == key).sum():8}  {value:8.3f}")
    return "\n".join(lines)


# --- mistakes -------------------------------------------------------------------------------------


def plot_worst(answers: Answers, paths: list[Path], file: Path) -> None:
    """A contact sheet of the mistakes made with the most confidence: input, and what was seen."""
    file.parent.mkdir(parents=True, exist_ok=True)
    wrong = np.flatnonzero(answers.is_one_of_ten & ~answers.right)
    wrong = wrong[np.argsort(-answers.probabilities[wrong].max(1))][:WORST]
    rows = max(1, -(-len(wrong) // 6))
    figure, grid = plt.subplots(rows, 12, figsize=(18, 1.7 * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for index, (source, seen) in zip(wrong, grid.reshape(-1, 2), strict=False):
        if paths:
            source.imshow(plt.imread(paths[index]), cmap="gray")
        source.set_title(answers.report_keys[index].replace("|", "\n"), fontsize=6)
        seen.imshow(answers.pictures[index], cmap="gray", vmin=0, vmax=255)
        probabilities = answers.probabilities[index]
        said = CLASSES[probabilities.argmax()]
        seen.set_title(f"said {said}, {probabilities.max():.2f}", fontsize=6)
    figure.savefig(file)
    plt.close(figure)


# --- what to measure on ---------------------------------------------------------------------------


def fashion_mnist_answers(classifier: Classifier, folder: Path) -> Answers:
    """The answers for Fashion-MNIST's 10,000 test pictures."""
    test = fashion_mnist(folder, train=False)
    allowed = np.eye(len(CLASSES), dtype=bool)[test.labels.numpy()]
    ready = [Prepared(picture, "fashion_mnist", None) for picture in test.pictures.numpy()]
    return answer(classifier, ready, allowed)


Measured = dict[str, tuple[Answers, list[Path]]]  # by name, and the pictures' files


def manifest_answers(classifier: Classifier, folder: Path, weights: Path) -> Measured:
    """The answers for the validation rows of a folder's manifests, each prepared as its kind.

    Named "photo" and "sketch" for the first manifest. Of the second, which may be missing, each
    source apart, and all that people wear as "worn". "bags_and_shoes" are those of both. What is
    no clothes in its labelled photos is "faces_and_hands" and "surroundings". weights: the folder
    with the network that cuts photos out.
    """
    rows = read_manifest(folder, "validation")
    if (folder / WORN).exists():
        rows += read_manifest(folder, "validation", name=WORN)
    network, measured = load_segmenter(weights), Measured()
    kinds: tuple[Kind, ...] = ("photo", "sketch")
    for kind in kinds:
        if not (some := [row for row in rows if row.kind == kind]):
            continue
        allowed = np.stack([row.allowed() for row in some])
        ready = [prepare(row.path, kind, network) for row in tqdm(some, desc="preparing")]
        answers = answer(classifier, ready, allowed)
        source = np.array([row.source for row in some])
        sets = {str(name): source == name for name in dict.fromkeys(source)}
        if kind == "photo" and set(sets) != {kind}:
            sets["worn"] = np.isin(source, WORN_BY_PEOPLE)
            sets["bags_and_shoes"] = answers.single & allowed[:, BAGS_AND_SHOES].any(1)
        for name, chosen in sets.items():
            paths = [row.path for row, is_in in zip(some, chosen, strict=True) if is_in]
            measured[name] = (answers[chosen], paths)
    return measured | negative_answers(
        classifier, [row for row in rows if row.kind == "worn"], network
    )


def negative_answers(classifier: Classifier, people: list[Row], network: UNet) -> Measured:
    """The answers for what is no clothes in labelled photos: a page that cuts out badly asks them.

    Named "faces_and_hands" and "surroundings".
    """
    ready, names = list[Prepared](), list[str]()
    for row in people:
        for crop in negative_crops(row.path, np.random.default_rng([*row.path.name.encode()])):
            if crop.mask is None:
                ready.append(prepare(crop.photo, "photo", network))
            else:
                picture = lay_out_photo(crop.photo, crop.mask)
                piece = Piece(BODY_PARTS[GARMENT], crop.mask, certainty=0.5)  # in two minds
                ready.append(Prepared(picture, "worn", None, piece=piece))
            names.append("surroundings" if crop.mask is None else "faces_and_hands")
    if not ready:
        return {}
    answers = answer(classifier, ready, np.zeros((len(ready), len(CLASSES)), bool))
    return {str(name): (answers[np.array(names) == name], []) for name in np.unique(names)}


def real_clothes(measured: dict[str, Answers]) -> dict[str, list[Answers]]:
    """By what they were taken for: the answers for pictures of the ten classes, each once."""
    kinds: dict[str, list[Answers]] = {}
    for name, answers in measured.items():
        if name not in ("fashion_mnist", "worn", "bags_and_shoes"):
            for kind in np.unique(answers.kinds):
                if (chosen := answers.is_one_of_ten & (answers.kinds == kind)).any():
                    kinds.setdefault(str(kind), []).append(answers[chosen])
    return kinds


def update_metadata(classifier: Classifier, measured: dict[str, Answers]) -> None:
    """Write down what was measured in what the network's JSON file says: figures and thresholds.

    measured: by name; from all that was taken for one kind comes its threshold, below which the
    network is not sure.
    """
    about = classifier.about
    for kind, some in real_clothes(measured).items():
        in_distribution_score = np.concatenate([answers.in_distribution_score for answers in some])
        about["thresholds"][kind] = float(np.quantile(in_distribution_score, 1 - STAY_SURE))
    about["figures"] = {
        f"{name}_{'test' if name == 'fashion_mnist' else 'validation'}: {figure}": value
        for name, answers in measured.items()
        for figure, value in (figures(answers) | sure_figures(answers, about["thresholds"])).items()
    }


def main() -> None:
    parser = command("evaluate", __doc__)
    names = stored_networks()
    parser.add_argument("network", nargs="?", default="deep" if "deep" in names else "lesson")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where the networks are")
    parser.add_argument("--store", action="store_true", help="write the figures down there")
    parser.add_argument("--plots", type=Path, default=Path("artefacts/evaluation"))
    arguments = parser.parse_args()

    classifier = load(arguments.network, arguments.weights)
    measured: Measured = {}
    if (arguments.data / "manifest.csv").exists():
        measured = manifest_answers(classifier, arguments.data, arguments.weights)
    if not measured or (arguments.data / "FashionMNIST").exists():
        measured["fashion_mnist"] = (fashion_mnist_answers(classifier, arguments.data), [])
    for name, (answers, _) in measured.items():
        thresholds = classifier.about["thresholds"]
        print(report(f"{arguments.network} on {name}", answers, thresholds), end="\n\n")
    for name, (answers, paths) in measured.items():
        if answers.is_one_of_ten.any():
            plot_worst(answers, paths, arguments.plots / f"{name}.png")
    if arguments.store:
        update_metadata(classifier, {name: answers for name, (answers, _) in measured.items()})
        save(classifier.network, classifier.about, arguments.network, arguments.weights)
    print(f"The worst mistakes are in {arguments.plots}")


if __name__ == "__main__":
    main()
