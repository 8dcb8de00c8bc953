"""What the network mixes up is counted right, stored, and read again."""

from pathlib import Path

import numpy as np
import pytest
import torch

from classifier import CLASSES, load
from classifier.training.confusion import EXAMPLES, find_confusion, load_confusion, store_confusion
from classifier.training.data import fashion_mnist

from .real_data import FOLDER, needs_fashion_mnist


@needs_fashion_mnist
def test_counts_and_examples_are_those_of_the_answers(tmp_path: Path) -> None:
    few = fashion_mnist(FOLDER, train=False)[torch.arange(600)]
    found = find_confusion(load("lesson"), few.pictures.numpy(), few.labels.numpy())
    store_confusion(found, "lesson", tmp_path)
    again = load_confusion("lesson", tmp_path)
    assert np.array_equal(again.counts, found.counts) and again.counts.sum() == 600
    assert again.counts.sum(1).tolist() == few.labels.bincount().tolist()
    wrong = 0
    for true, said in np.ndindex(10, 10):
        pictures = again.pictures(true, said)
        assert len(pictures) == min(EXAMPLES, again.counts[true, said])
        if len(pictures):
            assert (load("lesson").probabilities(pictures).argmax(1) == said).all()
            wrong += len(pictures) if true != said else 0
    assert wrong > 20


@pytest.mark.parametrize("name", ["lesson", "linear"])
def test_the_stored_ones_belong_to_the_stored_weights(name: str) -> None:
    """After another training: python -m classifier.training.confusion NAME."""
    about, mistakes = load(name).about, load_confusion(name)
    assert mistakes.sha256 == about["sha256"]
    assert mistakes.counts.sum(1).tolist() == [1000] * 10
    accuracy = about["figures"]["fashion_mnist_test: accuracy"]
    assert mistakes.counts.trace() == round(10_000 * accuracy)


def test_the_lesson_plan_quotes_the_stored_ones() -> None:
    plan = (Path(__file__).parent.parent / "docs" / "teaching.md").read_text(encoding="utf-8")
    counts = load_confusion("lesson").counts
    shirt, top, bag = (CLASSES.index(name) for name in ("Shirt", "T-shirt/top", "Bag"))
    assert f"choose the {counts[shirt, top]} in the line Shirt, column T-shirt/top" in plan
    shoes = [CLASSES.index(name) for name in ("Sandal", "Sneaker", "Ankle boot")]
    assert counts[bag, shoes[2]] == 0 and not counts[CLASSES.index("Trouser"), shoes].any()
    right, linear = (
        f"{100 * load(name).about['figures']['fashion_mnist_test: accuracy']:.1f} %"
        for name in ("lesson", "linear")
    )
    assert plan.count(f"`lesson` {right}") == 2 and f"it gets {linear} right" in plan
