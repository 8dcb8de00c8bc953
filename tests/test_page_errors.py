"""Whatever goes wrong, the visitor reads one sentence, and the page goes on working."""

import base64
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from classifier import Classifier, Prediction
from classifier.network import MLP
from classifier.preparation import Prepared
from page.answer import MAX_BYTES
from tests.browser import OpenPage, bars, draw, press, settled, upload
from tests.doubles import served, trousers, untrained

CALLS = "**/answer/classify**"
NOTICE = ".notice"

ANSWERS: list[dict[str, Any]] = [
    {"status": 502, "body": "<html><h1>502 Bad Gateway</h1></html>", "content_type": "text/html"},
    {"status": 200, "body": "{}", "content_type": "application/json"},
]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_what_is_no_answer_is_not_shown(open_page: OpenPage, answer: dict[str, Any]) -> None:
    page = open_page()
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    page.route(CALLS, lambda route: route.fulfill(**answer))
    press(page)
    page.mouse.up()
    expect(page.locator(NOTICE)).to_contain_text("cannot be reached", timeout=10_000)
    assert set(bars(page).values()) == {0}
    page.unroute(CALLS)
    expect(page.locator(NOTICE)).to_be_hidden(timeout=20_000)
    assert sum(settled(page).values()) == pytest.approx(1, abs=1e-3)
    assert crashes == []


@pytest.mark.parametrize("trouble", ["slow", "cannot be reached"])
def test_a_notice_about_the_server_goes_when_nothing_is_awaited(page: Page, trouble: str) -> None:
    page.route(CALLS, lambda route: None if trouble == "slow" else route.abort())
    press(page)
    page.mouse.up()
    expect(page.locator(NOTICE)).to_contain_text(trouble)
    page.get_by_label("Clear").click()
    expect(page.locator(NOTICE)).to_be_hidden()


@pytest.mark.parametrize(
    "data, name, kind, sentence",
    [
        (trousers()[:500], "half.jpg", "image/jpeg", "damaged"),
        (b"\0" * (MAX_BYTES + 1), "large.raw", "", "too large to send: at most 10 MB"),
    ],
    ids=["half a JPEG", "large"],
)
def test_files_that_are_no_pictures(
    page: Page, data: bytes, name: str, kind: str, sentence: str
) -> None:
    draw(page)
    upload(page, data, name, kind)
    expect(page.locator(NOTICE)).to_contain_text(sentence)
    assert set(bars(page).values()) == {0}  # no longer those of the drawing
    upload(page, trousers())
    expect(page.locator(".cut")).to_be_visible()
    expect(page.locator(NOTICE)).to_be_hidden(timeout=20_000)
    assert sum(settled(page).values()) == pytest.approx(1, abs=1e-3)


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
