"""The examples in docs/code.md run as they stand, against a started server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import CLASSES
from tests.doubles import trousers

from .test_preparation import outline

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
CODE = (ROOT / "docs" / "code.md").read_text()
EXAMPLES = re.findall(r"^```(python|sh|js)\n(.*?)^```", CODE, re.M | re.S)
COMMANDS = {"python": [sys.executable], "sh": ["bash", "-eu"], "js": ["node"]}


def test_there_are_examples_for_everyone() -> None:
    assert {language for language, _ in EXAMPLES} == set(COMMANDS)


NODE = {"js": [pytest.mark.browser]}


@pytest.mark.parametrize(
    "language, code",
    [pytest.param(*one, id=one[0], marks=NODE.get(one[0], [])) for one in EXAMPLES],
)
def test_example(address: str, tmp_path: Path, language: str, code: str) -> None:
    (tmp_path / "photos").mkdir()
    for name in ("shirt.jpg", "photos/trousers.jpg"):
        (tmp_path / name).write_bytes(trousers())
    outline().save(tmp_path / "drawing.png")
    (tmp_path / "node_modules").symlink_to(ROOT / "tests" / "node_modules")
    script = tmp_path / {"python": "example.py", "sh": "example.sh", "js": "example.mjs"}[language]
    script.write_text(code.replace("http://127.0.0.1:7860", address.rstrip("/")))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PATH": path}
    command = [*COMMANDS[language], str(script)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert any(name in done.stdout for name in CLASSES)
    if "photos.csv" in code:
        assert (tmp_path / "photos.csv").read_text().count("\n") == 2
