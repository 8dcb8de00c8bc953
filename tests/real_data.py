"""Where the tests find real pictures: the folder that CLOTHES_DATA names, set by .ci/run.

Without the setting, or where it is empty, the tests that need them are skipped; with it they fail.
"""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("CLOTHES_DATA") or "data")

EXPECTED = bool(os.environ.get("CLOTHES_DATA"))

needs_fashion_mnist = pytest.mark.skipif(
    not EXPECTED and not (FOLDER / "FashionMNIST").exists(), reason="CLOTHES_DATA is not set"
)
needs_manifest = pytest.mark.skipif(
    not EXPECTED and not (FOLDER / "manifest.csv").exists(), reason="CLOTHES_DATA is not set"
)
