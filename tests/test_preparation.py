"""Any picture becomes the 28x28 picture Fashion-MNIST would have made of it."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps
from pillow_heif import register_heif_opener

from classifier import NotAPicture, decoding, prepare, reading
from classifier.decoding import MAX_PIXELS_WHOLE
from classifier.preparation import looks_drawn
from classifier.reading import WORKING_SIDE, read
from classifier.training.data import read_manifest

from .doubles import in_file, on_squared_paper
from .real_data import FOLDER, needs_manifest

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "I;16", "F", "PA")


def t_shirt(size: int = 200, scale: float = 1.0, shift: int = 0) -> list[tuple[float, float]]:
    points = [(6, 2), (10, 2), (15, 5), (13, 8), (11, 7), (11, 14), (5, 14), (5, 7), (3, 8), (1, 5)]
    middle = size / 2
    return [
        (middle + (x - 8) * scale * size / 18 + shift, middle + (y - 8) * scale * size / 18 + shift)
        for x, y in points
    ]


def outline(
    ink: tuple[int, int, int] = (0, 0, 0),
    paper: tuple[int, int, int] = (255, 255, 255),
    width: int = 4,
    **where: float,
) -> Image.Image:
    image = Image.new("RGB", (200, 200), paper)
    points = t_shirt(**where)  # type: ignore[arg-type]
    ImageDraw.Draw(image).line([*points, *points[:2]], fill=ink, width=width, joint="curve")
    return image


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of two pictures, 0..1."""
    x, y = a.astype(float).ravel(), b.astype(float).ravel()
    return float(x @ y / (np.linalg.norm(x) * np.linalg.norm(y)))


SHAPE = prepare(outline(), "sketch").picture > 0

