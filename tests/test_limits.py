"""What comes in, how much of it, and how long."""

import json
import re
import socket
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers

from page import limits
from page.feedback import same_origin
from page.limits import API, MAX_PIECES, POSTABLE, READABLE
from page.site import ADDRESS, STORED, STORED_ADDRESS, address_of
from tests.doubles import served, start, trousers, untrained

OPEN = {
    *("/", "/config", "/theme.css", "/favicon.ico", "/robots.txt", "/preview.png", "/gradio"),
    "/health",
    *("/answer/classify", f"/{ADDRESS}/x", f"/{STORED_ADDRESS}/x", "/static/x", "/assets/x"),
    *(f"{API}{name}" for name in ("info", "openapi.json", "app_id", "startup-events")),
    *(f"{API}{name}" for name in ("theme.css", "heartbeat/x", "queue/data", "queue/join")),
    *(f"{API}{name}" for name in ("call/x/x", "call/v2/x/x", "call/x", "call/v2/x")),
    *(f"{API}{name}" for name in ("run/x", "api/x", "cancel", "reset", "upload", "mcp")),
    f"{API}component_server",  # Gradio's own paper
}
"""Every route of Gradio's and ours that is let in, its names as x; all others are not."""


def paths(routes: Iterable[Any]) -> Iterator[str]:
    """The paths of these routes, and of those in FastAPI's routers among them."""
    for route in routes:
        if router := getattr(route, "original_router", None):
            yield from paths(router.routes)
        else:
            yield route.path


def test_gradios_other_routes_are_shut() -> None:
    """An update of Gradio that brings new routes brings none in here."""
    demo, _ = start({"lesson": untrained(1)})
    try:
        routes = set(paths(demo.app.routes))
        assert len(routes) > 60, "Gradio keeps its routes elsewhere now"
        plain = {re.sub("{.*?}", "x", path) for path in routes}
        taken = {p for p in plain if any(d.fullmatch(p) for d in (READABLE, *POSTABLE))}
        assert {path.rstrip("/") or "/" for path in taken - {""}} == OPEN
        assert {"/gradio_api/process_recording", "/gradio_api/file=x", "/login"} <= plain - taken
        # A proxy's idle connection (nginx: 60 s) must not be closed while it sends on it.
        assert demo.server.config.timeout_keep_alive > 60
    finally:
        demo.close()


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "gradio_api/process_recording"),
        ("GET", "gradio_api/file=http://example.org/"),
        ("GET", "gradio_api/deep_link?session_hash=x"),
        ("GET", "gradio_api/proxy=https://example.org/"),
        ("POST", "login"),
        ("GET", "docs"),
        ("PUT", "gradio_api/upload"),
        ("GET", "pwa_icon/200000"),
    ],
)
def test_what_is_not_needed_is_not_found(address: str, method: str, path: str) -> None:
    answer = httpx.request(method, f"{address}{path}")
    assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize(
    "path, content, kind, status",
    [
        ("queue/join", json.dumps({"session_hash": "x" * 999, "data": []}), None, 413),
        ("queue/join", json.dumps({"data": [[]] * MAX_PIECES}), None, 413),
        ("run/classify", "[" * 4000, None, 400),
        ("run/classify", "[]", None, 400),
        ("run/classify", "{}", "text/plain", 415),
        ("run/classify", "--b--", "multipart/form-data; boundary=b", 415),
        ("component_server/", "{}", None, 413),
        ("queue/join?" + "x" * 3000, "{}", None, 414),
    ],
)
def test_what_is_no_call_is_refused(
    address: str, path: str, content: str, kind: str | None, status: int
) -> None:
    headers = {"content-type": kind or "application/json"}
    answer = httpx.post(f"{address}gradio_api/{path}", content=content, headers=headers)
    assert answer.status_code == status and answer.text.endswith(".")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(limits, "PATIENCE", 1)
    monkeypatch.setattr(limits, "SLOWEST", 10**6)
    monkeypatch.setattr(limits, "LARGE_AT_ONCE", 1)
    with served({"lesson": untrained(1)}) as address:
        yield address


