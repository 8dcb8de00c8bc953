"""`/classify`: documented, answering, and never looking where it was not told to."""

import base64
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio.utils import get_upload_folder
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from classifier import CLASSES
from page.answer import MAX_BYTES
from page.limits import MAX_BODY
from tests.doubles import BOTTOM, TOP, served, trousers, untrained

FILE = {"meta": {"_type": "gradio.FileData"}}


def post(address: str, image: object, kind: object = "photo", network: object = "deep") -> Any:
    """One call, as curl makes it; returns the answer's JSON."""
    data = {"data": [image, kind, network]}
    return httpx.post(f"{address}gradio_api/run/classify", json=data).json()


def test_the_api_page_says_what_goes_in_and_comes_out_and_its_example_runs(address: str) -> None:
    about = httpx.get(f"{address}gradio_api/info").json()["named_endpoints"]["/classify"]
    assert "clothing" in about["description"]
    types = {each["parameter_name"]: each["python_type"]["type"] for each in about["parameters"]}
    kinds = "Literal['photo', 'sketch', 'auto']"
    assert types == {"image": "str", "kind": kinds, "network": "Literal['deep', 'lesson']"}
    assert all(each["python_type"]["description"] for each in about["parameters"])
    (returned,) = about["returns"]
    assert all(f"{name}: float" in returned["python_type"]["type"] for name in CLASSES)
    example: dict[str, Any] = {}
    exec(about["code_snippets"]["python"], example)
    assert list(example["result"]["probabilities"]) == list(CLASSES)


def test_a_file_and_its_base64_text_are_the_same_picture(address: str, tmp_path: Path) -> None:
    file = tmp_path / "trousers.jpg"
    file.write_bytes(trousers())
    text = base64.b64encode(trousers()).decode()
    client = Client(address, verbose=False)
    answer = client.predict(handle_file(str(file)), "photo", "deep", api_name="/classify")
    assert list(answer) == ["label", "confidence", "sure", "probabilities", "kind", "pieces"]
    assert list(answer["probabilities"]) == list(CLASSES)
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert answer["probabilities"][answer["label"]] == answer["confidence"]
    assert (answer["sure"], answer["kind"]) == (True, "photo")
    for image in (text, f"data:image/jpeg;base64,{text}"):
        assert post(address, image)["data"] == [answer]


@pytest.mark.usefixtures("two")
def test_every_piece_of_a_photo_is_named_and_the_largest_is_the_answer(address: str) -> None:
    (answer,) = post(address, base64.b64encode(trousers()).decode())["data"]
    assert [piece["box"] for piece in answer["pieces"]] == [list(BOTTOM), list(TOP)]
    first, second = (piece["probabilities"] for piece in answer["pieces"])
    assert first == answer["probabilities"] != second
    assert answer["pieces"][0]["label"] == answer["label"]


