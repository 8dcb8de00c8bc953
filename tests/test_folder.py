"""`python -m classifier FOLDER --out FILE`: many pictures, broken ones among them, and Ctrl-C."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from classifier import CLASSES, folder, load
from classifier.folder import classify_files, find
from classifier.reading import NotAPicture

from .doubles import Run
from .test_preparation import outline


def fill(folder: Path, pictures: int) -> list[Path]:
    """Pictures of a T-shirt, each a bit larger than the one before; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{i:04}.png" for i in range(pictures)]
    for i, file in enumerate(files):
        outline(scale=0.4 + 0.5 * (i % 50) / 50).save(file)
    return files


def rows_of(table: Path) -> list[dict[str, Any]]:
    """What a table that was written holds."""
    if table.suffix == ".csv":
        return list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    if table.suffix == ".parquet":
        rows: list[dict[str, Any]] = pq.read_table(table).to_pylist()
        return rows
    lines = table.read_text(encoding="utf-8").splitlines()
    return [(each := json.loads(line)) | each["probabilities"] for line in lines]


def test_folders_are_searched_and_other_files_left_alone(tmp_path: Path) -> None:
    deep = fill(tmp_path / "b" / "deep", 2)
    for name in ("a.JPG", "notes.txt", "c.heic", "drawing.svg"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.png").mkdir()
    found = [tmp_path / "a.JPG", *deep, tmp_path / "c.heic"]
    assert list(find([tmp_path])) == found
    assert list(find([tmp_path / "notes.txt", tmp_path])) == [tmp_path / "notes.txt", *found]


def test_many_at_once_and_one_by_one_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "BATCH", 8)
    files = fill(tmp_path, 20)
    files[3].write_bytes(b"")
    files[8].write_bytes(files[8].read_bytes()[:100])
    classifier = load("lesson")
    outcomes = list(classify_files(classifier, files))
    assert [path for path, _ in outcomes] == files
    broken = [path for path, outcome in outcomes if isinstance(outcome, NotAPicture)]
    assert broken == [files[3], files[8]]
    for path, outcome in outcomes[::5]:
        assert not isinstance(outcome, NotAPicture)
        (together,), alone = outcome, classifier.classify(path)
        # A batch adds up in another order than a single picture.
        np.testing.assert_allclose(together.probabilities, alone.probabilities, atol=1e-5)
        assert (together.kind, together.sure) == (alone.kind, alone.sure)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_broken_file_is_reported_and_the_others_are_in_the_table(
    tmp_path: Path, run: Run, suffix: str
) -> None:
    files = fill(tmp_path / "in", 3)
    files[1].write_bytes(b"broken")
    odd = tmp_path / "in" / os.fsdecode(b'\xff odd, "name".png')
    odd.write_bytes(files[0].read_bytes())
    out = tmp_path / f"out{suffix}"
    done = run(str(tmp_path / "in"), "--out", str(out))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and done.stderr.startswith(f"{files[1]}: This is not")
    prediction = load("lesson").classify(files[2])
    rows = rows_of(out)
    assert [row["path"] for row in rows][:2] == [str(files[0]), str(files[2])]
    assert rows[2]["path"].endswith('� odd, "name".png')
    assert rows[1]["label"] == prediction.label and rows[1]["kind"] == "sketch"
    assert str(rows[1]["sure"]) == str(prediction.sure)
    for name, probability in zip(CLASSES, prediction.probabilities, strict=True):
        assert float(rows[1][name]) == pytest.approx(float(probability), abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_ctrl_c_keeps_what_is_done(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "in").mkdir()
    whole = fill(tmp_path / "in", 1)[0]
    for i in range(1, 4000):
        os.link(whole, tmp_path / "in" / f"{i:04}.png")
    broken = tmp_path / "in" / "0100.png"
    broken.unlink()
    broken.touch()
    out = tmp_path / f"out{suffix}"
    arguments = ["--network", "lesson", str(tmp_path / "in"), "--out", str(out)]
    command = [sys.executable, "-m", "classifier", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr and process.stderr.readline().startswith(str(broken))  # it is under way
    os.killpg(process.pid, signal.SIGINT)  # a terminal tells every process
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.startswith("Stopped; ") and said.count("\n") == 1
    done = int(said.split()[1])
    rows = rows_of(out)
    assert 100 <= done < 4000 and len(rows) == done
    assert rows[-1]["path"] == str(tmp_path / "in" / f"{done if done > 100 else 99:04}.png")


def test_mistakes_in_the_command_get_a_sentence(tmp_path: Path, run: Run) -> None:
    (file,) = fill(tmp_path, 1)
    for arguments, sentence in (
        ([str(file), "--out", "out.xlsx"], "--out has to end in .csv, .jsonl, .parquet"),
        ([str(file), "--out", str(tmp_path / "no" / "out.csv")], "cannot write"),
    ):
        done = run(*arguments)
        assert done.returncode == 2 and sentence in done.stderr.splitlines()[-1]
    (tmp_path / "empty").mkdir()
    done = run(str(tmp_path / "empty"))
    assert done.returncode == 1 and done.stderr == "There is no picture in there.\n"
