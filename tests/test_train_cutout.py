"""How the network that cuts garments out is made: made-up photos, and its training on them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from classifier.cutout import BODY_PARTS, GARMENT, find_pieces
from classifier.reading import read
from classifier.training.cutout import student as train_cutout
from classifier.training.cutout.composites import SIDE, composite
from classifier.training.cutout.student import outline_loss, train_segmenter
from classifier.training.data import Pictures

from .doubles import man


def shirt_picture() -> np.ndarray:
    """A T-shirt as Fashion-MNIST shows it, roughly: uint8 (28, 28)."""
    picture = np.zeros((28, 28), np.uint8)
    picture[2:12, 1:27] = 150
    picture[4:27, 7:21] = 180
    return picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten small photos, dark squares on floors of many colours; and a man, and his labels."""
    folder = tmp_path_factory.mktemp("photos")
    rows = ["path,kind,split,label,classes,licence,note"]
    rng = np.random.default_rng(0)
    for i in range(10):
        photo = np.full((120, 90, 3), rng.integers(120, 255, 3), np.uint8)
        photo[30:90, 20:70] = rng.integers(0, 60, 3)
        Image.fromarray(photo).save(folder / f"{i}.png")
        rows.append(f"{i}.png,photo,train,t-shirt,T-shirt/top,CC0-1.0,")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    rows = rows[:1]
    (folder / "worn" / "ccp").mkdir(parents=True)
    for split in ("train", "validation"):
        man(folder / "worn" / "ccp", split)
        rows.append(f"worn/ccp/{split}.jpg,worn,{split},parse,,Apache-2.0,")
    (folder / "manifest-worn.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_a_made_up_photo_shows_the_garment_where_its_mask_says(folder: Path) -> None:
    photos = sorted(folder.glob("*.png"))
    visible = []
    for seed in range(40):
        photo, mask = composite((shirt_picture(), seed), photos)
        assert photo.shape == (SIDE, SIDE, 3) and photo.dtype == np.uint8
        assert mask.shape == (SIDE, SIDE) and mask.dtype == np.uint8
        assert 0.05 < (mask > 127).mean() < 1
        # Where the mask ends, the colours change more than they usually do.
        edge = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 127
        change = cv2.morphologyEx(photo, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).max(2)
        visible.append(change[edge].mean() > np.median(change))
    assert np.mean(visible) > 0.8
    again, _ = composite((shirt_picture(), 7), photos)
    np.testing.assert_array_equal(again, composite((shirt_picture(), 7), photos)[0])


def test_the_loss_is_least_for_the_mask_itself() -> None:
    groups = torch.zeros(2, 8, 8, dtype=torch.long)
    groups[:, 2:6, 2:6] = GARMENT
    sure = torch.nn.functional.one_hot(groups, len(BODY_PARTS)).permute(0, 3, 1, 2) * 12.0
    assert outline_loss(sure, groups) < 0.01
    assert outline_loss(-sure, groups) > outline_loss(torch.zeros_like(sure), groups) > 0.5


@pytest.mark.slow
def test_it_learns_to_cut_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_cutout, "COMPOSITES", 80)
    monkeypatch.setattr(train_cutout, "JUDGED", 16)
    quick = replace(train_cutout.STAGE, steps=100, batch=7, learning_rate=4e-3)
    monkeypatch.setattr(train_cutout, "STAGE", quick)
    monkeypatch.setattr(train_cutout, "GROUNDS", 8)
    pool = ThreadPoolExecutor(1)  # a process would first load PyTorch
    monkeypatch.setattr(train_cutout, "pool_of_processes", lambda: pool)
    torch.manual_seed(0)
    shirts = torch.from_numpy(np.stack([shirt_picture()] * 20))
    network, about = train_segmenter(
        Pictures(shirts, torch.zeros(20).long()), folder, seed=0, work=tmp_path
    )
    assert about["data"]["composites"] == 64
    assert 0 < about["data"]["photos"] <= 10
    assert about["history"][-1]["loss"] < 0.7 * about["history"][0]["loss"]
    photo = np.full((120, 90, 3), 210, np.uint8)
    photo[30:90, 20:70] = 20
    truth = np.zeros((120, 90), bool)
    truth[30:90, 20:70] = True
    found = find_pieces(photo, network)[0].mask > 127
    assert (found & truth).sum() / (found | truth).sum() > 0.6
    worn = {
        piece.body_part: piece.box
        for piece in find_pieces(read(folder / "worn/ccp/train.jpg")[0], network)
    }
    assert {"upper", "lower"} <= set(worn)
    assert worn["upper"][3] < worn["lower"][3]
    assert about["figures"]["people_validation: IoU, lower"] > 0.5
