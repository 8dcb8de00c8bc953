"""Files sent to the API: how large a request may be, and how soon nothing is left of it.

Gradio writes uploads into folders named after what is in them, and lists them. Its own
`delete_cache` ends for good if one arrives just while it goes through the list, so it is not used.
The listed files are deleted here, and what Gradio does not list, uploads that broke off and empty
folders, is swept away.
"""

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.to_thread
from gradio.routes import App
from gradio.utils import get_upload_folder

from .live import MAX_BYTES

MAX_BODY = (
    MAX_BYTES * 4 // 3 + 2**20
)  # bytes of a request: a picture in base64, and a bit around it
EVERY, KEPT = 300, 300  # seconds between two looks at the uploads, and that one is kept at least


def forget(uploads: set[str], kept: float) -> None:
    """Delete those of the files that are older than `kept` seconds, and take them off the list."""
    for name in list(uploads):  # a copy, since others may arrive meanwhile
        file = Path(name)
        try:
            if time.time() - file.stat().st_mtime < kept:
                continue
            file.unlink()
        except FileNotFoundError:
            pass
        except OSError:  # perhaps the next time
            continue
        with contextlib.suppress(OSError):  # it may hold another file
            file.parent.rmdir()
        uploads.discard(name)


def sweep(folder: Path, kept: float) -> None:
    """Delete the files right in `folder`, and the empty folders, older than `kept` seconds."""
    for entry in folder.glob("*"):
        with contextlib.suppress(OSError):  # not empty, or already gone
            if time.time() - entry.stat().st_mtime < kept:
                continue
            if entry.is_dir():
                entry.rmdir()
            else:
                entry.unlink()


@contextlib.asynccontextmanager
async def sweeping(app: App) -> AsyncIterator[None]:
    """For the server's lifespan: delete uploads now and then, and all of them at the end."""
    folder = Path(get_upload_folder())
    uploads: set[str] = app.get_blocks().upload_file_set

    def clean() -> None:
        forget(uploads, KEPT)
        sweep(folder, KEPT)

    async def now_and_then() -> None:
        while True:
            await anyio.sleep(EVERY)
            await anyio.to_thread.run_sync(clean)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(now_and_then)
        yield
        tasks.cancel_scope.cancel()
    forget(uploads, 0)
    sweep(folder, KEPT)
