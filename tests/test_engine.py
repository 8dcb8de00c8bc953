"""The engine in the browser answers as the server does: the same weights, the same steps.

Node runs it here (`engine.js`); `test_page_engine.py` has it in a browser.
"""

import base64
import json
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from classifier import load
from classifier.data import read_manifest
from classifier.deep.drawings import LABELS, draw
from classifier.reading import read
from page.answer import Question, answer

from .real_data import FOLDER, needs_manifest

NETWORKS = {name: load(name) for name in ("deep", "lesson", "linear")}
NAMES = list(NETWORKS)
LENGTH = struct.Struct("<I")


class Engine:
    """page/static/engine/ in a process of its own."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("engine.js")
        self.node = subprocess.Popen(
            ["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def call(self, name: str, message: dict[str, Any], pixels: np.ndarray | None = None) -> Any:
        """The reply to a message; pixels: its image, uint8 (H, W, 3) or (H, W, 4)."""
        assert self.node.stdin and self.node.stdout
        if pixels is not None:
            rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
            rgba[..., : pixels.shape[2]] = pixels
            message = message | {"image": dict(zip(("height", "width"), rgba.shape, strict=False))}
        text = json.dumps({"name": name, "message": message}).encode()
        self.node.stdin.write(LENGTH.pack(len(text)) + text)
        self.node.stdin.write(b"" if pixels is None else rgba.tobytes())
        self.node.stdin.flush()
        [length] = LENGTH.unpack(self.node.stdout.read(LENGTH.size))
        return json.loads(self.node.stdout.read(length))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    found = Engine()
    yield found
    assert found.node.stdin
    found.node.stdin.close()
    assert found.node.wait() == 0


def picture_in(reply: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(reply["picture"]), np.uint8).astype(int)


def assert_alike(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Two replies to the same question, save for rounding."""
    assert ours.keys() == theirs.keys() and ours["kind"] == theirs["kind"]
    assert np.abs(picture_in(ours) - picture_in(theirs)).max() <= 1
    assert ours["networks"].keys() == theirs["networks"].keys()
    for name, said in ours["networks"].items():
        expected = theirs["networks"][name]
        assert said["label"] == expected["label"] and said["sure"] == expected["sure"], name
        assert said["confidence"] == pytest.approx(expected["confidence"], abs=0.002)
        assert said["probabilities"] == pytest.approx(expected["probabilities"], abs=0.002)


def assert_same_sketch(engine: Engine, pixels: np.ndarray) -> None:
    message = {"kind": "sketch", "networks": NAMES}
    png = cv2.imencode(".png", pixels[..., ::-1])[1].tobytes()
    server = answer(Question(png, "sketch", NAMES, [], False, None), NETWORKS)
    assert_alike(engine.call("classify", message, pixels), server)


def made_up(rng: np.random.Generator) -> np.ndarray:
    """A drawing with any pen, in any colours, sizes and places: uint8 (H, W, 3)."""
    height, width = rng.integers(8, 257, 2) if rng.random() < 0.3 else (256, 256)
    paper = (255, 255, 255) if rng.random() < 0.6 else rng.integers(0, 256, 3).tolist()
    pixels = np.full((height, width, 3), paper, np.uint8)
    strokes = draw(rng.choice(list(LABELS)), rng) if rng.random() < 0.7 else scribble(rng)
    pen, smooth = int(rng.integers(1, 30)), cv2.LINE_AA if rng.random() < 0.7 else cv2.LINE_8
    size, shift = rng.uniform(0.1, 1.2, 2), rng.uniform(-0.2, 0.8, 2)
    if rng.random() < 0.6:
        size, shift = np.ones(2), np.zeros(2)
    for stroke in strokes[: len(strokes) - int(rng.random() < 0.3)]:  # perhaps not closed
        colour = (23, 23, 28) if rng.random() < 0.7 else rng.integers(0, 256, 3).tolist()
        points = ((stroke * size + shift) * (width, height)).round().astype(np.int32)
        cv2.polylines(pixels, [points], bool(rng.random() < 0.2), colour, pen, smooth)
    if rng.random() < 0.1:  # photographed: light falls from a side
        left, right = rng.uniform(0.5, 1, 2)
        light = np.linspace(left, right, width)[None, :, None]
        pixels = (pixels * light).astype(np.uint8)
    return pixels


def scribble(rng: np.random.Generator) -> list[np.ndarray]:
    return [rng.random((rng.integers(1, 9), 2)) for _ in range(rng.integers(1, 6))]


def test_made_up_drawings_are_seen_alike(engine: Engine) -> None:
    rng = np.random.default_rng(14)
    for _ in range(1000):
        assert_same_sketch(engine, made_up(rng))


@needs_manifest
def test_validation_sketches_are_seen_alike(engine: Engine) -> None:
    sketches = read_manifest(FOLDER, "validation", "sketch")
    assert len(sketches) > 100
    for row in sketches:
        assert_same_sketch(engine, read(row.path)[0])
