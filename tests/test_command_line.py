"""`python -m classifier` as a person runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import CLASSES, load
from classifier.__main__ import as_table

from .doubles import Run
from .test_preparation import outline


def test_a_table_for_each_picture(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "shirt.png"
    outline().save(file)
    done = run(str(file))
    assert done.returncode == 0 and done.stderr == ""
    prediction = load("lesson").classify(file)
    for name, probability in zip(CLASSES, prediction.probabilities, strict=True):
        assert f"{name:<12} {100 * probability:5.1f} %" in done.stdout


def test_smaller_pieces_of_a_photo_are_named_below_the_table() -> None:
    classifier = load("lesson")
    top, trousers = classifier.classify(outline()), classifier.classify(outline(scale=0.2))
    *_, ten, last = as_table(Path("a.jpg"), [top, trousers]).splitlines()
    assert ten.startswith(f"  {CLASSES[-1]}")
    assert last == f"  smaller pieces: {trousers.label} {100 * trousers.confidence:.1f} %"
    assert "smaller" not in as_table(Path("a.jpg"), [top])


@pytest.mark.slow
def test_a_reader_that_leaves_and_a_terminal_without_the_bars(tmp_path: Path) -> None:
    file = tmp_path / "shirt.png"
    outline().save(file)
    command = f"{sys.executable} -m classifier --network lesson {file} {file} | head -1"
    latin = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, shell=True, capture_output=True, env=latin, check=True)
    assert done.stdout.startswith(b"/") and done.stderr == b""


def test_a_file_that_is_no_picture_is_reported_and_the_others_classified(
    tmp_path: Path, run: Run
) -> None:
    good, bad, missing = tmp_path / "shirt.png", tmp_path / "notes.txt", tmp_path / "missing.png"
    outline().save(good)
    bad.write_text("not a picture")
    done = run("--json", str(bad), str(good), str(missing))
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and lines[0].startswith(str(bad)) and lines[1].startswith(str(missing))
    (result,) = json.loads(done.stdout)
    assert result["path"] == str(good)
    assert list(result["probabilities"]) == list(CLASSES)
    assert abs(sum(result["probabilities"].values()) - 1) < 1e-5
