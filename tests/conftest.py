"""Fixtures of the tests of the page. One server and one Chromium serve all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio import processing_utils

try:
    from playwright.sync_api import Browser, Page, expect
except ImportError:
    pytest.exit("Packages are missing: pip install -r requirements-dev.txt", returncode=1)

from page.feedback import Feedback
from tests.browser import launched, served, untrained

Errors = list[str]


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where pictures go that visitors give."""
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="session")
def address(given: Path) -> Iterator[str]:
    """The page, with two untrained networks behind it; the second one is never sure."""
    with served({"deep": untrained(1), "lesson": untrained(2, sure=False)}, Feedback(given)) as url:
        yield url


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The opened page; the test fails if anything is written to the console as an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    errors: Errors = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error.stack)))
    page.goto(address)
    expect(page.locator("#chart [data-class]")).to_have_count(10)
    yield page
    context.close()
    assert errors == []
