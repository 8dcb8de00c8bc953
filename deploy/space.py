"""Put the page on a Hugging Face Space: `python -m deploy.space OWNER/NAME [--static | --zero]`.

Needs a token with the right to write, from `hf auth login` or in HF_TOKEN. Makes the Space if it
is not there yet: as static files, which is free, or with a server on a CPU, for which the Hub wants
a PRO account, or on ZeroGPU, of which anybody has two for free. Afterwards it holds the files that
`copy_files` names and no others, but for .gitattributes. The hardware of a Space that was there
before stays: its settings change it.
"""

import argparse
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import httpx2  # the Hub library's own
from huggingface_hub import HfApi, SpaceCardData, SpaceHardware, get_token
from huggingface_hub.errors import HfHubHTTPError, HFValidationError

ROOT = Path(__file__).resolve().parent.parent
FILES = (  # what the page needs to run, as globs: neither training nor tests nor data
    "LICENSE",
    "requirements.txt",
    "pre-requirements.txt",
    "app.py",
    "classifier/*.py",
    "page/*.py",
    "page/web/**/*.css",
    "page/web/**/*.html",
    "page/web/**/*.jpg",
    "page/web/**/*.js",
    "page/web/**/*.png",
    "page/web/**/*.txt",
    "page/web/page.webmanifest",
    "weights/*",
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")  # in Markdown, to another file of ours

ZERO_PYTHON = "3.12.12"  # ZeroGPU has this one and 3.10.13
ZERO_PINS = {  # instead of those in requirements.txt: torch as ZeroGPU knows it, the Hub's own two
    "torch": "torch==2.13.0\n",
    "torchvision": "torchvision==0.28.0\n",
    "gradio": "",
    "huggingface_hub": "",
}

STORAGE = "https://*.hf.co https://*.huggingface.co"  # where the Hub keeps large files

On = Literal["cpu", "zero", "static"]

NO_TOKEN = "The Hub has to know you: `hf auth login`, or a token that may write in HF_TOKEN."
TO_PAY = (
    "The Hub wants a PRO account for a Space on a CPU (https://huggingface.co/pro); "
    "free for everybody are static files, --static, and two Spaces on ZeroGPU: --zero."
)
TO_PAY_ZERO = (
    "The Hub has no more free Spaces on ZeroGPU for you, it gives two: delete one, "
    "or get a PRO account (https://huggingface.co/pro)."
)


def settings(space: str, on: On) -> SpaceCardData:
    """The front matter of the Space's README, see docs/hub/spaces-config-reference at the Hub."""
    (gradio,) = re.findall(r"^gradio==(.+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    on_what: dict[str, Any] = {
        "static": {"sdk": "static", "app_file": "index.html"},
        "cpu": {"sdk": "gradio", "app_file": "app.py", "python_version": "3.11"},
        "zero": {"sdk": "gradio", "app_file": "zero.py", "python_version": ZERO_PYTHON},
    }[on]
    if on != "static":
        hardware = SpaceHardware.ZERO_A10G if on == "zero" else SpaceHardware.CPU_BASIC
        on_what |= {"sdk_version": gradio, "suggested_hardware": hardware.value}
    return SpaceCardData(
        title="Draw clothes",
        emoji="👕",
        colorFrom="blue",
        colorTo="gray",
        **on_what,
        header="default",  # has a place of its own; the mini one lies on the page
        pinned=False,
        license="mit",
        short_description="Draw clothes and watch a neural network guess, live",
        thumbnail=f"https://huggingface.co/spaces/{space}/resolve/main/page/web/preview.png",
        models=[],  # none from the Hub: the networks come with the page
        datasets=["zalando-datasets/fashion_mnist", "google/quickdraw"],
        tags=["fashion-mnist", "sketch", "image-classification", "education", "pytorch"],
    )


def copy_files(folder: Path, space: str, on: On = "cpu") -> None:
    """Copy what the Space `space`, OWNER/NAME, needs: FILES, the README, and what that links to.

    Static files come with all of that, which is their source. Raises FileNotFoundError if one of
    FILES matches nothing, or if a link leads nowhere.
    """

    def copy(source: Path) -> None:
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    for pattern in FILES:
        found = sorted(file for file in ROOT.glob(pattern) if file.is_file())
        if not found:
            raise FileNotFoundError(f"there is no {pattern} in {ROOT}")
        for source in found:
            copy(source)
    pages = [ROOT / "README.md"]
    for page in pages:
        copy(page)
        linked = {(page.parent / link).resolve() for link in LINK.findall(page.read_text("utf-8"))}
        for source in sorted(linked):
            copy(source)
            if source.suffix == ".md" and source not in pages:
                pages.append(source)
    readme = folder / "README.md"
    front = settings(space, on).to_yaml()
    readme.write_text(f"---\n{front}\n---\n\n{readme.read_text('utf-8')}", encoding="utf-8")
    if on == "static":
        from app import load_networks  # only here: it takes seconds
        from page.site import export, page_config

        config = page_config(load_networks(), served=False, feedback=False)
        export(folder, config | {"source": f"https://huggingface.co/spaces/{space}"}, STORAGE)
    if on == "zero":
        (folder / "pre-requirements.txt").unlink()
        requirements = folder / "requirements.txt"
        lines = requirements.read_text().splitlines(keepends=True)
        requirements.write_text(
            "".join(ZERO_PINS.get(line.partition("==")[0], line) for line in lines)
        )
        shutil.copyfile(ROOT / "deploy" / "zero.py", folder / "zero.py")


def upload(space: str, on: On) -> str:
    """Make the Space hold just what it needs; returns its address."""
    api = HfApi()
    made = api.create_repo(
        space,
        repo_type="space",
        space_sdk="static" if on == "static" else "gradio",
        space_hardware=SpaceHardware.ZERO_A10G if on == "zero" else None,
        exist_ok=True,
    )
    with TemporaryDirectory() as folder:
        copy_files(Path(folder), made.repo_id, on)
        api.upload_folder(
            repo_id=made.repo_id,
            repo_type="space",
            folder_path=folder,
            delete_patterns="*",
            commit_message="Upload the page",
        )
    return str(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("space", metavar="OWNER/NAME")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--static", action="store_true", help="static files, which are free")
    kind.add_argument("--zero", action="store_true", help="on ZeroGPU, which is free twice")
    arguments = parser.parse_args()
    on: On = "static" if arguments.static else "zero" if arguments.zero else "cpu"
    if get_token() is None:
        raise SystemExit(NO_TOKEN)
    try:
        print(upload(arguments.space, on))
    except HfHubHTTPError as error:
        if error.response.status_code == 402:
            raise SystemExit(TO_PAY_ZERO if on == "zero" else TO_PAY) from error
        raise SystemExit(f"The Hub refuses: {error.server_message or error}") from error
    except HFValidationError as error:
        raise SystemExit(f"A Space is named OWNER/NAME: {error}") from error
    except httpx2.TransportError as error:
        raise SystemExit(f"The Hub cannot be reached: {error}") from error


if __name__ == "__main__":
    main()
