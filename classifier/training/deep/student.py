"""How `deep` is trained: by four teachers, first as a convolutional network, then as a free MLP.

1. The teachers, residual networks that differ in their seeds, learn all the pictures of
   `sources.py`, deformed anew each time. Where several classes count as right, the loss is on the
   sum of their probabilities.
2. A smaller student learns to match the mean of their probabilities for the very picture it sees
   itself ("a good teacher is patient and consistent", Beyer et al. 2022, arXiv:2106.05237). It has
   nothing but convolutions with strides and dense layers, so that it *is* an MLP, one in which most
   weights are zero and the others shared.
3. Written out as that MLP, it goes on learning with every weight free (d'Ascoli et al. 2019,
   arXiv:1906.06766). In 1,500 steps each, a student that began as an MLP with random weights came
   to 0.890 on Fashion-MNIST's validation pictures, one that began like this to 0.904.

Neither teachers nor convolutions are stored: only an MLP ever answers.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval
from tqdm import trange

from ...network import MLP, PIXELS, SIDE
from ..fit import BFLOAT16, DEVICE, History, Network, Stage, fit
from .sources import OUTPUTS, Source

TEACHER = Stage(steps=4_400, batch=256, learning_rate=3e-3, weight_decay=0.02, dropout=0.3)
CONVOLUTIONS = Stage(steps=8_000, batch=2_048, learning_rate=6e-3, weight_decay=0.02, dropout=0.1)
FREE = Stage(steps=4_000, batch=2_048, learning_rate=1e-3, weight_decay=0.05)
TEACHERS = 4
VIEWS = 3_000_000  # deformed pictures of which the teachers are asked, once
ASKED = 4_096  # of them at a time

CHANNELS = ((20, 6, 4), (24, 3, 1), (24, 3, 1))  # of the student: units a place, kernel, stride
HIDDEN = 512
SIZES = (PIXELS, 7 * 7 * 20, 7 * 7 * 24, 7 * 7 * 24, HIDDEN, OUTPUTS)
PARAMETERS = sum((inputs + 1) * units for inputs, units in pairwise(SIZES))
assert PARAMETERS == 3_915_375

FROM_LABELS = 0.1  # weight of the labels in the student's loss; the rest is the teacher's

# Deformations, each drawn evenly up to these bounds.
UNTOUCHED = 0.35  # share of the pictures that are at most mirrored
ANGLE = math.radians(8)
STRETCH = 0.1
SHEAR = 0.08
SHIFT = 0.1  # of half the side: 1.4 pixels
BRIGHTNESS = 0.15
BLENDED = 0.6  # share of the deformed pictures that the teachers are asked about as blends of two


class Student(nn.Module):
    """A convolutional network that can be written out as an MLP of SIZES.

    float32 (N, 28, 28), 0..1 -> logits, float32 (N, 11).
    """

    def __init__(self, dropout: float) -> None:
        super().__init__()
        inputs = [1, *(units for units, _, _ in CHANNELS)]
        self.convolutions = nn.ModuleList(
            # Padded so that 28 / stride places come out.
            nn.Conv2d(channels, units, kernel, stride, (kernel - stride + 1) // 2, bias=False)
            for channels, (units, kernel, stride) in zip(inputs, CHANNELS, strict=False)
        )
        self.hidden = nn.Linear(SIZES[-3], HIDDEN, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(units) for units in inputs[1:])
        self.last_norm = nn.BatchNorm1d(HIDDEN)
        self.output = nn.Linear(HIDDEN, OUTPUTS)
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures: Tensor) -> Tensor:
        x = pictures.view(-1, 1, SIDE, SIDE)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = norm(convolution(x)).relu()
        x = self.last_norm(self.hidden(self.dropout(x.flatten(1)))).relu()
        logits: Tensor = self.output(self.dropout(x))
        return logits

    @torch.no_grad()
    def as_mlp(self) -> MLP:
        """The MLP that computes the same in inference: norms join the weights before them.

        A convolution is a dense layer: its weights are what it makes of each input alone.
        """
        self.eval()
        mlp = MLP(SIZES)
        shape = torch.Size([1, SIDE, SIDE])
        dense = []
        for each, norm in zip(self.convolutions, self.norms, strict=True):
            convolution = fuse_conv_bn_eval(cast(nn.Conv2d, each), cast(nn.BatchNorm2d, norm))
            bias = convolution(torch.zeros(1, *shape))
            made = convolution(torch.eye(shape.numel()).view(-1, *shape)) - bias
            shape = made.shape[1:]
            dense.append((made.flatten(1).T, bias.flatten()))
        for linear in (fuse_linear_bn_eval(self.hidden, self.last_norm), self.output):
            dense.append((linear.weight, linear.bias))
        for layer, (weight, bias) in zip(mlp.layers, dense, strict=True):
            layer.load_state_dict({"weight": weight, "bias": bias})
        return mlp.eval()


def convolution(inputs: int, units: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    weights = nn.Conv2d(inputs, units, size, stride, padding=(size - 1) // 2, bias=False)
    return nn.Sequential(weights, nn.BatchNorm2d(units))


class Residual(nn.Module):
    """Two convolutions and a way around them (He et al. 2016, arXiv:1512.03385)."""

    def __init__(self, inputs: int, units: int, stride: int = 1) -> None:
        super().__init__()
        first, last = convolution(inputs, units, stride=stride), convolution(units, units)
        self.through = nn.Sequential(first, nn.ReLU(), last)
        same = inputs == units and stride == 1
        self.around = nn.Identity() if same else convolution(inputs, units, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        summed: Tensor = self.through(x) + self.around(x)
        return summed.relu()


def teacher_network(dropout: float) -> nn.Module:
    """A residual network, 483,491 parameters: float32 (N, 28, 28) -> (N, 11)."""
    return nn.Sequential(
        nn.Unflatten(1, (1, SIDE)),
        convolution(1, 36, 4, 2),
        nn.ReLU(),
        Residual(36, 36),  # 14 x 14 places
        Residual(36, 72, 2),  # 7 x 7
        Residual(72, 72),
        Residual(72, 144, 2),  # 4 x 4
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(144, OUTPUTS),
    ).to(memory_format=torch.channels_last)


@dataclass(frozen=True)
class Batch:
    """pictures: float32 (N, 28, 28), 0..1. allowed: bool (N, 11). taught: the teacher's
    probabilities, float32 (N, 11), or None before there is a teacher.
    """

    pictures: Tensor
    allowed: Tensor
    taught: Tensor | None = None


def counts_of(sources: Sequence[Source], size: int) -> list[int]:
    """How many pictures of each source a batch has."""
    total = sum(source.share for source in sources)
    counts = [round(size * source.share / total) for source in sources]
    return [counts[0] + size - sum(counts), *counts[1:]]


def deformed_batches(sources: Sequence[Source], size: int) -> Callable[[], Batch]:
    """A function that draws a batch: of the first source mirrored, of the others deformed.

    Each source fills its share; within it, pictures are drawn by `Source.weights`. The preparation
    places a picture exactly, and Fashion-MNIST, the first, has so many that deforming them only
    misplaces them: that costs a point of accuracy.
    """
    counts = counts_of(sources, size)
    parts = [[torch.as_tensor(a) for a in (s.pictures, s.allowed, s.weights())] for s in sources]
    chances = [weights.cumsum(0) for _, _, weights in parts]

    def draw() -> Batch:
        pictures, allowed = [], []
        for (theirs, classes, _), chance, count in zip(parts, chances, counts, strict=True):
            index = torch.searchsorted(chance, torch.rand(count, dtype=torch.float64))
            index.clamp_(max=len(theirs) - 1)  # the chances' sum may be a little less than 1
            pictures.append(theirs[index])
            allowed.append(classes[index])
        x = torch.cat(pictures).float() / 255
        first, others = x[: counts[0]], x[counts[0] :]
        return Batch(torch.cat([mirror(first), deform(others)]), torch.cat(allowed))

    return draw


def taught_batches(views: Batch, size: int) -> Callable[[], Batch]:
    """A function that draws batches of views whose pictures are still bytes."""

    def draw() -> Batch:
        assert views.taught is not None
        some = torch.randint(len(views.pictures), (size,))
        pictures = views.pictures[some].float() / 255
        return Batch(pictures, views.allowed[some], views.taught[some].float())

    return draw


@torch.no_grad()
def ask(teachers: Sequence[nn.Module], sources: Sequence[Source], count: int) -> Batch:
    """Pictures (uint8) with the mean of the teachers' probabilities (float16) for each.

    Asked once and used several times: an answer takes longer than a student's step.
    """
    size = min(count, ASKED)
    draw = deformed_batches(sources, size)
    exact = counts_of(sources, size)[0]
    views = []
    for _ in trange(count // size, desc="teachers' answers", unit="batch"):
        batch = blended(draw(), exact)
        pictures = (batch.pictures * 255).round()
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=BFLOAT16):
            answers = [each(pictures / 255).float().softmax(1) for each in teachers]
        taught = torch.stack(answers).mean(0)
        views.append((pictures.byte(), batch.allowed, taught.half()))
    return Batch(*(torch.cat(each) for each in zip(*views, strict=True)))


def blended(batch: Batch, first: int) -> Batch:
    """From the `first` picture on, blend a share of BLENDED with others (Zhang et al. 2018).

    A blend has no label: all classes count as right, so that only the teacher has a say on it.
    """
    some = first + (torch.rand(len(batch.pictures) - first) < BLENDED).nonzero().flatten()
    others = first + torch.randint(len(batch.pictures) - first, some.shape)
    weight = torch.rand(len(some), 1, 1)
    pictures, allowed = batch.pictures.clone(), batch.allowed.clone()
    pictures[some] = weight * batch.pictures[some] + (1 - weight) * batch.pictures[others]
    allowed[some] = True
    return Batch(pictures, allowed)


def mirror(pictures: Tensor) -> Tensor:
    """Mirror half of the pictures."""
    return torch.where((torch.rand(len(pictures)) < 0.5)[:, None, None], pictures.flip(2), pictures)


def deform(pictures: Tensor) -> Tensor:
    """Mirror half of the pictures; turn, stretch, shear, shift and dim most: (N, 28, 28), 0..1."""
    count = len(pictures)
    if not count:
        return pictures

    def within(bound: float) -> Tensor:
        return (torch.rand(count) * 2 - 1) * bound

    angle, mirror = within(ANGLE), torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    cos, sin = angle.cos(), angle.sin()
    wide, high = 1 + within(STRETCH), 1 + within(STRETCH)
    top = [mirror * wide * cos, within(SHEAR) - high * sin, within(SHIFT)]
    bottom = [mirror * wide * sin, high * cos, within(SHIFT)]
    matrices = torch.stack(top + bottom, 1).view(count, 2, 3)
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


Validate = Callable[[nn.Module], float]


def train_teacher(
    sources: Sequence[Source], validate: Validate, stage: Stage = TEACHER
) -> tuple[nn.Module, History]:
    """Train a residual network on all sources."""
    draw = deformed_batches(sources, stage.batch)
    return _train(teacher_network(stage.dropout), draw, stage, validate, "teacher")


def train_student(
    views: Batch, validate: Validate, first: Stage = CONVOLUTIONS, then: Stage = FREE
) -> tuple[MLP, History]:
    """Train on what `ask` returns, as a convolutional network and then as an MLP."""
    draw = taught_batches(views, first.batch)
    student, history = _train(Student(first.dropout), draw, first, validate, "convolutions")
    draw = taught_batches(views, then.batch)
    mlp, ended = _train(student.as_mlp(), draw, then, validate, "free")
    return mlp, history + ended


def _train(
    network: Network, draw: Callable[[], Batch], stage: Stage, validate: Validate, name: str
) -> tuple[Network, History]:
    def loss(network: Network) -> Tensor:
        batch = draw()
        # bfloat16 where it is safe: more than twice as fast on CPUs that know it.
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=BFLOAT16):
            logits = network(batch.pictures)
        return loss_of(logits.float(), batch)

    return fit(network, loss, stage, validate, name)


def loss_of(logits: Tensor, batch: Batch) -> Tensor:
    """The labels' loss, or, with a teacher, a blend of that and how far its answers are."""
    loss = partial_label_loss(logits, batch.allowed)
    if batch.taught is None:
        return loss
    matched = F.kl_div(logits.log_softmax(1), batch.taught, reduction="batchmean")
    return FROM_LABELS * loss + (1 - FROM_LABELS) * matched
