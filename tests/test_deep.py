"""How `deep` is made: the parts of its training, on pictures that need no data set."""

import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from classifier import load, prepare
from classifier.cutout import PLACES
from classifier.network import WEIGHTS
from classifier.training import evaluate
from classifier.training.data import VALIDATION, WORN, Pictures, fashion_mnist, read_manifest
from classifier.training.deep import __main__ as command
from classifier.training.deep import sources
from classifier.training.deep.__main__ import key_of
from classifier.training.deep.sources import OUTPUTS, Source, count_places, one_hot
from classifier.training.deep.student import (
    ASKED,
    BLENDED,
    CONVOLUTIONS,
    FREE,
    PARAMETERS,
    SIZES,
    TEACHER,
    Batch,
    Student,
    ask,
    blended,
    counts_of,
    deformed_batches,
    partial_label_loss,
    train_student,
    train_teacher,
)

from .real_data import FOLDER, needs_manifest

QUICK = {"steps": 40, "batch": 32}


def bars(name: str, share: float, count: int = 200) -> Source:
    """Two classes that anything can tell apart: an upright bar, and one that lies."""
    rng = np.random.default_rng(0)
    labels = rng.integers(2, size=count)
    pictures = rng.integers(0, 60, (count, 28, 28), np.uint8)
    pictures[labels == 0, :, 11:17] = 220
    pictures[labels == 1, 11:17] = 220
    return Source(name, share, pictures, one_hot(labels))


def test_the_convolutional_student_is_the_mlp_it_is_written_out_as() -> None:
    torch.manual_seed(0)
    student = Student(dropout=0.1)
    for _ in range(3):  # so that the norms have statistics of their own
        student(torch.rand(16, 28, 28))
    student.eval()
    mlp = student.as_mlp()
    pictures = torch.rand(8, 28, 28)
    assert mlp.sizes == SIZES
    assert sum(p.numel() for p in mlp.parameters()) == PARAMETERS
    torch.testing.assert_close(mlp(pictures), student(pictures), atol=1e-5, rtol=1e-5)


def test_several_right_classes_share_the_credit() -> None:
    probabilities = torch.tensor([[0.2, 0.3, 0.5] + [0.0] * 8]).clamp(min=1e-30)
    allowed = torch.zeros(1, OUTPUTS, dtype=torch.bool)
    allowed[0, [0, 2]] = True
    loss = partial_label_loss(probabilities.log(), allowed)
    assert loss.item() == pytest.approx(-np.log(0.7), rel=1e-5)


def test_batches_hold_every_source_by_its_share_and_deform_all_but_the_first() -> None:
    sources = [bars("exact", 0.6), bars("other", 0.3), bars("third", 0.1)]
    assert counts_of(sources, 50) == [30, 15, 5]
    torch.manual_seed(0)
    batch = deformed_batches(sources, 50)()
    known = {p.tobytes() for s in sources for p in (s.pictures, s.pictures[:, :, ::-1]) for p in p}
    is_known = [(p * 255).round().byte().numpy().tobytes() in known for p in batch.pictures]
    assert all(is_known[:30])
    assert not all(is_known[30:])


def test_a_blend_has_no_label_and_what_comes_first_is_left_alone() -> None:
    torch.manual_seed(0)
    pictures, allowed = torch.rand(100, 28, 28), torch.eye(OUTPUTS, dtype=torch.bool)[[3] * 100]
    batch = blended(Batch(pictures, allowed), first=40)
    changed = (batch.pictures != pictures).flatten(1).any(1)
    assert not changed[:40].any()
    assert abs(changed.sum() - BLENDED * 60) < 12
    assert torch.equal(batch.allowed.all(1), changed)
    assert torch.equal(batch.allowed[~changed], allowed[~changed])
    assert batch.pictures.min() >= 0 and batch.pictures.max() <= 1
    # All classes right together: nothing to learn from labels.
    assert partial_label_loss(torch.randn(1, OUTPUTS), batch.allowed[changed][:1]).item() < 1e-6


