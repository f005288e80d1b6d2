"""Attribution patching, influence × (y − y′), layer integrated gradients: values, and what sums."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import (
    MEASURES,
    MORE_MEASURES,
    ClassScore,
    ablate,
    activation,
    conductance,
    gradient_times_difference,
    influence_times_difference,
    integrated_gradients,
    internal_influence,
    layer_integrated_gradients,
    measures_per_filter,
)
from tests.helpers.networks import KinkedNet, SmoothNet, curved_path

CUTS = ("stem", "mixed", "top")
ALL = MEASURES + MORE_MEASURES


@pytest.fixture(scope="module")
def net():
    return SmoothNet()


def test_two_units_by_pencil():
    """y = x², F = y²: 1 at x = 1, and 0 at x′ = 0."""
    x, baseline = np.ones((1, 1)), np.zeros((1, 1))
    found = {
        "gradient": gradient_times_difference(curved_path, x, baseline),
        "influence": influence_times_difference(curved_path, x, baseline, steps=20),
        "line": layer_integrated_gradients(curved_path, x, baseline, steps=20),
        "conductance": conductance(curved_path, x, baseline, steps=20),
    }
    values = {name: float(of["y"][0, 0]) for name, of in found.items()}
    # ∂F/∂y = 2y: 2 at x, ∫ 2α² dα = 2/3 along the path, ∫ 2t dt = 1 along the line
    expected = {"gradient": 2, "influence": 2 / 3, "line": 1, "conductance": 1}
    assert values == pytest.approx(expected)


def test_layer_integrated_gradients_are_those_of_the_rest_of_the_network(net):
    """With the layer for input: its line, and nothing of what is in front."""
    x, baseline = net.example(2)
    y, y_baseline = (activation(net, end)["top"] for end in (x, baseline))

    def rest(top):
        return mg.matmul(top * top, net.head)

    expected = integrated_gradients(rest, y, y_baseline, steps=7)
    found = layer_integrated_gradients(net, x, baseline, layers=["top"], steps=7)
    np.testing.assert_allclose(found["top"], expected, rtol=1e-12)


@pytest.mark.parametrize("how", [{"steps": 60}, {"steps": "auto", "tolerance": 1e-3}])
def test_they_add_up_over_layers_that_cut_the_network(net, how):
    x, baseline = net.example(2)
    found = layer_integrated_gradients(net, x, baseline, **how)
    expected = net(mg.Tensor(x)).numpy() - net(mg.Tensor(baseline)).numpy()
    np.testing.assert_allclose(found.difference, expected, rtol=1e-12)
    for layer in CUTS:
        assert (found.completeness_error(layer) < 2e-3).all()
        assert (found.relative_error(layer) <= (1e-2 if how["steps"] == 60 else 1e-3)).all()
    assert found.points.keys() == found.keys()
    assert found.converged == (True if how["steps"] == "auto" else None)
    # the branches are only together a cut
    branches = found.total("left") + found.total("right")
    assert not np.allclose(branches, found.difference, rtol=1e-2)


def test_patching_a_small_part_is_what_the_gradient_predicts(net):
    x, baseline = net.example(1)
    near = x + 1e-5 * (baseline - x)
    values, score = activation(net, near), net(mg.Tensor(x)).numpy()
    found = gradient_times_difference(net, x, near).per_filter("mixed")[0]
    for filter in range(5):
        with mg.no_grad(), ablate({"mixed": [filter]}, values):
            change = score - net(mg.Tensor(x)).numpy()
        assert change == pytest.approx(found[filter], rel=1e-3)


def test_the_influence_times_the_way_is_the_product_of_the_two(net):
    x, baseline = net.example(2)
    influence = internal_influence(net, x, baseline, steps=9)
    found = influence_times_difference(net, x, baseline, steps=9)
    for layer in found:
        way = activation(net, x)[layer] - activation(net, baseline)[layer]
        np.testing.assert_allclose(found[layer], influence[layer] * way, rtol=1e-13)


@pytest.mark.parametrize("how", [{"steps": 9}, {"steps": np.linspace(0, 1, 9)}])
def test_all_of_them_from_one_call_are_each_by_itself(net, how):
    x, baseline = net.example(2)
    path = {"steps": how["steps"]}
    alone = {
        "gradient × (y − y′)": gradient_times_difference(net, x, baseline),
        "influence × (y − y′)": influence_times_difference(net, x, baseline, **path),
        "layer integrated gradients": layer_integrated_gradients(net, x, baseline, **path),
        "conductance": conductance(net, x, baseline, **path),
    }
    found = measures_per_filter(net, x, baseline, measures=ALL, **how)
    four = measures_per_filter(net, x, baseline, **how)
    for layer, sums in found.layers.items():
        np.testing.assert_array_equal(sums[:4], four.layers[layer])
        for name, one in alone.items():
            ours = sums[ALL.index(name)]
            np.testing.assert_allclose(ours, one.per_filter(layer), rtol=1e-12, atol=1e-14)


def test_the_order_is_as_asked_and_auto_gives_errors():
    net = KinkedNet()
    x, baseline = net.example(2)
    F = ClassScore(net, [0, 1])
    asked = ("layer integrated gradients", "activation")
    found = measures_per_filter(F, x, baseline, measures=asked, steps="auto", tolerance=0.02)
    line = layer_integrated_gradients(F, x, baseline, steps="auto", tolerance=0.02)
    for layer, sums in found.layers.items():
        assert sums.shape[:2] == (2, 2)
        np.testing.assert_allclose(sums[0], line.per_filter(layer), rtol=1e-12)
        np.testing.assert_allclose(sums[1], activation(F, x).per_filter(layer), rtol=1e-12)


def test_a_layer_of_one_number_a_row():
    def F(x):
        return (x * x).sum(axis=1).named("s") * 3.0

    x = np.array([[1.0, 2.0]])
    found = layer_integrated_gradients(F, x, 0 * x, steps=4)
    np.testing.assert_allclose(found.per_filter("s"), [[15.0]])


def test_an_unknown_measure_is_told(net):
    x, baseline = net.example(1)
    with pytest.raises(ValueError, match="'shap' is none; expected some of activation"):
        measures_per_filter(net, x, baseline, measures=["shap"])
