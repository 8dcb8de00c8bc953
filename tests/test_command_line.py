"""`python -m classifier` as a person runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classifier import CLASSES, load
from classifier.__main__ import as_table, find

from .doubles import Run
from .test_preparation import outline


@pytest.fixture
def shirt(tmp_path: Path) -> Path:
    outline().save(tmp_path / "shirt.png")
    return tmp_path / "shirt.png"


def test_a_table_for_each_picture(shirt: Path, run: Run) -> None:
    done = run(str(shirt))
    assert done.returncode == 0 and done.stderr == ""
    prediction = load("lesson").classify(shirt)
    for name, probability in zip(CLASSES, prediction.probabilities, strict=True):
        assert f"{name:<12} {100 * probability:5.1f} %" in done.stdout


def test_other_pieces_of_a_photo_are_named_below_the_table() -> None:
    classifier = load("lesson")
    top, trousers = classifier.classify(outline()), classifier.classify(outline(scale=0.2))
    *_, ten, last = as_table(Path("a.jpg"), [top, trousers]).splitlines()
    assert ten.startswith(f"  {CLASSES[-1]}")
    assert last == f"  other pieces: {trousers.label} {100 * trousers.confidence:.1f} %"
    assert "other" not in as_table(Path("a.jpg"), [top])


def test_folders_are_searched_and_other_files_left_alone(tmp_path: Path) -> None:
    (tmp_path / "b" / "folder.png").mkdir(parents=True)
    files = [tmp_path / name for name in ("a.JPG", "b/0.png", "c.heic", "notes.txt")]
    for file in files:
        file.write_text("x")
    *pictures, notes = files
    assert list(find([tmp_path])) == pictures
    assert list(find([notes, tmp_path])) == [notes, *pictures]


def test_json_lines_of_a_folder_where_files_are_broken(
    shirt: Path, tmp_path: Path, run: Run
) -> None:
    odd = tmp_path / os.fsdecode(b'\xff odd, "name".png')
    broken, missing = tmp_path / "bad.png", tmp_path / "missing.png"
    odd.write_bytes(shirt.read_bytes())
    broken.write_text("not a picture")
    done = run("--json", str(tmp_path), str(missing))
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith(str(broken)) and second.startswith(str(missing))
    whole, renamed = map(json.loads, done.stdout.splitlines())
    assert whole["path"] == str(shirt) and renamed["path"].endswith('� odd, "name".png')
    prediction = load("lesson").classify(shirt)
    assert list(whole["probabilities"].values()) == pytest.approx(prediction.probabilities.tolist())
    assert (whole["sure"], whole["kind"]) == (prediction.sure, "sketch")


@pytest.mark.slow
def test_a_reader_that_leaves_and_a_terminal_without_the_bars(shirt: Path) -> None:
    command = f"{sys.executable} -m classifier --network lesson {shirt} {shirt} | head -1"
    latin = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, shell=True, capture_output=True, env=latin, check=True)
    assert done.stdout.startswith(b"/") and done.stderr == b""


@pytest.mark.slow
def test_ctrl_c_ends_it_with_what_is_done_written(shirt: Path, tmp_path: Path) -> None:
    for i in range(2000):
        os.link(shirt, tmp_path / f"{i:04}.png")
    command = [sys.executable, "-m", "classifier", "--network", "lesson", "--json", str(tmp_path)]
    out = tmp_path / "out.jsonl"
    with out.open("wb") as file:
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        for _ in range(600):
            if process.poll() is not None or out.stat().st_size > 20_000:
                break  # it is under way
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)  # a terminal tells every process
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and errors == b""
    lines = out.read_text().splitlines()
    assert 0 < len(lines) < 2001 and all(json.loads(line)["label"] for line in lines)
