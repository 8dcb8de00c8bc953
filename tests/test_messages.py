"""The page's calls, made as the page calls it and as it never would."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from PIL import Image

import app
from app import build
from classifier import Classifier
from page.answer import Refused, respond
from tests.doubles import BOTTOM, TOP, start, trousers, untrained
from tests.test_preparation import outline

Call = Callable[[str, object], dict[str, Any]]


def png(side: int = 64) -> str:
    file = io.BytesIO()
    Image.new("L", (side, side), 255).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


JPEG = "data:image/jpeg;base64," + base64.b64encode(trousers()).decode()
drawn = io.BytesIO()
outline().save(drawn, "PNG")
SKETCH = "data:image/png;base64," + base64.b64encode(drawn.getvalue()).decode()

REFUSED: list[object] = [
    None,
    17,
    "text",
    [],
    {},
    {"kind": "sketch", "image": png()},
    {"kind": "painting", "image": png(), "networks": ["deep"]},
    {"kind": "sketch", "image": png(), "networks": "deep"},
    {"kind": "sketch", "image": png(), "networks": []},
    {"kind": "sketch", "image": png(), "networks": ["deep"] * 9},
    {"kind": "sketch", "image": png(), "networks": ["../deep"]},
    {"kind": "sketch", "image": png(), "networks": [{}]},
    {"kind": "sketch", "image": png(600), "networks": ["deep"]},
    {"kind": "sketch", "image": JPEG, "networks": ["deep"]},
    {"kind": "sketch", "image": "data:image/png;base64,", "networks": ["deep"]},
    {"kind": "sketch", "image": "data:image/png;base64,iVBORw0KGgo=", "networks": ["deep"]},
    {"kind": "sketch", "image": "data:image/png;base64," + "A" * 100_000, "networks": ["deep"]},
    {"kind": "photo", "image": "https://example.org/a.jpg", "networks": ["deep"]},
    {"kind": "photo", "image": "/etc/passwd", "networks": ["deep"]},
    {"kind": "photo", "image": "data:image/png;base64,????", "networks": ["deep"]},
    {"kind": "photo", "image": "data:image/svg+xml;base64,PHN2Zy8+", "networks": ["deep"]},
    {"kind": "photo", "image": {"binary": True}, "networks": ["deep"]},
]


@pytest.fixture(scope="module")
def call(address: str) -> Call:
    """Calls a server function as the browser would; returns what comes back."""
    components = Client(address, verbose=False).config["components"]
    component = next(each["id"] for each in components if each["type"] == "html")

    def call(function: str, message: object) -> dict[str, Any]:
        body = {"data": message, "component_id": component, "fn_name": function}
        url = f"{address}gradio_api/component_server/"
        reply = httpx.post(url, json=body | {"session_hash": "test"})
        assert reply.status_code == 200
        answer: dict[str, Any] = reply.json()
        return answer

    return call


@pytest.mark.parametrize("message", REFUSED)
def test_the_live_endpoint_refuses_with_a_sentence(call: Call, message: object) -> None:
    answer = call("classify", message)
    assert list(answer) == ["error"]
    assert str(answer["error"]).endswith(".") and "Traceback" not in str(answer["error"])


def test_the_live_endpoint_answers(call: Call) -> None:
    answer = call("classify", {"kind": "photo", "image": JPEG, "networks": ["lesson", "deep"]})
    about = {"kind", "cut", "picture", "cutout", "shown", "pieces", "piece"}
    assert set(answer) == about | {"networks"}
    assert set(answer["networks"]) == {"deep", "lesson"}


def test_the_live_endpoint_tells_what_a_picture_is(call: Call) -> None:
    """Its temperature and threshold are those of what it was taken for."""
    for image, kind in ((JPEG, "photo"), (SKETCH, "sketch")):
        told, plain = (
            call("classify", {"kind": each, "image": image, "networks": ["deep"]})
            for each in ("auto", kind)
        )
        assert told["kind"] == kind and told == plain


@pytest.mark.parametrize(
    "change",
    [{"consent": False}, {"consent": "yes"}, {"label": "Hat"}, {"image": "x"}, {"guess": 1}],
)
def test_nothing_is_kept_of_a_bad_gift(call: Call, given: Path, change: dict[str, Any]) -> None:
    before = sorted(given.rglob("*"))
    gift = {"image": JPEG, "kind": "photo", "label": "Trouser", "guess": "Bag", "consent": True}
    assert list(call("feedback", gift | change)) == ["error"]
    assert sorted(given.rglob("*")) == before


def ask(network: Classifier, **message: Any) -> dict[str, Any]:
    asked = {"image": JPEG, "kind": "auto", "networks": ["deep"]}
    return respond(asked | message, {"deep": network})


def test_the_largest_piece_is_answered_for_or_the_one_asked_for(two: None) -> None:
    network = untrained(1)
    largest, other = ask(network), ask(network, piece=[0.3, 0.1, 0.8, 0.45])
    assert [tuple(each["box"]) for each in largest["pieces"]] == [BOTTOM, TOP]
    assert (largest["piece"], other["piece"]) == (0, 1)
    assert largest["picture"] != other["picture"]
    for reply in (largest, other):
        said, piece = reply["networks"]["deep"], reply["pieces"][reply["piece"]]
        assert (said["label"], said["sure"]) == (piece["label"], piece["sure"])
    assert ask(network, piece=[0.9, 0.9, 1, 1])["piece"] == 0  # it is gone


@pytest.mark.parametrize("piece", ["x", [0, 0, 1], [0, 0, 1, 2], [0, 0, 1, None], {"left": 0}])
def test_what_is_no_piece(piece: object) -> None:
    with pytest.raises(Refused, match="A piece"):
        ask(untrained(1), piece=piece)


def test_a_photo_of_one_garment_has_nothing_to_choose() -> None:
    assert ask(untrained(1))["pieces"] == []


@pytest.mark.slow
def test_only_so_many_visitors_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "SESSIONS", 3)
    demo = build({"lesson": untrained(6)})
    address = start(demo)
    html = next(each for each in demo.config["components"] if each["type"] == "html")
    try:
        for number in range(6):
            about = {"component_id": html["id"], "fn_name": "classify", "session_hash": str(number)}
            answer = httpx.post(f"{address}gradio_api/component_server/", json=about | {"data": {}})
            assert "error" in answer.json()
        assert len(demo.state_holder.session_data) == 3
    finally:
        demo.close()
