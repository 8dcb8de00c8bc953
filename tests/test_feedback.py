"""Pictures that visitors give: what is stored, and where."""

import csv
import io
import threading
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from PIL import Image

from classifier import NotAPicture
from classifier.training.data import read_manifest
from page import feedback
from page.answer import Refused
from page.feedback import Feedback, configured


class Torn:
    """Stands in for a writer of rows whose disk is full after some bytes."""

    def __init__(self, text: io.StringIO) -> None:
        pass

    def writerows(self, rows: object) -> None:
        raise OSError("No space left on device")


def photo_with_secrets() -> bytes:
    image = Image.new("RGB", (400, 300), "teal")
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    exif[0x9C9C] = "a comment"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_only_the_pixels_are_stored(tmp_path: Path) -> None:
    path = Feedback(tmp_path).store(photo_with_secrets(), "photo", "Dress", "Bag")
    stored = Image.open(path)
    assert stored.size == (256, 192)
    assert not stored.getexif() and not stored.info
    assert b"camera" not in path.read_bytes()
    (row,) = read_manifest(tmp_path)
    assert (row.path, row.kind, row.classes) == (path, "photo", ("Dress",))


def test_no_picture_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(NotAPicture):
        Feedback(tmp_path).store(b"nothing", "photo", "Dress", "Bag")
    assert list(tmp_path.iterdir()) == []


def test_a_full_folder_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_BYTES", 1)
    store = Feedback(tmp_path)
    store.store(photo_with_secrets(), "photo", "Dress", "Bag")
    with pytest.raises(Refused, match="enough"):
        store.store(photo_with_secrets(), "photo", "Dress", "Bag")
    assert len(read_manifest(tmp_path)) == 1


def test_no_client_fills_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "A_DAY", 1)
    store = Feedback(tmp_path)
    for client in ("one", "another"):
        store.store(photo_with_secrets(), "photo", "Dress", "Bag", client)
        with pytest.raises(Refused, match="enough"):
            store.store(photo_with_secrets(), "photo", "Dress", "Bag", client)


def test_a_full_disk_tears_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Feedback(tmp_path)
    first = store.store(photo_with_secrets(), "sketch", "Dress", "Bag")
    with pytest.raises(OSError), monkeypatch.context() as full:
        # As when the row does not fit.
        full.setattr(csv, "writer", lambda text: Torn(text))
        store.store(photo_with_secrets(), "sketch", "Dress", "Bag")
    assert [row.path for row in read_manifest(tmp_path)] == [first]
    assert [first] == list((tmp_path / "sketches").iterdir())


def test_a_torn_row_is_warned_of_and_left_out(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.store(photo_with_secrets(), "photo", "Dress", "Bag")
    with (tmp_path / "manifest.csv").open("a") as manifest:
        manifest.write("photos/torn.png,pho")
    with pytest.warns(UserWarning, match="row 2 .* torn"):
        assert len(read_manifest(tmp_path)) == 1


def test_some_are_for_validation(tmp_path: Path) -> None:
    store, file = Feedback(tmp_path), io.BytesIO()
    for grey in range(40):
        Image.new("L", (8, 8), grey).save(file := io.BytesIO(), "PNG")
        store.store(file.getvalue(), "photo", "Dress", "Bag")
    store.store(file.getvalue(), "photo", "Dress", "Bag")
    rows = read_manifest(tmp_path)
    assert {row.split for row in rows} == {"train", "validation"}
    assert rows[-1].split == rows[-2].split  # the same picture once more


def test_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEEDBACK_DATASET", raising=False)
    monkeypatch.delenv("FEEDBACK_FOLDER", raising=False)
    assert configured().folder == feedback.FOLDER  # type: ignore[union-attr]
    monkeypatch.setenv("SPACE_ID", "someone/clothes")
    assert configured() is None  # its disk forgets
    monkeypatch.delenv("SPACE_ID")
    monkeypatch.setenv("FEEDBACK_FOLDER", "")
    assert configured() is None
    monkeypatch.setenv("FEEDBACK_FOLDER", str(tmp_path))
    assert configured().folder == tmp_path  # type: ignore[union-attr]


def test_to_the_hub_only_if_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Scheduler:
        """Stands in for the real one, which would call the Hub at once."""

        lock = threading.Lock()

        def __init__(self, **options: Any) -> None:
            asked.append(options)

    monkeypatch.setattr(huggingface_hub, "CommitScheduler", Scheduler)
    monkeypatch.setenv("FEEDBACK_FOLDER", str(tmp_path / "given"))
    monkeypatch.delenv("FEEDBACK_DATASET", raising=False)
    configured()
    assert asked == []
    monkeypatch.setenv("FEEDBACK_DATASET", "someone/clothes")
    store = configured()
    assert store is not None and store.lock is Scheduler.lock
    assert asked[0]["repo_id"] == "someone/clothes" and asked[0]["repo_type"] == "dataset"
    assert Path(asked[0]["folder_path"]) == tmp_path / "given"
