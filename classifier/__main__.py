"""`python -m classifier PICTURE_OR_FOLDER ...`: the ten probabilities of each picture."""

import argparse
import io
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from tqdm import tqdm

from . import CLASSES, NotAPicture, Prediction, WeightsError, load, stored_networks, use_one_thread
from .folder import TABLES, Write, as_json, classify_files, find, uninterrupted
from .preparation import KINDS

INTERRUPTED = 130  # exit status after Ctrl-C, as shells have it
CLOSED = 141  # and after a closed pipe
SEEN_AS = {"photo": "a photo", "worn": "clothes on somebody", "sketch": "a sketch"}


def as_table(path: Path, pieces: list[Prediction]) -> str:
    prediction, *others = pieces
    note = "" if prediction.sure else "not sure this is one of the ten; closest is "
    lines = [f"{path}: {note}{prediction.label} (seen as {SEEN_AS[prediction.kind]})"]
    for name, probability in zip(CLASSES, prediction.probabilities, strict=True):
        bar = "█" * round(40 * float(probability))
        lines.append(f"  {name:<12} {100 * probability:5.1f} %  {bar}".rstrip())
    if others:
        smaller = ", ".join(f"{each.label} {100 * each.confidence:.1f} %" for each in others)
        lines.append(f"  smaller pieces: {smaller}")
    return "\n".join(lines)


@contextmanager
def on_the_screen() -> Iterator[Write]:
    """A table for each picture."""
    yield lambda *each: print(as_table(*each), flush=True)


@contextmanager
def json_list() -> Iterator[Write]:
    """A JSON list, written as it comes."""
    between = "[\n"

    def write(path: Path, pieces: list[Prediction]) -> None:
        nonlocal between
        print(between, as_json(path, pieces), sep="", end="", flush=True)
        between = ",\n"

    try:
        yield write
    finally:
        print("[\n]" if between.startswith("[") else "\n]")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    parser.add_argument(
        "pictures",
        nargs="+",
        type=Path,
        metavar="PICTURE_OR_FOLDER",
        help="a picture file, or a folder whose pictures are all classified, subfolders included",
    )
    names = stored_networks()
    parser.add_argument("--network", choices=names, default="deep" if "deep" in names else "lesson")
    parser.add_argument("--kind", choices=KINDS, default="auto")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--out", type=Path, help=f"a file to write: {', '.join(TABLES)}")
    arguments = parser.parse_args()

    for stream in (sys.stdout, sys.stderr):  # that may have no █
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return classify(arguments, parser)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # as after `| head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor what is still buffered
        return CLOSED


def classify(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    out, kind = arguments.out, arguments.kind
    if out and out.suffix.lower() not in TABLES:
        parser.error(f"--out has to end in {', '.join(TABLES)}")
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
    with ExitStack() as stack:
        try:
            if out:
                write = stack.enter_context(TABLES[out.suffix.lower()](out))
            else:
                write = stack.enter_context(json_list() if arguments.json else on_the_screen())
        except ImportError:
            parser.error("Parquet needs pyarrow: pip install pyarrow")
        except OSError as error:
            parser.error(f"cannot write {out}: {error.strerror}")
        outcomes = stack.enter_context(closing(classify_files(classifier, files, kind)))
        progress = tqdm(total=len(files), unit=" pictures", disable=None if out else True)
        stack.enter_context(progress)
        failed = done = 0
        try:
            for path, outcome in outcomes:
                if isinstance(outcome, NotAPicture):
                    progress.write(f"{path}: {outcome}", file=sys.stderr)
                    failed += 1
                else:
                    with uninterrupted():  # what is written is counted
                        write(path, outcome)
                        done += 1
                progress.update()
        except KeyboardInterrupt:
            progress.write(f"Stopped; {done} of {len(files)} pictures are done.", file=sys.stderr)
            return INTERRUPTED
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
