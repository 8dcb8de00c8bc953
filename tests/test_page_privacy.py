"""Photos and drawings are forgotten: a session in the browser leaves nothing on the disk."""

import base64
from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.browser import OpenPage, choose_mode, draw, upload
from tests.doubles import started, trousers

ROOT = Path(__file__).resolve().parent.parent


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_session_leaves_nothing_on_the_disk(open_page: OpenPage, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    settings = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "FEEDBACK_FOLDER"), str(home))
    settings |= {"TMPDIR": str(home / "tmp"), "PYTHONPATH": str(ROOT)}
    # Not of the visitor: compiled modules, and matplotlib's list of fonts, which Gradio asks for.
    settings |= {"PYTHONDONTWRITEBYTECODE": "1", "MPLCONFIGDIR": str(tmp_path / "fonts")}
    with started(ROOT / "app.py", home, **settings) as address:
        before = files(home)
        page = open_page(address)
        choose_mode(page, "photo")
        expect(page.get_by_text("Photos are looked at in memory and forgotten")).to_be_visible()
        choose_mode(page, "draw")
        draw(page)
        upload(page, trousers())
        expect(page.locator(".cut")).to_be_visible()
        page.close()
        call = {"data": [base64.b64encode(trousers()).decode(), "photo", "lesson"]}
        answer = httpx.post(f"{address}gradio_api/run/classify", json=call, timeout=60)
        assert "data" in answer.json()
        assert files(home) == before
    assert files(home) <= before
