"""What goes to a Space and into a container: that the page starts from it, is well, and stops."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import httpx2
import pytest
from huggingface_hub import RepoUrl, SpaceCard
from huggingface_hub.errors import HfHubHTTPError

import app
from deploy import space as command
from deploy.space import FILES, LINK, ROOT, copy_files
from page.site import source
from tests.doubles import free_port, started, trousers


def all_files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def space(tmp_path: Path) -> Path:
    copy_files(tmp_path, "someone/clothes")
    return tmp_path


def test_its_settings_name_versions_and_files_that_are_there(space: Path) -> None:
    card = SpaceCard.load(space / "README.md").data.to_dict()
    requirements = (ROOT / "requirements.txt").read_text().splitlines()
    assert f"gradio=={card['sdk_version']}" in requirements
    assert (space / card["app_file"]).is_file()
    assert len(card["short_description"]) <= 60  # the Hub refuses longer ones
    assert (space / card["thumbnail"].partition("/resolve/main/")[2]).is_file()
    builds = re.findall(r"^(.+)\+cpu$", (ROOT / "pre-requirements.txt").read_text(), re.MULTILINE)
    assert len(builds) == 2 and set(builds) <= set(requirements)


def test_zero_gpu_has_versions_that_it_knows_and_a_function_for_the_gpu(tmp_path: Path) -> None:
    copy_files(tmp_path, "someone/clothes", "zero")
    card = SpaceCard.load(tmp_path / "README.md").data.to_dict()
    assert card["suggested_hardware"] == "zero-a10g"
    pins = dict(line.split("==") for line in (tmp_path / "requirements.txt").read_text().split())
    assert tuple(map(int, pins["torch"].split(".")[:2])) <= (2, 13)
    assert not {"gradio", "huggingface_hub"} & set(pins)
    assert "@spaces.GPU" in (tmp_path / card["app_file"]).read_text()


def test_links_lead_somewhere(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for page in space.rglob("*.md"):
        links = LINK.findall(page.read_text())
        assert [link for link in links if not (page.parent / link).is_file()] == []
    monkeypatch.setenv("SPACE_ID", "someone/clothes")
    assert source() == "https://huggingface.co/spaces/someone/clothes"
    markup = (space / "page/web/page.html").read_text()
    linked = re.findall(r'<a href="([^"]+\.md|LICENSE)"', markup)
    assert len(linked) == 4 and all((space / name).is_file() for name in linked)


@pytest.mark.slow
def test_the_page_runs_from_its_files_alone(space: Path) -> None:
    with started(space / "app.py", space) as address:
        assert httpx.get(f"{address}preview.png").is_success
        settings = {"kind": "photo", "networks": "deep,lesson"}
        reply = httpx.post(f"{address}answer/classify", params=settings, content=trousers()).json()
        assert all(len(each["probabilities"]) == 10 for each in reply["networks"].values())


class Hub:
    """Stands in for `HfApi`: remembers what it is asked for, and the files of an upload."""

    calls: dict[str, dict[str, Any]] = {}  # noqa: RUF012 (replaced, not changed)
    files: dict[str, bytes] = {}  # noqa: RUF012
    status = 200  # of making a Space

    def create_repo(self, space: str, **options: Any) -> Any:
        if self.status != 200:
            raise HfHubHTTPError("no", response=Mock(status_code=self.status))
        type(self).calls = {"create_repo": options}
        return RepoUrl(f"https://huggingface.co/spaces/{space}")

    def upload_folder(self, folder_path: str, **options: Any) -> None:
        self.calls["upload_folder"] = options
        folder = Path(folder_path)
        type(self).files = {name: (folder / name).read_bytes() for name in all_files(folder)}


def upload(patch: pytest.MonkeyPatch, *options: str, token: str | None = "hf_none") -> None:
    patch.setattr(command, "HfApi", Hub)
    patch.setattr(command, "get_token", lambda: token)
    patch.setattr(sys, "argv", ["deploy.space", "someone/clothes", *options])
    command.main()


def test_what_the_hub_wants_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hub, "status", 402)
    with pytest.raises(SystemExit, match=r"PRO account .* --zero"):
        upload(monkeypatch)
    with pytest.raises(SystemExit, match="hf auth login"):
        upload(monkeypatch, token=None)
    monkeypatch.setattr(command, "upload", Mock(side_effect=httpx2.ConnectError("refused")))
    with pytest.raises(SystemExit, match="cannot be reached"):
        upload(monkeypatch)


def test_the_upload_sends_its_files_and_removes_all_others(
    space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(monkeypatch)
    assert Hub.calls["create_repo"]["space_sdk"] == "gradio"
    assert Hub.calls["upload_folder"]["delete_patterns"] == "*"
    assert set(Hub.files) == all_files(space)
    upload(monkeypatch, "--static")  # a Space of static files, with its own source
    assert Hub.calls["create_repo"]["space_sdk"] == "static"
    assert all_files(space) < set(Hub.files)
    page = Hub.files["index.html"].decode()
    assert "https://huggingface.co/spaces/someone/clothes" in page
    named = re.findall(r'(?:href|src)="(page[^"]+)"', page)
    assert named and set(named) <= set(Hub.files)


def test_a_container_gets_the_same_files() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    rules.remove("!requirements.lock")
    assert rules == ["*", *(f"!{pattern}" for pattern in FILES)]


@pytest.mark.parametrize("up", [True, False])
def test_the_health_check_tells_whether_the_page_answers(address: str, up: bool) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    (check,) = re.findall(r"HEALTHCHECK.*?CMD (\[.*?\])$", dockerfile, re.DOTALL | re.MULTILINE)
    port = address.rstrip("/").rpartition(":")[2] if up else str(free_port())
    environment = os.environ | {"GRADIO_SERVER_PORT": port}
    done = subprocess.run(json.loads(check), env=environment, stderr=subprocess.DEVNULL, timeout=60)
    assert (done.returncode == 0) is up


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_and_stops_when_told_to(how: signal.Signals, tmp_path: Path) -> None:
    """Also where whoever started it ignores Ctrl-C, as a shell does in the background."""
    port = str(free_port())
    settings = {"GRADIO_SERVER_PORT": port, "FEEDBACK_FOLDER": "", "GRADIO_TEMP_DIR": str(tmp_path)}
    command = ["sh", "-c", f"trap '' INT TERM; exec {sys.executable} -u app.py"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True
    ) as process:
        deadline = threading.Timer(120, process.kill)
        deadline.start()
        try:
            assert process.stdout
            lines = iter(process.stdout.readline, "")
            assert next(lines) == "Draw clothes: loading ...\n"
            ready = next(line for line in lines if line.startswith("Draw clothes"))
            assert f"http://127.0.0.1:{port}" in ready and "deep" in ready
            files = {"files": ("a.png", (ROOT / "page/web/example.png").read_bytes())}
            assert httpx.post(f"http://127.0.0.1:{port}/gradio_api/upload", files=files).is_success
            process.send_signal(how)
            assert process.wait(60) == 0
            assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        finally:
            deadline.cancel()
            process.kill()


def test_a_port_that_is_taken_is_said_in_a_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setenv("FEEDBACK_FOLDER", "")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["app.py", "--port", port])
    with pytest.raises(SystemExit, match=f"Port {port} is taken: --port NUMBER names another"):
        app.main()
