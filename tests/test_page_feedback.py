"""Pictures that visitors give: what is stored, and where."""

import io
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from PIL import Image

from classifier import NotAPicture
from classifier.data import read_manifest
from page import feedback
from page.feedback import Feedback, configured


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
    monkeypatch.setattr(feedback, "MOST_PICTURES", 1)
    store = Feedback(tmp_path)
    store.store(photo_with_secrets(), "photo", "Dress", "Bag")
    with pytest.raises(feedback.Refused, match="enough"):
        store.store(photo_with_secrets(), "photo", "Dress", "Bag")
    assert len(read_manifest(tmp_path)) == 1


def test_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEEDBACK_DATASET", raising=False)
    monkeypatch.delenv("FEEDBACK_FOLDER", raising=False)
    assert configured().folder == feedback.FOLDER  # type: ignore[union-attr]
    monkeypatch.setenv("FEEDBACK_FOLDER", "")
    assert configured() is None
    monkeypatch.setenv("FEEDBACK_FOLDER", str(tmp_path))
    assert configured().folder == tmp_path  # type: ignore[union-attr]


def test_to_the_hub_only_if_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Scheduler:
        """Stands in for the real one, which would call the Hub at once."""

        lock = feedback.threading.Lock()

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
