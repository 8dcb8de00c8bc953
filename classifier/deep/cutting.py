"""How the network of `classifier/cutout.py` learns to cut garments out of photos.

Nobody has outlined the garments in the real photos by hand. So it learns from made-up photos
(`composites.py`), whose outlines are known, and from the outlines that GrabCut finds in the real
ones (`grabcut.py`). GrabCut's mistakes differ from photo to photo, and those who learn from many
photos do not learn them ("noisy student", Xie et al. 2020, arXiv:1911.04252).
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from ..cutout import VIEW_SIDE, UNet, as_input, squeeze
from ..data import Pictures, read_manifest
from .composites import composite, outlined
from .fit import Stage, fit
from .mixture import FRESH

COMPOSITES = 40_000
CUTTING = Stage(steps=1_800, batch=64, learning_rate=3e-3, weight_decay=0.02)
MADE_UP = 0.6  # share of made-up photos in a batch
JUDGED = 512  # made-up photos kept apart to watch the training by
BELIEVED = (0.08, 0.85)  # share of a photo that a garment takes, or its outline is not trusted


def train_cutter(training: Pictures, folder: Path, seed: int) -> tuple[UNet, dict[str, Any]]:
    """Train; returns the network and what its JSON file is to say.

    training: Fashion-MNIST. folder: has a manifest.csv with photos.
    """
    photos = [row.path for row in read_manifest(folder, "train", "photo")]
    with ProcessPoolExecutor(mp_context=FRESH) as pool:
        real = np.stack(list(pool.map(outlined, photos, chunksize=64)))
        made_up = _made_up(training, photos, seed, pool)
    share = (real[..., 3] > 127).mean((1, 2))
    believed = torch.from_numpy(real[(share > BELIEVED[0]) & (share < BELIEVED[1])])
    apart, made_up = made_up[:JUDGED], made_up[JUDGED:]
    count = round(MADE_UP * CUTTING.batch)

    def loss_of(network: UNet) -> Tensor:
        first = made_up[torch.randint(len(made_up), (count,))]
        others = believed[torch.randint(len(believed), (CUTTING.batch - count,))]
        first, others = (some.permute(0, 3, 1, 2) / 255 for some in (first, others))
        pictures = torch.cat([first, turned(others)])
        mirrored = (torch.rand(len(pictures)) < 0.5)[:, None, None, None]
        pictures = torch.where(mirrored, pictures.flip(3), pictures)
        views = relit(pictures[:, :3]).contiguous(memory_format=torch.channels_last)
        # bfloat16 where it is safe: more than twice as fast on CPUs that know it.
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(views)
        return outline_loss(logits.float(), pictures[:, 3])

    network = UNet().to(memory_format=torch.channels_last)
    network, history = fit(
        network, loss_of, CUTTING, lambda averaged: overlap(averaged, apart), "cutter"
    )
    return network, {
        "recipe": asdict(CUTTING),
        "seed": seed,
        "storage": "float16",
        "data": {"composites": len(made_up), "photos": len(believed)},
        "history": history,
    }


def _made_up(
    training: Pictures, photos: Sequence[Path], seed: int, pool: ProcessPoolExecutor
) -> Tensor:
    """Made-up photos with their masks as a fourth channel: uint8 (N, 64, 64, 4)."""
    pictures = training.pictures.numpy()
    picked = np.random.default_rng(seed).integers(len(pictures), size=COMPOSITES)
    jobs = [(pictures[index], seed + i) for i, index in enumerate(picked)]
    made = pool.map(partial(composite, photos=photos), jobs, chunksize=200)
    squeezed = [
        squeeze(np.dstack([photo, mask]), VIEW_SIDE)
        for photo, mask in tqdm(made, "composites", COMPOSITES, unit="photo")
    ]
    return torch.from_numpy(np.stack(squeezed))


@torch.no_grad()
def overlap(network: UNet, outlined: Tensor) -> float:
    """Mean intersection over union with the masks, 0..1. outlined: uint8 (N, 64, 64, 4)."""
    truth = outlined[..., 3] > 127
    found = torch.cat([network(as_input(some[..., :3])) for some in outlined.split(64)]) > 0
    common, either = (found & truth).sum((1, 2)), (found | truth).sum((1, 2))
    return (common / either).mean().item()


def outline_loss(logits: Tensor, mask: Tensor) -> Tensor:
    """Cross-entropy over the pixels, and half the Dice loss (Milletari et al. 2016): a number.

    logits: float32 (N, H, W). mask: float32 (N, H, W), 0..1.
    """
    garment = logits.sigmoid()
    common, both = (garment * mask).sum((1, 2)), (garment + mask).sum((1, 2))
    dice = 1 - (2 * common + 1) / (both + 1)
    return F.binary_cross_entropy_with_logits(logits, mask) + 0.5 * dice.mean()


def turned(pictures: Tensor) -> Tensor:
    """Turned, nearer or farther, shifted: float32 (N, C, 128, 128) -> (N, C, 64, 64)."""
    count = len(pictures)

    def within(bound: float) -> Tensor:
        return (torch.rand(count) * 2 - 1) * bound

    angle, size, wide = within(0.2), within(0.35).exp(), 1 + within(0.12)
    rows = [
        size * wide * angle.cos(),
        -size * angle.sin(),
        within(0.15),
        size * wide * angle.sin(),
        size * angle.cos(),
        within(0.15),
    ]
    matrices = torch.stack(rows, 1).view(count, 2, 3)
    shape = [count, pictures.shape[1], VIEW_SIDE, VIEW_SIDE]
    grid = F.affine_grid(matrices, shape, align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def relit(pictures: Tensor) -> Tensor:
    """In other light, some without colours, grainy: float32 (N, 3, H, W), 0..1, both ways."""
    count = len(pictures)
    light = 1 + (torch.rand(count, 1, 1, 1) - 0.5) * 0.4
    tint = 1 + (torch.rand(count, 3, 1, 1) - 0.5) * 0.16
    pictures = pictures * light * tint
    grey = pictures.mean(1, keepdim=True).expand_as(pictures)
    pictures = torch.where(torch.rand(count, 1, 1, 1) < 0.08, grey, pictures)
    grain = torch.randn_like(pictures) * torch.rand(count, 1, 1, 1) * 0.03
    return (pictures + grain).clamp(0, 1)
