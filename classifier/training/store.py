"""Writes the networks that `network.py` reads, and says what made them."""

import hashlib
import json
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as save_tensors
from torch import nn

from ..network import CLASSES, MLP, WEIGHTS


def save(network: MLP, about: dict[str, Any], name: str, folder: Path = WEIGHTS) -> None:
    """Write `NAME.safetensors` (float16 if `about["storage"]` says so) and `NAME.json`."""
    architecture = {
        "sizes": list(network.sizes),
        "activation": network.activation,
        "classes": list(CLASSES),
    }
    save_module(network, architecture | about, name, folder)


def save_module(network: nn.Module, about: dict[str, Any], name: str, folder: Path) -> None:
    """`save`, for a network of any kind."""
    dtype = torch.float16 if about.get("storage") == "float16" else torch.float32
    tensors = {
        key: (value.to(dtype) if value.is_floating_point() else value).contiguous()
        for key, value in network.state_dict().items()
    }
    data = save_tensors(tensors)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.safetensors").write_bytes(data)
    facts = {
        "name": name,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    text = json.dumps(facts | about, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def commit() -> str:
    """The commit of this code, "-dirty" behind it if files differ; "" outside a repository."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=40"]
    try:
        git = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    except OSError:
        return ""
    return git.stdout.strip()


def provenance() -> dict[str, Any]:
    """With what a network was trained, and when."""
    return {
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "commit": commit(),
        "trained": datetime.now(UTC).date().isoformat(),
    }
