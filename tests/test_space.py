"""What goes to a Hugging Face Space: its settings, its files, and that the page runs from them."""

import os
import re
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from huggingface_hub import RepoUrl, SpaceCard
from huggingface_hub.errors import HfHubHTTPError

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
    assert 10 < len(card["short_description"]) <= 60  # the Hub refuses longer ones
    thumbnail = card["thumbnail"].partition("/resolve/main/")[2]
    assert (space / thumbnail).is_file()


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


def test_cpu_builds_are_of_the_pinned_versions() -> None:
    pins = (ROOT / "requirements.txt").read_text().splitlines()
    builds = re.findall(r"^(.+)\+cpu$", (ROOT / "pre-requirements.txt").read_text(), re.MULTILINE)
    assert len(builds) == 2 and set(builds) <= set(pins)


@pytest.mark.slow
def test_the_page_runs_from_its_files_alone(space: Path) -> None:
    python = {name for name in all_files(space) if name.endswith(".py")}
    port = free_port()
    ours = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "FEEDBACK_FOLDER", "GRADIO_ROOT_PATH"}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    environment |= {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1"}
    with started([sys.executable, "app.py"], space, environment, port) as address:
        assert httpx.get(f"{address}preview.png").is_success
        settings = {"kind": "photo", "networks": "deep,lesson"}
        reply = httpx.post(f"{address}answer/classify", params=settings, content=trousers()).json()
        assert all(len(each["probabilities"]) == 10 for each in reply["networks"].values())
    # What Python compiled is what was imported: of the page, all that was sent.
    compiled = {p.parent.parent / (p.name.split(".")[0] + ".py") for p in space.rglob("*.pyc")}
    imported = {path.relative_to(space).as_posix() for path in compiled}
    assert imported <= python
    assert {name for name in python - imported if not name.startswith("classifier/")} == {"app.py"}


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


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> type[Hub]:
    monkeypatch.setattr(command, "HfApi", Hub)
    monkeypatch.setattr(command, "get_token", lambda: "hf_none")
    return Hub


def upload(monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["deploy.space", "someone/clothes", *options])
    command.main()


def test_what_the_hub_wants_is_said_in_a_sentence(
    hub: type[Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "status", 402)
    with pytest.raises(SystemExit, match=r"PRO account .* --zero"):
        upload(monkeypatch)
    monkeypatch.setattr(command, "get_token", lambda: None)
    with pytest.raises(SystemExit, match="hf auth login"):
        upload(monkeypatch)


def test_the_upload_sends_these_files_and_removes_all_others(
    space: Path, hub: type[Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(monkeypatch)
    assert hub.calls["create_repo"]["space_sdk"] == "gradio"
    assert hub.calls["upload_folder"]["delete_patterns"] == "*"
    assert set(hub.files) == all_files(space)


def test_static_files_are_a_space_of_their_own(
    space: Path, hub: type[Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(monkeypatch, "--static")
    assert hub.calls["create_repo"]["space_sdk"] == "static"
    assert all_files(space) < set(hub.files)  # its own source
    page = hub.files["index.html"].decode()
    assert "https://huggingface.co/spaces/someone/clothes" in page
    named = re.findall(r'(?:href|src)="(page[^"]+)"', page)
    assert named and set(named) <= set(hub.files)


def test_a_container_gets_the_same_files() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules == ["*", *(f"!{pattern}" for pattern in FILES)]