def begun(address: str, route: str, said: int, sent: int) -> socket.socket:
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    kind = "Content-Type: application/json\r\n"
    head = f"POST /gradio_api/{route} HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: {said}\r\n\r\n"
    connection.sendall(head.encode() + b" " * sent)
    return connection


@pytest.mark.slow
def test_a_body_that_does_not_end_is_given_up(impatient: str) -> None:
    for route in ("run/classify", "upload"):
        with begun(impatient, route, 900_000, 1000) as connection:
            assert connection.recv(1000).startswith(b"HTTP/1.1 408")


@pytest.mark.slow
def test_large_requests_wait_for_each_other_and_small_ones_do_not(impatient: str) -> None:
    with begun(impatient, "run/classify", 900_000, 500_000) as slow:
        time.sleep(0.1)
        with begun(impatient, "run/classify", 900_000, 500_000) as second:
            assert httpx.get(f"{impatient}config").status_code == 200
            small = httpx.post(f"{impatient}gradio_api/run/classify", json={"data": ["x"] * 3})
            assert small.status_code == 500  # an answer, a sentence
            assert second.recv(1000).startswith(b"HTTP/1.1 408")
        assert slow.recv(1000).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "headers, ours",
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin", "origin": "https://x.hf.space", "host": "inner"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://a.org", "host": "a.org"}, False),
        ({"origin": "http://192.168.0.2:7860", "host": "192.168.0.2:7860"}, True),
        ({"origin": "http://school.example:8080", "host": "school.example"}, True),
        ({"origin": "http://a.org:8080", "host": "a.org:7860"}, False),
        ({"origin": "https://a.org", "host": "inner", "x-forwarded-host": "a.org, b"}, True),
        ({"origin": "https://evil.org", "host": "a.org"}, False),
        ({"origin": "null", "host": "a.org"}, False),
    ],
)
def test_whose_page_asks(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(Headers(headers)) is ours


def test_a_gift_in_another_sites_name_is_refused(address: str) -> None:
    for header in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.org"}):
        answer = httpx.post(f"{address}answer/feedback", content=b"x", headers=header)
        assert answer.status_code == 403


def test_all_answers_carry_the_headers(address: str) -> None:
    for path in ("", "config", "nothing"):
        headers = httpx.get(f"{address}{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "x-frame-options" not in headers  # lessons show the page in a frame
    policies = [
        httpx.get(address + path).headers["content-security-policy"] for path in ("", "gradio")
    ]
    assert all("object-src 'none'" in policy for policy in policies)
    assert ["unsafe-eval" in policy for policy in policies] == [False, True]


def test_uploads_have_limited_room(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("page.limits.MOST_FILES", 0)
    answer = httpx.post(f"{address}gradio_api/upload", files={"files": ("a.jpg", trousers())})
    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("root_path", "headers", "address"),
    [
        ("", {}, "http://here:7860"),
        ("/clothes", {"x-forwarded-host": "example.org"}, "http://example.org/clothes"),
        ("/clothes", {"x-forwarded-proto": "https,http"}, "https://here:7860/clothes"),
        ("https://example.org/clothes/", {}, "https://example.org/clothes"),
        ("", {"x-forwarded-host": "example.org, inner"}, "http://example.org"),
        ("", {"x-forwarded-host": 'example.org"><script>'}, "http://example.orgscript"),
    ],
)
def test_address(root_path: str, headers: dict[str, str], address: str) -> None:
    pairs = [(k.encode(), v.encode()) for k, v in ({"host": "here:7860"} | headers).items()]
    assert address_of({"scheme": "http", "root_path": root_path, "headers": pairs}) == address


def test_the_weights_are_there_to_keep(address: str) -> None:
    name = "deep.safetensors"
    answer = httpx.get(f"{address}{STORED_ADDRESS}/{name}")
    assert answer.is_success and len(answer.content) == STORED[name].stat().st_size
    assert "immutable" in answer.headers["cache-control"]
    assert httpx.get(f"{address}{STORED_ADDRESS}/README.md").status_code == 404
