"""What tests of the page share: the page, served with quick networks, and a picture for it."""

import contextlib
import io
import json
import math
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import gradio as gr
import httpx
import numpy as np
import torch
from PIL import Image, ImageDraw

from app import build, launch
from classifier import Classifier
from classifier.network import MLP, WEIGHTS
from page.answer import Networks
from page.feedback import Feedback

Run = Callable[..., subprocess.CompletedProcess[str]]  # the fixture `run`

TOP, BOTTOM = (0.25, 0.1, 0.75, 0.4), (0.2, 0.5, 0.8, 0.9)
"""Where the fixture `two` finds its pieces in a photo."""


def untrained(seed: int, sure: bool = True) -> Classifier:
    """A network that has learned nothing: it answers at once, and each drawing differently."""
    torch.manual_seed(seed)
    threshold = -math.inf if sure else math.inf
    kinds = ("photo", "worn", "sketch", "fashion_mnist")
    about = {
        "temperatures": dict.fromkeys(kinds, 0.2),
        "thresholds": dict.fromkeys(kinds, threshold),
    }
    return Classifier(MLP([784, 10]), about)


def on_squared_paper(drawing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A photo of a drawing on squared paper on a table: uint8 (200, 200, 3), both ways."""
    side = 600  # reduced at last, as a camera's pictures are
    large = cv2.resize(drawing, (side, side)).astype(np.float32)
    y, x = np.mgrid[:side, :side]
    squares = (y % 34 < 2) | (x % 34 < 2)
    paper = np.where(squares[..., None], (165.0, 190.0, 225.0), (238.0, 236.0, 230.0))
    sheet = (paper * large / 255).astype(np.float32)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), rng.uniform(-5, 5), 0.85)
    there = cv2.warpAffine(np.ones((side, side, 1), np.float32), turn, (side, side))[..., None]
    table = rng.normal((110, 75, 45), 12, (side, side, 3))
    left, right = rng.uniform(0.75, 1, 2)
    light = np.linspace(left, right, side)[None, :, None]
    photo = (cv2.warpAffine(sheet, turn, (side, side)) * there + table * (1 - there)) * light
    pixels = (photo + rng.normal(0, 3, photo.shape)).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(pixels, (200, 200), interpolation=cv2.INTER_AREA))


def free_port() -> int:
    """A port that nobody listens on, for a server of another process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start(
    networks: Networks, feedback: Feedback | None = None, port: int | None = None
) -> tuple[gr.Blocks, str]:
    """Serve the page in the background, on a free port unless told otherwise; and its address."""
    demo, options = build(networks, feedback)
    return demo, launch(demo, options, server_port=port or free_port())


@contextlib.contextmanager
def started(script: Path, folder: Path, **settings: str) -> Iterator[str]:
    """`python app.py` in this folder, with nothing set but these; yields its address."""
    ours = ("GRADIO_", "HF_", "PYTHON", "FEEDBACK_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    environment |= {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, cwd=folder, env=environment | settings) as process:
        try:
            answers(address, process)
            yield address
        finally:
            process.terminate()


def answers(address: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until a server that was just started answers."""
    for _ in range(1200):
        assert not process or process.poll() is None, "the server ended by itself"
        with contextlib.suppress(httpx.TransportError):
            httpx.get(address)
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


@contextlib.contextmanager
def served(networks: Networks, feedback: Feedback | None = None) -> Iterator[str]:
    """The page for as long as the context lasts; yields its address."""
    demo, address = start(networks, feedback)
    try:
        yield address
    finally:
        demo.close()


@contextlib.contextmanager
def file_server(folder: Path, path: str) -> Iterator[str]:
    """Python's own, showing the folder below a path; yields the address of that."""

    class Files(SimpleHTTPRequestHandler):
        def translate_path(self, asked: str) -> str:
            inside = super().translate_path(asked.removeprefix(f"/{path}"))
            return inside if asked.startswith(f"/{path}") else str(folder / "nothing")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def in_file(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """What a file of the picture holds."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def trousers(form: str = "JPEG") -> bytes:
    """A picture file of dark trousers on a light ground, with a camera's noise."""
    image = Image.new("RGB", (300, 400), "#e8e2d8")
    outline = [(90, 60), (210, 60), (225, 340), (165, 340), (150, 160), (135, 340), (75, 340)]
    ImageDraw.Draw(image).polygon(outline, fill="#24355c")
    noise = np.random.default_rng(0).normal(0, 6, (400, 300, 3))
    return in_file(Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8)), form)


def man(folder: Path, name: str = "man") -> np.ndarray:
    """Store a photo of a man, his hands beside him, and the label of every pixel.

    Returns the labels, uint8 (120, 180): 1 for face and hands, 8 for a red shirt, 4 for blue
    trousers.
    """
    rgb, labels = np.full((120, 180, 3), 235, np.uint8), np.zeros((120, 180), np.uint8)
    for top, bottom, left, right, colour, label in (
        (8, 28, 78, 102, (230, 170, 150), 1),
        (28, 66, 78, 102, (190, 20, 20), 8),
        (66, 112, 78, 102, (20, 30, 120), 4),
        (56, 66, 66, 74, (230, 170, 150), 1),
        (56, 66, 106, 114, (230, 170, 150), 1),
    ):
        rgb[top:bottom, left:right], labels[top:bottom, left:right] = colour, label
    Image.fromarray(rgb).save(folder / f"{name}.jpg", quality=95)
    Image.fromarray(labels).save(folder / f"{name}.png")
    return labels


def stored_pictures(part: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first pictures of weights/fashion.*, uint8 (count, 28, 28), and their labels."""
    with Image.open(WEIGHTS / f"fashion.{part}.webp") as sprite:
        rows = np.asarray(sprite)[..., 0].reshape(-1, 28, 100, 28).swapaxes(1, 2)
    labels = json.loads((WEIGHTS / "fashion.json").read_text())["labels"][part]
    return rows.reshape(-1, 28, 28)[:count], np.array([*map(int, labels[:count])])
