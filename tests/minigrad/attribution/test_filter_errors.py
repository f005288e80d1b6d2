"""The error that conductance gives each filter: on the safe side, not wildly so, and what it says
of odd paths.
"""

import functools

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import ClassScore, conductance, internal_influence
from models.inception import mini_inception
from tests.helpers.networks import KinkedNet, SmoothNet

AUTO = {"steps": "auto"}
METHODS = ["chain_rule", "difference"]


def exact(F, x, baseline, points=3001):
    """The line integral with so many points that what is missing does not matter."""
    return conductance(F, x, baseline, steps=np.linspace(0, 1, points), batch_size=2000)


@functools.cache
def exact_of(seed):
    """A `KinkedNet` as F, x, baseline and what is `exact` for them."""
    net = KinkedNet(seed)
    arguments = ClassScore(net, seed % 3), *net.example(1, seed)
    return arguments, exact(*arguments)


def true_error(found, reference, layer):
    """The 2-norm over the filters, relative: (N,)."""
    off = np.linalg.norm(found.per_filter(layer) - reference.per_filter(layer), axis=1)
    return off / np.linalg.norm(reference.per_filter(layer), axis=1)


# ---- against the truth ----


@pytest.mark.parametrize(
    "options",
    [
        {"steps": "auto"},
        {"steps": "auto", "method": "chain_rule"},
        {"steps": 20},
        {"steps": 50},
        {"steps": 50, "rule": "midpoint"},
        {"steps": 50, "rule": "trapezoid"},
        {"steps": 50, "rule": "left"},
        {"steps": 50, "rule": "right"},
        {"steps": 50, "method": "difference"},
        {"steps": 50, "method": "difference", "rule": "left"},
    ],
)
def test_errors_are_on_the_safe_side_and_not_wildly_so(options):
    """Over twenty networks: nearly all filters within twice their error, few layers beyond it and
    those not far, and hardly one with an error many times the truth.
    """
    ratios, within = [], []
    for seed in range(20):
        arguments, reference = exact_of(seed)
        found = conductance(*arguments, **options)
        for layer in ("one", "two"):
            off = np.abs(found.per_filter(layer) - reference.per_filter(layer))
            within.append((off <= 2 * found.error(layer) + 1e-4).mean())
            error = true_error(found, reference, layer)[0]
            if error > 1e-3:  # what the reference can tell
                ratios.append(found.relative_error(layer)[0] / error)
    assert np.mean(within) > 0.95
    assert np.mean(np.array(ratios) > 0.75) > 0.9 and 1 < np.median(ratios) < 3
    assert np.percentile(ratios, 90) < 5


@pytest.mark.parametrize("tolerance", [0.2, 0.05, 0.01])
@pytest.mark.parametrize("method", METHODS)
def test_auto_brings_every_layer_of_every_example_within_the_tolerance(method, tolerance):
    net = KinkedNet()
    x, baseline = net.example(4)
    F = ClassScore(net, [0, 1, 2, 0])
    reference = exact(F, x, baseline)
    found = conductance(F, x, baseline, method=method, tolerance=tolerance, **AUTO)
    assert found.converged is True
    for layer in found:
        assert found.relative_error(layer).max() <= tolerance
        # an estimate and no bound: one layer in twelve may be a little beyond
        assert true_error(found, reference, layer).max() <= 1.1 * tolerance
        assert np.median(true_error(found, reference, layer)) <= tolerance


def test_auto_does_not_stop_where_errors_cancel_in_the_sum():
    """The total is exact with any points while both filters are wrong."""

    def F(x):
        s = mg.tanh(50 * (x - 0.3))
        return mg.concatenate([s, x - s], axis=1).named("y").sum(axis=1)

    x, baseline = np.ones((1, 1)), np.zeros((1, 1))
    for method in METHODS:
        found = conductance(F, x, baseline, method=method, **AUTO)
        assert found.converged
        np.testing.assert_allclose(found["y"], [[2.0, -1.0]], rtol=0.05)
    coarse = conductance(F, x, baseline, steps=9, rule="trapezoid")
    assert np.abs(coarse["y"] - [2, -1]).max() > 0.9 and coarse.completeness_error("y") < 1e-12


def test_mini_inception_within_the_tolerance():
    """Much happens near black: 400 even points are five times worse than the fewer placed ones."""
    model = mini_inception(rng=3).requires_grad(False)
    x = np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)
    F = ClassScore(model, 3)
    found = conductance(F, x, 0.0, **AUTO)
    reference = conductance(F, x, 0.0, steps=np.linspace(0, 1, 300) ** 2)
    even = conductance(F, x, 0.0, steps=np.linspace(0, 1, 200))
    assert found.converged and len(found.points) < 100
    for layer in found:
        assert (true_error(found, reference, layer) < 0.05).all()
    assert true_error(even, reference, "mixed3a") > 2 * true_error(found, reference, "mixed3a")
    assert even.relative_error("mixed3a") > 0.75 * true_error(even, reference, "mixed3a")


# ---- what results say ----


