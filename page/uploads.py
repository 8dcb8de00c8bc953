"""Files sent to the API: where they lie, how many, and how soon nothing is left of them.

Gradio writes each upload into a folder named after what is in it, and lists it. Its own
`delete_cache` ends for good if one arrives just while it goes through the list, and forgets what
was there before it started; so what is old is swept away here, listed or not.
"""

import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import anyio.to_thread

from .gradios import UPLOADED, App, listed_uploads, upload_folder, use_upload_folder

NAME = "draw-clothes"  # of the folder, within Gradio's, which other pages may use as well
EVERY, KEPT = 300, 300  # seconds between two looks at the uploads, and that one is kept at least
MOST_FILES, MOST_BYTES = 1000, 500 * 2**20  # that lie here at the same time


def folder_of_our_own() -> None:
    """Let Gradio put uploads where nothing but uploads is; before the page is built."""
    folder = upload_folder()
    if folder.name != NAME:
        use_upload_folder(folder / NAME)


def uploaded(folder: Path) -> Iterator[Path]:
    """The files that Gradio put there, and after them the folders they are in."""
    for entry in folder.glob("*"):
        if UPLOADED.fullmatch(entry.name):
            yield from entry.glob("*")
            yield entry


def room_for_more(folder: Path) -> bool:
    """Whether another upload fits."""
    sizes = []
    for file in uploaded(folder):
        with contextlib.suppress(OSError):  # just gone
            sizes += [] if file.is_dir() else [file.stat().st_size]
    return len(sizes) < MOST_FILES and sum(sizes) < MOST_BYTES


def sweep(folder: Path, uploads: set[str], kept: float) -> None:
    """Delete the files older than `kept` seconds, and take what is gone off Gradio's list."""
    for each in list(uploaded(folder)):
        with contextlib.suppress(OSError):  # not empty, or already gone; perhaps the next time
            if time.time() - each.stat().st_mtime >= kept:
                each.rmdir() if each.is_dir() else each.unlink()
    for name in list(uploads):  # a copy, since others may arrive meanwhile
        if not Path(name).exists():
            uploads.discard(name)


@contextlib.asynccontextmanager
async def sweeping(app: App) -> AsyncIterator[None]:
    """For the server's lifespan: delete uploads now and then, and what is listed at the end."""
    folder, uploads = upload_folder(), listed_uploads(app)

    async def now_and_then() -> None:
        while True:  # first what a server left that was killed
            await anyio.to_thread.run_sync(sweep, folder, uploads, KEPT)
            await anyio.sleep(EVERY)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(now_and_then)
        yield
        tasks.cancel_scope.cancel()
    for name in uploads:
        file = Path(name)
        with contextlib.suppress(OSError):
            file.unlink()
            file.parent.rmdir()
