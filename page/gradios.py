"""All that leans on how Gradio works inside, so that its next version is looked at here alone."""

import logging
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import component_meta
from gradio.routes import App as App
from gradio.utils import get_function_description, get_upload_folder

from classifier import NotAPicture

from .answer import HOW, MAX_BYTES, Refused, picture_bytes, too_large

WRONG = "Something went wrong here. Please try again, or another picture."

log = logging.getLogger(__name__)

# Or Gradio would write page/gradios.pyi each time that it meets the components below.
component_meta.create_or_modify_pyi = lambda *_: None

# --- its addresses --------------------------------------------------------------------------------

API, ID, END = "/gradio_api/", "[^/]{1,100}", "/?"
GETS = re.compile(
    "(|/config|/theme.css|/favicon.ico|/robots.txt|/preview.png|/pwa_icon(/.*)?"
    "|/(assets|static|page)/.*|/monitoring/summary"
    f"|{API}(info|openapi.json|app_id|startup-events|theme.css|mcp/schema|mcp/sse|mcp"
    f"|heartbeat/{ID}|queue/data|call/(v2/)?{ID}/{ID}|(run|call|call/v2)/{ID})){END}"
)  # the last ones answer that they want a POST
JSONS = re.compile(
    f"{API}(component_server|queue/join|cancel|reset|(run|api|call|call/v2)/{ID}|mcp|mcp/messages)"
    f"{END}"
)
UPLOAD = re.compile(f"{API}upload{END}")
MCP = re.compile(f"{API}mcp{END}")

# --- the HTML of its page -------------------------------------------------------------------------

ITS_OWN = re.compile(
    r'<(?:meta\s+(?:property="og:|name="twitter:)|link\s+rel="manifest")[^>]*>\s*'
)  # the manifest is looked for at the top of the host, wherever the page is
ITS_STYLES = re.compile(r'(<link rel="stylesheet"[^>]*)>')  # nothing is shown before they come
BASE = re.compile(r"<base [^>]*>")
BODY = re.compile(r"<body[^>]*>")


def with_ours(html: str, head: str, body: str) -> str:
    """Gradio's page with ours at the start of its <head> and <body>."""
    html = ITS_OWN.sub("", html)
    html = ITS_STYLES.sub(r"""\1 media="print" onload="this.media = 'all'">""", html)
    html = BASE.sub(lambda base: base[0] + head, html, count=1)
    return BODY.sub(lambda tag: tag[0] + body, html, count=1)


# --- uploads --------------------------------------------------------------------------------------

UPLOADED = re.compile("[0-9a-f]{64}|tmp.{8}")  # what Gradio calls a folder or file that it makes


def upload_folder() -> Path:
    return Path(get_upload_folder()).resolve()


def use_upload_folder(folder: Path) -> None:
    """Before the page is built."""
    os.environ["GRADIO_TEMP_DIR"] = str(folder)


def listed_uploads(app: App) -> set[str]:
    """The paths that Gradio remembers as uploaded: its own set, to take some out of."""
    files: set[str] = app.get_blocks().upload_file_set
    return files


# --- calls ----------------------------------------------------------------------------------------


def server_function(
    name: str, work: Callable[[Any, str], Awaitable[dict[str, Any]]]
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """What `call(name, message)` in `web/server.js` calls, for `gr.HTML(server_functions=...)`.

    work: takes the message, as it came, and the client's address; what it refuses is answered with
    {"error": sentence}.
    """

    async def function(message: Any, request: gr.Request) -> dict[str, Any]:
        try:
            return await work(message, client_of(request))
        except (Refused, NotAPicture) as refusal:
            log.info("%s refused: %s", name, refusal)
            return {"error": str(refusal)}
        except Exception:
            log.exception("%s failed", name)
            return {"error": WRONG}

    function.__name__ = name  # Gradio calls it so
    return function


def client_of(request: gr.Request) -> str:
    """The address a request came from, as the nearest proxy says it; others may be made up."""
    direct = request.client.host if request.client else ""
    return str(request.headers.get("x-forwarded-for", direct)).split(",")[-1].strip()


def described(work: Callable[..., Any]) -> dict[str, str]:
    """What a function's docstring says of each of its arguments."""
    return dict(get_function_description(work)[1])


def refusal(sentence: str) -> gr.Error:
    """What a caller of the API is told; Gradio would log a traceback for it."""
    return gr.Error(sentence, print_exception=False)


class Page(gr.Blocks):
    """Blocks that forget what a call brought, and say in a sentence what is wrong with one."""

    def launch(self, *inputs: Any, **options: Any) -> Any:
        """However it is served, it remembers as many visitors as `state_session_capacity` says."""
        options.setdefault("state_session_capacity", self.state_session_capacity)
        return super().launch(*inputs, **options)

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        # Gradio would download what is marked as a file, or look for it elsewhere.
        inputs = [{"path": each.get("path")} if isinstance(each, dict) else each for each in inputs]
        try:
            if any(isinstance(each, dict) and not isinstance(each["path"], str) for each in inputs):
                raise Refused(HOW)
            # Without the caller's session, which would keep the inputs, the picture among them.
            return list(await super().preprocess_data(block_fn, inputs, None, explicit_call))
        except Exception as error:
            refused = error if isinstance(error, Refused) else error.__cause__
            if isinstance(refused, Refused):  # by one of the components below
                raise refusal(str(refused)) from error
            cause = str(error).partition("\n")[0][:200]
            log.warning("a call that cannot be read: %s: %s", type(error).__name__, cause)
            raise refusal(
                f"The call cannot be read: it takes an image, a kind and a network. {HOW}"
            ) from error


class Picture(gr.Textbox):
    """A picture's file, as its bytes: base64 text, or what Gradio's clients make of a file.

    `info` is what the page about the API says of it.
    """

    is_template = True  # to the browser, a gr.Textbox
    example = ""  # base64 text

    def preprocess(self, payload: Any) -> bytes:  # type: ignore[override]
        if not isinstance(payload, dict):
            return picture_bytes(payload, MAX_BYTES)
        folder = upload_folder()
        file = (folder / str(payload["path"])).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            raise Refused("That file is not, or no longer, among the uploaded ones.")
        if file.stat().st_size > MAX_BYTES:
            raise Refused(too_large(MAX_BYTES))
        return file.read_bytes()

    def api_info(self) -> dict[str, Any]:
        return super().api_info() | {"additional_description": self.info}

    def example_payload(self) -> str:
        return self.example


class Choice(gr.Radio):
    """One of some words; `info` says on the page about the API what they mean."""

    is_template = True

    def preprocess(self, payload: Any) -> str:
        names = [name for _, name in self.choices]
        if payload not in names:
            raise Refused(f"The {self.label} is one of {', '.join(map(str, names))}.")
        return str(payload)

    def api_info(self) -> dict[str, Any]:
        return super().api_info() | {"additional_description": self.info}


class Json(gr.JSON):
    """An object, sent as it is. schema: what the page about the API says of it."""

    is_template = True
    schema: dict[str, Any] = {}  # noqa: RUF012 (replaced, not changed)

    def postprocess(self, value: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        return value

    def api_info(self) -> dict[str, Any]:
        return self.schema
