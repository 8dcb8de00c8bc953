"""Any picture -> the 28x28 picture Fashion-MNIST would have made of it.

The only road from a picture to a network. Fashion-MNIST shows each garment bright on black, its
longest side filling the 28 pixels, centred by its bounding box (Xiao et al. 2017,
arXiv:1708.07747, section 2). A photo has its garment cut out of the background. A sketch has its
outline filled, since Fashion-MNIST knows surfaces and a drawing has only edges.
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from .cutout import BODY_PARTS, GARMENT, Piece, UNet, bounding_box, find_pieces
from .network import SETTINGS, SIDE
from .reading import NotAPicture, Source, read

Kind = Literal["photo", "sketch", "auto"]
KINDS = ("photo", "sketch", "auto")
Box = tuple[float, float, float, float]  # left, top, right, bottom, as shares of a photo's sides

_PHOTO: dict[str, float] = SETTINGS["photo"]  # grey levels of a garment in the 28x28 picture
_SKETCH = SETTINGS["sketch"]
# Lengths are in pixels of a drawing laid out at 4 x 28 = 112 pixels.
LAYOUT_SIDE = 4 * SIDE
# Thinner strokes are thickened to about this, or they would vanish at 28 pixels.
STROKE_WIDTH: int = _SKETCH["stroke_width"]
# Ink above this is a stroke; a half, which resizing makes, is none on any machine.
SOLID: float = _SKETCH["solid"]
# Gaps in the outline up to these are bridged, the wider ones only where little is enclosed else.
GAPS: list[int] = _SKETCH["gaps"]
NOTHING = "I see nothing here: the picture is all of one colour."
TOO_LONG = "That picture is too long for me. Choose the part with the clothes, please."


@dataclass(frozen=True)
class Prepared:
    """A picture ready for the network.

    picture: uint8 (28, 28), bright on black. kind: what it was taken for: "photo", "worn" (a photo
    of clothes that somebody wears) or "sketch". rgb: the whole picture, upright, uint8 (H, W, 3)
    with the longest side at most 256 px; None where nobody shows it. box, piece: where in it the
    garment is, and what; None for a sketch.
    """

    picture: np.ndarray
    kind: str
    box: Box | None = None
    rgb: np.ndarray | None = None
    piece: Piece | None = None


def prepare(source: Source, kind: Kind = "auto", segmenter: UNet | None = None) -> Prepared:
    """Lay any picture out as Fashion-MNIST would; of a photo, the largest piece in it.

    source: a PIL image of any mode, a uint8 array (H, W), (H, W, 3) or (H, W, 4), the bytes of a
    picture file, or a path. kind: "photo", "sketch", or "auto" to tell the two apart.
    segmenter: another network to cut out with than the stored one.
    Raises NotAPicture if the source is no picture or shows nothing, ValueError for an unknown kind.
    """
    return prepare_pieces(source, kind, segmenter)[0]


def prepare_pieces(
    source: Source, kind: Kind = "auto", segmenter: UNet | None = None
) -> list[Prepared]:
    """`prepare` for every piece of clothing in a photo, largest first; a sketch is one piece."""
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    rgb, alpha = read(source)
    if alpha is None and is_one_colour(rgb):
        raise NotAPicture(NOTHING)
    if max(rgb.shape[:2]) > SETTINGS["reading"]["longest"] * min(rgb.shape[:2]):
        raise NotAPicture(TOO_LONG)
    if kind == "auto":
        kind = "sketch" if looks_drawn(rgb) else "photo"
    if kind == "sketch":
        return [Prepared(lay_out_sketch(rgb), kind, rgb=rgb)]
    if alpha is not None:
        return [_prepared(rgb, Piece(BODY_PARTS[GARMENT], alpha))]
    return [_prepared(rgb, piece) for piece in find_pieces(rgb, segmenter)]


def is_one_colour(rgb: np.ndarray) -> bool:
    """Whether nothing can be seen. rgb: uint8 (H, W, 3)."""
    return bool(np.ptp(rgb, axis=(0, 1)).max() < SETTINGS["reading"]["nothing"])


def _prepared(rgb: np.ndarray, piece: Piece) -> Prepared:
    height, width = piece.mask.shape
    left, top, right, bottom = piece.box
    box = (left / width, top / height, right / width, bottom / height)
    kind = "worn" if piece.is_worn else "photo"
    return Prepared(lay_out_photo(rgb, piece.mask), kind, box, rgb, piece)


# --- photos ---------------------------------------------------------------------------------------


def lay_out_photo(rgb: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The garment under the mask, bright on black.

    rgb: uint8 (H, W, 3). mask: uint8 (H, W). Returns uint8 (28, 28).
    """
    grey = 255 - cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    inside = mask > 127
    if not inside.any():
        return np.zeros((SIDE, SIDE), np.uint8)
    # White garments would come out black on black, and no picture of Fashion-MNIST does: set the
    # mean brightness, keep the garment's own contrasts.
    values = grey[inside]
    deviation = max(float(values.std()), _PHOTO["least_deviation"])
    bright = (grey - values.mean()) / deviation * _PHOTO["deviation"] + _PHOTO["mean"]
    picture = bright.clip(_PHOTO["darkest"], 255) * (mask / np.float32(255))
    top, bottom, left, right = bounding_box(inside)
    return _fit(picture[top:bottom, left:right])