REFUSED: list[object] = [
    None,
    "",
    17,
    {},
    "not base64",
    "QUJD",
    "data:image/jpeg;base64,",
    "data:image/svg+xml;base64," + base64.b64encode(b"<svg xmlns='x'/>").decode(),
    "https://example.org/shirt.jpg",
    {"url": "https://example.org/shirt.jpg"},
    {"path": "https://example.org/shirt.jpg", **FILE},
    {"path": "HTTPS://example.org/shirt.jpg", **FILE},
    {"path": "http://169.254.169.254/latest", "url": "http://169.254.169.254/latest", **FILE},
    {"path": "/etc/passwd"},
    {"path": "/etc/passwd", **FILE},
    {"path": "../../../../../../etc/passwd", **FILE},
    {"path": "a\0b", **FILE},
    {"path": {"path": "/etc/passwd", **FILE}, **FILE},
    {"path": "/etc/passwd", "is_stream": True, **FILE},
    "A" * (MAX_BYTES * 4 // 3 + 8),
]


@pytest.mark.parametrize("image", REFUSED, ids=lambda image: str(image)[:60])
def test_what_is_no_picture_is_refused_in_a_sentence(
    address: str, fetched: list[str], image: object
) -> None:
    answer = post(address, image)
    assert answer["error"].endswith((".", "please."))
    assert "Traceback" not in answer["error"] and "/etc" not in answer["error"]
    assert fetched == []


@pytest.mark.parametrize("mark", [{}, FILE, {"is_stream": True, **FILE}])
def test_a_picture_elsewhere_on_the_disk_is_not_read(
    address: str, tmp_path: Path, mark: dict[str, Any]
) -> None:
    file = tmp_path / "private.jpg"
    file.write_bytes(trousers())
    upload = httpx.post(f"{address}gradio_api/upload", files={"files": ("a.jpg", trousers())})
    (name,) = upload.json()
    assert not Path(name).is_absolute()  # where uploads lie is nobody's business
    uploaded = str(Path(get_upload_folder()) / name)
    assert list(post(address, {"path": name, **FILE})) != ["error"]
    assert list(post(address, {"path": uploaded, **FILE})) != ["error"]
    for path in (str(file), os.path.relpath(file), f"{Path(uploaded).parent}/../../../{file}"):
        assert "error" in post(address, {"path": path, **mark})
    link = Path(uploaded).parent / "link.jpg"
    link.symlink_to(file)
    assert "error" in post(address, {"path": str(link), **mark})
    link.unlink()


def test_the_api_says_what_is_wrong(address: str, tmp_path: Path) -> None:
    (tmp_path / "half.jpg").write_bytes(trousers()[:900])
    client = Client(address, verbose=False)
    with pytest.raises(AppError, match=r"^(This|The) .*picture.*\.$"):
        client.predict(handle_file(tmp_path / "half.jpg"), "photo", "deep", api_name="/classify")


@pytest.mark.parametrize("kind, network", [("painting", "deep"), (None, "deep"), ("photo", "../x")])
def test_unknown_words_are_refused(address: str, kind: object, network: object) -> None:
    text = base64.b64encode(trousers()).decode()
    assert " is one of " in post(address, text, kind, network)["error"]


@pytest.mark.parametrize("data", [[], ["x"], ["x", "photo", "deep", 4], {"image": "x"}, None])
def test_calls_that_do_not_fit(address: str, data: object) -> None:
    answer = httpx.post(f"{address}gradio_api/run/classify", json={"data": data})
    assert answer.status_code in (422, 500)
    assert "Traceback" not in answer.text and "site-packages" not in answer.text


def test_the_address_that_the_hub_points_to(address: str) -> None:
    """Every Space's agents.md has it: a call with names, and its answer at another address."""
    call = f"{address}gradio_api/call/v2/classify"
    image = base64.b64encode(trousers()).decode()
    event = httpx.post(call, json={"image": image}).json()["event_id"]
    told = httpx.get(f"{call}/{event}").text
    answer = json.loads(told.partition("data: ")[2])
    assert answer == post(address, image, "auto")["data"]


@pytest.mark.parametrize("query", ["page=nothing", "page=%00", "deep_link=x"])
def test_odd_addresses_of_the_page(address: str, query: str) -> None:
    answer = httpx.get(f"{address}?{query}")
    assert answer.status_code == 200 and "<title>" in answer.text
    assert httpx.head(f"{address}?{query}").status_code == 200


# --- how much, and how long -----------------------------------------------------------------------


def chunks() -> Iterator[bytes]:
    """More than may come, without saying so beforehand."""
    for _ in range(MAX_BODY // 2**20 + 2):
        yield b" " * 2**20


@pytest.mark.parametrize(
    "route", ["answer/classify", "gradio_api/run/classify", "gradio_api/upload"]
)
@pytest.mark.parametrize("body", [b" " * (MAX_BODY + 1), None], ids=["said", "chunked"])
def test_large_requests_are_refused(address: str, route: str, body: bytes | None) -> None:
    kind = "multipart/form-data; boundary=b" if route == "gradio_api/upload" else "application/json"
    url, headers = f"{address}{route}", {"content-type": kind}
    answer = httpx.post(url, content=body or chunks(), headers=headers, timeout=30)
    assert answer.status_code in ((413,) if body else (400, 413))
    assert len(answer.text) < 100


def test_a_file_that_is_too_large_is_refused(address: str) -> None:
    data = b"\0" * (MAX_BYTES + 1)
    answer = httpx.post(f"{address}gradio_api/upload", files={"files": ("a.jpg", data)})
    assert answer.status_code == 413


@pytest.mark.slow
def test_uploads_are_deleted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also those that a killed server left, and nothing that is somebody else's."""
    folder, file = tmp_path / "uploads", tmp_path / "trousers.jpg"
    file.write_bytes(trousers())
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    monkeypatch.setattr("page.limits.EVERY", 1)
    with served({"deep": untrained(1)}) as address:
        client = Client(address, verbose=False)
        client.predict(handle_file(str(file)), "photo", "deep", api_name="/classify")
        left = folder / ("a" * 64) / "left.jpg"  # by a server that was killed
        left.parent.mkdir()
        left.write_text("x")
        others = [folder / "others.txt", folder / "other" / "others.txt"]
        others[1].parent.mkdir()
        for other in others:
            other.write_text("x")
            os.utime(other, (0, 0))
        assert len([each for each in folder.rglob("*") if each.is_file()]) == 4
        monkeypatch.setattr("page.limits.KEPT", 1)
        deadline = time.monotonic() + 30
        while len(list(folder.iterdir())) > 2 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert set(folder.rglob("*")) == {*others, others[1].parent}
