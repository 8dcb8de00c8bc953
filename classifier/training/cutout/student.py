"""How the network of `classifier/cutout.py` learns to cut garments out of photos.

Nobody has outlined the garments in the photos without people by hand. So it learns from made-up
photos (`composites.py`), whose outlines are known, and from the outlines that GrabCut finds in real
ones (`grabcut.py`). GrabCut's mistakes differ from photo to photo, and those who learn from many
photos do not learn them ("noisy student", Xie et al. 2020, arXiv:1911.04252). What people wear it
learns from photos whose every pixel has a label (`people.py`).
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from ...cutout import BODY_PARTS, GARMENT, VIEW_SIDE, WORN, UNet, as_input, find_pieces, squeeze
from ...reading import read
from ..data import WORN as PEOPLE
from ..data import Pictures, pool_of_processes, read_manifest
from ..fit import Stage, fit
from ..labelled import body_part_map
from .composites import composite, outlined
from .people import ground, read_people, view

COMPOSITES = 3_000
GROUNDS = 2_000  # for people to stand in front of
STAGE = Stage(steps=5_500, batch=32, learning_rate=2e-3, weight_decay=0.02)
WORN_SHARE, MADE_UP = 0.72, 0.14  # of people and of made-up photos in a batch; the rest: outlined
JUDGED = 256  # made-up photos kept apart to watch the training by
BELIEVED = (0.08, 0.85)  # share of a photo that a garment takes, or its outline is not trusted


def train_segmenter(
    training: Pictures, folder: Path, seed: int, work: Path, start: UNet | None = None
) -> tuple[UNet, dict[str, Any]]:
    """Train; returns the network and what its JSON file is to say.

    training: Fashion-MNIST. folder: has both manifests. work: where what takes long is kept.
    start: a network to go on from.
    """
    photos = [row.path for row in read_manifest(folder, "train", "photo")]
    with pool_of_processes() as pool:
        real = _outlines(photos, work, pool)
        made_up = _made_up(training, photos, seed, pool)
        seeds = range(seed, seed + GROUNDS)
        grounds = np.stack(list(pool.map(partial(ground, photos=photos), seeds, chunksize=100)))
    people = read_people(folder, "train")
    share = (real[..., 3] > 127).mean((1, 2))
    believed = torch.from_numpy(real[(share > BELIEVED[0]) & (share < BELIEVED[1])])
    held_out, made_up = made_up[:JUDGED], made_up[JUDGED:]
    worn, made = (round(share * STAGE.batch) for share in (WORN_SHARE, MADE_UP))
    rng = np.random.default_rng(seed)

    def loss_of(network: UNet) -> Tensor:
        first = made_up[torch.randint(len(made_up), (made,))]
        others = believed[torch.randint(len(believed), (STAGE.batch - worn - made,))]
        first, others = (some.permute(0, 3, 1, 2) / 255 for some in (first, others))
        alone = torch.cat([first, turned(others)])
        mirrored = (torch.rand(len(alone)) < 0.5)[:, None, None, None]
        alone = torch.where(mirrored, alone.flip(3), alone)
        seen = [view(people[i], rng, grounds) for i in rng.integers(len(people), size=worn)]
        pictures = as_input(torch.from_numpy(np.stack([each.photo for each in seen])))
        body_parts = torch.from_numpy(np.stack([each.body_parts for each in seen])).long()
        pictures = torch.cat([pictures, alone[:, :3]])
        body_parts = torch.cat([body_parts, (alone[:, 3] > 0.5) * GARMENT])
        lit = relit(pictures).contiguous(memory_format=torch.channels_last)
        return outline_loss(network(lit), body_parts)

    network = (start or UNet()).requires_grad_(True).to(memory_format=torch.channels_last)
    network, history = fit(
        network, loss_of, STAGE, lambda averaged: overlap(averaged, held_out), "segmenter"
    )
    return network, {
        "recipe": asdict(STAGE),
        "seed": seed,
        "storage": "float16",
        "data": {"composites": len(made_up), "photos": len(believed), "people": len(people)},
        "history": history,
        "figures": {f"people_validation: IoU, {k}": v for k, v in pieces_found(network, folder)},
    }


def _outlines(photos: Sequence[Path], work: Path, pool: ProcessPoolExecutor) -> np.ndarray:
    """The photos with GrabCut's outlines, uint8 (N, 128, 128, 4), kept in `work` for next time."""
    file = work / "outlines.npz"
    names = np.array([str(path) for path in photos])
    if file.exists():
        with np.load(file) as kept:
            if np.array_equal(kept["names"], names):
                return np.asarray(kept["outlines"])
    outlines = np.stack(list(pool.map(outlined, photos, chunksize=64)))
    work.mkdir(parents=True, exist_ok=True)
    np.savez(file, names=names, outlines=outlines)
    return outlines


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
    masks = [network(as_input(some[..., :3])).argmax(1) for some in outlined.split(64)]
    found = torch.cat(masks) >= WORN.start
    common, either = (found & truth).sum((1, 2)), (found | truth).sum((1, 2))
    return (common / either).mean().item()


def pieces_found(network: UNet, folder: Path) -> list[tuple[str, float]]:
    """Intersection over union of each part's pixels in the labelled validation photos, and the
    mean; all photos' pixels together.
    """
    network = network.eval()
    common, either = np.zeros(len(BODY_PARTS)), np.zeros(len(BODY_PARTS))
    for row in read_manifest(folder, "validation", "worn", PEOPLE):
        rgb, _ = read(row.path)
        size = (rgb.shape[1], rgb.shape[0])
        truth = cv2.resize(body_part_map(row.path), size, interpolation=cv2.INTER_NEAREST)
        masks = {piece.body_part: piece.mask > 127 for piece in find_pieces(rgb, network)}
        for part in WORN:
            found = masks.get(BODY_PARTS[part], np.zeros(truth.shape, bool))
            common[part] += (found & (truth == part)).sum()
            either[part] += (found | (truth == part)).sum()
    each = [(BODY_PARTS[part], float(common[part] / max(either[part], 1))) for part in WORN]
    return [*each, ("mean", float(np.mean([value for _, value in each])))]


def outline_loss(logits: Tensor, body_parts: Tensor) -> Tensor:
    """Cross-entropy over the pixels, and half the Dice loss (Milletari et al. 2016): a number.

    logits: float32 (N, parts, H, W). body_parts: int64 (N, H, W). The Dice loss is the mean over
    those that the batch shows, so that small ones count as much.
    """
    truth = F.one_hot(body_parts, logits.shape[1]).permute(0, 3, 1, 2)
    says = logits.softmax(1)
    common, both = (says * truth).sum((0, 2, 3)), (says + truth).sum((0, 2, 3))
    shown = truth.sum((0, 2, 3)) > 0
    dice = 1 - ((2 * common + 1) / (both + 1))[shown]
    return F.cross_entropy(logits, body_parts) + 0.5 * dice.mean()


def turned(pictures: Tensor) -> Tensor:
    """Turned, nearer or farther, shifted: float32 (N, C, 128, 128) -> (N, C, 64, 64)."""
    count = len(pictures)

    def within(bound: float) -> Tensor:
        return (torch.rand(count) * 2 - 1) * bound

    angle, size, wide = within(0.2), within(0.35).exp(), 1 + within(0.12)
    cos, sin = angle.cos(), angle.sin()
    top = [size * wide * cos, -size * sin, within(0.15)]
    bottom = [size * wide * sin, size * cos, within(0.15)]
    matrices = torch.stack(top + bottom, 1).view(count, 2, 3)
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