# --- sketches -------------------------------------------------------------------------------------


def lay_out_sketch(rgb: np.ndarray) -> np.ndarray:
    """A drawing with its strokes bright and what they enclose half bright, on black.

    rgb: uint8 (H, W, 3). Returns uint8 (28, 28), all zero where nothing is drawn.
    """
    ink = ink_of(rgb)
    drawn = ink > _SKETCH["drawn"]
    if not drawn.any():
        return np.zeros((SIDE, SIDE), np.uint8)
    top, bottom, left, right = bounding_box(drawn)
    ink = _scale(ink[top:bottom, left:right], LAYOUT_SIDE - 2 * STROKE_WIDTH)
    ink = np.pad(ink, STROKE_WIDTH)
    strokes = _thicken(ink)
    picture = 255 * np.maximum(strokes, _SKETCH["fill"] * enclosed(strokes))
    margin = STROKE_WIDTH // 2
    return _fit(picture[margin:-margin, margin:-margin])


def paper_of(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The colour found most along the border, uint8 (3,), and the border, uint8 (N, 3)."""
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    return np.median(border, axis=0).astype(np.uint8), border


def ink_of(rgb: np.ndarray) -> np.ndarray:
    """How unlike the paper each pixel is, 0..1, whatever the colours: float32 (H, W).

    The paper is the colour found most along the border. In a photo of a drawing, whose border is
    uneven, or much darker than most of the picture, it is what remains when everything thin is
    wiped away; what is pale there, as the squares of squared paper, is no ink.
    """
    paper, border = paper_of(rgb)
    uneven = np.percentile(cv2.absdiff(border, np.broadcast_to(paper, border.shape)), 90)
    middle = float(np.median(rgb[..., 1]))
    lighter = middle - float(paper[1])
    photographed = uneven > _SKETCH["border_varies"] or lighter > _SKETCH["table"]
    floor = _SKETCH["ink_floor"] * 255  # lesser differences are paper
    if photographed:
        ink = _unlike(rgb, _wipe(rgb, max(3, max(rgb.shape[:2]) // 8), middle > 127))
        photographed = int(ink.max()) >= floor
    if not photographed:
        ink = _unlike(rgb, np.ascontiguousarray(np.broadcast_to(paper, rgb.shape)))
    strongest = int(ink.max())
    if strongest < floor:
        return np.zeros(ink.shape, np.float32)
    # A thin or pale pen gives pale ink: what is usual of the stronger ink counts as black.
    level = max(floor, float(np.percentile(ink[ink > strongest / 3], 60)))
    share = np.minimum(ink / np.float32(level), 1)
    if photographed:
        share[share <= _SKETCH["drawn"]] = 0
    return np.asarray(share)


def _unlike(rgb: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The largest difference of the three channels: uint8 (H, W)."""
    red, green, blue = cv2.split(cv2.absdiff(rgb, other))
    return np.asarray(cv2.max(cv2.max(red, green), blue))


def _wipe(picture: np.ndarray, side: int, light: bool) -> np.ndarray:
    """Without what is thinner than `side` and darker than what is around it, or lighter if that is
    not light. picture: uint8 (H, W) or (H, W, 3).
    """
    side |= 1  # odd: nothing shifts
    # Its edges go on beyond the border, or a narrow bit of the table would be a line.
    wider = cv2.copyMakeBorder(picture, side, side, side, side, cv2.BORDER_REPLICATE)
    wipe = cv2.MORPH_CLOSE if light else cv2.MORPH_OPEN
    wiped = cv2.morphologyEx(wider, wipe, np.ones((side, side), np.uint8))
    return wiped[side:-side, side:-side]


def _thicken(ink: np.ndarray) -> np.ndarray:
    """Strokes at least STROKE_WIDTH wide. ink: float32 (H, W), 0..1."""
    solid = (ink > SOLID).astype(np.uint8)
    depth = cv2.distanceTransform(solid, cv2.DIST_L2, 3)
    # Distances closer than "rounding" are equal on any processor.
    deepest = cv2.dilate(depth, np.ones((3, 3), np.uint8)) - _SKETCH["rounding"]
    ridge = depth[(depth > 0) & (depth >= deepest)]
    width = 2 * float(np.median(ridge)) - 1 if len(ridge) else 1.0
    grow = round(STROKE_WIDTH - width)
    if grow < 1:
        return ink
    return cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grow + 1, grow + 1)))


