"""What the studies measure of one photo: exact search over prefixes, measures of one sweep."""

import numpy as np
import pytest

pytest.importorskip("PIL", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'")

import minigrad as mg
import models
from minigrad.attribution import (
    MEASURES,
    ClassScore,
    ablate,
    activation,
    conductance,
    gradient_times_activation,
    internal_influence,
    measures_per_filter,
)
from models.scenes import random_scene
from models.study.ablation.numbers import layers_of
from models.study.ablation.prefixes import Lacking, prefixes, until_it_flips

NAMES = ("sailboat", "windmill")


@pytest.fixture(scope="module")
def model():
    """The shipped network in double precision: what is compared then differs by rounding only."""
    return models.load("mini-inception").astype(np.float64)


@pytest.fixture(scope="module")
def scenes(model):
    drawn = [random_scene(name, seed=11) for name in NAMES]
    return np.concatenate([model.preprocess(scene.draw()) for scene in drawn]).astype(np.float64), [
        scene.label for scene in drawn
    ]


def filters_by_layer(model, filters):
    """Filters over all layers as `ablate` takes them."""
    places = [
        (layer, index)
        for layer, size in zip(model.layers, layer_sizes(model))
        for index in range(size)
    ]
    return {
        layer: [places[f][1] for f in filters if places[f][0] == layer] for layer in model.layers
    }


def layer_sizes(model):
    return np.bincount(layers_of(model))


def scores_without(model, x, filters):
    """All classes' scores of one picture, computed from the picture on, as the engine ablates."""
    with ablate(filters_by_layer(model, filters)):
        return model(mg.Tensor(x)).data[0]


def conductance_order(model, x, label):
    found = conductance(ClassScore(model, label), x, model.baseline(), steps=3)
    return np.argsort(
        -np.concatenate([found.per_filter(layer)[0] for layer in model.layers]), kind="stable"
    )


@pytest.mark.parametrize(("by", "index"), [("conductance", 0), ("chance", 1)])
def test_the_search_over_prefixes_is_brute_force(model, scenes, by, index):
    x = scenes[0][index : index + 1]
    lacking = Lacking(model, x)
    label = int(lacking.scores_intact.argmax())
    order = (
        conductance_order(model, x, label)
        if by == "conductance"
        else np.random.default_rng(index).permutation(lacking.filters)
    )
    most, curve = 18, 10
    one_by_one = np.stack([scores_without(model, x, order[:count]) for count in range(most + 1)])
    changed = np.flatnonzero(one_by_one.argmax(axis=1) != label)
    flip, scores = until_it_flips(lacking, order, label, curve, most)
    assert flip == (int(changed[0]) if len(changed) else None)
    # the same sums in batches of other sizes: rounding of scores of about 20
    np.testing.assert_allclose(scores, one_by_one[: curve + 1, label], rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(
        lacking.scores(prefixes(order, 1, most, lacking.filters)),
        one_by_one[1:],
        rtol=1e-11,
        atol=1e-11,
    )


class Scripted:
    """What `until_it_flips` asks of `Lacking`; another label where the count is in ``changed``.

    The count is that of missing filters.
    """

    filters, workers = 200, 1

    def __init__(self, changed):
        self.changed, self.scores_intact, self.asked = changed, np.array([1.0, 0.0]), 0

    def scores(self, missing):
        counts = missing.sum(axis=1)
        self.asked += len(counts)
        return np.stack([1.0 - counts / 1000, np.isin(counts, self.changed) * 2.0], axis=1)


def first_found(search):
    """What a search finds where labels change, come back and change again, against what is right:
    (found, right) pairs.
    """
    cases = [
        ([1], 1),
        ([3, *range(10, 200)], 3),  # back from 4 to 9
        ([9, 30], 9),
        ([16], 16),  # the end of the first batch
        ([17], 17),  # the beginning of the next
        ([40, 41, 43], 40),
        ([60], 60),  # the last that is tried
        ([61], None),
        ([], None),
    ]
    return [
        (search(Scripted(changed), np.arange(200), 0, 8, 60)[0], right) for changed, right in cases
    ]


def search_by_bisection(lacking, order, label, curve, most):
    """The mutant: takes for granted that a label that has changed stays changed."""
    low, high = 0, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        if (
            lacking.scores(prefixes(order, middle, middle, lacking.filters)).argmax(axis=1)[0]
            != label
        ):
            high = middle
        else:
            low = middle
    return (high if high <= most else None), None


def search_by_last_of_batch(lacking, order, label, curve, most):
    """The mutant: looks for the change among the prefixes where it is there to stay."""
    changed = lacking.scores(prefixes(order, 1, most, lacking.filters)).argmax(axis=1) != label
    same = np.flatnonzero(~changed)
    flip = int(same[-1]) + 2 if len(same) else 1
    return (flip if flip <= most else None), None


def test_a_label_that_comes_back_deceives_nobody():
    assert [found for found, _ in first_found(until_it_flips)] == [
        right for _, right in first_found(until_it_flips)
    ]


@pytest.mark.parametrize("mutant", [search_by_bisection, search_by_last_of_batch])
def test_a_search_that_guesses_is_caught(mutant):
    assert any(found != right for found, right in first_found(mutant))


def test_the_search_stops_where_it_may_and_scores_the_whole_curve():
    lacking = Scripted([2])
    flip, scores = until_it_flips(lacking, np.arange(200), 0, 32, 100)
    assert flip == 2 and lacking.asked == 32
    np.testing.assert_allclose(scores, 1 - np.arange(33) / 1000, rtol=1e-14)
    # fewer filters than might be removed
    flip, scores = until_it_flips(Scripted([]), np.arange(5), 0, 5, 100)
    assert flip is None and len(scores) == 6


def test_results_do_not_depend_on_the_number_of_threads(scenes):
    single = models.load("mini-inception")
    x = scenes[0][:1].astype(np.float32)
    order = np.random.default_rng(5).permutation(520)
    found = [
        until_it_flips(Lacking(single, x, workers), order, scenes[1][0], 20, 90)
        for workers in (1, 2, 3)
    ]
    for flip, scores in found[1:]:
        assert flip == found[0][0]
        np.testing.assert_array_equal(scores, found[0][1])


def test_rows_lack_what_they_are_told_each_its_own(model, scenes, rng):
    lacking = Lacking(model, scenes[0][:1])
    missing = rng.random((11, lacking.filters)) < 0.02
    missing[4] = False  # a row that lacks nothing among others
    expected = [scores_without(model, scenes[0][:1], np.flatnonzero(row)) for row in missing]
    np.testing.assert_allclose(lacking.scores(missing), expected, rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(
        lacking.scores(np.zeros((2, lacking.filters), bool)), [lacking.scores_intact] * 2
    )


def test_one_sweep_gives_what_the_four_functions_give(model, scenes):
    x, labels = scenes
    F, baseline = ClassScore(model, labels), model.baseline().astype(np.float64)
    found = measures_per_filter(F, x, baseline, steps=3, layers=model.layers)
    along = {"steps": 3, "layers": model.layers}
    each = {
        "activation": activation(F, x, layers=model.layers),
        "gradient × activation": gradient_times_activation(F, x, layers=model.layers),
        "internal influence": internal_influence(F, x, baseline, **along),
        "conductance": conductance(F, x, baseline, **along),
    }
    assert tuple(each) == MEASURES
    for layer in model.layers:
        for ours, measure in zip(found.layers[layer], MEASURES):
            theirs = each[measure].per_filter(layer)
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12 * np.abs(theirs).max())
    layers = mg.watch_layers(model.layers)
    with layers as watched:
        model(mg.Tensor(x))
    assert found.positions == {
        layer: watched.tensors[layer].shape[1] * watched.tensors[layer].shape[2]
        for layer in model.layers
    }
    np.testing.assert_allclose(found.difference, each["conductance"].difference, rtol=1e-12)
    errors = np.max(
        [each["conductance"].completeness_error(layer) for layer in model.layers], axis=0
    )
    np.testing.assert_allclose(found.completeness_error, errors, rtol=1e-6)
