"""What the browser tests share: a page served for them, and a Chromium to open it in."""

import contextlib
import shutil
from collections.abc import Iterator

import torch
from playwright.sync_api import Locator, Page

from app import LAUNCH, build
from classifier import CLASSES, Classifier
from classifier.network import MLP

CHROMIUM = {
    "executable_path": shutil.which("chromium"),
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ],
}
"""How Chromium starts: without a sandbox (containers), calling nobody, with a pretended camera."""


def untrained(seed: int) -> Classifier:
    """A network that has learned nothing: it answers at once, and each drawing differently."""
    torch.manual_seed(seed)
    kinds = ("photo", "sketch", "fashion_mnist")
    about = {"temperatures": dict.fromkeys(kinds, 0.2), "thresholds": dict.fromkeys(kinds, 0.0)}
    return Classifier(MLP([784, 10]), about)


@contextlib.contextmanager
def served(classifiers: dict[str, Classifier], port: int | None = None) -> Iterator[str]:
    """The page on a free port, or on the given one; yields its address."""
    demo = build(classifiers)
    _, url, _ = demo.launch(server_port=port, prevent_thread_lock=True, quiet=True, **LAUNCH)
    try:
        yield url
    finally:
        demo.close()


def bars(page: Page) -> dict[str, float]:
    """{class: probability} as the bars show them now."""
    rows = page.locator("#chart [data-class]")
    found = rows.evaluate_all("rows => rows.map(r => [r.dataset.class, r.dataset.probability])")
    assert [name for name, _ in found] == list(CLASSES)
    return {name: float(probability) for name, probability in found}


def point(paper: Locator, x: float, y: float) -> tuple[float, float]:
    """Where on the page the point (x, y) of the paper is; x and y from 0 to 1."""
    box = paper.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]
