"""Whatever goes wrong, the visitor reads one sentence, and the page goes on working."""

import base64
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import fastapi
import gradio as gr
import httpx
import pytest
import uvicorn
from playwright.sync_api import Page, Route, expect

from app import build
from classifier import Classifier, Prediction
from classifier.network import MLP
from classifier.preparation import Prepared
from page.answer import MAX_BYTES
from tests.browser import OpenPage, bars, draw, frames, press, settled, show_photo, stroke, until
from tests.doubles import answers, free_port, served, trousers, untrained

CALLS = "**/answer/classify**"
NOTICE = ".notice"

TROUBLES: dict[str, Callable[[Route], None]] = {
    "a proxy's page": lambda route: route.fulfill(status=502, body="<h1>502 Bad Gateway</h1>"),
    "no answer": lambda route: route.fulfill(json={}),
    "no server": lambda route: route.abort(),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_last_answer_stays_until_the_server_is_back(open_page: OpenPage, trouble: str) -> None:
    page = open_page()
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    before = draw(page)
    page.route(CALLS, TROUBLES[trouble])
    stroke(page, [(0.2, 0.9), (0.8, 0.9)])
    expect(page.locator(NOTICE)).to_contain_text("does not answer")
    assert bars(page) == before
    page.unroute(CALLS)
    expect(page.locator(NOTICE)).to_be_hidden()
    assert settled(page) != before
    assert crashes == []


MADE_UP = """() => {
  const { prototype } = CanvasRenderingContext2D;
  const read = prototype.getImageData;
  prototype.getImageData = function (...where) {
    const image = read.apply(this, where);
    return new ImageData(image.data.fill(255), image.width);
  };
  window.allow = () => void (prototype.getImageData = read);
}"""


def test_a_browser_that_hides_what_is_drawn_is_asked_to_show_it(page: Page) -> None:
    page.evaluate(MADE_UP)
    stroke(page)
    expect(page.locator(NOTICE)).to_contain_text("Allow this page to read its canvas")
    expect(page.locator("#chart .top")).to_have_count(0)
    page.evaluate("allow()")
    draw(page, [(0.2, 0.2), (0.8, 0.8)])
    expect(page.locator("#chart .top")).to_have_count(1)


@pytest.mark.parametrize("trouble", ["slow", "does not answer"])
def test_a_notice_about_the_server_goes_when_nothing_is_awaited(page: Page, trouble: str) -> None:
    page.route(CALLS, lambda route: None if trouble == "slow" else route.abort())
    stroke(page)
    expect(page.locator(NOTICE)).to_contain_text(trouble)
    page.get_by_label("Clear").click()
    expect(page.locator(NOTICE)).to_be_hidden()


def test_one_request_at_a_time_and_the_latest_drawing_wins(page: Page) -> None:
    flying = most = total = 0

    def slowly(route: Route) -> None:
        nonlocal flying, most, total
        flying, total = flying + 1, total + 1
        most = max(most, flying)
        time.sleep(0.4)
        response = route.fetch()
        flying -= 1
        route.fulfill(response=response)

    page.route(CALLS, slowly)
    press(page, steps=4)
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
    stroke(page)
    until(page, lambda: len(held) == 1)
    page.keyboard.press("Delete")
    with page.expect_response(CALLS):
        held[0].continue_()
    frames(page)
    assert set(bars(page).values()) == {0}  # the paper is blank, and so are the bars
    page.unroute(CALLS)


@pytest.mark.parametrize(
    "data, sentence",
    [(trousers()[:500], "damaged"), (b"\0" * (MAX_BYTES + 1), "too large to send: at most 10 MB")],
    ids=["half a JPEG", "large"],
)
def test_files_that_are_no_pictures(page: Page, tmp_path: Path, data: bytes, sentence: str) -> None:
    (tmp_path / "file").write_bytes(data)  # Playwright takes long to hand over so many bytes
    draw(page)
    page.set_input_files("#photo input[type=file]", tmp_path / "file")
    expect(page.locator(NOTICE)).to_contain_text(sentence)
    assert set(bars(page).values()) == {0}  # no longer those of the drawing
    assert sum(show_photo(page).values()) == pytest.approx(1, abs=1e-3)
    expect(page.locator(NOTICE)).to_be_hidden()


class Broken(Classifier):
    """A network that fails, with something in its message that is nobody's business."""

    def classify_batch(self, batch: Sequence[Prepared]) -> list[Prediction]:
        raise RuntimeError("secret of /srv/private")


def test_a_fault_of_ours_is_logged_and_nothing_of_it_shown(
    open_page: OpenPage, caplog: pytest.LogCaptureFixture
) -> None:
    with served({"broken": Broken(MLP([784, 10]), {}), "lesson": untrained(1)}) as address:
        page = open_page(address)
        draw(page)
        expect(page.locator(NOTICE)).to_have_text(
            "Something went wrong here. Please try again, or another picture."
        )
        page.locator(".networks button").get_by_text("lesson").click()
        expect(page.locator(NOTICE)).to_be_hidden()
        assert sum(settled(page).values()) == pytest.approx(1, abs=1e-3)
        page.close()
        body = {"data": [base64.b64encode(trousers()).decode(), "photo", "broken"]}
        answer = httpx.post(f"{address}gradio_api/run/classify", json=body)
        assert "secret" not in answer.text and "went wrong" in answer.json()["error"]
    for sentence in ("answer/classify failed", "/classify failed", "secret of /srv/private"):
        assert sentence in caplog.text


def test_mounted_under_a_path(open_page: OpenPage) -> None:
    demo, options = build({"lesson": untrained(5)})
    site = gr.mount_gradio_app(fastapi.FastAPI(), demo, "/demo", **options)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        address = f"http://127.0.0.1:{port}/demo/"
        answers(address)
        page = open_page(address)
        draw(page)
        picture = page.locator('meta[property="og:image"]').get_attribute("content")
        assert picture == f"{address}preview.png" and page.request.get(picture).ok
        page.close()
    finally:
        server.should_exit = True
        thread.join()
