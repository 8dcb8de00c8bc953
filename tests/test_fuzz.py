"""Damaged picture files and odd messages: a picture comes out or one sentence, in a few seconds.

By the thousand: `EXAMPLES=100000 python -m pytest tests/test_fuzz.py`. The HTTP interface as a
whole, Gradio's own part included, for three minutes (Gradio answers 500 to names it does not know;
look for others):

    pip install schemathesis==4.32.5 && python app.py --port 7860 &
    schemathesis run http://127.0.0.1:7860/gradio_api/openapi.json --phases fuzzing --max-time 180
        --checks not_a_server_error --continue-on-failure
        --exclude-path-regex 'heartbeat|dev/reload|log(in|out)|startup|stream|queue/data|progress'
"""

import os
import time
from functools import cache
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pillow_heif import register_heif_opener

from classifier import Classifier, NotAPicture, prepare
from page.answer import Refused, answer, parse_question
from tests.doubles import in_file, untrained

TRIES = settings(
    max_examples=int(os.environ.get("EXAMPLES", 50)),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
SLOWEST = 20  # seconds for one input, on a busy machine
FORMS: dict[str, dict[str, Any]] = {form: {} for form in ("JPEG", "PNG", "WEBP", "BMP", "HEIF")}
FORMS["GIF"] = {"save_all": True}
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")


@cache
def picture_file(form: str, mode: str, options: tuple[tuple[str, Any], ...] = ()) -> bytes:
    """A small valid file, or b"" where the format cannot hold that mode."""
    register_heif_opener()
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    noise[10:30, 10:40] = 90
    try:
        return in_file(Image.fromarray(noise).convert(mode), form, **(FORMS[form] | dict(options)))
    except (OSError, ValueError, KeyError):
        return b""


@st.composite
def picture_files(draw: st.DrawFn) -> bytes:
    """A picture file with some of its bytes changed, left out, doubled, or those of another."""
    form = draw(st.sampled_from([*(form for form in FORMS if form != "HEIF"), *FORMS]))
    options = (("progressive", True),) if form == "JPEG" and draw(st.booleans()) else ()
    data = bytearray(picture_file(form, draw(st.sampled_from(MODES)), options))
    other = picture_file(draw(st.sampled_from(list(FORMS))), "RGB")
    for _ in range(draw(st.integers(1, 6))):
        # The beginning is where sizes and tables are.
        at = draw(st.integers(0, 63) | st.integers(0, len(data)))
        to = at + draw(st.sampled_from([0, 1, 2, 4, 16, 200, len(data)]))
        some = bytes(data[at:to])
        extremes = [
            byte * width for byte in (b"\0", b"\xff", b"\x7f", b"\x80") for width in (1, 2, 4)
        ]
        pieces = st.sampled_from([b"", 2 * some, 50 * some, other[at:to], *extremes])
        data[at:to] = draw(st.binary(min_size=1, max_size=8) | pieces)
    return bytes(data)


FILES = st.binary(max_size=300) | picture_files() | picture_files() | picture_files()
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["sketch", "photo"]) | st.text(),
        "networks": st.sampled_from(["deep", "deep,deep", ""]) | st.text(),
        "piece": st.sampled_from(["0,0,1,1", "0,nan,1,1", "0,0"]) | st.text(),
        "show": st.text(),
    },
)
SKETCHES = st.binary() | st.just(bytes([128, 0, 128, 255] * 256))


@TRIES
@given(FILES)
def test_a_file_is_a_picture_or_a_sentence(data: bytes) -> None:
    for kind in ("sketch", "photo"):
        begin = time.monotonic()
        try:
            assert prepare(data, kind).picture.shape == (28, 28)
        except NotAPicture as error:
            assert str(error)[0].isupper() and str(error).endswith(".")
        assert time.monotonic() - begin < SLOWEST


@cache
def networks() -> dict[str, Classifier]:
    return {"deep": untrained(1)}


@TRIES
@given(SETTINGS, st.binary() | picture_files() | SKETCHES)
def test_a_question_gets_an_answer_or_a_sentence(settings: dict[str, str], body: bytes) -> None:
    try:
        reply = answer(parse_question(settings, body, networks()), networks())
    except (Refused, NotAPicture) as refusal:
        assert str(refusal).endswith((".", "please."))
    else:
        assert {"networks", "picture", "cutout"} <= set(reply)
