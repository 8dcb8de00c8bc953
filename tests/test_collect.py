"""Collecting the public data, from a small server here that speaks as the real ones do."""

import functools
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from classifier.preparation import Kind, prepare
from classifier.training.data import read_manifest
from classifier.training.deep import collect
from classifier.training.deep.collect import PHOTO_CLASSES, SKETCH_CLASSES

from .doubles import file_server, in_file
from .test_preparation import outline

SHIRT = [[[80, 0, 40, 40, 215, 215, 255, 175, 80], [0, 60, 90, 255, 255, 90, 60, 0, 0]]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Serves one photo of each word and split, and three sketches of each word."""
    root = tmp_path / "served"
    root.mkdir()
    picture = in_file(outline(ink=(200, 30, 30), width=30), "JPEG")
    with zipfile.ZipFile(root / "photos.zip", "w") as archive:
        for split in ("train", "validation", "test"):
            for word in PHOTO_CLASSES:
                archive.writestr(f"clothing-master/{split}/{word}/a.jpg", picture)
    for word in SKETCH_CLASSES:
        lines = [
            {"key_id": str(i), "word": word, "recognized": i != 1, "drawing": SHIRT}
            for i in range(4)
        ]
        (root / f"{word}.ndjson").write_text("\n".join(map(json.dumps, lines)))
    with file_server(root, "") as address:
        yield address.rstrip("/")


def test_everything_is_collected_into_a_manifest_that_trains(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = functools.partial(collect.collect_photos, url=f"{server}/photos.zip")
    sketches = functools.partial(collect.collect_sketches, url=server)
    monkeypatch.setattr(collect, "collect_photos", photos)
    monkeypatch.setattr(collect, "collect_sketches", sketches)
    data = tmp_path / "data"
    monkeypatch.setattr(sys, "argv", ["collect", "--data", str(data), "--per-word", "2"])
    collect.main()
    rows = read_manifest(data)
    assert len([row for row in rows if row.kind == "photo"]) == 2 * len(PHOTO_CLASSES)
    assert len([row for row in rows if row.kind == "sketch"]) == 2 * len(SKETCH_CLASSES)
    assert not any("test" in row.path.parts for row in rows if row.kind == "photo")
    assert not any(row.path.stem == "1" for row in rows)  # not recognised in the game
    (flip_flops, _) = [row for row in rows if row.label == "flip_flops"]
    assert flip_flops.classes == ("Sandal",)
    for row in (rows[0], flip_flops):
        assert prepare(row.path, cast(Kind, row.kind)).picture.any()
