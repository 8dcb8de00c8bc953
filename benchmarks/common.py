"""What the benchmarks share: a photo, a browser, and the pages, each served by its own process.

`python -m benchmarks.common ours|stock NETWORK PORT KEPT` is that process; KEPT: how many seconds
it keeps what is uploaded.
"""

import contextlib
import io
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import cv2
import gradio as gr
import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from app import build, launch_options
from classifier import CLASSES, Classifier, load, use_one_thread
from classifier.preparation import Kind
from classifier.training.deep.drawings import draw
from page import uploads


def photo(width: int, height: int, seed: int = 0) -> bytes:
    """A JPEG of a garment cut from dark paper, on a textured floor."""
    rng = np.random.default_rng(seed)
    floor = rng.normal(150, 12, (height // 4, width // 4, 3)).clip(0, 255).astype(np.uint8)
    picture = np.asarray(cv2.resize(floor, (width, height), interpolation=cv2.INTER_CUBIC))
    outline = np.concatenate(draw(CLASSES[seed % len(CLASSES)], rng)) * 0.85 * min(width, height)
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


def stock(classifier: Classifier) -> gr.Blocks:
    """The usual demo of a classifier of sketches and photos."""

    def answer(picture: np.ndarray, kind: Kind) -> dict[str, float]:
        probabilities = classifier.classify(picture, kind).probabilities
        return dict(zip(CLASSES, map(float, probabilities), strict=True))

    def classify_sketch(drawing: dict[str, np.ndarray | None]) -> dict[str, float] | None:
        composite = drawing["composite"]
        return None if composite is None else answer(composite, "sketch")  # None: cleared

    def classify_photo(photo: np.ndarray) -> dict[str, float]:
        return answer(photo, "photo")

    demo = gr.Blocks(analytics_enabled=False)
    with demo:
        pad = gr.Sketchpad(type="numpy", elem_id="pad")
        upload = gr.Image(type="numpy")
        label = gr.Label(num_top_classes=10, elem_id="label")
        pad.change(classify_sketch, pad, label)
        upload.upload(classify_photo, upload, label)
    return demo


@contextlib.contextmanager
def served(which: str, network: str, kept: int = uploads.KEPT) -> Iterator[tuple[str, int]]:
    """A page, for as long as the context lasts; yields its address and the process's id.

    which: "ours", "stock", or "files", ours without a server of our own.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.common", which, network, str(port), str(kept)]
    stack = contextlib.ExitStack()
    if which == "files":
        folder = stack.enter_context(TemporaryDirectory())
        subprocess.run([sys.executable, "app.py", "--export", folder], check=True)
        command = [sys.executable, "-m", "http.server", str(port), "--directory", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
    which, network, port, kept = sys.argv[1:]
    uploads.EVERY = uploads.KEPT = int(kept)
    use_one_thread()
    classifier = load(network)
    options = launch_options()
    if which == "stock":
        del options["app_kwargs"]  # our doors and our page
    demo = build({network: classifier}) if which == "ours" else stock(classifier)
    demo.launch(server_port=int(port), quiet=True, **options)


if __name__ == "__main__":
    main()
