"""Put the page on a Hugging Face Space: `python -m deploy.space OWNER/NAME`.

Needs a token with the right to write, from `hf auth login` or in HF_TOKEN. Makes the Space if it
is not there yet; afterwards it holds the files below and no others, but for .gitattributes.
"""

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import HfApi

ROOT = Path(__file__).resolve().parent.parent
FILES = (  # what the page needs to run, as globs: neither training nor tests nor data
    "README.md",  # its front matter is the Space's settings
    "LICENSE",
    "requirements.txt",
    "pre-requirements.txt",
    "app.py",
    "classifier/__init__.py",
    "classifier/cutout.py",
    "classifier/mistakes.py",
    "classifier/network.py",
    "classifier/predict.py",
    "classifier/preparation.py",
    "classifier/reading.py",
    "page/*.py",
    "page/*.js",
    "page/*.css",
    "page/*.html",
    "page/*.png",
    "weights/*",
)
PLACEHOLDER = "spaces/OWNER/NAME/"  # in README.md's front matter: the Space's own address


def copy_files(folder: Path, space: str) -> None:
    """Copy what a Space needs; `space`, OWNER/NAME, goes into its README.

    Raises FileNotFoundError if one of FILES matches nothing.
    """
    for pattern in FILES:
        found = sorted(ROOT.glob(pattern))
        if not found:
            raise FileNotFoundError(f"there is no {pattern} in {ROOT}")
        for source in found:
            target = folder / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8").replace(PLACEHOLDER, f"spaces/{space}/")
    readme.write_text(text, encoding="utf-8")


def upload(space: str) -> str:
    """Make the Space hold just what it needs; returns its address."""
    api = HfApi()
    made = api.create_repo(space, repo_type="space", space_sdk="gradio", exist_ok=True)
    with TemporaryDirectory() as folder:
        copy_files(Path(folder), made.repo_id)
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
    print(upload(parser.parse_args().space))


if __name__ == "__main__":
    main()
