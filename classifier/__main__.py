"""`python -m classifier PICTURE ...`: the ten probabilities of each picture."""

import argparse
import json
import sys

from . import CLASSES, NotAPicture, Prediction, load, stored_networks


def as_table(path: str, prediction: Prediction) -> str:
    note = "" if prediction.sure else "not sure this is one of the ten; closest is "
    lines = [f"{path}: {note}{prediction.label} (seen as a {prediction.kind})"]
    for name, probability in zip(CLASSES, prediction.probabilities, strict=True):
        bar = "█" * round(40 * float(probability))
        lines.append(f"  {name:<12} {100 * probability:5.1f} %  {bar}".rstrip())
    return "\n".join(lines)


def as_dict(path: str, prediction: Prediction) -> dict[str, object]:
    probabilities = zip(CLASSES, map(float, prediction.probabilities), strict=True)
    return {
        "path": path,
        "label": prediction.label,
        "confidence": prediction.confidence,
        "sure": prediction.sure,
        "kind": prediction.kind,
        "probabilities": dict(probabilities),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    parser.add_argument("pictures", nargs="+", metavar="PICTURE", help="a picture file")
    names = stored_networks()
    parser.add_argument("--network", choices=names, default="deep" if "deep" in names else "lesson")
    parser.add_argument("--kind", choices=("photo", "sketch", "auto"), default="auto")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    arguments = parser.parse_args()

    classifier = load(arguments.network)
    results, failed = [], False
    for path in arguments.pictures:
        try:
            prediction = classifier.classify(path, arguments.kind)
        except NotAPicture as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
            continue
        if arguments.json:
            results.append(as_dict(path, prediction))
        else:
            print(as_table(path, prediction))
    if arguments.json:
        print(json.dumps(results, indent=1, ensure_ascii=False))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
