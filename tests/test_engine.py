"""The engine in the browser answers as the server does: the same weights, the same steps.

Node runs it here (`engine.js`); `test_page_engine.py` has it in a browser.
"""

import base64
import json
import struct
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from classifier import CLASSES, NotAPicture, load, prepare
from classifier.cutout import Piece
from classifier.network import load_network
from classifier.predict import CAN_BE
from classifier.preparation import Box, Kind, Prepared
from classifier.reading import read
from classifier.training.data import read_manifest
from classifier.training.deep.drawings import LABELS, draw
from classifier.training.lesson import initial_weights
from page.answer import Question, answer, piece_json

from .doubles import on_squared_paper, stored_pictures
from .real_data import FOLDER, needs_manifest

NETWORKS = {name: load(name) for name in ("deep", "lesson", "linear")}
NAMES = list(NETWORKS)
LENGTH = struct.Struct("<I")
WORN = Piece("bag", np.zeros((28, 28)), np.array([0, 0.1, 0, 0, 0.2, 0.7]), 0.8)
PIECES: list[tuple[Any, Piece | None]] = [("sketch", None), ("photo", None), ("worn", WORN)]


class Engine:
    """page/web/engine/ in a process of its own."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("engine.js")
        self.node = subprocess.Popen(
            ["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, name: str, message: dict[str, Any], pixels: np.ndarray | None = None) -> None:
        """Send a message; pixels: its image, uint8 (H, W, 3) or (H, W, 4)."""
        assert self.node.stdin
        image = b""
        if pixels is not None:
            rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
            rgba[..., : pixels.shape[2]] = pixels
            message = message | {"image": {"height": rgba.shape[0], "width": rgba.shape[1]}}
            image = rgba.tobytes()
        text = json.dumps({"name": name, "message": message}).encode()
        self.node.stdin.write(LENGTH.pack(len(text)) + text + image)
        self.node.stdin.flush()

    def reply(self) -> Any:
        """To the oldest message that has none yet."""
        assert self.node.stdout
        [length] = LENGTH.unpack(self.node.stdout.read(LENGTH.size))
        return json.loads(self.node.stdout.read(length))

    def call(self, *asked: Any) -> Any:
        self.ask(*asked)
        return self.reply()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    found = Engine()
    yield found
    assert found.node.stdin
    found.node.stdin.close()
    assert found.node.wait() == 0


def assert_alike(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Two replies to the same question, save for rounding."""
    assert ours.keys() == theirs.keys()
    for key in ("kind", "piece", "pieces", "box"):
        assert ours[key] == json.loads(json.dumps(theirs[key]))
    seen, expected = (
        np.frombuffer(base64.b64decode(each["picture"]), "u1").astype(int)
        for each in (ours, theirs)
    )
    assert np.abs(seen - expected).max() <= 1
    mine, yours = ours["cut"], theirs["cut"]
    assert (mine and mine["bodyPart"]) == (yours and yours["bodyPart"])
    if yours is not None:
        assert mine["certainty"] == pytest.approx(yours["certainty"], abs=0.002)
        assert mine["places"] == (yours["places"] and pytest.approx(yours["places"], abs=0.002))
    assert ours["networks"].keys() == theirs["networks"].keys()
    for name, said in ours["networks"].items():
        sample = theirs["networks"][name]
        assert said["label"] == sample["label"] and said["sure"] == sample["sure"], name
        assert said["confidence"] == pytest.approx(sample["confidence"], abs=0.002)
        assert said["probabilities"] == pytest.approx(sample["probabilities"], abs=0.002)


def assert_same(
    engine: Engine,
    pixels: np.ndarray,
    kind: Kind,
    piece: Box | None = None,
    worn: Piece | None = None,
) -> dict[str, Any]:
    """Ask both sides about the same pixels; what the server answers."""
    asked: dict[str, Any] = {"piece": piece and list(piece), "worn": piece_json(worn)}
    message = {"kind": kind, "networks": NAMES, **asked}
    engine.ask("classify", message, pixels)  # which works while we do
    try:
        theirs = answer(Question(pixels, kind, NAMES, False, piece, worn), NETWORKS)
    except NotAPicture as refusal:
        theirs = {"error": str(refusal)}
    ours = engine.reply()
    if "error" in theirs:
        assert ours == theirs
        return theirs
    assert_alike(ours, theirs)
    assert (ours["cutout"] is None) == (theirs["cutout"] is None)
    return theirs


