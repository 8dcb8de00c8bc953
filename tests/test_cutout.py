"""Cutting out: shapes of known outline on backgrounds made here."""

import cv2
import numpy as np
import pytest
import torch

from classifier.cutout import BODY_PARTS, GARMENT, PLACES, UNet, find_pieces

HEIGHT, WIDTH = 256, 192


def shirt(scale: float = 1.0, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """A T-shirt's silhouette in the middle, bool (height, width)."""
    right = np.array([[25, -70], [75, -40], [60, -5], [42, -15], [42, 80]])
    outline = np.concatenate([right, right[::-1] * [-1, 1]])
    points = (outline * scale + [width / 2, height / 2]).round().astype(np.int32)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [points], 1)
    return mask.astype(bool)


def backgrounds() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    ramp = np.linspace(130, 240, HEIGHT)[:, None, None] * np.ones((1, WIDTH, 3))
    coarse = random.normal(0, 1, (32, 24, 3)).astype(np.float32)
    carpet = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * 15
    tiles = np.full((HEIGHT, WIDTH, 3), 205.0)
    tiles[::48, :] = tiles[:, ::48] = 150
    return {
        "shop": np.full((HEIGHT, WIDTH, 3), 255.0),
        "gradient": ramp,
        "carpet": carpet + np.array([185, 160, 130]),
        "tiles": tiles,
    }


def photo(background: np.ndarray, garment: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    noise = np.random.default_rng(1).normal(0, 4, background.shape)
    picture = np.where(garment[..., None], np.array(colour, float) + noise, background)
    return picture.clip(0, 255).astype(np.uint8)


def overlap(mask: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union."""
    garment = mask > 127
    return float((garment & truth).sum() / (garment | truth).sum())


SMALL = np.roll(shirt(0.4), (60, -40), axis=(0, 1))


@pytest.mark.parametrize(
    "truth, background, colour",
    [
        *((shirt(), name, (40, 60, 120)) for name in backgrounds()),
        (shirt(), "tiles", (25, 25, 25)),
        (shirt(), "shop", (228, 228, 232)),
        (shirt(1.5), "gradient", (60, 40, 90)),  # cut off by the edges
        (SMALL, "shop", (200, 60, 40)),
    ],
)
def test_outline_on_many_backgrounds(
    truth: np.ndarray, background: str, colour: tuple[int, int, int]
) -> None:
    (piece, *_) = find_pieces(photo(backgrounds()[background], truth, colour))
    assert overlap(piece.mask, truth) > 0.9


def test_both_shoes_stay_and_specks_go() -> None:
    pair = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(pair, (60, 130), (25, 60), 0, 0, 360, 1, -1)
    cv2.ellipse(pair, (130, 130), (25, 60), 0, 0, 360, 1, -1)
    truth = pair.astype(bool)
    speck = np.zeros_like(pair)
    cv2.circle(speck, (170, 30), 4, 1, -1)
    (piece, *_) = find_pieces(photo(backgrounds()["tiles"], truth | (speck > 0), (30, 40, 30)))
    mask = piece.mask
    assert overlap(mask, truth) > 0.9
    assert mask[30, 170] < 128


def test_gap_between_trouser_legs_stays_and_print_is_filled() -> None:
    truth = np.zeros((HEIGHT, WIDTH), bool)
    truth[30:226, 50:142] = True
    truth[100:226, 88:104] = False
    picture = photo(backgrounds()["carpet"], truth, (40, 60, 120))
    picture[50:70, 80:112] = (230, 40, 40)
    mask = find_pieces(picture)[0].mask
    assert mask[180, 96] < 128
    assert (mask[52:68, 82:110] > 127).all()


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 9), (3, 1000), (8, 8), (9, 300), (64, 64), (500, 700)]
)
def test_never_empty_whatever_the_size(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    for picture in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        mask = find_pieces(picture)[0].mask
        assert mask.shape == shape
        assert mask.dtype == np.uint8
        assert (mask > 127).any()


class ByColour(UNet):
    """Knows each group by its level of red, so that what becomes of its answers can be seen."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        levels = torch.arange(len(BODY_PARTS)).view(1, -1, 1, 1) / 10
        return -((pictures[:, :1] - levels) ** 2) * 400


def parsed(*shapes: tuple[str, tuple[int, int, int, int]]) -> np.ndarray:
    """Boxes (left, top, right, bottom) in the colours of their groups: uint8 (256, 192, 3)."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for group, (left, top, right, bottom) in shapes:
        picture[top:bottom, left:right] = round(BODY_PARTS.index(group) * 25.5)
    return picture


def test_the_pieces_of_a_person_come_by_size_without_the_body() -> None:
    shapes = (
        ("body", (70, 10, 110, 50)),
        ("upper", (60, 50, 120, 120)),
        ("lower", (60, 120, 120, 220)),
        ("shoes", (60, 225, 84, 245)),
        ("shoes", (96, 225, 120, 245)),
    )
    pieces = find_pieces(parsed(*shapes), ByColour().eval())
    assert [piece.body_part for piece in pieces] == ["lower", "upper", "shoes"]
    for piece, box in zip(pieces, (shapes[2][1], shapes[1][1], (60, 225, 120, 245)), strict=True):
        assert np.abs(np.subtract(piece.box, box)).max() <= 4
        assert piece.mask.shape == (HEIGHT, WIDTH) and piece.mask.dtype == np.uint8
        assert piece.is_worn and piece.places is not None
        assert piece.places.sum() == pytest.approx(1, abs=1e-5) and piece.places.max() > 0.9
        assert PLACES[piece.places.argmax()] == piece.body_part and piece.certainty > 0.9
    assert pieces[2].mask[235, 90] < 128  # between the shoes of the one pair


def test_what_nobody_wears_is_one_piece() -> None:
    """Though a part of it looks like another garment."""
    picture = parsed(("garment", (40, 60, 150, 200)), ("bag", (40, 200, 150, 230)))
    (piece,) = find_pieces(picture, ByColour().eval())
    assert piece.body_part == BODY_PARTS[GARMENT] and not piece.is_worn and piece.places is None
    assert np.abs(np.subtract(piece.box, (40, 60, 150, 230))).max() <= 4
