"""The figures, against cases worked out by hand, and the whole command on a small folder."""

import csv
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.cutout import load_segmenter
from classifier.training import evaluate
from classifier.training.data import Row, read_manifest
from classifier.training.evaluate import (
    Answers,
    figures,
    negative_answers,
    report,
    sure_figures,
    update_metadata,
)
from classifier.training.labelled import NEGATIVE_CROPS, negative_crops

from .doubles import man, untrained
from .test_preparation import outline


def answers(allowed: list[list[int]], said: list[int], confidence: list[float]) -> Answers:
    right = np.zeros((len(said), 10), bool)
    for row, classes in zip(right, allowed, strict=True):
        row[classes] = True
    probabilities = np.repeat((1 - np.array(confidence, np.float32))[:, None] / 9, 10, axis=1)
    probabilities[np.arange(len(said)), said] = confidence
    return Answers(
        kinds=np.full(len(said), "photo"),
        probabilities=probabilities,
        in_distribution_score=np.array(confidence, np.float32),
        possible=np.ones(len(said), bool),
        pictures=np.zeros((len(said), 28, 28), np.uint8),
        allowed=right,
        logits=np.log(probabilities),
        place_log_likelihood=np.zeros((len(said), 10)),
        report_keys=np.array(["|".join(map(str, classes)) for classes in allowed]),
    )


def test_figures_by_hand() -> None:
    """Class 0: 2 of 3 right. Class 1: 1 of 1. "2 or 3": right with 3. One is none of the ten."""
    measured = figures(
        answers(
            [[0], [0], [0], [1], [2, 3], []], [0, 0, 5, 1, 3, 4], [0.9, 0.9, 0.9, 0.7, 0.6, 0.3]
        )
    )
    assert measured["accuracy"] == pytest.approx(4 / 5)
    assert measured["accuracy, mean over classes, single-class rows"] == pytest.approx(5 / 6)
    assert measured["accuracy, mean over classes, all rows"] == pytest.approx((2 / 3 + 1 + 1) / 3)
    # Bins at 0.9 (3 pictures, 2 right), 0.7 (1, right) and 0.6 (1, right).
    expected = (3 * abs(0.9 - 2 / 3) + abs(0.7 - 1) + abs(0.6 - 1)) / 5
    assert measured["ECE"] == pytest.approx(expected, abs=1e-6)
    likelihood = [0.9, 0.9, 0.1 / 9, 0.7, 0.6 + 0.4 / 9]
    assert measured["NLL"] == pytest.approx(-np.log(likelihood).mean(), abs=1e-5)
    assert measured["none: AUROC"] == 1
    assert measured["none: false-positive rate at 95 % recall"] == 0


def test_each_kind_has_its_level() -> None:
    """Of 20 worn and 20 others, each surer than the one before; 95 % of each stay sure."""
    measured = answers([[0]] * 40, [0] * 40, list(np.linspace(0.2, 0.98, 40)))
    measured.kinds[:20] = "worn"
    network = untrained(0)
    update_metadata(network, {"made up": measured})
    levels = network.about["thresholds"]
    scores = measured.in_distribution_score
    assert levels["worn"] < scores[1] < scores[20] < levels["photo"]
    stated = network.about["figures"]["made up_validation: the ten: called sure"]
    assert stated == pytest.approx(0.95)


def test_the_command_measures_a_folder_and_writes_the_plots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "kind", "split", "label", "classes", "note"])
        for i, classes in enumerate(["T-shirt/top", "T-shirt/top|Shirt", ""]):
            outline(width=2 + i).save(tmp_path / f"{i}.png")
            writer.writerow([f"{i}.png", "sketch", "validation", "shirt", classes, ""])
    plots = tmp_path / "plots"
    arguments = ["evaluate", "lesson", "--data", str(tmp_path), "--plots", str(plots)]
    monkeypatch.setattr(sys, "argv", arguments)
    evaluate.main()
    printed = capsys.readouterr().out
    assert "lesson on sketch" in printed and "lesson on photo" not in printed
    assert "T-shirt/top|Shirt" in printed
    assert Image.open(plots / "sketch.png").width > 300


def test_faces_hands_and_surroundings_are_asked_about_and_none_is_one_of_the_ten(
    tmp_path: Path,
) -> None:
    labels = man(tmp_path)
    found = negative_crops(tmp_path / "man.jpg", np.random.default_rng(0))
    assert len(found) == NEGATIVE_CROPS
    for crop in found[: NEGATIVE_CROPS // 2]:
        assert crop.mask is not None
        assert (labels[crop.mask > 0] == 1).all() and 80 <= (crop.mask > 0).sum() <= 480
    for crop in found[NEGATIVE_CROPS // 2 :]:
        # Shirt and trousers have hardly any green.
        assert crop.mask is None and (crop.photo[..., 1] < 100).mean() < 0.05

    row = Row(tmp_path / "man.jpg", "worn", "validation", "", ())
    network = untrained(0)
    negative = negative_answers(network, [row], load_segmenter())
    measured = {name: a for name, (a, _) in negative.items()}
    assert list(measured) == ["faces_and_hands", "surroundings"]
    for name, some in measured.items():
        assert len(some) == NEGATIVE_CROPS // 2
        surest = dict.fromkeys(("photo", "worn"), float(some.in_distribution_score.max()))
        assert sure_figures(some, surest) == {"none: called sure": pytest.approx(1 / len(some))}
        assert "called sure" in (text := report(name, some, surest)) and "accuracy" not in text
    before = dict(network.about["thresholds"])
    update_metadata(network, measured)
    assert network.about["thresholds"] == before
    assert network.about["figures"]["faces_and_hands_validation: pictures of the ten"] == 0


@pytest.mark.parametrize("field, value", [("classes", "Hat"), ("kind", "painting")])
def test_a_manifest_with_an_unknown_class_or_kind_is_refused(
    tmp_path: Path, field: str, value: str
) -> None:
    row = {"path": "a.png", "kind": "photo", "split": "train", "label": "hat", "classes": "Coat"}
    row[field] = value
    (tmp_path / "manifest.csv").write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    with pytest.raises(ValueError, match=r"a\.png"):
        read_manifest(tmp_path)
