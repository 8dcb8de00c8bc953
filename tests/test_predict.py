"""Probabilities are probabilities, and the stored networks are as good as they say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifier import CLASSES, NotAPicture, load, prepare, stored_networks
from classifier.cutout import BODY_PARTS, PLACES, Piece
from classifier.predict import CAN_BE
from classifier.preparation import KINDS, Kind
from classifier.training.data import fashion_mnist

from .doubles import untrained
from .real_data import FOLDER, needs_fashion_mnist
from .test_cutout import backgrounds, photo, shirt

NETWORKS = stored_networks()
SHOP_PHOTO = photo(backgrounds()["shop"], shirt(), (40, 60, 120))


def assert_probabilities(probabilities: np.ndarray) -> None:
    assert probabilities.shape == (10,)
    assert probabilities.dtype == np.float32
    assert np.isfinite(probabilities).all() and (probabilities >= 0).all()
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)


SIDES = st.integers(1, 60)
SHAPES = st.tuples(SIDES, SIDES) | st.tuples(SIDES, SIDES, st.sampled_from([3, 4]))


@settings(max_examples=100, deadline=None)
@given(image=arrays(np.uint8, SHAPES), kind=st.sampled_from(KINDS))
def test_any_picture_gives_ten_probabilities(image: np.ndarray, kind: Kind) -> None:
    try:
        prepared = prepare(image, kind)
    except NotAPicture:  # nothing to be seen
        assume(False)
    assert prepared.picture.shape == (28, 28) and prepared.picture.dtype == np.uint8
    assert prepared.kind in ("photo", "worn", "sketch")
    for name in NETWORKS:
        prediction = load(name).classify_batch([prepared])[0]
        assert_probabilities(prediction.probabilities)
        assert prediction.label == CLASSES[prediction.probabilities.argmax()]
        assert prediction.confidence == pytest.approx(prediction.probabilities.max())


def test_other_shapes_than_28_by_28_are_refused() -> None:
    for bad in (np.zeros((2, 27, 28), np.uint8), np.zeros((2, 28, 28), np.float32)):
        with pytest.raises(ValueError, match="28"):
            load("lesson").probabilities(bad)


@needs_fashion_mnist
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.slow
def test_stored_weights_reach_their_stated_accuracy(name: str) -> None:
    classifier = load(name)
    stated = classifier.about["figures"]["fashion_mnist_test: accuracy"]
    test = fashion_mnist(FOLDER, train=False)
    said = classifier.probabilities(test.pictures.numpy()).argmax(1)
    assert (said == test.labels.numpy()).mean() == pytest.approx(stated, abs=0.001)
    assert stated >= {"lesson": 0.892, "deep": 0.915}.get(name, 0)


def test_what_somebody_wears_has_a_temperature_and_a_level_of_its_own() -> None:
    network = untrained(0)
    network.about["temperatures"]["worn"] = 2.0
    network.about["thresholds"]["worn"] = np.inf
    lies = prepare(SHOP_PHOTO, "photo")
    flat, worn = network.classify_batch([lies, replace(lies, kind="worn")])
    assert (flat.kind, worn.kind) == ("photo", "worn")
    assert flat.sure and not worn.sure
    assert flat.label == worn.label and flat.confidence > worn.confidence


def test_it_is_not_sure_of_what_is_worn_where_its_class_is_not() -> None:
    """Every class that an untrained network comes to, in every group."""
    network, rng = untrained(0), np.random.default_rng(0)
    one = prepare(SHOP_PHOTO, "photo")
    pictures = rng.integers(0, 256, (60, 28, 28), np.uint8)
    sure = []
    for group, classes in CAN_BE.items():
        piece = Piece(group, pictures[0])
        said = network.classify_batch([replace(one, picture=p, piece=piece) for p in pictures])
        assert all(prediction.sure == (prediction.label in classes) for prediction in said)
        sure += [prediction.sure for prediction in said]
    assert set(sure) == {True, False}
    assert set().union(*CAN_BE.values()) == set(CLASSES)
    assert set(BODY_PARTS) - set(CAN_BE) == {"background", "body"}


def test_where_it_is_worn_is_evidence_by_the_rule_of_bayes() -> None:
    """For a network that asks; and it is not sure where only the place speaks for its answer."""
    network = untrained(0)
    one = prepare(SHOP_PHOTO, "photo")
    by_itself = network.classify_batch([replace(one, kind="worn")])[0]
    table = np.full((len(PLACES), len(CLASSES)), 0.01)
    table[1] = np.linspace(0.1, 1, 10)[::-1] ** 2
    shoes = {"Sandal", "Sneaker", "Ankle boot"}
    table[PLACES.index("shoes")] = [100.0 if name in shoes else 1e-9 for name in CLASSES]
    network.about["places"] = table.tolist()
    for places in (np.eye(6)[1], np.array([0.25, 0.75, 0, 0, 0, 0])):
        over = Piece("over", one.picture, places)
        said = network.classify_batch([replace(one, kind="worn", piece=over)])[0]
        expected = by_itself.probabilities * (places[0] * table[0] + places[1] * table[1])
        np.testing.assert_allclose(said.probabilities, expected / expected.sum(), rtol=1e-4)
    assert by_itself.label not in shoes
    feet = Piece("shoes", one.picture, np.eye(6)[PLACES.index("shoes")])
    said = network.classify_batch([replace(one, kind="worn", piece=feet)])[0]
    assert said.label in shoes and not said.sure


def test_what_may_be_no_garment_has_to_be_likelier_one_of_the_ten() -> None:
    network = untrained(0)
    one = prepare(SHOP_PHOTO, "photo")
    logits = network.logits(one.picture[None])
    pieces = [None, *(Piece("garment", one.picture, None, p) for p in (0.5, 0.8, 1.0))]
    scores = network.decide(logits.repeat(4, 0), ["photo"] * 4, pieces).in_distribution_score
    nothing, two_minds, likely, shown = scores
    assert nothing == two_minds
    assert likely - two_minds == pytest.approx(np.log(4), abs=1e-5)
    assert np.isfinite(shown) and shown > likely + 2
    network.about["thresholds"]["photo"] = float(two_minds + likely) / 2
    sure = [network.classify_batch([replace(one, piece=piece)])[0].sure for piece in pieces]
    assert sure == [False, False, True, True]


def test_pieces_begin_with_the_one_that_is_classified() -> None:
    classifier = load("deep")
    first, *_ = classifier.pieces(SHOP_PHOTO, "photo")
    alone = classifier.classify(SHOP_PHOTO, "photo")
    np.testing.assert_array_equal(first.probabilities, alone.probabilities)
    rows, columns = np.flatnonzero(shirt().any(1)), np.flatnonzero(shirt().any(0))
    truth = [columns[0] / 192, rows[0] / 256, columns[-1] / 192, rows[-1] / 256]
    assert first.box is not None
    np.testing.assert_allclose(first.box, truth, atol=0.03)
    (sketch,) = classifier.pieces(SHOP_PHOTO, "sketch")
    assert sketch.box is None