def made_up(rng: np.random.Generator) -> np.ndarray:
    """A drawing with any pen, in any colours, sizes and places: uint8 (H, W, 3)."""
    height, width = rng.integers(8, 257, 2) if rng.random() < 0.3 else (256, 256)
    paper = (255, 255, 255) if rng.random() < 0.6 else rng.integers(0, 256, 3).tolist()
    pixels = np.full((height, width, 3), paper, np.uint8)
    if rng.random() < 0.7:
        strokes = draw(rng.choice(list(LABELS)), rng)
    else:
        strokes = [rng.random((rng.integers(1, 9), 2)) for _ in range(rng.integers(1, 6))]
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


@pytest.mark.slow
def test_made_up_drawings_are_seen_alike(engine: Engine) -> None:
    rng = np.random.default_rng(14)
    for _ in range(1000):
        assert_same(engine, made_up(rng), "sketch")
    for _ in range(20):
        assert_same(engine, on_squared_paper(made_up(rng), rng), "auto")


@pytest.mark.slow
@needs_manifest
def test_validation_sketches_are_seen_alike(engine: Engine) -> None:
    for row in read_manifest(FOLDER, "validation", "sketch"):
        assert_same(engine, read(row.path)[0], "sketch")


@pytest.mark.slow
@needs_manifest
def test_photos_are_cut_out_and_told_from_drawings_alike(engine: Engine) -> None:
    """On the pixels that Python works on; how a browser reads a file is another matter."""
    kinds: set[str] = set()
    for name in ("manifest.csv", "manifest-worn.csv"):
        for row in read_manifest(FOLDER, "validation", name=name)[::40]:
            pixels, _ = read(row.path)
            said = assert_same(engine, pixels, "auto")
            kinds.add(said["kind"])
            if said["pieces"]:
                second = tuple(said["pieces"][1]["box"])
                assert assert_same(engine, pixels, "auto", second)["piece"] == 1
                kinds.add("several pieces")
    assert kinds == {"photo", "worn", "sketch", "several pieces"}


def test_transparency_tells_the_shape_on_both_sides(engine: Engine) -> None:
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (90, 70, 4), np.uint8)
    pixels[..., 3] = cv2.circle(np.zeros((90, 70), np.uint8), (30, 40), 25, 255, -1, cv2.LINE_AA)
    for worn in (None, WORN):
        assert_same(engine, pixels, "photo", worn=worn)
    assert_same(engine, np.full((40, 30, 3), 128, np.uint8), "photo")  # nothing to be seen
    assert_same(engine, pixels[:, :8, :3], "photo")  # too long


def asked(
    name: str, picture: np.ndarray, kind: str = "sketch", piece: Piece | None = None, **more: Any
) -> dict[str, Any]:
    """What "See inside" asks about a picture, uint8 (28, 28)."""
    about = {"network": name, "picture": picture.ravel().tolist(), "kind": kind}
    return about | {"cut": piece_json(piece)} | more


@pytest.mark.parametrize("kind, piece", PIECES)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_seen_inside_is_pytorch_s(
    engine: Engine, name: str, kind: Any, piece: Piece | None
) -> None:
    picture = prepare(made_up(np.random.default_rng(2)), "sketch").picture
    numbers = engine.call("numbers", asked(name, picture, kind, piece))
    network, about = load_network(name)
    sums = [each[:, 0] for each in by_hand(name, picture)]
    for i, (layer, each) in enumerate(zip(numbers["layers"], sums, strict=True)):
        np.testing.assert_allclose(layer["views"], each, atol=2e-4, rtol=1e-4)
        bends = network.activation and i < len(sums) - 1
        out = each.relu().mean(0) if bends else each.mean(0)
        np.testing.assert_allclose(layer["preActivations"], each.mean(0), atol=2e-4, rtol=1e-4)
        np.testing.assert_allclose(layer["out"], out, atol=2e-4, rtol=1e-4)
    assert numbers["temperature"] == about["temperatures"][kind]
    # From them come the probabilities: its softmax, and Bayes' rule where somebody wears it.
    scores = np.array(numbers["logits"][:10]) / numbers["temperature"]
    scores += numbers["placeLogLikelihood"]
    prepared = Prepared(picture, kind, None, piece=piece)
    expected = NETWORKS[name].classify_batch([prepared])[0].probabilities
    np.testing.assert_allclose(np.exp(scores) / np.exp(scores).sum(), expected, atol=1e-4)
    # And what stays the same.
    said = engine.call("describe", {"network": name})
    assert said["sizes"] == list(network.sizes) and said["activation"] == network.activation
    assert said["parameters"] == sum(p.numel() for p in network.parameters())
    assert said["accuracy"] == about["figures"]["fashion_mnist_test: accuracy"]
    row = engine.call("row", {"network": name, "layer": 1, "unit": 3})
    weight, bias = network.layers[1].parameters()
    np.testing.assert_array_equal(row["weights"], weight[3].detach())
    assert row["bias"] == bias[3]


