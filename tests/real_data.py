"""Where the tests find real pictures: the folder that CLOTHES_DATA names, set by .ci/run."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("CLOTHES_DATA", "data"))

needs_fashion_mnist = pytest.mark.skipif(
    not (FOLDER / "FashionMNIST").exists(), reason="CLOTHES_DATA names no folder with FashionMNIST/"
)
needs_manifest = pytest.mark.skipif(
    not (FOLDER / "manifest.csv").exists(), reason="CLOTHES_DATA names no folder with manifest.csv"
)
