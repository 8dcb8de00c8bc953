"""Pictures that visitors give: what is stored, and where."""

import csv
from pathlib import Path
from unittest.mock import Mock

import huggingface_hub
import pytest
from PIL import Image

from classifier import NotAPicture
from classifier.training.data import read_manifest
from page import feedback
from page.answer import Refused
from page.feedback import Feedback, configured
from tests.doubles import in_file

SECRETS = Image.Exif()
SECRETS[0x010F] = "a camera"
SECRETS[0x9C9C] = "a comment"
PHOTO = in_file(Image.new("RGB", (400, 300), "teal"), "JPEG", exif=SECRETS)


def test_only_the_pixels_are_stored(tmp_path: Path) -> None:
    path = Feedback(tmp_path).store(PHOTO, "photo", "Dress", "Bag")
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


@pytest.mark.parametrize("limit, others", [("MOST_BYTES", False), ("A_DAY", True)])
def test_neither_all_nor_one_client_fill_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, others: bool
) -> None:
    monkeypatch.setattr(feedback, limit, 1)
    store = Feedback(tmp_path)
    store.store(PHOTO, "photo", "Dress", "Bag", "one")
    with pytest.raises(Refused, match="enough"):
        store.store(PHOTO, "photo", "Dress", "Bag", "one")
    if others:
        store.store(PHOTO, "photo", "Dress", "Bag", "another")
    assert len(read_manifest(tmp_path)) == 1 + others


def test_a_full_disk_tears_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Feedback(tmp_path)
    first = store.store(PHOTO, "sketch", "Dress", "Bag")
    torn = Mock()  # a writer of rows that do not fit
    torn.return_value.writerows.side_effect = OSError("No space left on device")
    with pytest.raises(OSError), monkeypatch.context() as full:
        full.setattr(csv, "writer", torn)
        store.store(PHOTO, "sketch", "Dress", "Bag")
    assert [row.path for row in read_manifest(tmp_path)] == [first]
    assert [first] == list((tmp_path / "sketches").iterdir())


def test_a_torn_row_is_warned_of_and_left_out(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    store.store(PHOTO, "photo", "Dress", "Bag")
    with (tmp_path / "manifest.csv").open("a") as manifest:
        manifest.write("photos/torn.png,pho")
    with pytest.warns(UserWarning, match="row 2 .* torn"):
        assert len(read_manifest(tmp_path)) == 1


def test_some_are_for_validation(tmp_path: Path) -> None:
    store = Feedback(tmp_path)
    for grey in [*range(40), 39]:
        store.store(in_file(Image.new("L", (8, 8), grey)), "photo", "Dress", "Bag")
    rows = read_manifest(tmp_path)
    assert {row.split for row in rows} == {"train", "validation"}
    assert rows[-1].split == rows[-2].split  # the same picture once more


@pytest.mark.parametrize(
    "settings, folder",
    [
        ({}, feedback.FOLDER),
        ({"SPACE_ID": "someone/clothes"}, None),  # its disk forgets
        ({"FEEDBACK_FOLDER": ""}, None),
        ({"FEEDBACK_FOLDER": "given"}, Path("given")),
        ({"FEEDBACK_FOLDER": "given", "FEEDBACK_DATASET": "someone/clothes"}, Path("given")),
    ],
)
def test_where_it_goes_and_to_the_hub_only_if_configured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str], folder: Path | None
) -> None:
    scheduler = Mock()  # the real one would call the Hub at once
    monkeypatch.setattr(huggingface_hub, "CommitScheduler", scheduler)
    monkeypatch.chdir(tmp_path)
    for name in ("FEEDBACK_DATASET", "FEEDBACK_FOLDER", "SPACE_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    store = configured()
    assert (store and store.folder) == folder
    assert scheduler.called is ("FEEDBACK_DATASET" in settings)
    if scheduler.called:
        options = scheduler.call_args.kwargs
        assert store is not None and store.lock is scheduler.return_value.lock
        assert (options["repo_id"], options["repo_type"]) == ("someone/clothes", "dataset")
        assert Path(options["folder_path"]) == folder
