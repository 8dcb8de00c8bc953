"""What the browser tests share: the page served for them, a Chromium, what people do with it."""

import contextlib
import io
import math
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import gradio as gr
import numpy as np
import torch
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app import build, launch_options
from classifier import CLASSES, Classifier
from classifier.network import MLP
from page.feedback import Feedback
from page.live import Classifier as AnyClassifier

CHROMIUM_OPTIONS: dict[str, Any] = {
    "executable_path": shutil.which("chromium"),  # the system's
    "args": [
        "--no-sandbox",  # containers
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-device-for-media-stream",  # a pretended camera
        "--use-fake-ui-for-media-stream",
    ],
}

SHIRT = [(0.3, 0.25), (0.15, 0.5), (0.3, 0.55), (0.35, 0.8), (0.65, 0.8), (0.7, 0.55), (0.85, 0.5)]
"""A stroke somewhat like a shirt: points of the paper, x and y from 0 to 1."""


def untrained(seed: int, sure: bool = True) -> Classifier:
    """A network that has learned nothing: it answers at once, and each drawing differently."""
    torch.manual_seed(seed)
    threshold = -math.inf if sure else math.inf
    kinds = ("photo", "sketch", "fashion_mnist")
    about = {
        "temperatures": dict.fromkeys(kinds, 0.2),
        "thresholds": dict.fromkeys(kinds, threshold),
    }
    return Classifier(MLP([784, 10]), about)


def free_port() -> int:
    """A port that nobody listens on, for a server of another process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start(demo: gr.Blocks, port: int | None = None) -> str:
    """Serve the page in the background, on a free port unless told otherwise; its address."""
    _, url, _ = demo.launch(
        server_port=port or free_port(), prevent_thread_lock=True, quiet=True, **launch_options()
    )
    return str(url)


@contextlib.contextmanager
def served(
    classifiers: Mapping[str, AnyClassifier],
    feedback: Feedback | None = None,
    aside: Mapping[str, AnyClassifier] = MappingProxyType({}),
) -> Iterator[str]:
    """The page for as long as the context lasts; yields its address."""
    demo = build(classifiers, feedback, aside)
    try:
        yield start(demo)
    finally:
        demo.close()


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium to open pages in."""
    assert CHROMIUM_OPTIONS["executable_path"], "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM_OPTIONS)
        yield browser
        browser.close()


def bars(page: Page) -> dict[str, float]:
    """{class: probability} as the bars show them now."""
    rows = page.locator("#chart [data-class]")
    found = rows.evaluate_all("rows => rows.map(r => [r.dataset.class, r.dataset.probability])")
    assert [name for name, _ in found] == list(CLASSES)
    return {name: float(probability) for name, probability in found}


def settled(page: Page) -> dict[str, float]:
    """The bars once no answer is awaited any more; while something moves by itself, see `said`."""
    expect(page.locator("#chart")).to_have_attribute("aria-busy", "false")
    return bars(page)


def said(page: Page) -> dict[str, float]:
    """The bars once an answer has been read out for the first time, so after a replay."""
    expect(page.locator(".spoken")).not_to_be_empty()
    return settled(page)


def until(page: Page, holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what no locator can tell."""
    for _ in range(round(seconds * 20)):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to that")


def frames(page: Page, number: int = 30) -> None:
    """Let the page draw some frames: half a second of them, for what must not happen any more."""
    page.evaluate("async n => { while (n--) await new Promise(requestAnimationFrame); }", number)


def point(page: Page, x: float, y: float, on: str = "#sketch canvas") -> tuple[float, float]:
    """Where on the screen a point of the paper is; x and y from 0 to 1."""
    box = page.locator(on).bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def press(page: Page, points: list[tuple[float, float]] = SHIRT) -> None:
    """Draw through the points and leave the mouse button down."""
    page.mouse.move(*point(page, *points[0]))
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(*point(page, x, y), steps=4)


def draw(page: Page, points: list[tuple[float, float]] = SHIRT) -> dict[str, float]:
    """Draw a stroke through the points; returns the bars after it."""
    press(page, points)
    page.mouse.up()
    return settled(page)


def trousers(form: str = "JPEG") -> bytes:
    """A picture file of dark trousers on a light ground, with a camera's noise."""
    image = Image.new("RGB", (300, 400), "#e8e2d8")
    outline = [(90, 60), (210, 60), (225, 340), (165, 340), (150, 160), (135, 340), (75, 340)]
    ImageDraw.Draw(image).polygon(outline, fill="#24355c")
    noise = np.random.default_rng(0).normal(0, 6, (400, 300, 3))
    image = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


def upload(page: Page, data: bytes, name: str = "trousers.jpg", kind: str = "image/jpeg") -> None:
    file: Any = {"name": name, "mimeType": kind, "buffer": data}
    page.set_input_files("#photo input[type=file]", file)


INK = """async canvas => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] < 128) dark += 1;
  return dark / (canvas.width * canvas.height);
}"""


def ink(page: Page) -> float:
    """How much of the paper is dark, 0 to 1."""
    return float(page.locator("#sketch canvas").evaluate(INK))
