"""Fixtures of the tests of the page. One server and one Chromium serve all of them.

`python -m pytest -m "not browser"` needs no browser, no Playwright and nothing from npm: what does
is in `test_page*.py`, or marked. `-m "not browser and not slow"` is the quick part.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gradio import processing_utils

import app
import classifier.__main__
from classifier import load, predict, prepare
from classifier.preparation import Prepared
from page import answer
from page.feedback import Feedback
from tests.doubles import BOTTOM, TOP, Run, served, untrained

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WITHOUT = "not browser"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files that import Playwright are not even opened where no browser is wanted."""
    unwanted = WITHOUT in config.option.markexpr and collection_path.match("test_page*.py")
    return True if unwanted else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.match("test_page*.py"):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where pictures go that visitors give."""
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="session")
def address(given: Path) -> Iterator[str]:
    """The page, with two untrained networks behind it; the second one is never sure."""
    with served({"deep": untrained(1), "lesson": untrained(2, sure=False)}, Feedback(given)) as url:
        yield url


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python app.py --export` writes."""
    folder = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        patch.setattr(sys, "argv", ["app.py", "--export", str(folder)])
        app.main()
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `python -m classifier --network lesson` with these arguments, in this process."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = ["python -m classifier", "--network", "lesson", *arguments]
        monkeypatch.setattr(sys, "argv", command)
        try:
            status = classifier.__main__.main()
        except SystemExit as wrong:  # argparse
            status = int(wrong.code or 0)
        return subprocess.CompletedProcess(command, status, *capsys.readouterr())

    return run


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the server, which runs in this process, tried to open."""
    opened: list[str] = []

    async def record(url: str, *_: object, **__: object) -> str:
        opened.append(url)
        raise OSError

    for name in ("async_ssrf_protected_download", "async_ssrf_protected_get"):
        monkeypatch.setattr(processing_utils, name, record)
    return opened


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the photo, two pieces are found in it: the trousers, and they upside down."""

    def found(source: Any, kind: Any) -> list[Prepared]:
        one = prepare(source, "photo")
        other = replace(one, picture=one.picture[::-1].copy(), box=TOP)
        return [replace(one, box=BOTTOM), other]

    for module in (predict, answer):
        monkeypatch.setattr(module, "prepare_pieces", found)


@pytest.fixture(scope="module")
def stored() -> Iterator[str]:
    """The page with the stored networks on a server, and their weights for the browser."""
    with served({name: load(name) for name in ("deep", "lesson")}) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from tests.browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: "Browser", address: str) -> "Iterator[Callable[..., Page]]":
    """Opens the page, or another one, in a window of its own, with these options of Playwright."""
    contexts = []

    def open_page(url: str = address, **options: Any) -> "Page":
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.goto(url)
        page.wait_for_selector("#chart .row")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(browser: "Browser", address: str) -> "Iterator[Page]":
    """The opened page; the test fails if anything is written to the console as an error."""
    from tests.browser import watched

    with watched(browser, address, viewport={"width": 1280, "height": 800}) as page:
        yield page