def test_a_fixed_number_of_steps_has_errors_too_and_repr_shows_them():
    net = SmoothNet()
    x, baseline = net.example(2)
    found = conductance(net, x, baseline, steps=20)
    reference = conductance(net, x, baseline, steps=60)
    for layer in found:
        assert found.error(layer).shape == found.per_filter(layer).shape
        assert (true_error(found, reference, layer) < found.relative_error(layer)).all()
    assert "stem (2, 3, 2, 4): ± " in repr(found) and " %" in repr(found)
    few = conductance(net, x, baseline, steps=5)
    assert (few.relative_error("mixed") > 3 * found.relative_error("mixed")).all()
    one = conductance(net, x, baseline, steps=1)
    assert np.isinf(one.error("mixed")).all() and np.isinf(one.relative_error("mixed")).all()
    with pytest.raises(KeyError, match="no layer named 'nowhere'"):
        found.error("nowhere")
    with pytest.raises(ValueError, match="comes without one"):
        internal_influence(net, x, baseline, steps=3).error("stem")


def test_auto_that_does_not_get_there_says_so():
    net = KinkedNet()
    x, baseline = net.example(1)
    found = conductance(ClassScore(net, 0), x, baseline, tolerance=1e-9, most_steps=33, **AUTO)
    assert found.converged is False and len(found.points) == 33
    assert "NOT converged" in repr(found)
    assert max(found.relative_error(layer).max() for layer in found) > 1e-9


def between(x):
    """y rises from 0 to 1 and falls again while x goes from 0.01 to 0.11; F = x · y."""
    y = mg.relu(mg.minimum(20 * x - 0.2, 2.2 - 20 * x)).named("y")
    return (x * y)[:, 0]


def test_a_bend_between_two_points_that_neither_sees_is_missed_and_a_wider_one_is_not():
    """What the docstring of `conductance` admits, and what stands against it."""
    x, baseline = np.ones((1, 1)), np.zeros((1, 1))
    blind = conductance(between, x, baseline, **AUTO)
    assert blind.converged and len(blind.points) == 9
    assert not blind["y"].any() and not blind.error("y").any()
    given = conductance(between, x, baseline, steps=np.linspace(0, 1, 101))
    assert given["y"].item() == pytest.approx(-0.05, rel=0.02) and given.error("y").item() > 0
    for start in np.linspace(0, 0.8, 9):  # wider than a panel, 1/7: seen wherever it lies

        def shifted(x, start=start):
            y = mg.relu(mg.minimum(14 * (x - start), 2 - 14 * (x - start))).named("y")
            return (x * y)[:, 0]

        found = conductance(shifted, x, baseline, tolerance=0.02, **AUTO)
        assert len(found.points) > 9 and found["y"].item() == pytest.approx(-1 / 14, rel=0.1)


# ---- odd paths ----


def test_the_same_input_and_baseline():
    net = SmoothNet()
    x, _ = net.example(2)
    found = conductance(net, x, x, **AUTO)
    assert found.converged and len(found.points) == 9
    for layer in found:
        assert not found[layer].any() and not found.error(layer).any()
        assert not found.relative_error(layer).any() and not found.completeness_error(layer).any()


def test_a_flat_score_and_a_path_on_which_nothing_moves():
    def flat(x):
        return (mg.tanh(x).named("h") * 0.0).sum(axis=1)

    def still(x):
        return mg.relu(x - 5.0).named("h").sum(axis=1)

    for F in (flat, still):
        found = conductance(F, np.ones((1, 3)), 0.0, **AUTO)
        assert found.converged and len(found.points) == 9
        assert not found["h"].any() and not found.relative_error("h").any()
        assert found.difference == 0 and found.completeness_error("h") == 0


def test_a_layer_that_goes_and_comes_back_is_relative_to_what_remains():
    """Conductance 0 that is not flat: no relative error is small, and that is said."""

    def F(x):
        y = (x * (1 - x)).named("y")
        return (y * y)[:, 0]

    found = conductance(F, np.ones((1, 1)), 0.0, most_steps=40, **AUTO)
    assert np.abs(found["y"]) < 1e-3 and found.converged is False
    assert found.error("y").item() < 0.03


def test_a_norm_at_its_kink_is_not_called_converged_before_it_is():
    """The slope of ‖h‖ at 0 is set to 0, a half of the first panel's: with nine points 6 % of all
    is missing.
    """
    W = np.random.default_rng(0).standard_normal((4, 6))
    x = np.random.default_rng(3).standard_normal((1, 4))

    def norm(x):
        h = mg.relu(x @ W).named("h")
        return mg.sqrt((h * h).sum(axis=1))

    found = conductance(norm, x, 0 * x, **AUTO)
    assert found.completeness_error("h") <= 0.05


def test_layers_that_do_not_cut_the_network():
    net = SmoothNet()
    x, baseline = net.example(1)
    for layers in (["left"], ["right"], ["left", "top"]):
        found = conductance(net, x, baseline, layers=layers, tolerance=1e-3, **AUTO)
        reference = conductance(net, x, baseline, layers=layers, steps=40)
        assert list(found) == layers and found.converged
        for layer in layers:
            assert true_error(found, reference, layer) < 1e-3
    assert found.completeness_error("left") > 0.01
