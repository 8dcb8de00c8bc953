""" "Wrong? Tell us": pictures that visitors gave, as a data set to train and measure with.

A folder with `manifest.csv` (see `training/data.py`) and the pictures, each drawn
anew from its pixels, 256 of them at most on the longest side, so that nothing else a file may
carry (place, date, camera) is kept. Nothing is stored without consent. Settings, by environment:

FEEDBACK_FOLDER   where to store; `feedback` unless told otherwise, and nowhere when empty. On a
                  Space, whose disk forgets, nowhere unless told otherwise.
FEEDBACK_DATASET  a data set on the Hugging Face Hub, such as `someone/clothes`, that the folder is
                  committed to every ten minutes; needs HF_TOKEN. Off unless set.
"""

import contextlib
import csv
import hashlib
import io
import logging
import os
import threading
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import numpy as np
from PIL import Image

from classifier import CLASSES
from classifier.reading import read

from .answer import MAX_BYTES, Refused, in_a_thread, picture_bytes

FOLDER = Path(__file__).resolve().parent.parent / "feedback"
MOST_BYTES = 300 * 2**20  # about 10,000 pictures; then the page thanks and keeps no more
A_DAY = 200  # pictures from one address, which may be a whole school's
FOLDERS = {"photo": "photos", "sketch": "sketches"}  # by what the page took a picture for
MINUTES_BETWEEN_COMMITS = 10
COLUMNS = ("path", "kind", "split", "label", "classes", "licence", "note")

log = logging.getLogger(__name__)


class Feedback:
    """A folder of pictures and its manifest; `lock` is held while either is written."""

    def __init__(
        self, folder: Path, lock: contextlib.AbstractContextManager[Any] | None = None
    ) -> None:
        self.folder = folder
        self.lock = lock or threading.Lock()
        self.today = ("", Counter[str]())  # the date, and how many came from each address

    def store(self, data: bytes, kind: str, label: str, guess: str, client: str = "") -> Path:
        """Store a picture under its right class ("" for none of the ten); returns its path.

        data: the bytes of a picture file. client: the address it came from. Raises NotAPicture,
        Refused when the folder is full or the client has given many, and OSError, leaving nothing,
        when it cannot be written.
        """
        rgb, alpha = read(data)
        png = io.BytesIO()
        Image.fromarray(rgb if alpha is None else np.dstack([rgb, alpha])).save(png, "PNG")
        day = datetime.now(UTC).date().isoformat()
        # The same picture, given twice, is on the same side.
        split = "validation" if hashlib.sha256(png.getvalue()).digest()[0] % 10 == 9 else "train"
        name = f"{FOLDERS[kind]}/{uuid.uuid4().hex}.png"
        row = (name, kind, split, label, label, "CC0-1.0", f"{day}; the network said {guess}")
        file = self.folder / name
        with self.lock:
            if self.today[0] != day:
                self.today = (day, Counter())
            kept = sum(each.stat().st_size for each in self.folder.glob("*/*.png"))
            if kept >= MOST_BYTES or self.today[1][client] >= A_DAY:
                raise Refused("Thank you! There are pictures enough for now.")
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                file.write_bytes(png.getvalue())
                self._append(row)
            except OSError:  # a full disk, say
                file.unlink(missing_ok=True)
                raise
            self.today[1][client] += 1
        return file

    def _append(self, row: tuple[str, ...]) -> None:
        """Add a row to the manifest, all of it or nothing."""
        with (self.folder / "manifest.csv").open("ab", buffering=0) as manifest:
            end = manifest.seek(0, os.SEEK_END)
            text = io.StringIO()
            csv.writer(text).writerows([row] if end else [COLUMNS, row])
            line = text.getvalue().encode()
            try:
                if manifest.write(line) != len(line):
                    raise OSError("the row did not fit")
            except OSError:
                manifest.truncate(end)
                raise


def configured() -> Feedback | None:
    """The folder that the environment asks for, or None where nothing is to be stored."""
    dataset = os.environ.get("FEEDBACK_DATASET")
    forgets = "SPACE_ID" in os.environ and not dataset
    folder = os.environ.get("FEEDBACK_FOLDER", "" if forgets else str(FOLDER))
    if not folder:
        return None
    if not dataset:
        return Feedback(Path(folder))
    from huggingface_hub import CommitScheduler  # only here, for it starts a thread and calls home

    Path(folder).mkdir(parents=True, exist_ok=True)
    scheduler = CommitScheduler(
        repo_id=dataset, repo_type="dataset", folder_path=folder, every=MINUTES_BETWEEN_COMMITS
    )
    return Feedback(Path(folder), scheduler.lock)


async def take_feedback(
    message: object, client: str, feedback: Feedback, photos: anyio.CapacityLimiter
) -> dict[str, str]:
    """What the browser gets for a picture that it gives: {"thanks": sentence}.

    message: {"image": data URL, "kind": "sketch" or "photo", "label": a class or "", "guess": a
    class, "consent": True}. client: the address it came from. Raises Refused, NotAPicture.
    """
    if not isinstance(message, dict) or message.get("consent") is not True:
        raise Refused("Nothing is kept without your clear yes.")
    kind, label, guess = (message.get(key) for key in ("kind", "label", "guess"))
    if kind not in FOLDERS or label not in (*CLASSES, "") or guess not in CLASSES:
        raise Refused("Choose what it really is.")
    image = picture_bytes(message.get("image"), MAX_BYTES)
    try:
        await in_a_thread(feedback.store, image, kind, label, guess, client, photos=photos)
    except OSError as error:
        log.exception("a picture could not be stored")
        raise Refused("The picture could not be kept, sorry.") from error
    return {"thanks": "Thank you! The picture is kept to teach the network."}
