"""Files sent to the API: how large a request may be, and how soon nothing is left of it.

Gradio writes an upload to its own folder, and its `delete_cache` deletes it. What it knows nothing
of is swept away here: uploads that broke off, and the folders, named after what was in them.
"""

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from gradio.utils import get_upload_folder

from .live import MAX_BYTES

MAX_BODY = (
    MAX_BYTES * 4 // 3 + 2**20
)  # bytes of a request: a picture in base64, and a bit around it
EVERY, KEPT = 300, 300  # seconds between two looks at the uploads, and that one is kept at least


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
async def sweeping(_: Any) -> AsyncIterator[None]:
    """For the server's lifespan: sweep now and then, and once more at the end."""
    folder = Path(get_upload_folder())

    async def now_and_then() -> None:
        while True:
            await anyio.sleep(EVERY)
            await anyio.to_thread.run_sync(sweep, folder, KEPT)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(now_and_then)
        yield
        tasks.cancel_scope.cancel()
    sweep(folder, KEPT)
