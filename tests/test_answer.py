"""The page's questions, asked as the page asks them and as it never would."""

import base64
import json
import threading
from pathlib import Path
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

import app
from benchmarks.load import runs
from classifier import Classifier, prepare
from page.answer import PhotoQueue, answer, health_route, parse_question
from tests.doubles import BOTTOM, TOP, in_file, start, trousers, untrained
from tests.test_preparation import outline

BLANK = bytes([128, 255]) * 512
DRAWING = in_file(outline())  # as a file
NETWORKS = {"networks": "deep"}
WORN = {"bodyPart": "upper", "places": [1, 0, 0, 0, 0, 0], "certainty": 0.5}

REFUSED: list[tuple[dict[str, str], bytes]] = [
    ({}, b""),
    ({"kind": "sketch"}, BLANK),
    ({"kind": "painting", **NETWORKS}, BLANK),
    ({"kind": "sketch", "networks": ""}, BLANK),
    ({"kind": "sketch", "networks": ",".join(["deep"] * 9)}, BLANK),
    ({"kind": "sketch", "networks": "../deep"}, BLANK),
    ({"kind": "sketch", **NETWORKS}, b""),
    ({"kind": "sketch", **NETWORKS}, BLANK[1:]),
    ({"kind": "sketch", **NETWORKS}, DRAWING),
    ({"kind": "sketch", **NETWORKS}, bytes([255, 255]) * 60_000),
    ({"kind": "photo", **NETWORKS}, b"https://example.org/a.jpg"),
    ({"kind": "photo", **NETWORKS}, b"<svg/>"),
    ({"kind": "photo", **NETWORKS}, b""),
    *(
        ({"kind": "photo", "piece": piece, **NETWORKS}, trousers())
        for piece in ("x", "0,0,1", "0,0,1,2", "0,0,1,", "nan,0,1,1")
    ),
    *(
        ({"kind": "photo", "worn": json.dumps(worn), **NETWORKS}, trousers())
        for worn in (
            0,
            {"bodyPart": "hat"},
            WORN | {"bodyPart": "hat"},
            WORN | {"places": [1]},
            WORN | {"places": [float("nan")] * 6},
            WORN | {"certainty": 2},
        )
    ),
]


def post(address: str, name: str, settings: dict[str, str], body: bytes) -> dict[str, Any]:
    reply = httpx.post(f"{address}answer/{name}", params=settings, content=body)
    assert reply.status_code == 200
    message: dict[str, Any] = reply.json()
    return message


@pytest.mark.parametrize("settings, body", REFUSED)
def test_it_refuses_with_a_sentence(address: str, settings: dict[str, str], body: bytes) -> None:
    reply = post(address, "classify", settings, body)
    assert list(reply) == ["error"]
    assert str(reply["error"]).endswith(".") and "Traceback" not in str(reply["error"])


def asked_by(address: str, left: bool = False) -> Request:
    async def receive() -> Message:
        if not left:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    return Request({"type": "http", "headers": [], "client": (address, 1)}, receive)


def test_no_address_keeps_others_away_and_nothing_is_done_for_who_has_left() -> None:
    done: list[str] = []
    go = threading.Event()

    def look(name: str) -> None:
        go.wait(20)
        done.append(name)

    async def crowd() -> None:
        photos = PhotoQueue()
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(photos.run, asked_by("one"), look, "one")
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(ClientDisconnect):
                await photos.run(asked_by("gone", left=True), look, "gone")
            tasks.start_soon(photos.run, asked_by("other"), look, "other")
            await anyio.wait_all_tasks_blocked()
            go.set()
        assert photos.of == {} and "gone" not in done
        assert done.index("other") < 10

    anyio.run(crowd)


def test_it_answers_a_drawing_as_python_does(address: str) -> None:
    pixels = np.asarray(outline().convert("L").resize((256, 256)))
    settings = {"kind": "sketch", "networks": "lesson,deep"}
    reply = post(address, "classify", settings, runs(pixels))
    assert set(reply["networks"]) == {"deep", "lesson"}
    assert base64.b64decode(reply["picture"]) == prepare(pixels, "sketch").picture.tobytes()


def test_it_tells_what_a_picture_is(address: str) -> None:
    """Its temperature and threshold are those of what it was taken for."""
    photo = post(address, "classify", {"kind": "auto", **NETWORKS}, trousers())
    assert photo["kind"] == "photo" and photo["pieces"] == []
    assert photo == post(address, "classify", {"kind": "photo", **NETWORKS}, trousers())
    for settings in ({"kind": "auto"}, {"kind": "sketch", "file": ""}):
        assert post(address, "classify", settings | NETWORKS, DRAWING)["kind"] == "sketch"
    worn = {"kind": "photo", "worn": json.dumps(WORN)}
    painted = post(address, "classify", worn | NETWORKS, trousers())
    assert (painted["kind"], painted["cut"], painted["box"]) == ("worn", WORN, photo["box"])


@pytest.mark.parametrize(
    "change",
    [{"consent": ""}, {"consent": "no"}, {"label": "Hat"}, {"guess": "1"}, {"kind": "auto"}],
)
def test_nothing_is_kept_of_a_bad_gift(address: str, given: Path, change: dict[str, str]) -> None:
    before = sorted(given.rglob("*"))
    gift = {"kind": "photo", "label": "Trouser", "guess": "Bag", "consent": "yes"}
    assert list(post(address, "feedback", gift | change, trousers())) == ["error"]
    assert list(post(address, "feedback", gift, b"no picture")) == ["error"]
    assert sorted(given.rglob("*")) == before


def ask(network: Classifier, **settings: str) -> dict[str, Any]:
    question = parse_question(
        {"kind": "auto", **NETWORKS, **settings}, trousers(), {"deep": network}
    )
    return answer(question, {"deep": network})


def test_the_largest_piece_is_answered_for_or_the_one_asked_for(two: None) -> None:
    network = untrained(1)
    largest, other = ask(network), ask(network, piece="0.3,0.1,0.8,0.45")
    assert [tuple(piece["box"]) for piece in largest["pieces"]] == [BOTTOM, TOP]
    assert (largest["piece"], other["piece"]) == (0, 1)
    assert largest["picture"] != other["picture"]
    for reply in (largest, other):
        prediction, piece = reply["networks"]["deep"], reply["pieces"][reply["piece"]]
        assert (prediction["label"], prediction["sure"]) == (piece["label"], piece["sure"])
    assert ask(network, piece="0.9,0.9,1,1")["piece"] == 0  # it is gone


@pytest.mark.slow
def test_only_so_many_visitors_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "SESSIONS", 3)
    demo, address = start({"lesson": untrained(6)})
    try:
        for number in range(6):
            call = {"data": ["x", "photo", "lesson"], "session_hash": str(number)}
            assert "error" in httpx.post(f"{address}gradio_api/run/classify", json=call).json()
        assert len(demo.state_holder.session_data) == 3
    finally:
        demo.close()


def test_the_server_is_healthy_while_photos_can_be_read() -> None:
    for photo, status in ((trousers(), 200), (b"no photo", 503)):
        site = Starlette(routes=[Route("/health", health_route(photo))])
        assert TestClient(site).get("/health").status_code == status
