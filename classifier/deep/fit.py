"""One training loop for every network that is not as plain as the lesson."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from tqdm import trange

AVERAGING = 0.999  # of the weights over the steps
REPORTS = 20


@dataclass(frozen=True)
class Stage:
    """All that is chosen about one network's training."""

    steps: int
    batch: int
    learning_rate: float
    weight_decay: float
    dropout: float = 0.0


History = list[dict[str, float]]
Network = TypeVar("Network", bound=nn.Module)


def fit(
    network: Network,
    loss_of: Callable[[Network], Tensor],
    stage: Stage,
    validate: Callable[[Network], float],
    name: str,
) -> tuple[Network, History]:
    """Train, and return the running average of the weights, in inference mode, and the history.

    loss_of: draws a batch, asks the network about it and returns the loss.
    """
    optimiser = torch.optim.AdamW(
        network.parameters(), stage.learning_rate, weight_decay=stage.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, stage.learning_rate, total_steps=stage.steps, pct_start=0.1
    )
    running = AveragedModel(network, avg_fn=_average, use_buffers=True).eval()
    averaged = cast(Network, running.module).requires_grad_(False)
    network.train()
    history, total = [], 0.0
    every = max(1, stage.steps // REPORTS)
    for step in (progress := trange(1, stage.steps + 1, desc=name, unit="step")):
        loss = loss_of(network)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        total += loss.item()
        running.update_parameters(network)
        if step % every == 0:
            history.append({"loss": total / every, "validation": validate(averaged)})
            progress.set_postfix(history[-1])
            total = 0.0
    return averaged, history


def _average(averaged: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
    """Exponential moving average, of the latest steps alone to begin with."""
    keep = min(AVERAGING, int(count) / (int(count) + 10))
    return averaged.lerp(new, 1 - keep) if new.is_floating_point() else new  # a count of batches
