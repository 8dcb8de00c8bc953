""" "Wrong? Tell us": pictures that visitors gave, as a data set that `classifier.train` can read.

A folder with `manifest.csv` (see `classifier.data.read_manifest`) and the pictures, each drawn
anew from its pixels, 256 of them at most on the longest side, so that nothing else a file may
carry (place, date, camera) is kept. Nothing is stored without consent. Settings, by environment:

FEEDBACK_FOLDER   where to store; `feedback` unless told otherwise, and nowhere when empty.
FEEDBACK_DATASET  a data set on the Hugging Face Hub, such as `someone/clothes`, that the folder is
                  committed to every ten minutes; needs HF_TOKEN. Off unless set.
"""

import contextlib
import csv
import logging
import os
import threading
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np
from PIL import Image

from classifier import CLASSES, NotAPicture
from classifier.preparation import read

from .live import MAX_BYTES, Refused, image_bytes

FOLDER = Path(__file__).resolve().parent.parent / "feedback"
MOST_PICTURES = 10_000  # about 300 MB; then the page thanks and keeps no more
MINUTES_BETWEEN_COMMITS = 10
KINDS = ("sketch", "photo")  # what the page took the picture for
COLUMNS = ("path", "kind", "split", "label", "classes", "licence", "note")

log = logging.getLogger(__name__)


class Feedback:
    """A folder of pictures and its manifest; `lock` is held while either is written."""

    def __init__(
        self, folder: Path, lock: contextlib.AbstractContextManager[Any] | None = None
    ) -> None:
        self.folder = folder
        self.lock = lock or threading.Lock()

    def store(self, data: bytes, kind: str, label: str, guess: str) -> Path:
        """Store a picture under its right class ("" for none of the ten); returns its path.

        data: the bytes of a picture file. Raises NotAPicture, and Refused when the folder is
        full.
        """
        rgb, alpha = read(data)
        image = Image.fromarray(rgb if alpha is None else np.dstack([rgb, alpha]))
        name = f"{kind}s/{uuid.uuid4().hex}.png"
        day = datetime.now(UTC).date().isoformat()
        row = (name, kind, "train", label, label, "CC0-1.0", f"{day}; the network said {guess}")
        manifest = self.folder / "manifest.csv"
        with self.lock:
            if sum(1 for _ in self.folder.glob("*/*.png")) >= MOST_PICTURES:
                raise Refused("Thank you! There are pictures enough for now.")
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            image.save(self.folder / name)
            new = not manifest.exists()
            with manifest.open("a", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([COLUMNS, row] if new else [row])
        return self.folder / name


def configured() -> Feedback | None:
    """The folder that the environment asks for, or None where nothing is to be stored."""
    folder = os.environ.get("FEEDBACK_FOLDER", str(FOLDER))
    if not folder:
        return None
    dataset = os.environ.get("FEEDBACK_DATASET")
    if not dataset:
        return Feedback(Path(folder))
    from huggingface_hub import CommitScheduler  # only here, for it starts a thread and calls home

    Path(folder).mkdir(parents=True, exist_ok=True)
    scheduler = CommitScheduler(
        repo_id=dataset, repo_type="dataset", folder_path=folder, every=MINUTES_BETWEEN_COMMITS
    )
    return Feedback(Path(folder), scheduler.lock)


def telling(feedback: Feedback) -> Callable[[Any], Awaitable[dict[str, str]]]:
    """The function that the browser calls to give a picture.

    It takes {"image": data URL, "kind": "sketch" or "photo", "label": a class or "", "guess": a
    class, "consent": True} and returns {"thanks": sentence} or {"error": sentence}.
    """

    async def tell(message: Any) -> dict[str, str]:
        try:
            if not isinstance(message, dict) or message.get("consent") is not True:
                raise Refused("Nothing is kept without your clear yes.")
            kind, label, guess = (message.get(key) for key in ("kind", "label", "guess"))
            if kind not in KINDS or label not in (*CLASSES, "") or guess not in CLASSES:
                raise Refused("Choose what it really is.")
            data = image_bytes(message.get("image"), MAX_BYTES)
            await anyio.to_thread.run_sync(feedback.store, data, kind, label, guess)
        except (Refused, NotAPicture) as refusal:
            return {"error": str(refusal)}
        except Exception:
            log.exception("a picture could not be stored")
            return {"error": "The picture could not be kept, sorry."}
        return {"thanks": "Thank you! The picture is kept to teach the network."}

    return tell
