"""The page as static files: `python app.py --export DIR`.

The same page and modules as with a server; the networks run in the browser (`web/engine/`). Any
web server will do, under any path: all addresses are relative, and no other host is asked.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .front import (
    ADDRESS,
    FILES,
    OUR_HEAD,
    OUR_PAGE,
    STATIC,
    STORED,
    STORED_ADDRESS,
    preloads,
    read,
)

OURS = re.compile("(weights-)?[0-9a-f]{12}")  # the folders of a version, in `page/`
HERE = "."
POLICY = "default-src 'self' data: blob: 'unsafe-inline'"  # no other host is asked
HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="{policy}" />
{head}<link rel="manifest" href="page.webmanifest" />
<link rel="apple-touch-icon" href="{here}/favicon.ico" />
</head>
<body>
<script type="application/json" id="facts">{facts}</script>
{page}
</body>
</html>
"""
MANIFEST = {
    "name": "Draw clothes",
    "description": "A small neural network guesses live what you draw.",
    "start_url": ".",
    "display": "standalone",
    "background_color": "#f5f3ee",
    "theme_color": "#f5f3ee",
    "icons": [{"src": "favicon.ico", "sizes": "512x512", "type": "image/png"}],
}


def export(folder: Path, facts: Mapping[str, Any], hosts: str = "") -> None:
    """Write the page into the folder; an earlier one goes.

    facts: see `Facts` in `types.d.ts`. hosts: where its own host may send browsers for its files.
    """
    for earlier in folder.glob("page/*"):
        if OURS.fullmatch(earlier.name):
            shutil.rmtree(earlier)
    for address, files in ((ADDRESS, FILES), (STORED_ADDRESS, STORED)):
        for name, file in files.items():
            target = folder / address / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    shutil.copyfile(STATIC / "icon.png", folder / "favicon.ico")  # as Gradio has it
    shutil.copyfile(STATIC / "preview.png", folder / "preview.png")
    html = HTML.format(
        policy=f"{POLICY} {hosts}".strip(),
        head=OUR_HEAD.replace("{{address}}", HERE)
        + preloads(n for n in FILES if n.startswith("engine/")),
        here=HERE,
        facts=json.dumps(facts).replace("<", r"\u003c"),
        page=OUR_PAGE,
    )
    page = ["./", "page.webmanifest", "favicon.ico", *(f"{ADDRESS}/{name}" for name in FILES)]
    weights = [f"{STORED_ADDRESS}/{name}" for name in STORED]
    asked_for = [name for name in weights if name.endswith(".webp")]  # only these few who train
    kept = {
        "page": {"version": ADDRESS, "files": page},
        "weights": {
            "version": STORED_ADDRESS,
            "files": [name for name in weights if name not in asked_for],
            "later": asked_for,
        },
    }
    for name, text in (
        ("index.html", html),
        ("page.webmanifest", json.dumps(MANIFEST)),
        ("service_worker.js", f"const KEPT = {json.dumps(kept)};\n{read('service_worker.js')}"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