# --- whatever comes -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (40, 50), (600, 400)])
@pytest.mark.parametrize("kind", ["photo", "sketch", "auto"])
def test_any_mode_and_size(mode: str, size: tuple[int, int], kind: str) -> None:
    image = Image.new(mode, size)
    with pytest.raises(NotAPicture, match="see nothing"):
        prepare(image, kind)  # type: ignore[arg-type]
    if size != (1, 1):
        corner = Image.new("L", size)
        corner.paste(255, (0, 0, (size[0] + 1) // 2, (size[1] + 1) // 2))
        image = corner.convert(mode)
        if max(size) > 8 * min(size):
            with pytest.raises(NotAPicture, match="too long"):
                prepare(image, kind)  # type: ignore[arg-type]
            return
        assert prepare(image, kind).picture.shape == (28, 28)  # type: ignore[arg-type]


def test_path_bytes_image_and_array_are_the_same_picture(tmp_path: Path) -> None:
    image = outline()
    file = tmp_path / "shirt.png"
    image.save(file)
    seen = [
        prepare(source, "sketch").picture
        for source in (file, str(file), file.read_bytes(), image, np.asarray(image))
    ]
    for picture in seen[1:]:
        np.testing.assert_array_equal(picture, seen[0])


def test_exif_orientation_is_followed(tmp_path: Path) -> None:
    upright = outline()
    file = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned 90 degrees clockwise for viewing
    upright.rotate(90, expand=True).save(file, exif=exif, quality=95)
    assert likeness(prepare(file, "sketch").picture, prepare(upright, "sketch").picture) > 0.98


def test_transparency_is_put_on_white_and_shows_the_shape() -> None:
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).polygon(t_shirt(), fill=(40, 90, 160, 255))
    rgb, alpha = read(image)
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert alpha is not None and alpha[0, 0] == 0 and alpha[100, 100] == 255
    assert likeness(prepare(image, "photo").picture > 0, SHAPE) > 0.95


# --- sketches -------------------------------------------------------------------------------------


def test_a_sketch_is_laid_out_as_fashion_mnist_is() -> None:
    picture = prepare(outline(), "sketch").picture
    ys, xs = np.nonzero(picture > 60)
    assert max(np.ptp(ys), np.ptp(xs)) >= 26
    assert abs((ys.min() + ys.max()) / 2 - 13.5) <= 1
    assert abs((xs.min() + xs.max()) / 2 - 13.5) <= 1
    assert picture[0, 0] == picture[27, 27] == 0
    assert 100 < picture[14, 14] < 200  # what the outline encloses is half bright


@pytest.mark.parametrize(
    "other",
    [
        {"width": 8},
        {"ink": (235, 235, 80)},
        {"ink": (255, 255, 255), "paper": (0, 0, 0)},
        {"scale": 0.35, "shift": 55, "width": 2},
    ],
)
def test_pen_colour_polarity_size_and_place_hardly_matter(other: dict[str, Any]) -> None:
    pictures = [prepare(image, "sketch").picture for image in (outline(**other), outline())]
    assert likeness(*pictures) > 0.93


def test_an_outline_with_a_gap_is_filled_all_the_same() -> None:
    image = Image.new("RGB", (200, 200), "white")
    points = t_shirt()
    nearly_closed = (points[-1][0] + 42, points[-1][1] - 25)
    ImageDraw.Draw(image).line([*points, nearly_closed], "black", 4)
    assert prepare(image, "sketch").picture[14, 14] > 100


# --- photos ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("garment", [(20, 20, 30), (170, 40, 40), (240, 240, 238)])
def test_a_garment_is_bright_on_black_whatever_its_colour(garment: tuple[int, int, int]) -> None:
    """White ones too, on a floor that is neither: the usual blind spot."""
    rng = np.random.default_rng(0)
    floor = np.clip(rng.normal([140, 110, 80], 6, (400, 400, 3)), 0, 255).astype(np.uint8)
    image = Image.fromarray(floor)
    ImageDraw.Draw(image).polygon(t_shirt(400, 0.9), fill=garment)
    prepared = prepare(image, "photo")
    alone = Image.new("RGBA", (400, 400))
    ImageDraw.Draw(alone).polygon(t_shirt(400, 0.9), fill=garment)
    assert likeness(prepared.picture > 0, prepare(alone, "photo").picture > 0) > 0.95
    assert 110 < prepared.picture[10:18, 12:16].mean() <= 255
    assert prepared.rgb is not None and max(prepared.rgb.shape[:2]) == WORKING_SIDE


@needs_manifest
def test_kind_auto_tells_photos_from_sketches() -> None:
    for kind in ("photo", "sketch"):
        rows = read_manifest(FOLDER, "validation", kind)[::4]
        told = [looks_drawn(read(row.path)[0]) == (kind == "sketch") for row in rows]
        assert np.mean(told) >= 0.97


def test_a_photo_of_a_drawing_is_a_drawing_and_a_shop_photo_is_a_photo() -> None:
    rng = np.random.default_rng(0)
    light = np.linspace(-20, 20, 200)[:, None, None]
    # The noise of a camera, most of which is gone once its picture is reduced.
    paper = np.asarray(outline()) * 0.7 + 40 + light + rng.normal(0, 0.8, (200, 200, 1))
    assert looks_drawn(paper.clip(0, 255).astype(np.uint8))
    assert looks_drawn(255 - np.asarray(outline()))
    squared = on_squared_paper(np.asarray(outline()), rng)
    assert looks_drawn(squared)
    assert likeness(prepare(squared).picture > 0, SHAPE) > 0.9  # neither squares nor the table
    shop = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(shop).polygon(t_shirt(), fill=(90, 60, 60))
    folds = 30 * np.sin(np.arange(200) / 9)[:, None, None] + rng.normal(0, 4, (200, 200, 3))
    garment = (np.asarray(shop) < 255).all(2, keepdims=True)
    pixels = np.where(garment, np.asarray(shop) + folds, 255).clip(0, 255).astype(np.uint8)
    assert not looks_drawn(pixels)
    # A striped bag on pure white: as even as paper, and its lines are clear. Its surface tells.
    y, x = np.mgrid[:200, :200] - 100
    surface = 150 + 0.6 * y + rng.normal(0, 2, (200, 200)) - 140 * (x % 20 < 4)
    bag = np.where(np.hypot(1.7 * y, x) < 70, surface, 255).clip(0, 255).astype(np.uint8)
    assert not looks_drawn(np.dstack([bag] * 3))


# --- files that visitors have, and files that attackers have --------------------------------------


def test_a_lossless_jpeg_is_refused_before_it_is_decoded() -> None:
    """Pillow 12 overflows a buffer with it; wherever the marker stands, libjpeg finds it."""
    data = in_file(outline(), "JPEG")
    frame = data.index(b"\xff\xc0")
    for padding in (b"", b"\xff\xff", b"junk", b"\xff\x01", b"\xff\xfe\0\5\xff\xc0\0"):
        lossless = data[:frame] + padding + b"\xff\xc3" + data[frame + 2 :]
        with pytest.raises(NotAPicture, match="lossless"):
            prepare(lossless)


@pytest.mark.slow
def test_whatever_becomes_of_a_reader_the_next_picture_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "_idle", [])  # tests with threads may have left more than one
    prepare(in_file(outline(), "JPEG"))
    (reader,) = reading._idle
    reading._idle += [reading._start(), reading._start()]
    for reader in reading._idle:
        reader.kill()
        reader.wait()
    assert prepare(in_file(outline(), "JPEG")).picture.any()
    # A child that dies takes nothing along: here each of endless scans, a few bytes, takes the
    # decoder through every pixel once more.
    data = in_file(Image.new("L", (4000, 4000)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    (reader,) = reading._idle
    with pytest.raises(NotAPicture, match="too long"):
        prepare(data[:-2] + data[last:-2] * 20_000 + data[-2:])
    assert reading._idle == [reader] and prepare(in_file(outline(), "JPEG")).picture.any()


def test_a_crash_is_told_from_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_answer", lambda data: os._exit(1))
    file = SimpleNamespace(buffer=io.BytesIO(decoding.LENGTH.pack(1) + b"x"))
    monkeypatch.setattr(sys, "stdin", file)
    assert decoding._answer_in_a_fork() == decoding.SENTENCE + decoding.CRASHED.encode()


def test_formats_that_are_decoded_whole_have_fewer_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    side = int(MAX_PIXELS_WHOLE**0.5) + 1
    file = in_file(Image.new("1", (side, side)), "PNG")
    png = Image.open(io.BytesIO(file))
    monkeypatch.setattr(png, "load", lambda: pytest.fail("decoded before its size was looked at"))
    for source in (file, png):
        with pytest.raises(NotAPicture, match="36 million pixels"):
            prepare(source)
    assert read(in_file(Image.new("L", (side, side), 255), "JPEG"))[0].min() == 255


@pytest.mark.parametrize(
    "image, form, options",
    [
        (outline().convert("CMYK"), "JPEG", {}),
        (outline().convert("L"), "JPEG", {"progressive": True}),
        (outline(), "MPO", {"save_all": True, "append_images": [outline()]}),
        (outline(), "WEBP", {"save_all": True, "append_images": [Image.new("RGB", (200, 200))]}),
        (outline().convert("P"), "PNG", {"transparency": 5}),
        (outline().convert("1"), "BMP", {}),
        (outline().convert("I;16"), "PNG", {}),
        (outline(), "HEIF", {"quality": 90}),
        (outline(), "AVIF", {}),
        (Image.new("RGB", (200, 200)), "GIF", {"save_all": True, "append_images": [outline()]}),
        (outline(), "JPEG", {"exif": b"Exif\0\0MM\0*\0\0\0\10\xff\xff" + bytes(20)}),
    ],
)
def test_the_first_picture_that_shows_something_of_any_kind_of_file(
    image: Image.Image, form: str, options: dict[str, object]
) -> None:
    register_heif_opener()
    seen = prepare(in_file(image, form, **options), "sketch").picture
    assert likeness(seen, prepare(outline(), "sketch").picture) > 0.9


def test_strokes_on_transparency_are_a_sketch_whatever_their_colour() -> None:
    strokes = ImageOps.invert(outline().convert("L"))
    black, white = (Image.new("RGBA", strokes.size, colour) for colour in ("black", "white"))
    for image in (black, white):
        image.putalpha(strokes)
        prepared = prepare(in_file(image, "PNG"))
        assert prepared.kind == "sketch"
        assert likeness(prepared.picture, prepare(outline()).picture) > 0.99


@pytest.mark.parametrize(
    "source, sentence",
    [
        (b"", "empty"),
        (b"<?xml version='1.0'?><svg/>", "An SVG is not read"),
        (b"%PDF-1.4", "known format"),
        (b"II*\0\x08\0\0\0", "known format"),  # TIFF
        (b"BM" + b"\xff" * 60, "(known format|damaged|pixels)"),
        ("https://example.org/shirt.jpg", "no such file"),
        ("a\0b", "cannot be opened"),
        (np.zeros((4, 4), np.float32), "uint8"),
        (np.zeros((4, 4, 2), np.uint8), "shape"),
        (np.zeros((0, 4, 3), np.uint8), "empty"),
        (Image.new("RGB", (0, 5)), "empty"),
        (42, "cannot be read"),
    ],
)
def test_a_refusal_says_why(source: Any, sentence: str) -> None:
    with pytest.raises(NotAPicture, match=sentence):
        prepare(source)


def test_a_file_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "large.bmp"
    with file.open("wb") as sparse:
        sparse.truncate(2**40)
    with pytest.raises(NotAPicture, match="200 MB"):
        prepare(file)
