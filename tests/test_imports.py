"""Who imports whom: rooms with one-way doors between them."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from tests.test_preparation import outline

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("classifier", "page", "deploy", "benchmarks")
FILES = [ROOT / "app.py", *(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]


def name_of(file: Path) -> str:
    """A module's name, a package's for its `__init__.py`."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in FILES}


@cache
def imports(name: str) -> frozenset[str]:
    """What a module imports of ours, wherever in the file; of tests, only that it does."""
    file = MODULES[name]
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
            base = ".".join([*up, *filter(None, [node.module])])
            inner = {f"{base}.{alias.name}" for alias in node.names}
            found |= (inner & set(MODULES)) or {base}
    return frozenset(each for each in found if each in MODULES or each.split(".")[0] == "tests")


def test_there_is_no_circle() -> None:
    order = TopologicalSorter({name: imports(name) for name in MODULES}).static_order()
    assert set(order) == set(MODULES)


def test_what_answers_imports_nothing_of_training() -> None:
    answering = [name for name in MODULES if name.split(".")[0] in ("app", "classifier", "page")]
    answering = [name for name in answering if not name.startswith("classifier.training")]
    assert "page.answer" in answering and "classifier.predict" in answering
    for name in answering:
        training = [each for each in imports(name) if each.startswith("classifier.training")]
        assert not training, (name, training)


def test_no_tool_imports_from_tests() -> None:
    assert not [name for name in MODULES if any("tests" in each for each in imports(name))]


def test_reading_a_picture_loads_no_torch(tmp_path: Path) -> None:
    """The reader is a program of its own, started anew whenever one has gone."""
    outline().save(tmp_path / "a.png")
    code = f"""
import runpy, sys
reader = runpy.run_path({str(ROOT / "classifier" / "decoding.py")!r})
print(reader["decode"](open({str(tmp_path / "a.png")!r}, "rb").read()).shape)
print({{"torch", "gradio", "cv2"}} & {{*sys.modules}})
"""
    said = subprocess.check_output([sys.executable, "-P", "-c", code], text=True).splitlines()
    assert said[0].endswith("3)") and said[1] == "set()"
