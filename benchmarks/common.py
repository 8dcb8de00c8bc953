"""What the benchmarks share: a photo, a browser, and the page, served by a process of its own.

`python -m benchmarks.common NETWORK PORT KEPT` is that process; KEPT: how many seconds it keeps
what is uploaded.
"""

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import cv2
import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from app import build, launch
from classifier import CLASSES, load, use_one_thread
from classifier.training.deep.drawings import draw
from page import limits


def photo(width: int, height: int) -> bytes:
    """A JPEG of a garment cut from dark paper, on a textured floor."""
    rng = np.random.default_rng(0)
    floor = rng.normal(150, 12, (height // 4, width // 4, 3)).clip(0, 255).astype(np.uint8)
    picture = np.asarray(cv2.resize(floor, (width, height), interpolation=cv2.INTER_CUBIC))
    outline = np.concatenate(draw(CLASSES[0], rng)) * 0.85 * min(width, height)
    cv2.fillPoly(picture, [cv2.convexHull((outline + 20).astype(np.int32))], (40, 50, 90))
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=90)
    return file.getvalue()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, to open pages in."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]  # as in containers
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
            args=arguments,
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def served(network: str, kept: int = limits.KEPT, files: bool = False) -> Iterator[tuple[str, int]]:
    """The page, for as long as the context lasts; yields its address and the process's id.

    files: as static files, without a server of our own.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.common", network, str(port), str(kept)]
    stack = contextlib.ExitStack()
    if files:
        folder = stack.enter_context(TemporaryDirectory())
        subprocess.run([sys.executable, "app.py", "--export", folder], check=True)
        command = [sys.executable, "-m", "http.server", str(port), "--directory", folder]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}  # as app.py has it
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=one_thread
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(240):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(address)
                break
            time.sleep(0.25)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()
        stack.close()


def main() -> None:
    network, port, kept = sys.argv[1:]
    limits.EVERY = limits.KEPT = int(kept)
    use_one_thread()
    demo, options = build({network: load(network)})
    launch(demo, options, server_port=int(port))
    threading.Event().wait()


if __name__ == "__main__":
    main()
