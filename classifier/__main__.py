"""`python -m classifier FILE_OR_FOLDER ...`: the ten probabilities of each picture."""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from . import (
    CLASSES,
    Classifier,
    NotAPicture,
    Prediction,
    WeightsError,
    as_dict,
    load,
    stored_networks,
    use_one_thread,
)
from .preparation import KINDS, Kind
from .reading import SUFFIXES

BATCH = 64  # pictures that are in memory together
INTERRUPTED = 130  # exit status after Ctrl-C, as shells have it
CLOSED = 141  # and after a closed pipe
SEEN_AS = {"photo": "a photo", "worn": "clothes on somebody", "sketch": "a sketch"}


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, whatever they are, and those in the folders named that look like pictures.

    Folders are searched through and through, in alphabetical order.
    """
    for path in paths:
        if path.is_dir():
            files = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
            yield from sorted(file for file in files if file.is_file())
        else:
            yield path


def as_table(path: Path, pieces: list[Prediction]) -> str:
    prediction, *others = pieces
    note = "" if prediction.sure else "not sure this is one of the ten; closest is "
    lines = [f"{path}: {note}{prediction.label} (seen as {SEEN_AS[prediction.kind]})"]
    for name, probability in zip(CLASSES, prediction.probabilities, strict=True):
        bar = "█" * round(40 * float(probability))
        lines.append(f"  {name:<12} {100 * probability:5.1f} %  {bar}".rstrip())
    if others:
        smaller = ", ".join(f"{piece.label} {100 * piece.confidence:.1f} %" for piece in others)
        lines.append(f"  smaller pieces: {smaller}")
    return "\n".join(lines)


def as_json(path: Path, pieces: list[Prediction]) -> str:
    """One line: {"path", and what `classifier.as_dict` says}."""
    name = os.fsencode(path).decode("utf-8", "replace")  # file names may hold any bytes
    return json.dumps({"path": name} | as_dict(pieces), ensure_ascii=False)


def classify_files(
    classifier: Classifier, files: list[Path], kind: Kind = "auto"
) -> Iterator[tuple[Path, list[Prediction] | NotAPicture]]:
    """Each file, in order, with the predictions of its pieces, or with what is wrong with it.

    Side by side, in a thread for each core.
    """

    def classify(path: Path) -> list[Prediction] | NotAPicture:
        try:
            return classifier.pieces(path, kind)
        except NotAPicture as error:
            return error

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(files), BATCH):
            batch = files[start : start + BATCH]
            yield from zip(batch, pool.map(classify, batch), strict=True)


def run(arguments: argparse.Namespace) -> int:
    """Write what there is to say to stdout, and what goes wrong to stderr; the exit status."""
    files = list(find(arguments.pictures))
    if not files:
        print("There is no picture in there.", file=sys.stderr)
        return 1
    use_one_thread()
    try:
        classifier = load(arguments.network)
    except WeightsError as error:
        print(error, file=sys.stderr)
        return 1
    as_text = as_json if arguments.json else as_table
    failed = False
    outcomes = classify_files(classifier, files, arguments.kind)
    # The bar is on stderr, and only in a terminal.
    for path, outcome in tqdm(outcomes, total=len(files), disable=None, leave=False):
        with tqdm.external_write_mode():
            if isinstance(outcome, NotAPicture):
                print(f"{path}: {outcome}", file=sys.stderr)
                failed = True
            else:
                print(as_text(path, outcome), flush=True)
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    parser.add_argument(
        "pictures",
        nargs="+",
        type=Path,
        metavar="FILE_OR_FOLDER",
        help="a picture file, or a folder whose pictures are all classified, subfolders included",
    )
    parser.add_argument("--network", choices=stored_networks(), default="deep")
    parser.add_argument("--kind", choices=KINDS, default="auto")
    parser.add_argument("--json", action="store_true", help="a JSON object a line, not tables")
    arguments = parser.parse_args()

    for stream in (sys.stdout, sys.stderr):  # that may have no █
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # as after `| head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor what is still buffered
        return CLOSED


if __name__ == "__main__":
    sys.exit(main())
