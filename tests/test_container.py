"""How the page starts, tells that it is well, and stops, as in a container."""

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
from deploy.space import ROOT
from tests.doubles import free_port


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
        try:
            assert process.stdout
            lines = iter(process.stdout.readline, "")
            assert next(lines) == "Draw clothes: loading ...\n"
            ready = next(line for line in lines if line.startswith("Draw clothes"))
            assert f"http://127.0.0.1:{port}" in ready and "deep" in ready
            files = {"files": ("a.png", (ROOT / "page/web/example.png").read_bytes())}
            assert httpx.post(f"http://127.0.0.1:{port}/gradio_api/upload", files=files).is_success
            process.send_signal(how)
            assert process.wait(20) == 0
            assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        finally:
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
