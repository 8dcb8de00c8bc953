"""`/classify` as a tool, called by a real MCP client."""

import ast
import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from gradio_client import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from classifier import CLASSES
from tests.doubles import trousers

TROUSERS = base64.b64encode(trousers()).decode()


def ask(address: str, *calls: dict[str, Any]) -> list[Any]:
    """The tools that the server offers, then what it answers to each of these arguments."""

    async def session() -> list[Any]:
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as client,
        ):
            await client.initialize()
            found: list[Any] = [(await client.list_tools()).tools]
            for arguments in calls:
                found.append(await client.call_tool("classify", arguments))
            return found

    with ThreadPoolExecutor(1) as thread:  # Playwright's event loop may have the main one
        return thread.submit(anyio.run, session).result()


def text(answer: Any) -> str:
    (content,) = answer.content
    assert isinstance(content, TextContent)
    return content.text


def test_the_tool_says_what_it_takes(address: str) -> None:
    ((tool,),) = ask(address)
    assert tool.name == "classify" and "clothing" in tool.description
    about = tool.inputSchema["properties"]
    assert about["image"]["type"] == "string" and "base64" in about["image"]["description"]
    assert about["kind"]["enum"] == ["photo", "sketch", "auto"]
    assert about["network"]["enum"] == ["deep", "lesson"]
    assert tool.inputSchema["required"] == ["image"]


def test_the_tool_answers_what_the_api_answers(address: str) -> None:
    arguments = {"image": TROUSERS, "kind": "auto", "network": "lesson"}
    _, short, full = ask(address, {"image": f"data:image/jpeg;base64,{TROUSERS}"}, arguments)
    client = Client(address, verbose=False)
    for answer, kind, network in ((short, "auto", "deep"), (full, "auto", "lesson")):
        assert not answer.isError
        told = ast.literal_eval(text(answer))
        assert list(told["probabilities"]) == list(CLASSES)
        assert told == client.predict(TROUSERS, kind, network, api_name="/classify")


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"image": "https://example.org/shirt.jpg"},
        {"image": "/etc/passwd"},
        {"image": {"path": "https://example.org/a.jpg", "meta": {"_type": "gradio.FileData"}}},
        {"image": TROUSERS, "kind": "painting"},
        {"image": TROUSERS, "network": "../deep"},
    ],
    ids=str,
)
def test_the_tool_opens_no_address_and_no_path(
    address: str, fetched: list[str], arguments: dict[str, Any]
) -> None:
    _, answer = ask(address, arguments)
    assert answer.isError and fetched == []
    assert "Traceback" not in text(answer) and "root:" not in text(answer)