def enclosed(strokes: np.ndarray) -> np.ndarray:
    """What the strokes surround, gaps in the outline bridged: float32 (H, W), 0 or 1.

    Outside is what a disc can reach, rolling in from the border, that is too wide for the gaps.
    """
    solid = np.pad((strokes > SOLID).astype(np.uint8), GAPS[-1])
    away = cv2.distanceTransform(1 - solid, cv2.DIST_L2, 3)
    for gap in GAPS:
        free = (away > gap / 2).astype(np.uint8)
        cv2.floodFill(free, None, (0, 0), 2)
        outside = cv2.distanceTransform((free != 2).astype(np.uint8), cv2.DIST_L2, 3) <= gap / 2
        inside = ~outside[GAPS[-1] : -GAPS[-1], GAPS[-1] : -GAPS[-1]]
        if (inside & (strokes <= SOLID)).mean() > _SKETCH["enough"]:
            break
    return np.asarray(inside.astype(np.float32))


# --- both -----------------------------------------------------------------------------------------


def _scale(picture: np.ndarray, side: int) -> np.ndarray:
    """Resize so that the longest side is `side`, antialiased when shrinking."""
    height, width = picture.shape
    ratio = side / max(height, width)
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return cv2.resize(picture, size, None, 0, 0, cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)


def _fit(picture: np.ndarray) -> np.ndarray:
    """Longest side to 28 pixels, centred on black. picture: float32 (H, W), 0..255."""
    small = _scale(picture, SIDE)
    height, width = small.shape
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    canvas[top : top + height, left : left + width] = small.round().clip(0, 255).astype(np.uint8)
    return canvas


def looks_drawn(rgb: np.ndarray) -> bool:
    """Whether a picture is a drawing rather than a photo. rgb: uint8 (H, W, 3).

    Either the paper is quite even and so is what is on it, not shaded where it is broad, or there
    are few lines, all of about the same strength, and the sheet around them is fairly even, as in a
    photo of a drawing. The bounds part the training photos, sketches, and made-up drawings (plain,
    inverted, coloured in, photographed on plain, lined and squared paper).
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    side = max(3, max(grey.shape) // 12)
    bounds = SETTINGS["looks_drawn"]
    even = float((edges <= bounds["even_edge"]).mean())
    # Shading and texture, which few drawings have.
    soft = float((edges <= bounds["soft_edge"]).mean()) - even
    if even > bounds["very_even"] and soft < bounds["few_soft"] * (1 - even):
        return not _is_shaded(rgb, edges, np.ones((side, side), np.uint8))
    smooth = cv2.GaussianBlur(grey, (0, 0), 1)
    sheet = _wipe(smooth, side, bool(np.median(smooth) > 127))
    lines = cv2.absdiff(smooth, sheet)
    top = float(np.percentile(lines, 99))
    strong = lines > top / 2
    if top < bounds["off_paper"] or strong.mean() > bounds["few_lines"]:
        return False
    if ((lines > top / 4) & ~strong).mean() > bounds["few_faint"] * strong.mean():
        return False
    rows, columns = (np.percentile(at, (5, 95)).astype(int) for at in strong.nonzero())
    around = sheet[rows[0] : rows[1] + 1, columns[0] : columns[1] + 1]
    paper = np.uint8(np.median(around))
    varies = np.percentile(cv2.absdiff(around, np.full_like(around, paper)), 90)
    is_light = paper > bounds["light"]
    return bool(varies < bounds["sheet_varies"] and (is_light or even > bounds["fairly_even"]))


def _is_shaded(rgb: np.ndarray, edges: np.ndarray, thin: np.ndarray) -> bool:
    """Whether what is not paper, and broader than `thin`, changes softly within."""
    bounds = SETTINGS["looks_drawn"]
    paper, _ = paper_of(rgb)
    off = cv2.absdiff(rgb, np.ascontiguousarray(np.broadcast_to(paper, rgb.shape))).max(axis=2)
    is_thing = (off > bounds["off_paper"]).astype(np.uint8)
    broad = cv2.morphologyEx(is_thing, cv2.MORPH_OPEN, thin) > 0
    soft = broad & (edges > bounds["slight_edge"]) & (edges <= bounds["soft_edge"])
    return bool(soft.sum() > bounds["shaded"] * broad.sum())
