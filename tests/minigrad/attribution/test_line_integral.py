"""The walk along the path against its specification, and where its points go."""

import traceback

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import (
    ClassScore,
    ablate,
    conductance,
    conductance_map,
    conductance_maps,
    integrated_gradients,
    internal_influence,
    measures_per_filter,
    quadrature,
)
from minigrad.attribution.conductance import conductance_plain, line_integral_plain
from minigrad.attribution.path import walk
from minigrad.attribution.path.quadrature import nearest_weights, refined
from tests.helpers.networks import KinkedNet, SmoothNet

LAYERS = ("stem", "left", "right", "mixed", "top")
UNEVEN = np.array([0, 0.01, 0.03, 0.1, 0.15, 0.4, 0.45, 0.9, 1])
AUTO = {"steps": "auto"}


@pytest.fixture(scope="module")
def net():
    return SmoothNet()


# ---- the fast form is the specification ----


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("batch_size", [1, 5, None])
@pytest.mark.parametrize("rule", ["gauss_legendre", "midpoint", "trapezoid", "left", "right"])
def test_the_chain_rule_is_the_specification(net, rule, batch_size, workers):
    x, baseline = net.example(2)
    options = {"rule": rule, "batch_size": batch_size, "workers": workers}
    found = conductance(net, x, baseline, steps=7, **options)
    expected = conductance_plain(net, x, baseline, LAYERS, *quadrature(7, rule))
    for layer in LAYERS:
        np.testing.assert_allclose(found[layer], expected[layer], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("batch_size", [1, 5, None])
@pytest.mark.parametrize("steps", [2, 7, UNEVEN, UNEVEN.tolist()])
def test_the_line_integral_is_the_specification(net, steps, batch_size, workers):
    x, baseline = net.example(2)
    options = {"method": "difference", "batch_size": batch_size, "workers": workers}
    found = conductance(net, x, baseline, steps=steps, **options)
    alphas = np.linspace(0, 1, steps) if isinstance(steps, int) else steps
    expected = line_integral_plain(net, x, baseline, LAYERS, alphas)
    for layer in LAYERS:
        np.testing.assert_allclose(found[layer], expected[layer], rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(found.points, alphas)


@pytest.mark.parametrize("held_bytes", [walk.HELD_BYTES, 3000, 0])
@pytest.mark.parametrize("method", ["chain_rule", "difference"])
def test_points_that_were_found_give_the_specification(net, monkeypatch, method, held_bytes):
    """However many points are held from one walk to the next."""
    monkeypatch.setattr(walk, "HELD_BYTES", held_bytes)
    x, baseline = net.example(2)
    found = conductance(net, x, baseline, method=method, tolerance=2e-3, **AUTO)
    assert found.converged and len(found.points) > 20
    alphas = found.points
    if method == "chain_rule":
        weights = nearest_weights(alphas)
        expected = conductance_plain(net, x, baseline, LAYERS, alphas, weights)
    else:
        expected = line_integral_plain(net, x, baseline, LAYERS, alphas)
    for layer in LAYERS:
        np.testing.assert_allclose(found[layer], expected[layer], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("method", ["chain_rule", "difference"])
def test_the_number_of_workers_changes_no_bit_of_what_is_found(method):
    net = KinkedNet()
    x, baseline = net.example(2)
    options = {"method": method, "tolerance": 0.01, **AUTO}
    alone = conductance(ClassScore(net, [0, 2]), x, baseline, workers=1, **options)
    for workers in (2, 3):
        found = conductance(ClassScore(net, [0, 2]), x, baseline, workers=workers, **options)
        for layer in alone:
            np.testing.assert_array_equal(found[layer], alone[layer])
            np.testing.assert_array_equal(found.error(layer), alone.error(layer))
        for n in range(2):
            np.testing.assert_array_equal(found.points[n], alone.points[n])


def test_the_line_integral_is_exact_where_the_network_behind_is_linear():
    net = KinkedNet()
    x, baseline = net.example(2)
    F = ClassScore(net, 1)
    found = conductance(F, x, baseline, layers=["three"], steps=2, method="difference")
    ends = []
    for rows in (x, baseline):
        with mg.watch_layers(["three"]) as hidden, mg.no_grad():
            net(mg.Tensor(rows))
        ends.append(hidden.tensors["three"].data)
    change = ends[0] - ends[1]
    np.testing.assert_allclose(found["three"], change * net.head[:, 1], rtol=1e-12)
    assert not found.error("three").any() and found.completeness_error("three").max() < 1e-12


@pytest.mark.parametrize(
    "method, most, product",
    [("chain_rule", 4, "chain_rule"), ("difference", 3, "add_line_integral")],
)
def test_few_frames_stand_between_the_call_and_the_product(monkeypatch, method, most, product):
    """Eight before: six on the stack, and two that made the factors and were gone."""
    frames = []

    def noted(array):
        frames.append([frame.name for frame in traceback.extract_stack()])
        return array.sum(axis=tuple(range(2, array.ndim - 1)))

    monkeypatch.setattr(walk, "sums_of", noted)  # what is called on every product
    conductance(SmoothNet(), *SmoothNet().example(1), steps=3, method=method, workers=1)
    names = [name for name in frames[0][:-1] if not name.startswith("<")]  # no comprehensions
    assert names[-1] == product and names[::-1].index("conductance") <= most


# ---- where points go ----


def test_a_smaller_tolerance_takes_more_points_and_computes_none_twice():
    net = KinkedNet()
    x, baseline = net.example(1)
    rows = []

    def F(x):
        rows.append(len(x))
        return net(x)[:, 0]

    counts = []
    for tolerance in (0.1, 0.02, 0.005, 0.001):
        rows.clear()
        found = conductance(F, x, baseline, tolerance=tolerance, workers=1, **AUTO)
        counts.append(len(found.points))
        assert sum(rows) == len(found.points) + 4  # x beside x', x beside itself
        assert (np.diff(found.points) > 0).all() and found.points[[0, -1]].tolist() == [0, 1]
    assert counts == sorted(set(counts)) and counts[0] < 20 and counts[-1] < 500


def test_points_stand_where_the_layer_moves_whatever_the_ends_say():
    """All happens about 0.325, where no first point stands; at those, ∂F/∂y = 3 y² is 3."""

    def F(x):
        y = mg.tanh(100 * (x - 0.325)).named("y")
        return (y * y * y)[:, 0] + x[:, 0]

    found = conductance(F, np.ones((1, 1)), 0.0, tolerance=0.01, **AUTO)
    inside = ((found.points > 0.27) & (found.points < 0.38)).sum()
    assert found.converged and inside > 0.75 * len(found.points)
    np.testing.assert_allclose(found["y"], [[2.0]], rtol=1e-2)
    blind = conductance(F, np.ones((1, 1)), 0.0, steps=9, method="difference")
    np.testing.assert_allclose(blind["y"], [[6.0]], rtol=1e-3)
    assert blind.error("y") < 1e-3


def test_a_jump_ends_by_itself():
    """y jumps: no number of points makes its panel small."""

    def F(x):
        y = (mg.tanh(1e9 * (x - 1 / 3)) + x).named("y")
        return (y * y)[:, 0]

    found = conductance(F, np.ones((1, 1)), 0.0, tolerance=1e-4, **AUTO)
    assert found.converged is False and len(found.points) < 300


def test_refined_keeps_the_points_and_meets_the_prediction():
    alphas = np.linspace(0, 1, 9)
    doubts, even = np.zeros((8, 2)), np.full(8, 1 / 8)
    doubts[1, 0], doubts[5, 1], doubts[6, 1] = 0.04, 0.015, 0.0001
    finer = refined(alphas, doubts, even, 0.1, 1000)
    assert set(alphas) <= set(finer) and (np.diff(finer) > 0).all()
    parts = np.histogram(finer[:-1], alphas)[0]
    left = (doubts / parts[:, None] ** 2).sum(axis=0)
    assert (left <= 0.1**2).all()
    assert parts[1] > parts[5] - 1 >= 1 and parts[[0, 2, 3, 4, 6, 7]].tolist() == [1] * 6
    fewer = parts - np.eye(8, dtype=int)[1]
    assert (doubts / fewer[:, None] ** 2).sum(axis=0).max() > 0.1**2


def test_refined_knows_its_limits():
    alphas = np.linspace(0, 1, 9)
    doubts, even = np.ones((8, 1)), np.full(8, 1 / 8)
    assert len(refined(alphas, doubts, even, 1e-9, 1000)) == 27  # three times as many at most
    assert len(refined(alphas, doubts, even, 1e-9, 12)) == 12
    assert len(refined(alphas, doubts, even, 1e-9, 9)) == 9
    np.testing.assert_array_equal(refined(alphas, doubts, even, 3.0, 1000), alphas)
    narrow = np.array([0, 0.5, 0.5 + 2**-21, 1])
    stuck = np.array([[0.1], [1.0], [0.1]])  # what cannot be cut is too much by itself
    np.testing.assert_array_equal(refined(narrow, stuck, np.zeros(3), 0.1, 1000), narrow)


def test_refined_cuts_what_has_too_large_a_share_of_the_way():
    alphas, doubts = np.linspace(0, 1, 9), np.zeros((8, 1))
    shares = np.array([0.1, 0.6, 0.3, 0, 0, 0, 0, 0])
    finer = refined(alphas, doubts, shares, 0.1, 1000)
    parts = np.histogram(finer[:-1], alphas)[0]
    assert parts.tolist() == [1, 3, 2, 1, 1, 1, 1, 1]


# ---- examples ----


def test_examples_of_a_class_score_have_points_of_their_own():
    net = KinkedNet()
    x, baseline = net.example(3)
    F = ClassScore(net, [0, 1, 2])
    found = conductance(F, x, baseline, keep_terms=True, tolerance=0.02, **AUTO)
    for n in range(3):
        rows = slice(n, n + 1)
        alone = conductance(ClassScore(net, n), x[rows], baseline[rows], tolerance=0.02, **AUTO)
        np.testing.assert_array_equal(found.points[n], alone.points)
        assert found.difference[n] == alone.difference[0]
        for layer in found:
            np.testing.assert_array_equal(found[layer][n], alone[layer][0])
            np.testing.assert_array_equal(found.error(layer)[n], alone.error(layer)[0])
            terms = found.terms[layer][n]
            sums = np.tensordot(terms.weight, terms.term, 1)
            np.testing.assert_allclose(sums[0], alone[layer][0], rtol=1e-12, atol=1e-15)
    assert found.conservation_error().shape == (3,)
    shared = conductance(lambda x: F(x), x, baseline, **AUTO)  # whose examples stay together
    assert isinstance(shared.points, np.ndarray) and shared.converged
    for layer in found:
        assert shared.relative_error(layer).max() <= 0.05


def test_float32_stays_float32_and_an_ablated_filter_zero():
    net = KinkedNet(dtype=np.float32)
    x, baseline = (array.astype(np.float32) for array in net.example(1))
    with ablate({"two": [3, 4]}):
        found = conductance(ClassScore(net, 0), x, baseline, keep_terms=True, **AUTO)
    terms = found.terms["two"]
    for array in (found["two"], terms.dF_dy, terms.dy_dalpha, terms.term):
        assert array.dtype == np.float32
    assert found.converged and not found["two"][0, [3, 4]].any()
    assert not found.error("two")[0, [3, 4]].any() and found["two"].any()


# ---- others take the same points ----


def test_maps_gradients_and_influence_take_the_points_of_conductance():
    net = KinkedNet()
    x, baseline = net.example(3)
    F = ClassScore(net, [0, 1, 2])
    found = conductance(F, x, baseline, tolerance=0.02, **AUTO)
    assert len({len(points) for points in found.points}) > 1
    maps = conductance_maps(F, x, baseline, selections=[("two", [1, 2])], steps=found.points)
    gradients = integrated_gradients(F, x, baseline, steps=found.points)
    influence = internal_influence(F, x, baseline, steps=found.points)
    for n in range(3):
        rows = slice(n, n + 1)
        alone = ClassScore(net, n), x[rows], baseline[rows]
        points = found.points[n]
        one = conductance_map(*alone, layer="two", select=[1, 2], steps=points)
        np.testing.assert_allclose(maps[0][rows], one, rtol=1e-13)
        one = internal_influence(*alone, steps=points)["two"]
        np.testing.assert_allclose(influence["two"][rows], one, rtol=1e-13)
        one = integrated_gradients(*alone, steps=points)
        np.testing.assert_allclose(gradients[rows], one, rtol=1e-13)
        expected = 0
        for alpha, weight in zip(points, nearest_weights(points)):
            _, pullback = mg.vjp(F.for_rows(rows), baseline[rows] + alpha * (x - baseline)[rows])
            expected = expected + weight * pullback(np.ones(1))[0]
        np.testing.assert_allclose(one, expected * (x - baseline)[rows], rtol=1e-12)


def test_auto_for_maps_influence_and_measures_is_that_of_conductance():
    net = KinkedNet()
    x, baseline = net.example(2)
    F, options = ClassScore(net, [0, 1]), {"tolerance": 0.02, **AUTO}
    found = conductance(F, x, baseline, layers=["two"], **options)
    its_map = conductance_map(F, x, baseline, layer="two", select=4, **options)
    expected = conductance_map(F, x, baseline, layer="two", select=4, steps=found.points)
    np.testing.assert_array_equal(its_map, expected)
    influence = internal_influence(F, x, baseline, layers=["two"], **options)
    expected = internal_influence(F, x, baseline, layers=["two"], steps=found.points)
    np.testing.assert_array_equal(influence["two"], expected["two"])
    measures = measures_per_filter(F, x, baseline, layers=["two"], **options)
    np.testing.assert_array_equal(measures.layers["two"][3], found.per_filter("two"))
    np.testing.assert_array_equal(measures.layers["two"][2], influence["two"])
    np.testing.assert_array_equal(measures.relative_error, found.relative_error("two"))


def test_auto_for_integrated_gradients_brings_all_entries_within_the_tolerance():
    """As often as an estimate can: the doubts of a net of few kinks are those of few draws."""
    net = KinkedNet()
    x, baseline = net.example(24)
    F = ClassScore(net, [0, 1, 2] * 8)
    reference = integrated_gradients(F, x, baseline, steps=6000, rule="midpoint", batch_size=4800)
    for tolerance in (0.1, 0.01):
        found = integrated_gradients(F, x, baseline, tolerance=tolerance, **AUTO)
        off = np.linalg.norm(found - reference, axis=1) / np.linalg.norm(reference, axis=1)
        assert (off < tolerance).mean() > 0.9 and off.max() < 1.5 * tolerance
        assert np.sqrt((off**2).mean()) < 0.75 * tolerance
