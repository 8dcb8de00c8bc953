"""A slow server, one that goes away and comes back, and calls that the page would never make."""

import threading
import time
from collections.abc import Callable
from typing import Any

import fastapi
import gradio as gr
import uvicorn
from playwright.sync_api import Page, Route, expect

from app import build
from tests.browser import OpenPage, bars, draw, frames, press, settled, until
from tests.doubles import start, untrained

Call = Callable[[str, object], dict[str, Any]]
CALLS = "**/answer/classify**"


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
    press(page)
    page.mouse.up()
    until(page, lambda: len(held) == 1)
    page.keyboard.press("Delete")
    with page.expect_response(CALLS):
        held[0].continue_()
    frames(page)
    assert set(bars(page).values()) == {0}  # the paper is blank, and so are the bars
    page.unroute(CALLS)


def test_server_goes_and_comes_back(open_page: OpenPage) -> None:
    demo, address = start({"lesson": untrained(4)})
    page = open_page(address)
    before = draw(page)
    demo.close()
    press(page, [(0.2, 0.9), (0.8, 0.9)])
    page.mouse.up()
    expect(page.locator(".notice")).to_contain_text("cannot be reached")
    assert bars(page) == before  # the last answer stays
    port = int(address.rstrip("/").rsplit(":", 1)[1])
    demo, _ = start({"lesson": untrained(4)}, port=port)
    expect(page.locator(".notice")).to_be_hidden(timeout=15_000)
    assert bars(page) != before
    page.close()
    demo.close()


def test_mounted_under_a_path(open_page: OpenPage) -> None:
    demo, options = build({"lesson": untrained(5)})
    site = gr.mount_gradio_app(fastapi.FastAPI(), demo, "/demo", **options)
    server = uvicorn.Server(uvicorn.Config(site, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        page = open_page(f"http://127.0.0.1:{port}/demo/")
        draw(page)
        picture = page.locator('meta[property="og:image"]').get_attribute("content")
        assert picture == f"http://127.0.0.1:{port}/demo/preview.png"
        assert page.request.get(picture).ok
        page.close()
    finally:
        server.should_exit = True
        thread.join()