@pytest.mark.slow
def test_the_whole_training_learns() -> None:
    """Teachers, convolutions, MLP, in seconds: it has to tell the two bars apart."""
    torch.manual_seed(0)
    sources = [bars("exact", 0.5), bars("other", 0.5)]

    def validate(network: torch.nn.Module) -> float:
        return 0.5

    quick = replace(TEACHER, **QUICK)
    teachers = [train_teacher(sources, validate, quick)[0] for _ in range(2)]
    views = ask(teachers, sources, 2 * ASKED)
    first, then = replace(CONVOLUTIONS, **QUICK), replace(FREE, **QUICK)
    network, history = train_student(views, validate, first, then)
    assert history[-1]["loss"] < history[0]["loss"]
    pictures = torch.from_numpy(sources[0].pictures).float() / 255
    right = network(pictures).argmax(1) == torch.from_numpy(sources[0].allowed).int().argmax(1)
    assert right.float().mean() > 0.95


def few(folder: Path) -> Path:
    """A folder with some rows of each kind and split of the real manifests; returns it."""
    for name, every in (("manifest.csv", 250), (WORN, 120)):
        header, *rows = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join([header, *rows[::every]]), encoding="utf-8")
    for entry in FOLDER.resolve().iterdir():
        if entry.is_dir():
            (folder / entry.name).symlink_to(entry)
    return folder


@needs_manifest
def test_where_classes_are_worn_is_counted_in_training_photos(tmp_path: Path) -> None:
    counts = np.ones((6, 10))
    for row in read_manifest(few(tmp_path), "train", "photo", WORN):
        prepared = prepare(row.path, "photo")
        if row.classes and prepared.piece is not None and prepared.piece.is_worn:
            counts[PLACES.index(prepared.piece.body_part)] += row.allowed() / len(row.classes)
    assert counts.sum() > 66
    expected = counts / counts.sum(0)
    np.testing.assert_allclose(count_places(tmp_path, WEIGHTS), expected, atol=1e-4)


@pytest.mark.slow
@needs_manifest
def test_the_command_trains_on_all_sources_and_calibrates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two steps a stage: what it writes can be loaded, and calibrated again to the same."""
    quick = replace(FREE, steps=2, batch=64)

    def some(root: Path, train: bool = True) -> Pictures:
        return fashion_mnist(root, train)[torch.arange(VALIDATION + 200 if train else 200)]

    for module in (command, evaluate):
        monkeypatch.setattr(module, "fashion_mnist", some)
    for name, value in {"DRAWINGS": 1, "DOODLES": 2, "TRACED": 2}.items():
        monkeypatch.setattr(sources, name, value)
    for name, work in {
        "TEACHERS": 1,
        "VIEWS": 128,
        "train_teacher": partial(train_teacher, stage=quick),
        "train_student": partial(train_student, first=quick, then=quick),
    }.items():
        monkeypatch.setattr(command, name, work)
    trained, again = tmp_path / "trained", tmp_path / "again"
    told = ["--data", str(FOLDER), "--manifest", str(few(tmp_path))]
    work = ["--work", str(tmp_path / "work"), "--seeds", "2", "--out", str(trained)]
    monkeypatch.setattr(sys, "argv", ["deep", *told, *work])
    command.main()
    about = load("deep", trained).about
    assert {"Fashion-MNIST", "drawings", "photo", "sketch", "worn", "negative crops"} < set(
        about["data"]
    )
    assert about["log losses"][str(about["seed"])] == min(about["log losses"].values())
    np.testing.assert_allclose(np.sum(about["places"], 0), 1, atol=1e-3)
    assert set(about["thresholds"]) == {"photo", "worn", "sketch"}
    for file in WEIGHTS.glob("cutout.*"):
        shutil.copy(file, trained)
    told += ["--weights", str(trained), "--out", str(again)]
    monkeypatch.setattr(sys, "argv", ["deep", "--calibrate", *told])
    command.main()
    assert load("deep", again).about == about


def test_what_was_kept_is_used_only_where_nothing_has_changed(tmp_path: Path) -> None:
    (tmp_path / "cutout.safetensors").write_bytes(b"one")
    (tmp_path / "manifest.csv").write_text("path")
    keys = {key_of(tmp_path, None, 0), key_of(tmp_path, None, 1), key_of(tmp_path, tmp_path, 0)}
    (tmp_path / "manifest-worn.csv").write_text("path")
    keys.add(key_of(tmp_path, tmp_path, 0))
    (tmp_path / "cutout.safetensors").write_bytes(b"another")
    assert len({*keys, key_of(tmp_path, tmp_path, 0)}) == 5
