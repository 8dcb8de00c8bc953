"""Training repeats itself to the last bit, learns, and calibrates what it learned."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import FashionMNIST

from classifier import load
from classifier.network import WEIGHTS
from classifier.training import lesson as train
from classifier.training.calibrate import fit_temperature
from classifier.training.confusion import load_confusion
from classifier.training.data import ELSEWHERE, NoData, Pictures, fashion_mnist, split
from classifier.training.lesson import LESSON, initial_weights, train_lesson

from .real_data import FOLDER, needs_fashion_mnist

SHORT = replace(LESSON, epochs=1)


@pytest.fixture
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the training pictures."""
    every = fashion_mnist(FOLDER)
    monkeypatch.setattr(train, "fashion_mnist", lambda _: every[torch.arange(30_000)])


@needs_fashion_mnist
def test_same_seed_same_weights_and_they_have_learned(fewer: None) -> None:
    first, about = train_lesson(FOLDER, 3, SHORT)
    torch.set_num_threads(2)
    again, _ = train_lesson(FOLDER, 3, SHORT)
    other, _ = train_lesson(FOLDER, 4, SHORT)
    for key, value in first.state_dict().items():
        assert torch.equal(value, again.state_dict()[key])
    weights = [next(network.parameters()) for network in (first, other)]
    assert not torch.equal(*weights)
    assert about["history"][-1]["validation"] > 0.75
    assert about["history"][-1]["loss"] < 1.5


@needs_fashion_mnist
def test_the_start_of_a_training_can_be_made_again(fewer: None) -> None:
    """Hardly any step is taken, so what comes out is what went in."""
    standing = replace(SHORT, activation=False, learning_rate=1e-12, weight_decay=0.0)
    network, about = train_lesson(FOLDER, 5, standing)
    start = initial_weights(network.sizes, False, about["seed"])
    torch.testing.assert_close(network.layers[0].weight, start.layers[0].weight)
    assert not network.activation


def test_a_split_parts_the_pictures_by_seed() -> None:
    pictures = Pictures(torch.arange(600).view(6, 10, 10), torch.arange(6))
    training, validation = split(pictures, seed=1, validation=2)
    assert sorted([*training.labels.tolist(), *validation.labels.tolist()]) == list(range(6))
    assert len(validation) == 2
    again = split(pictures, seed=1, validation=2)[1]
    assert torch.equal(again.pictures, validation.pictures)
    assert torch.equal(training.pictures[:, 0, 0], 100 * training.labels)  # of its own


def test_without_data_and_internet_there_is_a_sentence_that_names_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real download code runs; its mirror is pointed at a port where nothing listens."""
    monkeypatch.setattr(FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(NoData, match="--data DIR"):
        train_lesson(tmp_path, seed=0)


@needs_fashion_mnist
@pytest.mark.parametrize("target", [0.75, 0.95])
@pytest.mark.slow
def test_the_command_stores_what_reaches_its_target(
    target: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stored = {file: file.read_bytes() for file in WEIGHTS.iterdir()}
    monkeypatch.setitem(train.RECIPES, "lesson", SHORT)
    monkeypatch.setitem(train.TARGETS, "lesson", target)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train", "lesson", "--data", str(FOLDER.absolute())])
    if target > 0.9:
        with pytest.raises(SystemExit, match="too few"):
            train.main()
        assert not any(tmp_path.iterdir())
    else:
        train.main()
        made = load("lesson", ELSEWHERE)
        assert load_confusion("lesson", ELSEWHERE).sha256 == made.about["sha256"]
        assert made.about["sha256"][:12] in capsys.readouterr().out
        assert re.fullmatch("[0-9a-f]{40}(-dirty)?", made.about["commit"])
    assert stored == {file: file.read_bytes() for file in WEIGHTS.iterdir()}


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_found(true_temperature: float) -> None:
    rng = np.random.default_rng(0)
    logits = torch.from_numpy(rng.normal(0, 3, (2_000, 10)))
    probabilities = (logits / true_temperature).softmax(1)
    torch.manual_seed(0)
    labels = torch.multinomial(probabilities, 1).squeeze(1)
    assert fit_temperature(logits, labels) == pytest.approx(true_temperature, rel=0.05)
    # One-hot sets of allowed classes say the same as labels.
    allowed = torch.nn.functional.one_hot(labels, 10).bool()
    assert fit_temperature(logits, allowed) == fit_temperature(logits, labels)
