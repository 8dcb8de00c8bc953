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
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from classifier import CLASSES

from .answer import MAX_BYTES, TOO_LARGE, PhotoQueue, Refused, client_of, in_sentences, redrawn

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
        png = redrawn(data)
        day = datetime.now(UTC).date().isoformat()
        # The same picture, given twice, is on the same side.
        split = "validation" if hashlib.sha256(png).digest()[0] % 10 == 9 else "train"
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
                file.write_bytes(png)
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


def same_origin(headers: Headers) -> bool:
    """Whether a request comes from our own page, or from no page at all.

    Browsers say so themselves, but for pages on plain http; then the page's host counts, under the
    names that proxies give it.
    """
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    if (origin := headers.get("origin")) is None:
        return True
    names = f"{headers.get('host', '')},{headers.get('x-forwarded-host', '')}".split(",")
    page = urlsplit(origin)  # some proxies leave out the port
    return bool({page.netloc, page.hostname} & {name.strip() for name in names if name})


def feedback_route(feedback: Feedback, photos: PhotoQueue) -> Callable[[Request], Any]:
    """POST answer/feedback with a picture's file: {"thanks": sentence}, or {"error": sentence}.

    Its settings: "kind" ("sketch" or "photo"), "label" (a class or ""), "guess" (a class) and
    "consent" ("yes").
    """

    async def take(request: Request) -> Response:
        if not same_origin(request.headers):
            raise HTTPException(403, "Pictures are taken from this page alone.")
        settings = request.query_params
        if settings.get("consent") != "yes":
            raise Refused("Nothing is kept without your clear yes.")
        kind, label, guess = (settings.get(key) for key in ("kind", "label", "guess"))
        if kind not in FOLDERS or label not in (*CLASSES, "") or guess not in CLASSES:
            raise Refused("Choose what it really is.")
        body = await request.body()
        if len(body) > MAX_BYTES:
            raise Refused(TOO_LARGE)
        inputs = (body, kind, label, guess, client_of(request))
        try:
            await photos.run(request, feedback.store, *inputs)
        except OSError as error:
            log.exception("a picture could not be stored")
            raise Refused("The picture could not be kept, sorry.") from error
        return JSONResponse({"thanks": "Thank you! The picture is kept to teach the network."})

    return in_sentences(take)