@pytest.mark.parametrize("name", NAMES)
def test_how_a_network_has_grown(engine: Engine, name: str) -> None:
    growth = engine.call("learned.growth", {"network": name})
    network, about = load_network(name)
    assert growth["history"] == about["history"]
    if name == "deep":  # made in several steps, so that it cannot be told how it began
        assert growth["before"] is growth["after"] is None
        return
    first = initial_weights(network.sizes, network.activation, about["seed"])
    for mine, mlp in ((growth["before"], first), (growth["after"], network)):
        weights = next(mlp.parameters()).detach()
        np.testing.assert_allclose(mine, weights[:10], atol=1e-8)


def test_without_relu_two_layers_are_one_and_fading_in_is_straight(engine: Engine) -> None:
    picture = prepare(made_up(np.random.default_rng(2)), "sketch").picture
    for name in ("lesson", "linear"):
        network, _ = load_network(name)
        fade = engine.call("linear.fade", asked(name, picture))
        shares = np.linspace(0, 1, len(fade["steps"]))[:, None]
        hidden, logits = (each[0] for each in by_hand(name, shares * picture.ravel()))
        np.testing.assert_allclose(fade["steps"], logits, atol=1e-4)
        switched = ((hidden[0] > 0) != (hidden[-1] > 0)).sum()
        assert fade["switches"] == (switched if network.activation else 0)
    w1, b1, w2, b2 = (each.detach() for each in load_network("linear")[0].parameters())
    folded = engine.call("linear.fold", {"network": "linear"})
    np.testing.assert_allclose([row["weights"] for row in folded], w2 @ w1, atol=1e-5)
    np.testing.assert_allclose([row["bias"] for row in folded], w2 @ b1 + b2, atol=1e-5)


@pytest.mark.parametrize("kind, piece", PIECES)
@pytest.mark.parametrize("name", NAMES)
def test_pixels_and_biases_are_gradient_times_input(
    engine: Engine, name: str, kind: Any, piece: Piece | None
) -> None:
    picture = prepare(made_up(np.random.default_rng(5)), "sketch").picture
    prepared = Prepared(picture, kind, None, piece=piece)
    message = asked(name, picture, kind, piece, classes=[0, 3, 9])
    reply = engine.call("attribution.attribution", message)
    network, about = load_network(name)
    x = (torch.tensor(picture) / 255).requires_grad_()
    looks = torch.stack([x, x.flip(1)] if about["mirror"] else [x])
    logits = network(looks).mean(0)
    expected = NETWORKS[name].classify_batch([prepared])[0]
    assert reply["probabilities"] == pytest.approx(expected.probabilities.tolist(), abs=1e-4)
    assert reply["sure"] == expected.sure
    for index, found in zip(message["classes"], reply["logits"], strict=True):
        [gradient] = torch.autograd.grad(logits[index], x, retain_graph=True)
        product = (gradient * x).detach().flatten().numpy()
        assert np.abs(product).max() > 0.1
        np.testing.assert_allclose(found["pixels"], product, atol=1e-4)
        assert found["logit"] == pytest.approx(logits[index].item(), abs=1e-4)
        added_up = sum(found["pixels"]) + found["biases"]
        assert added_up == pytest.approx(found["logit"], abs=1e-4)


