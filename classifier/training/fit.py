"""One training loop for every network that is not as plain as the lesson."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn
from tqdm import trange

AVERAGING = 0.999  # of the weights over the steps
WARM_UP = 0.1  # share of the steps in which the learning rate rises
REPORTS = 20

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# Where the device knows it; elsewhere PyTorch imitates it, a hundred times slower.
BFLOAT16 = DEVICE.type == "cuda" or torch.ops.mkldnn._is_mkldnn_bf16_supported()


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

    loss_of: draws a batch, asks the network about it and returns the loss. On a GPU it is recorded
    once, as are its random numbers, and must do the same with tensors of the same shapes each time.
    """
    device = next(network.parameters()).device
    rate, latest, total = (torch.zeros((), device=device) for _ in range(3))
    on_gpu = device.type == "cuda"
    optimiser = torch.optim.AdamW(
        network.parameters(), rate, weight_decay=stage.weight_decay, fused=True, capturable=on_gpu
    )
    averaged = copy.deepcopy(network).eval().requires_grad_(False)
    network.train()

    def step() -> None:
        optimiser.zero_grad()
        loss = loss_of(network)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        total.add_(loss.detach())
        update_ema(averaged, network, latest)

    take = capture_cuda_graph(step) if on_gpu else step
    total.zero_()
    history: History = []
    every = max(1, stage.steps // REPORTS)
    for number in (progress := trange(1, stage.steps + 1, desc=name, unit="step")):
        rate.fill_(stage.learning_rate * one_cycle(number / stage.steps))
        latest.fill_(1 - min(AVERAGING, number / (number + 10)))  # of the latest alone at first
        take()
        if number % every == 0:
            history.append({"loss": total.item() / every, "validation": validate(averaged)})
            progress.set_postfix(history[-1])
            total.zero_()
    return averaged, history


def one_cycle(done: float) -> float:
    """Share of the learning rate (Smith and Topin 2019, arXiv:1708.07120). done: above 0, to 1."""
    if done < WARM_UP:
        return done / WARM_UP
    return (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2


@torch.no_grad()
def update_ema(averaged: nn.Module, network: nn.Module, share: Tensor) -> None:
    """Move the average towards the network by a share, 0..1; its counts of batches become equal."""
    theirs = network.state_dict()
    for key, mine in averaged.state_dict().items():
        if mine.is_floating_point():
            mine.lerp_(theirs[key], share)
        else:
            mine.copy_(theirs[key])


def capture_cuda_graph(step: Callable[[], None]) -> Callable[[], None]:
    """A step as one CUDA graph: three times faster or more for networks as small as these.

    The first steps, before there is a graph, are taken at a learning rate of zero.
    """
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(11):
            step()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay
