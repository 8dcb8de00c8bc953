"""The network is the one the lesson describes, and its files are read with suspicion."""

import hashlib
import io
import json
import math
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import app
from classifier import CLASSES, WeightsError, load, predict, stored_networks
from classifier.cutout import load_segmenter
from classifier.network import MLP, SEGMENTER, WEIGHTS, load_network
from classifier.training.store import save


def test_the_lesson_has_the_layers_it_teaches() -> None:
    network, about = load_network("lesson")
    assert network.sizes == (784, 128, 10)
    assert sum(p.numel() for p in network.parameters()) == about["parameters"] == 101_770


def test_forward_is_flatten_dense_relu_dense() -> None:
    """Against the arithmetic written out in numpy, unit by unit."""
    network = MLP([784, 128, 10])
    pictures = torch.rand(3, 28, 28)
    weight, bias, last_weight, last_bias = (p.detach().numpy() for p in network.parameters())
    hidden = np.maximum(pictures.numpy().reshape(3, 784) @ weight.T + bias, 0)
    logits = hidden @ last_weight.T + last_bias
    np.testing.assert_allclose(network(pictures).detach().numpy(), logits, atol=1e-5)


def test_without_activation_the_network_is_a_straight_line() -> None:
    network = MLP([784, 32, 16, 10], activation=False)
    a, b = torch.rand(1, 784), torch.rand(1, 784)
    torch.testing.assert_close(network((a + b) / 2), (network(a) + network(b)) / 2)


@pytest.mark.parametrize("storage", ["float32", "float16"])
def test_saved_and_loaded_is_the_same_network(tmp_path: Path, storage: str) -> None:
    network = MLP([784, 20, 10])
    save(network, {"storage": storage, "seed": 7}, "small", tmp_path)
    again, about = load_network("small", tmp_path)
    x = torch.rand(5, 784)
    rounding = {"float32": 0.0, "float16": 5e-3}[storage]
    torch.testing.assert_close(again(x), network(x), atol=rounding, rtol=0)
    assert about["seed"] == 7
    assert stored_networks(tmp_path) == ["small"] and SEGMENTER not in stored_networks()


def test_missing_damaged_and_foreign_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="nothing"):
        load("nothing", tmp_path)
    save(MLP([784, 20, 10]), {}, "small", tmp_path)
    tensors, about = tmp_path / "small.safetensors", tmp_path / "small.json"
    whole, text = tensors.read_bytes(), about.read_text()

    tensors.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(WeightsError, match="damaged"):
        load_network("small", tmp_path)
    tensors.write_bytes(whole)

    for key, value in (("sizes", [784, 21, 10]), ("classes", list(reversed(CLASSES)))):
        about.write_text(json.dumps(json.loads(text) | {key: value}))
        with pytest.raises(WeightsError, match=r"small\.json"):
            load_network("small", tmp_path)

    about.write_text("{")
    with pytest.raises(WeightsError, match="small"):
        load_network("small", tmp_path)


def test_pickles_are_not_even_looked_at(tmp_path: Path) -> None:
    save(MLP([784, 20, 10]), {}, "small", tmp_path)
    data = io.BytesIO()
    torch.save(MLP([784, 20, 10]).state_dict(), data)
    (tmp_path / "small.safetensors").write_bytes(data.getvalue())
    about = json.loads((tmp_path / "small.json").read_text())
    about["sha256"] = hashlib.sha256(data.getvalue()).hexdigest()
    (tmp_path / "small.json").write_text(json.dumps(about))
    with pytest.raises(WeightsError, match="does not fit"):
        load_network("small", tmp_path)


def test_the_page_does_not_start_with_bad_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where only photos would meet them."""
    for file in WEIGHTS.glob(f"{SEGMENTER}.*"):
        shutil.copy(file, tmp_path)
    damaged = tmp_path / f"{SEGMENTER}.safetensors"
    data = damaged.read_bytes()
    damaged.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    monkeypatch.setattr(predict, "load_segmenter", lambda: load_segmenter(tmp_path))
    load.cache_clear()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["app.py"])
    with pytest.raises(SystemExit, match=rf"^\S*{SEGMENTER}\.safetensors is damaged.*$"):
        app.main()


@pytest.mark.parametrize("name", [*stored_networks(), SEGMENTER])
def test_stored_files_are_small_and_say_how_they_were_made(name: str) -> None:
    assert (WEIGHTS / f"{name}.safetensors").stat().st_size < 10_000_000
    about = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    assert {"recipe", "seed", "data", "figures", "versions", "commit", "trained"} <= set(about)
    assert all(math.isfinite(epoch["loss"]) for epoch in about["history"])
    network = load_segmenter() if name == SEGMENTER else load(name).network
    assert about["parameters"] == sum(each.numel() for each in network.parameters())