def test_what_a_piece_can_be_is_the_server_s(engine: Engine) -> None:
    """Each class of Fashion-MNIST in each group, as sure as can be: only the group says no."""
    sure = []
    for picture in stored_pictures("held_out", 40)[0]:
        for group in CAN_BE:
            piece = Piece(group, picture, np.full(6, 1 / 6))
            prepared = Prepared(picture, "worn", None, piece=piece)
            [said] = NETWORKS["deep"].classify_batch([prepared])
            message = asked("deep", picture, "worn", piece, classes=[])
            reply = engine.call("attribution.attribution", message)
            assert (reply["label"], reply["sure"]) == (said.label, said.sure), group
            sure.append((group, said.label, said.sure))
    assert {group for group, _, yes in sure if yes} == set(CAN_BE)
    assert {label for _, label, no in sure if not no} == set(CLASSES)


def by_hand(
    name: str, pictures: np.ndarray, off: Sequence[Sequence[int]] = ()
) -> list[torch.Tensor]:
    """What PyTorch makes of pictures, layer by layer: sums, (views, pictures, units) each.

    off: [layer, unit] of each hidden unit that passes on 0.
    """
    network, about = load_network(name)
    x = torch.tensor(pictures, dtype=torch.float32).view(-1, 28, 28) / 255
    x = torch.stack([x, x.flip(2)] if about["mirror"] else [x]).flatten(2)
    sums = []
    for i, layer in enumerate(network.layers):
        sums.append(layer(x).detach())
        x = sums[-1].relu() if network.activation else sums[-1].clone()
        x[..., [unit for where, unit in off if where == i]] = 0
    return sums


def shuffled(name: str, seed: int) -> list[list[int]]:
    """All hidden units in the engine's random order."""
    sizes = load_network(name)[0].sizes
    order = [[i, unit] for i, units in enumerate(sizes[1:-1]) for unit in range(units)]
    twister = np.random.MT19937()
    twister._legacy_seeding(seed)
    for i in range(len(order) - 1, 0, -1):
        j = int(twister.random_raw()) % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order


@pytest.mark.parametrize("name", NAMES)
def test_units_that_are_switched_off_pass_on_nothing(engine: Engine, name: str) -> None:
    picture = prepare(made_up(np.random.default_rng(5)), "sketch").picture
    message = asked(name, picture, noise=0)
    order = shuffled(name, 3)
    off = order[: len(order) // 3]
    said = engine.call("broken.broken", message | {"off": off})
    sums = [each.mean(0) for each in by_hand(name, picture, off)]
    temperature = load_network(name)[1]["temperatures"]["sketch"]
    expected = (sums[-1][0, :10] / temperature).softmax(0)
    assert said["probabilities"] == pytest.approx(expected.tolist(), abs=1e-4)
    for mine, yours in zip(said["sums"], sums[:-1], strict=True):
        np.testing.assert_allclose(mine, yours[0], atol=2e-4, rtol=1e-4)
    # Without one of those that matter most the logit is lower than without another.
    last, top = len(sums) - 2, int(expected.argmax())

    def logit(unit: int) -> float:
        return by_hand(name, picture, [*off, [last, unit]])[-1].mean(0)[0, top].item()

    others = set(range(0, sums[last].shape[1], 8)) - set(said["ten"])
    assert max(map(logit, said["ten"])) <= min(map(logit, others)) + 1e-4
    # One by one, until the answer turns.
    lost = engine.call("broken.lost", message | {"seed": 3})
    gone = lost["off"]
    assert gone == order[: len(gone)] and 0 < len(gone) < lost["of"] == len(order)
    for count, label in ((len(gone), "after"), (len(gone) - lost["step"], "before")):
        logits = by_hand(name, picture, order[:count])[-1].mean(0)[0, :10]
        assert CLASSES[int(logits.argmax())] == lost[label]
    assert lost["after"] != lost["before"]


def test_noise_on_the_weights_is_as_large_as_told_and_always_the_same(engine: Engine) -> None:
    picture = np.full(784, 255)
    message = asked("lesson", picture, off=[])
    none, half, whole, again = (
        np.array(engine.call("broken.broken", message | {"noise": noise})["sums"][0])
        for noise in (0, 0.5, 1, 0.5)
    )
    assert (half == again).all()
    np.testing.assert_allclose(whole - none, 2 * (half - none), atol=1e-3)
    spread = load_network("lesson")[0].layers[0].weight.std() * 784**0.5  # type: ignore[operator]
    assert (whole - none).std() == pytest.approx(spread.item(), rel=0.2)
    assert abs((whole - none).mean()) < spread / 3
