"""A slow server, one that goes away and comes back, and calls that the page would never make."""

import base64
import io
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import fastapi
import gradio as gr
import httpx
import pytest
import uvicorn
from gradio_client import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from app import SESSIONS, build, launch_options
from page.live import live
from tests.browser import bars, draw, frames, press, settled, start, trousers, until, untrained
from tests.test_preparation import outline

Call = Callable[[str, object], dict[str, Any]]
CALLS = "**/component_server/**"


def test_one_request_at_a_time_and_the_latest_drawing_wins(page: Page) -> None:
    flying = most = total = 0

    def slowly(route: Route) -> None:
        nonlocal flying, most, total
        flying, total = flying + 1, total + 1
        most = max(most, flying)
        time.sleep(0.15)
        response = route.fetch()
        flying -= 1
        route.fulfill(response=response)

    page.route(CALLS, slowly)
    press(page)
    page.mouse.up()
    slow = settled(page)
    assert most == 1
    assert total < 28 / 2  # far fewer than there were moves
    page.unroute(CALLS)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    assert settled(page) == slow  # the last answer was that of the whole drawing


def test_a_late_answer_is_not_shown(page: Page) -> None:
    held: list[Route] = []
    page.route(CALLS, lambda route: held.append(route))
    press(page)
    page.mouse.up()
    until(page, lambda: len(held) == 1)
    page.keyboard.press("Delete")
    with page.expect_response(CALLS):
        held[0].continue_()
    frames(page)
    assert set(bars(page).values()) == {0}  # the paper is blank, and so are the bars
    page.unroute(CALLS)


def test_a_slow_server_is_said(page: Page) -> None:
    held: list[Route] = []
    page.route(CALLS, lambda route: held.append(route))
    press(page)
    expect(page.locator(".notice")).to_contain_text("slow")
    held[0].continue_()
    page.unroute(CALLS)
    expect(page.locator(".notice")).to_be_hidden()
    page.mouse.up()


def test_server_goes_and_comes_back(browser: Browser) -> None:
    demo = build({"lesson": untrained(4)})
    address = start(demo)
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("#chart .row")
    before = draw(page)
    demo.close()
    press(page, [(0.2, 0.9), (0.8, 0.9)])
    page.mouse.up()
    expect(page.locator(".notice")).to_contain_text("cannot be reached")
    assert bars(page) == before  # the last answer stays
    start(demo, int(address.rstrip("/").rsplit(":", 1)[1]))
    expect(page.locator(".notice")).to_be_hidden(timeout=15_000)
    assert bars(page) != before
    page.close()
    demo.close()


def test_a_single_lost_call_is_asked_again_without_a_word(browser: Browser, address: str) -> None:
    """As when one of several replicas dies: its proxy answers with an error, once."""
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("#chart .row")
    page.evaluate(
        """() => new MutationObserver(([{ target }]) => { window.said = target.textContent; })
          .observe(document.querySelector(".notice"), { childList: true })"""
    )
    lost: list[Route] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route)
            route.fulfill(status=500, body="Internal Server Error")

    page.route(CALLS, lose)
    assert sum(draw(page).values()) == pytest.approx(1, abs=0.01)
    assert len(lost) == 1 and page.evaluate("window.said") is None
    page.close()


def test_mounted_under_a_path(browser: Browser) -> None:
    demo = build({"lesson": untrained(5)})
    site = gr.mount_gradio_app(fastapi.FastAPI(), demo, "/demo", **launch_options())
    server = uvicorn.Server(uvicorn.Config(site, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    page = browser.new_page()
    try:
        page.goto(f"http://127.0.0.1:{port}/demo/")
        page.wait_for_selector("#chart .row")
        draw(page)
        picture = page.locator('meta[property="og:image"]').get_attribute("content")
        assert picture == f"http://127.0.0.1:{port}/demo/preview.png"
        assert page.request.get(picture).ok
    finally:
        page.close()
        server.should_exit = True
        thread.join()


def test_only_so_many_visitors_are_remembered() -> None:
    demo = build({"lesson": untrained(6)})
    address = start(demo)
    html = next(each for each in demo.config["components"] if each["type"] == "html")
    try:
        for number in range(SESSIONS + 10):
            about = {"component_id": html["id"], "fn_name": "classify", "session_hash": str(number)}
            answer = httpx.post(f"{address}gradio_api/component_server/", json=about | {"data": {}})
            assert "error" in answer.json()
        assert len(demo.state_holder.session_data) == SESSIONS
    finally:
        demo.close()


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


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
NEAR_MISSES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["sketch", "photo"]) | JSON,
        "networks": st.just(["deep"]) | JSON,
        "image": st.builds(
            lambda b: "data:image/png;base64," + base64.b64encode(b).decode(), st.binary()
        )
        | st.text().map("data:image/".__add__)
        | JSON,
    },
)


@given(message=JSON | NEAR_MISSES)
@settings(deadline=None)
def test_anything_at_all_gets_a_sentence(message: object) -> None:
    classify = live({"deep": untrained(1)}, anyio.CapacityLimiter(1))
    with ThreadPoolExecutor(1) as thread:  # Playwright's event loop has the main one
        answer = thread.submit(anyio.run, classify, message).result()
    assert list(answer) == ["error"]
    assert answer["error"].endswith((".", "please.")) and "went wrong" not in answer["error"]


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
    assert set(answer) == {"networks", "kind", "picture", "cutout", "shown", "pieces", "piece"}
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
    assert list(call("tell", gift | change)) == ["error"]
    assert sorted(given.rglob("*")) == before
