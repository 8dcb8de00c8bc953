"""What the section "See inside the network" asks for when it is opened, and then keeps.

The numbers that move with the drawing come with the live answer, see `answer.py`. What stays the
same is asked for here: what a network is made of, the weights of its units, what it mixes up.
"""

import base64
from functools import lru_cache
from typing import Any

from classifier import CLASSES, Classifier
from classifier.network import before_training
from classifier.training.confusion import Confusion, load_confusion

from .answer import NO_INSIDE, NO_MESSAGE, Networks, Refused, opened, packed

MAX_WEIGHTS = 300_000  # in one answer: all of a small layer, or some units of a large one


@lru_cache(maxsize=8)
def confusion_of(name: str, network: Classifier) -> Confusion | None:
    """What these very weights mix up, where that is stored."""
    try:
        mistakes = load_confusion(name)
    except OSError:
        return None
    return mistakes if mistakes.sha256 == network.about.get("sha256") else None


def trained_plainly(network: Classifier) -> bool:
    """Made by `train_lesson`, so that its beginning can be made again."""
    return "sizes" in network.about.get("recipe", {})


def describe(name: str, network: Classifier) -> dict[str, Any]:
    """The layers of a network, how it learned, and what it says of the 10,000 test pictures."""
    about, mistakes = network.about, confusion_of(name, network)
    return {
        "sizes": list(network.network.sizes),
        "activation": network.network.activation,
        "parameters": network.network.parameter_count(),
        "accuracy": about.get("figures", {}).get("fashion_mnist_test: accuracy"),
        "history": about.get("history", []),
        "before": trained_plainly(network),
        "counts": None if mistakes is None else mistakes.counts.tolist(),
        "most": MAX_WEIGHTS,
    }


def whole(value: object, end: int, what: str) -> int:
    """`value`, if it is one of 0 to end - 1; raises Refused if not."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < end:
        raise Refused(f"There is no such {what}.")
    return value


def weights(network: Classifier, message: dict[str, Any]) -> dict[str, Any]:
    """Weights and biases of a layer's units, all of them or those named."""
    sizes = network.network.sizes
    layer = whole(message["layer"], len(sizes) - 1, "layer")
    units = message.get("units")
    if units is not None:
        if not isinstance(units, list):
            raise Refused("Name the units in a list.")
        units = [whole(unit, sizes[layer + 1], "unit") for unit in units]
    if sizes[layer] * (sizes[layer + 1] if units is None else len(units)) > MAX_WEIGHTS:
        raise Refused("Those are too many weights for one answer.")
    if message.get("before"):
        if not trained_plainly(network):
            raise Refused("How that network began is not known.")
        network = Classifier(before_training(network.about), network.about)
    found, biases = network.weights(layer, units)
    return {"weights": packed(found), "biases": packed(biases)}


def pictures(name: str, network: Classifier, message: dict[str, Any]) -> dict[str, Any]:
    """Some test pictures of one class that the network took for another, or for the same."""
    mistakes = confusion_of(name, network)
    if mistakes is None:
        raise Refused("What that network mixes up is not known.")
    true, said = (whole(message.get(key), len(CLASSES), "class") for key in ("true", "said"))
    found = mistakes.pictures(true, said)
    return {"pictures": [base64.b64encode(each.tobytes()).decode() for each in found]}


def look_inside(message: object, networks: Networks) -> dict[str, Any]:
    """What the browser gets for {"network": name}, which is what `describe` says.

    With "layer", perhaps "units" and "before" (before training): weights and biases, both base64 of
    float32. With "true" and "said" (classes, 0 to 9): {"pictures": [base64 of 784 bytes, ...]}.
    Raises Refused.
    """
    if not isinstance(message, dict):
        raise Refused(NO_MESSAGE)
    name, ours = message.get("network"), opened(networks)
    if not isinstance(name, str) or name not in ours:
        raise Refused(NO_INSIDE)
    network = ours[name]
    if "layer" in message:
        return weights(network, message)
    if "true" in message:
        return pictures(name, network, message)
    return describe(name, network)
