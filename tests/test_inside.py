"""See inside the network, the server's side: what it says of itself, and what it refuses."""

import base64

import numpy as np
import pytest

from classifier import load
from classifier.network import load_network
from page.answer import NO_INSIDE, Refused, question, respond
from page.inside import look_inside
from tests.doubles import trousers, untrained


@pytest.mark.parametrize(
    "message",
    [
        None,
        "lesson",
        {},
        {"network": "../lesson"},
        {"network": ["lesson"]},
        {"network": "lesson", "layer": 2},
        {"network": "lesson", "layer": -1},
        {"network": "lesson", "layer": True},
        {"network": "lesson", "layer": None},
        {"network": "lesson", "layer": 0, "units": [128]},
        {"network": "lesson", "layer": 0, "units": "all"},
        {"network": "lesson", "layer": 0, "units": [5] * 1000},
        {"network": "deep", "layer": 0},
        {"network": "deep", "layer": 0, "units": [0], "before": True},
        {"network": "lesson", "true": 10, "said": 0},
        {"network": "lesson", "true": 1},
        {"network": "bare", "true": 1, "said": 1},
    ],
)
def test_what_there_is_not_is_refused_with_a_sentence(message: object) -> None:
    networks = {"lesson": load("lesson"), "deep": load("deep"), "bare": untrained(1)}
    with pytest.raises(Refused, match=r"\.$"):
        look_inside(message, networks)


@pytest.mark.parametrize("name", ["lesson", "deep"])
def test_a_network_that_is_seen_inside_answers_the_same_and_runs_once(name: str) -> None:
    """Both with the mirror image and without."""
    network, runs = load(name), []
    image = "data:image/jpeg;base64," + base64.b64encode(trousers()).decode()
    message = {"kind": "photo", "image": image, "networks": [name]}
    hook = network.network.layers[0].register_forward_hook(lambda *_: runs.append(1))
    plain = respond(message, {name: network})
    assert len(runs) == 1
    opened = respond(message | {"inside": [name]}, {name: network})
    assert len(runs) == 2
    hook.remove()
    assert opened["networks"] == plain["networks"] and list(opened["inside"]) == [name]


@pytest.mark.parametrize("names", ["lesson", ["linear"], [{}], ["lesson"] * 3, None])
def test_the_live_answer_opens_only_networks_there_are(names: object) -> None:
    class Fake:
        classify_prepared = staticmethod(load("lesson").classify_prepared)

    message = {"kind": "sketch", "image": "", "networks": ["lesson"], "inside": names}
    with pytest.raises(Refused, match=NO_INSIDE):
        question(message, {"lesson": load("lesson"), "linear": Fake()})


def test_weights_are_the_network_s_own() -> None:
    networks = {"lesson": load("lesson"), "deep": load("deep")}
    for name, layer, units in [("lesson", 0, None), ("deep", 1, [3, 1])]:
        answer = look_inside({"network": name, "layer": layer, "units": units}, networks)
        weights = np.frombuffer(base64.b64decode(answer["weights"]), "<f4")
        weight, bias = load_network(name)[0].layers[layer].parameters()
        chosen = slice(None) if units is None else units
        np.testing.assert_array_equal(weights, weight[chosen].flatten())
        biases = np.frombuffer(base64.b64decode(answer["biases"]), "<f4")
        np.testing.assert_array_equal(biases, bias[chosen])
