"""Photos and drawings are forgotten: a session in the browser leaves nothing on the disk."""

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.browser import OpenPage, draw, upload
from tests.doubles import free_port, started, trousers

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def app(home: Path) -> Iterator[str]:
    """`python app.py` with everything it may write to under `home`; yields its address."""
    for name in ("tmp", "here"):
        (home / name).mkdir()
    folders = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "XDG_CACHE_HOME": str(home)}
    settings = folders | {"FEEDBACK_FOLDER": str(home / "feedback"), "PYTHONPATH": str(ROOT)}
    # Not of the visitor: compiled modules, and matplotlib's list of fonts, which Gradio asks for.
    settings |= {"PYTHONDONTWRITEBYTECODE": "1", "MPLCONFIGDIR": str(home.with_name("fonts"))}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("GRADIO_", "HF_"))}
    port = free_port()
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port)]
    with started(command, home / "here", inherited | settings, port) as address:
        yield address


def files(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.is_file()}


def test_a_session_leaves_nothing_on_the_disk(open_page: OpenPage, tmp_path: Path) -> None:
    with app(tmp_path) as address:
        before, pictures = files(tmp_path), set(ROOT.glob("**/*.png"))
        page = open_page(address)
        page.locator(".modes [data-mode=photo]").click()
        expect(page.get_by_text("Photos are looked at in memory and forgotten")).to_be_visible()
        page.locator(".modes [data-mode=draw]").click()
        draw(page)
        upload(page, trousers())
        expect(page.locator(".cut")).to_be_visible()
        page.close()
        text = base64.b64encode(trousers()).decode()
        call = {"data": [text, "photo", "lesson"]}
        answer = httpx.post(f"{address}gradio_api/run/classify", json=call, timeout=60)
        assert "data" in answer.json()
        assert files(tmp_path) == before
        assert set(ROOT.glob("**/*.png")) == pictures
    assert files(tmp_path) <= before
