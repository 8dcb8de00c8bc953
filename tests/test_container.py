"""What can be said of the container without Docker, which CI builds: its files, its health check,
and how the page starts and stops there."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import app
from deploy.space import FILES, ROOT
from tests.doubles import free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.+)$", DOCKERFILE, re.MULTILINE)


def test_the_files_are_those_of_a_space() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules == ["*", *(f"!{pattern}" for pattern in FILES)]


@pytest.mark.parametrize("up", [True, False])
def test_the_health_check_tells_whether_the_page_answers(address: str, up: bool) -> None:
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    port = address.rstrip("/").rpartition(":")[2] if up else str(free_port())
    done = subprocess.run(
        command, env=os.environ | {"GRADIO_SERVER_PORT": port}, stderr=subprocess.DEVNULL
    )
    assert (done.returncode == 0) is up


@pytest.mark.slow
def test_it_says_where_it_is_and_stops_when_told_to() -> None:
    settings = {"GRADIO_SERVER_PORT": str(free_port()), "FEEDBACK_FOLDER": ""}
    command = [sys.executable, "-u", "app.py"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = iter(process.stdout.readline, "")
        assert next(lines) == "Draw clothes: loading ...\n"
        said = next(line for line in lines if line.startswith("Draw clothes"))
        address = f"http://127.0.0.1:{settings['GRADIO_SERVER_PORT']}"
        assert address in said and "deep" in said
        assert httpx.get(address).is_success
        (how,) = instructions("STOPSIGNAL")
        process.send_signal(signal.Signals[how])
        assert process.wait(20) == 0


def test_a_port_that_is_taken_is_said_in_a_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setenv("FEEDBACK_FOLDER", "")
    monkeypatch.setattr(sys, "argv", ["app.py", "--port", port])
    with pytest.raises(SystemExit, match=f"Port {port} is taken: --port NUMBER names another"):
        app.main()
