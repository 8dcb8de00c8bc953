"""Where the tests find real pictures: the folder that CLOTHES_DATA names, set by .ci/run.

Without the setting the tests that need them are skipped; with it, or in CI, they fail.
"""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("CLOTHES_DATA", "data"))

EXPECTED = "CI" in os.environ or "CLOTHES_DATA" in os.environ

needs_fashion_mnist = pytest.mark.skipif(
    not EXPECTED and not (FOLDER / "FashionMNIST").exists(), reason="CLOTHES_DATA is not set"
)
needs_manifest = pytest.mark.skipif(
    not EXPECTED and not (FOLDER / "manifest.csv").exists(), reason="CLOTHES_DATA is not set"
)
