"""Draw clothes or show a photo, and a multilayer perceptron says what it sees.

    from classifier import CLASSES, load
    prediction = load("deep").classify("shirt.jpg")

Where to look: `network.py` has the network, `reading.py` makes pixels of any file,
`preparation.py` turns any picture into 28x28 pixels, `predict.py` puts the two together.
`training/` made what is in `weights/`; nothing that answers imports it.
"""

from .network import CLASSES, WeightsError, stored_networks
from .predict import Classifier, Prediction, as_dict, load, use_one_thread
from .preparation import prepare
from .reading import NotAPicture

__all__ = [
    "CLASSES",
    "Classifier",
    "NotAPicture",
    "Prediction",
    "WeightsError",
    "as_dict",
    "load",
    "prepare",
    "stored_networks",
    "use_one_thread",
]
