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

from . import CLASSES, NotAPicture, Prediction, WeightsError, as_dict, load, use_one_thread
from .network import stored_networks
from .preparation import KINDS
from .reading import SUFFIXES

BATCH = 64  # pictures that are in memory together
INTERRUPTED = 130  # exit status after Ctrl-C, as shells have it
CLOSED = 141  # and after a closed pipe
SEEN_AS = {"photo": "a photo", "worn": "clothes on somebody", "sketch": "a sketch"}


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and in alphabetical order those in the folders that look like pictures."""
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
        named = ", ".join(f"{piece.label} {100 * piece.confidence:.1f} %" for piece in others)
        lines.append(f"  other pieces: {named}")
    return "\n".join(lines)


def as_json(path: Path, pieces: list[Prediction]) -> str:
    """One line: {"path", and what `classifier.as_dict` says}."""
    name = os.fsencode(path).decode("utf-8", "replace")  # file names may hold any bytes
    return json.dumps({"path": name} | as_dict(pieces), ensure_ascii=False)


def run(arguments: argparse.Namespace) -> int:
    """Write answers to stdout, and what goes wrong to stderr; the exit status."""
    files = list(find(arguments.pictures))
    if not files:
        print("There is no picture in there.", file=sys.stderr)
        return 1
    use_one_thread()
    classifier = load(arguments.network)
    as_text = as_json if arguments.json else as_table

    def classify(path: Path) -> list[Prediction] | NotAPicture:
        try:
            return classifier.pieces(path, arguments.kind)
        except NotAPicture as error:
            return error

    status = 0
    progress = tqdm(total=len(files), disable=None, leave=False)  # on stderr, in a terminal alone
    with ThreadPoolExecutor(os.cpu_count()) as pool, progress:
        for start in range(0, len(files), BATCH):
            batch = files[start : start + BATCH]
            for path, outcome in zip(batch, pool.map(classify, batch), strict=True):
                with tqdm.external_write_mode():
                    if isinstance(outcome, NotAPicture):
                        print(f"{path}: {outcome}", file=sys.stderr)
                        status = 1
                    else:
                        print(as_text(path, outcome), flush=True)
                progress.update()
    return status


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    parser.add_argument("pictures", nargs="+", type=Path, metavar="FILE_OR_FOLDER")
    parser.add_argument("--network", choices=stored_networks(), default="deep")
    parser.add_argument("--kind", choices=KINDS, default="auto")
    parser.add_argument("--json", action="store_true", help="a JSON object a line, not tables")
    arguments = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):  # that may have no █
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return run(arguments)
    except WeightsError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # as after `| head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor what is still buffered
        return CLOSED


if __name__ == "__main__":
    sys.exit(main())
