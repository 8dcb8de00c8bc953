"""How `deep` is trained: a convolutional teacher first, then the MLP that learns from it.

Both see the pictures of `mixture.py`, deformed anew each time. Where several classes count as
right, the loss is on the sum of their probabilities. The MLP matches the teacher's probabilities
for the very picture it sees itself ("a good teacher is patient and consistent", Beyer et al. 2022,
arXiv:2106.05237). The teacher is not stored: only an MLP ever answers.
"""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import trange

from .mixture import OUTPUTS, Source
from .network import MLP, PIXELS, SIDE

Batches = Callable[[], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Stage:
    """All that is chosen about one network's training."""

    steps: int
    batch: int
    learning_rate: float
    weight_decay: float
    dropout: float


TEACHER = Stage(steps=3_000, batch=384, learning_rate=4e-3, weight_decay=0.02, dropout=0.3)
STUDENT = Stage(steps=6_000, batch=512, learning_rate=2e-3, weight_decay=0.05, dropout=0.1)
SIZES = (PIXELS, 1024, 1024, 512, OUTPUTS)
PARAMETERS = 784 * 1024 + 1024 + 1024 * 1024 + 1024 + 1024 * 512 + 512 + 512 * 11 + 11
FROM_LABELS = 0.3  # weight of the labels in the MLP's loss; the rest is the teacher's
AVERAGING = 0.999  # of the weights over the steps
REPORTS = 20

# Deformations, each drawn evenly up to these bounds.
UNTOUCHED = 0.35  # share of the pictures that are at most mirrored
ANGLE = math.radians(8)
STRETCH = 0.1
SHEAR = 0.08
SHIFT = 0.1  # of half the side: 1.4 pixels
BRIGHTNESS = 0.15


class Trainee(nn.Module):
    """An MLP with batch normalisation and dropout between its layers, while it is trained."""

    def __init__(self, sizes: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.mlp = MLP(sizes)
        self.norms = nn.ModuleList(nn.BatchNorm1d(units) for units in self.mlp.sizes[1:-1])
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures: Tensor) -> Tensor:
        x = pictures.flatten(1)
        for layer, norm in zip(self.mlp.layers[:-1], self.norms, strict=True):
            x = self.dropout(norm(layer(x)).relu())
        return self.mlp.layers[-1](x)

    def folded(self) -> MLP:
        """The plain MLP that computes the same in inference: scales and shifts join the weights."""
        plain = copy.deepcopy(self.mlp)
        # Dropout comes after the ReLU and is off in inference, so each norm follows its layer.
        for layer, norm in zip(plain.layers[:-1], self.norms, strict=True):
            assert isinstance(layer, nn.Linear) and isinstance(norm, nn.BatchNorm1d)
            mean, variance = norm.running_mean, norm.running_var
            assert mean is not None and variance is not None
            scale = norm.weight / (variance + norm.eps).sqrt()
            layer.weight.data *= scale[:, None]
            layer.bias.data = (layer.bias - mean) * scale + norm.bias
        return plain


def teacher_network(dropout: float) -> nn.Module:
    """A small convolutional network, 261,259 parameters: float32 (N, 28, 28) -> (N, 11)."""

    def block(inputs: int, units: int, size: int = 3, stride: int = 1) -> nn.Sequential:
        convolution = nn.Conv2d(inputs, units, size, stride, padding=1, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(units), nn.ReLU())

    return nn.Sequential(
        nn.Unflatten(1, (1, SIDE)),
        block(1, 64, size=4, stride=2),  # 14 x 14
        block(64, 64),
        nn.MaxPool2d(2),  # 7 x 7
        block(64, 128),
        block(128, 128),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(128, OUTPUTS),
    ).to(memory_format=torch.channels_last)


def batches(sources: Sequence[Source], size: int, seed: int) -> Batches:
    """A function that draws a batch: pictures float32 (size, 28, 28) 0..1, allowed (size, 11).

    Each source fills its share; within it, pictures are drawn by `Source.weights`.
    """
    rng = np.random.default_rng(seed)
    total = sum(source.share for source in sources)
    counts = [round(size * source.share / total) for source in sources]
    counts[0] += size - sum(counts)
    parts = [
        (torch.from_numpy(s.pictures), torch.from_numpy(s.allowed), np.cumsum(s.weights()), count)
        for s, count in zip(sources, counts, strict=True)
    ]

    def draw() -> tuple[Tensor, Tensor]:
        pictures, allowed = [], []
        for some, theirs, cumulated, count in parts:
            index = torch.from_numpy(cumulated.searchsorted(rng.random(count) * cumulated[-1]))
            pictures.append(some[index])
            allowed.append(theirs[index])
        return torch.cat(pictures).float() / 255, torch.cat(allowed)

    return draw


def deform(pictures: Tensor) -> Tensor:
    """Mirror half of the pictures; turn, stretch, shear, shift and dim most: (N, 28, 28), 0..1."""
    count = len(pictures)

    def within(bound: float) -> Tensor:
        return (torch.rand(count) * 2 - 1) * bound

    angle, mirror = within(ANGLE), torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    wide, high = 1 + within(STRETCH), 1 + within(STRETCH)
    rows = [
        mirror * wide * angle.cos(),
        within(SHEAR) - high * angle.sin(),
        within(SHIFT),
        mirror * wide * angle.sin(),
        high * angle.cos(),
        within(SHIFT),
    ]
    matrices = torch.stack(rows, 1).view(count, 2, 3)
    mirrors = torch.zeros(count, 2, 3)
    mirrors[:, 0, 0], mirrors[:, 1, 1] = mirror, 1
    matrices = torch.where((torch.rand(count) < UNTOUCHED)[:, None, None], mirrors, matrices)
    grid = F.affine_grid(matrices, [count, 1, SIDE, SIDE], align_corners=False)
    deformed = F.grid_sample(pictures[:, None], grid, align_corners=False)[:, 0]
    return (deformed * (1 + within(BRIGHTNESS))[:, None, None]).clamp(0, 1)


def partial_label_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Mean of -log of the probability of all classes that count as right together.

    logits: float32 (N, classes). allowed: bool (N, classes), at least one True in each row.
    """
    return -logits.log_softmax(1).masked_fill(~allowed, -torch.inf).logsumexp(1).mean()


def train_teacher(
    sources: Sequence[Source], stage: Stage, seed: int, validate: Callable[[nn.Module], float]
) -> tuple[nn.Module, list[dict[str, float]]]:
    return _train(
        teacher_network(stage.dropout),
        sources,
        stage,
        seed,
        partial_label_loss,
        validate,
        "teacher",
    )


def train_student(
    sources: Sequence[Source],
    stage: Stage,
    seed: int,
    teacher: nn.Module,
    validate: Callable[[nn.Module], float],
) -> tuple[MLP, list[dict[str, float]]]:
    network = Trainee(SIZES, stage.dropout)
    assert network.mlp.parameter_count() == PARAMETERS
    averaged, history = _train(
        network, sources, stage, seed, partial_label_loss, validate, "deep", teacher
    )
    assert isinstance(averaged, Trainee)
    return averaged.folded(), history


def _train(
    network: nn.Module,
    sources: Sequence[Source],
    stage: Stage,
    seed: int,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    validate: Callable[[nn.Module], float],
    name: str,
    teacher: nn.Module | None = None,
) -> tuple[nn.Module, list[dict[str, float]]]:
    """Train, and return the running average of the weights, in inference mode, and the history."""
    draw = batches(sources, stage.batch, seed)
    optimiser = torch.optim.AdamW(
        network.parameters(), stage.learning_rate, weight_decay=stage.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, stage.learning_rate, total_steps=stage.steps, pct_start=0.1
    )
    averaged = copy.deepcopy(network).eval().requires_grad_(False)
    history, total = [], 0.0
    every = max(1, stage.steps // REPORTS)
    for step in (progress := trange(1, stage.steps + 1, desc=name, unit="step")):
        pictures, allowed = draw()
        pictures = deform(pictures)
        # bfloat16 where it is safe: more than twice as fast on CPUs that know it.
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(pictures)
            if teacher is not None:
                with torch.no_grad():
                    taught = teacher(pictures).float().softmax(1)
        loss = loss_of(logits.float(), allowed)
        if teacher is not None:
            matched = F.kl_div(logits.float().log_softmax(1), taught, reduction="batchmean")
            loss = FROM_LABELS * loss + (1 - FROM_LABELS) * matched
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        schedule.step()
        total += loss.item()
        _average(averaged, network, min(AVERAGING, step / (step + 10)))
        if step % every == 0:
            history.append({"loss": total / every, "validation": validate(averaged)})
            progress.set_postfix(history[-1])
            total = 0.0
    return averaged, history


@torch.no_grad()
def _average(averaged: nn.Module, network: nn.Module, keep: float) -> None:
    """Exponential moving average of all weights and of batch normalisation's statistics."""
    ours, theirs = averaged.state_dict(), network.state_dict()
    for key, value in theirs.items():
        if value.is_floating_point():
            ours[key].lerp_(value, 1 - keep)
        else:
            ours[key].copy_(value)
