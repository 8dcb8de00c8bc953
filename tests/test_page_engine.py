"""The engine in Chromium: what of it only a browser does, above all how it reads photos."""

import base64
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from classifier import load
from classifier.training.data import fashion_mnist, read_manifest, split
from page.answer import Question, answer
from tests.doubles import file_server, in_file, trousers

from .real_data import FOLDER, needs_fashion_mnist, needs_manifest

START = """async (folder) => {
  const { createEngine } = await import(`${folder}/page/web/engine/engine.js`);
  window.engine = createEngine(`${folder}/weights`, () => window.arrived?.());
}"""


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Page]:
    """An empty page with the engine in it, as `engine`."""
    with file_server(Path(__file__).parent.parent, "clothes") as folder:
        page = browser.new_page()
        page.goto(f"{folder}/biome.json")
        page.evaluate(START, folder)
        yield page
        page.close()


def call(engine: Page, name: str, message: dict[str, Any]) -> Any:
    return engine.evaluate("([name, message]) => engine.call(name, message)", [name, message])


def url(file: bytes) -> str:
    return "data:;base64," + base64.b64encode(file).decode()


def enlarged(file: bytes, side: int = 1600) -> bytes:
    """A photo as large as cameras make them."""
    image = Image.open(io.BytesIO(file)).convert("RGB")
    scale = side / max(image.size)
    size = (round(image.width * scale), round(image.height * scale))
    return in_file(image.resize(size), "JPEG")


@needs_manifest
def test_photos_that_the_browser_reads_get_the_same_label(engine: Page) -> None:
    photos = read_manifest(FOLDER, "validation", "photo")
    photos += read_manifest(FOLDER, "validation", "photo", name="manifest-worn.csv")
    files = [row.path.read_bytes() for row in photos[::50]]
    same = 0
    for file in files + [enlarged(file) for file in files]:
        message = {"kind": "auto", "networks": ["deep"], "image": url(file)}
        said = call(engine, "classify", message)["networks"]["deep"]
        same += said["label"] == load("deep").classify(file).label
    assert same >= 2 * len(files) - 1  # of all: see the model card


def test_a_photo_s_cut_out_and_the_photo_itself_come_as_pictures(engine: Page) -> None:
    message = {"kind": "photo", "networks": ["lesson"], "show": True, "image": url(trousers())}
    here = call(engine, "classify", message)
    question = Question(trousers(), "photo", ["lesson"], True, None)
    there = answer(question, {"lesson": load("lesson")})
    for key in ("cutout", "shown"):
        ours, theirs = on_white(here[key]), on_white(there[key])
        assert ours.shape == theirs.shape and np.abs(ours - theirs).mean() < 4, key


def on_white(picture: str) -> np.ndarray:
    """A data URL as it looks on white: int (H, W, 3)."""
    image = Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2]))).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB")).astype(int)


EXAMPLES = """async (part) => {
  const { fetchExamples } = await import(new URL("page/web/inside/fashion.js", location));
  const { pictures, labels } = await fetchExamples(new URL("weights/", location).href, part);
  const hash = await crypto.subtle.digest("SHA-256", pictures);
  return [[...new Uint8Array(hash)], [...labels]];
}"""


@needs_fashion_mnist
def test_pictures_to_train_with_are_those_of_the_training_part(engine: Page) -> None:
    training, validation = split(fashion_mnist(FOLDER), 0)
    for part, found, start, end in (
        ("first", training, 0, 2000),
        ("more", training, 2000, 10_000),
        ("held_out", validation, 0, 2000),
    ):
        pixels = found.pictures[start:end].numpy().tobytes()
        expected = [list(hashlib.sha256(pixels).digest()), found.labels[start:end].tolist()]
        assert engine.evaluate(EXAMPLES, part) == expected, part
