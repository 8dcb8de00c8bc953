"""What goes to a Hugging Face Space: its settings, its files, and that the page runs from them."""

import base64
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from huggingface_hub import SpaceCard

from app import source
from deploy.space import FILES, LINK, ROOT, copy_files
from tests.doubles import free_port, started, trousers

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


def all_files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def space(tmp_path: Path) -> Path:
    copy_files(tmp_path, "someone/clothes")
    return tmp_path


@pytest.fixture
def zero(tmp_path: Path) -> Path:
    copy_files(tmp_path / "zero", "someone/clothes", "zero")
    return tmp_path / "zero"


def test_the_page_links_to_files_of_the_space(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/clothes")
    assert source() == "https://huggingface.co/spaces/someone/clothes"
    linked = re.findall(r'<a href="([^"]+)"', (space / "page/web/page.html").read_text())
    assert len(linked) == 4 and all((space / name).is_file() for name in linked)


def test_settings(space: Path) -> None:
    card = SpaceCard.load(space / "README.md").data.to_dict()
    requirements = (ROOT / "requirements.txt").read_text().splitlines()
    assert f"gradio=={card['sdk_version']}" in requirements
    assert card["python_version"] == "3.11"  # the one tested with
    assert (space / card["app_file"]).is_file()
    assert {card["colorFrom"], card["colorTo"]} <= COLOURS
    assert 10 < len(card["short_description"]) <= 60  # the Hub refuses longer ones
    assert card["license"] == "mit" and "MIT" in (space / "LICENSE").read_text()
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+", name) for name in card["datasets"])
    inside = card["thumbnail"].removeprefix(
        "https://huggingface.co/spaces/someone/clothes/resolve/main/"
    )
    assert (space / inside).is_file()


def test_zero_gpu_has_versions_that_it_knows_and_a_function_for_the_gpu(zero: Path) -> None:
    card = SpaceCard.load(zero / "README.md").data.to_dict()
    assert card["python_version"] in ("3.12.12", "3.10.13")
    assert card["suggested_hardware"] == "zero-a10g"
    pins = dict(line.split("==") for line in (zero / "requirements.txt").read_text().splitlines())
    assert (2, 8) <= tuple(map(int, pins["torch"].split(".")[:2])) <= (2, 13)
    assert not {"gradio", "huggingface_hub"} & set(pins) and "+cpu" not in str(pins)
    assert not (zero / "pre-requirements.txt").exists()
    assert "@spaces.GPU" in (zero / card["app_file"]).read_text()


def test_the_links_in_its_texts_lead_somewhere(space: Path) -> None:
    pages = {page: LINK.findall(page.read_text()) for page in space.rglob("*.md")}
    assert "docs/drawing.webp" in pages[space / "README.md"]
    for page, links in pages.items():
        assert [link for link in links if not (page.parent / link).is_file()] == []


def test_the_readme_begins_with_its_title() -> None:
    """And not with a Space's settings, which GitHub would show as a table."""
    assert (ROOT / "README.md").read_text().startswith("# Draw clothes")


def test_cpu_builds_are_of_the_pinned_versions() -> None:
    pins = (ROOT / "requirements.txt").read_text().splitlines()
    before = (ROOT / "pre-requirements.txt").read_text()
    for line in re.findall(r"^(.+)\+cpu$", before, re.MULTILINE):
        assert line in pins
    assert before.count("+cpu") == 2


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """`python app.py` in a folder, told by the environment where to listen; its address."""
    port = free_port()
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    ours = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "FEEDBACK_FOLDER", "GRADIO_ROOT_PATH"}
    environment = {key: value for key, value in os.environ.items() if key not in ours} | settings
    with started([sys.executable, "app.py"], folder, environment, port) as address:
        yield address


@pytest.mark.slow
def test_the_page_runs_from_its_files_alone(space: Path, tmp_path: Path) -> None:
    sent = all_files(space)
    with running(space) as address:
        assert "preview.png" in httpx.get(address).text
        client = Client(address, verbose=False)
        html = next(each for each in client.config["components"] if each["type"] == "html")
        networks = html["props"]["props"]["networks"]
        image = "data:image/jpeg;base64," + base64.b64encode(trousers()).decode()
        answer = httpx.post(
            f"{address}gradio_api/component_server/",
            json={
                "data": {"kind": "photo", "image": image, "networks": networks},
                "component_id": html["id"],
                "fn_name": "classify",
                "session_hash": "test",
            },
        ).json()
        for name in networks:
            assert len(answer["networks"][name]["probabilities"]) == 10
        picture = tmp_path / "trousers.jpg"
        picture.write_bytes(trousers())
        answer = client.predict(handle_file(picture), api_name="/classify")
        assert len(answer["probabilities"]) == 10
    # Nothing of it is needless. What Python compiled is what was imported.
    compiled = {p.parent.parent / (p.name.split(".")[0] + ".py") for p in space.rglob("*.pyc")}
    modules = {path.relative_to(space).as_posix() for path in compiled} | {"app.py"}
    assert {name for name in sent if name.endswith(".py")} == modules
    texts = [(space / name).read_text() for name in modules]
    code = "".join(texts)
    assets = {name for name in sent if name.startswith("page/") and not name.endswith(".py")}
    for text in texts:  # grows: what a needed file names is needed, too
        needed = {name for name in assets if re.search(rf"['\"/]{Path(name).name}['\"]", text)}
        texts += [(space / name).read_text() for name in needed if not name.endswith(".png")]
        assets -= needed
    assert assets == set()
    named = {Path(name).stem for name in sent if name.endswith(".safetensors")}
    assert set(networks) <= named and all(f'"{name}"' in code for name in named)


