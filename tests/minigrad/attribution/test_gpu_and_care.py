"""The walk on a GPU's stand-in, and 0 · ∞ where nobody looks for it until a sum shows it."""

import copy

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import (
    conductance,
    integrated_gradients,
    internal_influence,
    measures_per_filter,
)
from minigrad.attribution.path import straight
from minigrad.functions.chain_rule import unchecked
from tests.helpers.networks import SmoothNet

WAYS = (
    {"steps": 7},
    {"steps": 7, "method": "difference"},
    {"steps": 7, "method": "difference", "rule": "left"},
    {"steps": "auto", "tolerance": 0.01},
    {"steps": "auto", "tolerance": 0.01, "method": "chain_rule"},
)


# ---- 0 · ∞ ----


def asleep(x):
    """2 y + √(0 · y): the second term does not move, and has an infinite slope behind it."""
    y = (x * 1.0).named("y")
    return (2 * y + mg.sqrt(0.0 * y)).sum(axis=1)


@pytest.mark.parametrize("batch_size", [1, 3, None])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("options", WAYS)
def test_a_zero_beside_an_infinite_slope_is_a_zero(options, workers, batch_size):
    x = np.array([[0.5, 0.75]])
    found = conductance(asleep, x, 0 * x, workers=workers, batch_size=batch_size, **options)
    np.testing.assert_allclose(found["y"], 2 * x, rtol=1e-12)
    assert (found.error("y") < 1e-12).all() and found.converged is not False


@pytest.mark.parametrize("steps", [7, "auto"])
def test_so_it_is_for_the_inputs_and_for_the_influence(steps):
    x = np.array([[0.5, 0.75]])
    inputs = integrated_gradients(asleep, x, 0 * x, steps=steps)
    influence = internal_influence(asleep, x, 0 * x, steps=steps)
    np.testing.assert_allclose(inputs, 2 * x, rtol=1e-12)
    np.testing.assert_allclose(influence["y"], [[2, 2]], rtol=1e-12)


def test_unchecked_products_leave_nan_and_nothing_else_differs():
    def gradient():
        leaf = mg.Tensor([[0.5, 4.0]], requires_grad=True)
        (asleep(leaf) + (leaf * [[1, 0]]).sum(axis=1)).sum().backward()
        return leaf.grad

    with unchecked():
        assert np.isnan(gradient()).all()
    assert gradient().tolist() == [[3.0, 2.0]]


# ---- on a GPU ----


def moved(net, strict):
    """The network with its arrays on the GPU."""
    net = copy.copy(net)
    for name, array in vars(net).items():
        setattr(net, name, strict.asarray(array))
    return net


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("batch_size", [2, 5, None])
def test_a_walk_on_the_gpu_gives_the_cpus_numbers(strict, options, batch_size):
    """Also where points that are held lie between new ones."""
    net = SmoothNet()
    x, baseline = net.example(2)
    expected = conductance(net, x, baseline, **options)
    place = strict.asarray(x), strict.asarray(baseline)
    found = conductance(moved(net, strict), *place, batch_size=batch_size, **options)
    np.testing.assert_array_equal(found.points, expected.points)
    assert found.converged == expected.converged
    for layer in expected:
        assert isinstance(found[layer], strict.ndarray)
        ours = strict.asnumpy(found[layer])
        np.testing.assert_allclose(ours, expected[layer], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found.error(layer), expected.error(layer), rtol=1e-9)


def test_other_attributions_on_the_gpu(strict):
    net = SmoothNet()
    x, baseline = net.example(1)
    inputs = integrated_gradients(net, x, baseline, steps="auto")
    expected = measures_per_filter(net, x, baseline, steps=5).layers
    net, place = moved(net, strict), (strict.asarray(x), strict.asarray(baseline))
    found = strict.asnumpy(integrated_gradients(net, *place, steps="auto"))
    np.testing.assert_allclose(found, inputs, rtol=1e-9, atol=1e-12)
    measures = measures_per_filter(net, *place, steps=5).layers
    for layer, filters in expected.items():
        np.testing.assert_allclose(measures[layer], filters, rtol=1e-9, atol=1e-12)


def test_points_a_pass_go_by_the_memory_that_is_free(strict, monkeypatch):
    x = strict.asarray(np.zeros((1, 100), np.float32))
    path = straight.StraightPath(x, 0)
    batches = path.batches(np.linspace(0, 1, 200))
    assert max(map(len, batches)) <= straight.MOST_ROWS_ON_GPU and len(batches) == 4
    monkeypatch.setattr(strict, "FREE_BYTES", 10 * straight.BYTES_PER_INPUT_BYTE * 400)
    assert max(map(len, path.batches(np.linspace(0, 1, 200)))) == 10
    monkeypatch.setattr(strict, "FREE_BYTES", 0)
    assert len(path.batches(np.linspace(0, 1, 200))) == 200


def test_a_gpu_is_walked_by_one_thread(strict):
    net = SmoothNet()
    x, baseline = (strict.asarray(array) for array in net.example(1))
    with pytest.raises(ValueError, match="on a GPU one thread walks"):
        conductance(moved(net, strict), x, baseline, steps=4, workers=2)