class Hub(BaseHTTPRequestHandler):
    """As much of the Hub as an upload asks for; it has two files of an earlier upload."""

    asked: list[tuple[str, bytes]]
    paid = True  # or else it asks for money, except for Spaces on ZeroGPU

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.asked.append((self.path, body))
        here = f"http://{self.headers['host']}"
        reply: Any = {}
        status = 200
        if self.path.endswith("/repos/create"):
            reply = {"url": f"{here}/spaces/someone/clothes"}
            if not self.paid and json.loads(body).get("hardware") != "zero-a10g":
                status, reply = 402, {"error": "Payment required"}
        elif self.path == "/api/spaces/someone/clothes":
            status, reply = 404, {"error": "Repository not found"}
        elif "/tree/" in self.path:
            old = ["page/old.js", ".gitattributes"]
            reply = [{"type": "file", "path": path, "oid": "0" * 40, "size": 1} for path in old]
        elif "/preupload/" in self.path:
            paths = [file["path"] for file in json.loads(body)["files"]]
            reply = {"files": [{"path": path, "uploadMode": "regular"} for path in paths]}
            reply["files"] = [file | {"shouldIgnore": False} for file in reply["files"]]
        elif "/commit/" in self.path:
            address = f"{here}/spaces/someone/clothes/commit/{'a' * 40}"
            reply = {"success": True, "commitUrl": address, "commitOid": "a" * 40}
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer  # noqa: N815 (so called by http.server)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def uploading(*options: str, token: str = "hf_none") -> Iterator[subprocess.CompletedProcess[str]]:
    """`python -m deploy.space someone/clothes`, done, with the Hub above."""
    Hub.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    hub = {"HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_TOKEN": token}
    environment = os.environ | hub | {"HF_HOME": "/nowhere"}
    command = [sys.executable, "-m", "deploy.space", "someone/clothes", *options]
    try:
        yield subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_without_a_token_there_is_a_sentence() -> None:
    with uploading(token="") as done:
        assert done.returncode == 1 and "hf auth login" in done.stderr
        assert done.stderr.count("\n") == 1 and Hub.asked == []


def test_what_is_free_is_said_when_the_hub_asks_for_money(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hub, "paid", False)
    with uploading() as done:
        assert done.returncode == 1 and done.stderr.count("\n") == 1
        assert "PRO" in done.stderr and "--zero" in done.stderr
    with uploading("--zero") as done:
        assert done.returncode == 0, done.stderr
    (commit,) = (body for path, body in Hub.asked if "/commit/" in path)
    assert b'"zero.py"' in commit and b'"pre-requirements.txt"' not in commit


def test_the_upload_sends_these_files_and_removes_all_others(space: Path) -> None:
    with uploading() as done:
        assert done.returncode == 0, done.stderr
    asked = {path.split("?")[0]: body for path, body in Hub.asked}
    made = json.loads(asked["/api/repos/create"])
    assert (made["organization"], made["name"], made["type"], made["sdk"]) == (
        "someone",
        "clothes",
        "space",
        "gradio",
    )
    lines = [
        json.loads(line) for line in asked["/api/spaces/someone/clothes/commit/main"].splitlines()
    ]
    files = {line["value"]["path"]: line["value"] for line in lines if line["key"] == "file"}
    gone = [line["value"]["path"] for line in lines if line["key"] == "deletedFile"]
    assert set(files) == all_files(space)
    assert gone == ["page/old.js"]
    readme = base64.b64decode(files["README.md"]["content"]).decode()
    assert "spaces/someone/clothes/resolve" in readme and "OWNER" not in readme.split("---")[1]


def test_static_files_are_a_space_of_their_own(space: Path) -> None:
    with uploading("--static") as done:
        assert done.returncode == 0, done.stderr
    asked = {path.split("?")[0]: body for path, body in Hub.asked}
    assert json.loads(asked["/api/repos/create"])["sdk"] == "static"
    lines = asked["/api/spaces/someone/clothes/commit/main"].splitlines()
    values = [line["value"] for line in map(json.loads, lines) if line["key"] == "file"]
    files = {value["path"]: base64.b64decode(value["content"]) for value in values}
    front = files["README.md"].decode().split("---")[1]
    assert "sdk: static" in front and "app_file: index.html" in front and "_version" not in front
    assert all_files(space) < set(files)  # its own source
    page = files["index.html"].decode()
    assert "https://huggingface.co/spaces/someone/clothes" in page
    named = re.findall(r'(?:href|src)="(page[^"]+)"', page)
    assert named and set(named) <= set(files)
    assert sum(name.endswith("/deep.safetensors") for name in files) == 2


def test_tests_and_data_stay_here() -> None:
    assert not any(re.match(r"tests|data|benchmarks|docs|\.ci|deploy|\*", each) for each in FILES)
