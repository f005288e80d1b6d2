"""What once was silently wrong about layers and derivatives, and is refused with its reason."""

import re

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import ablate, conductance
from minigrad.functions.elementwise import Exp
from tests.helpers.tensors import BASELINE, WEIGHT, K, V, X, leaf, line_after

# ---- a layer is named before its first use ----


def named_late(x):
    h = mg.tanh(x @ WEIGHT)
    branch = (h * h) @ V
    h = h.named("h")
    return branch + h @ V


def named_first(x):
    h = mg.tanh(x @ WEIGHT).named("h")
    return (h * h) @ V + h @ V


def test_a_layer_named_after_its_first_use_is_refused_and_the_use_is_named():
    with pytest.raises(ValueError, match=r"from tanh at \S+ becomes layer 'h' after .* applied to"):
        conductance(named_late, X, BASELINE)
    with mg.watch_layers():
        h = mg.tanh(mg.Tensor(X) @ WEIGHT)
        here = line_after()
        h * h
        with pytest.raises(ValueError, match=re.escape(here)):
            h.named("h")
    assert conductance(named_first, X, BASELINE).completeness_error("h").max() < 1e-12


def test_a_layer_named_late_is_right_where_its_gradient_was_asked_for_already():
    x = leaf([1.0, 2.0])
    y = x * x
    z = (y * y).sum()
    y.named("y")
    z.backward()
    np.testing.assert_array_equal(y.grad, 2 * y.data)


def test_a_leaf_may_be_named_again_in_every_pass():
    x = mg.Tensor(X)
    for _ in range(2):
        with mg.watch_layers() as watched:
            (x.named("input") * 2.0).sum().backward()
        np.testing.assert_array_equal(watched.tensors["input"].grad, np.full((1, 4), 2.0))
    with mg.no_grad():
        mg.exp(x.named("input"))


def test_an_ablation_refuses_a_layer_that_was_used_and_a_tensor_that_was_replaced():
    for mode in (mg.no_grad(), mg.watch_layers()):
        with mode, pytest.raises(ValueError, match="after an operation was applied"):
            with ablate({"h": [0]}):
                named_late(mg.Tensor(X))

    def result_of_named_thrown_away(x):
        h = mg.tanh(x @ WEIGHT)
        h.named("h")
        return h @ V

    with pytest.raises(ValueError, match=r"matmul: .*Go on with that one: h = h.named\("):
        with mg.no_grad(), ablate({"h": [0]}):
            result_of_named_thrown_away(mg.Tensor(X))
    assert conductance(result_of_named_thrown_away, X, BASELINE)["h"].any()


def test_a_tensor_that_is_kept_may_be_ablated_again_and_used_whole_afterwards():
    h = mg.tanh(mg.Tensor(X) @ WEIGHT)
    whole = h.data.copy()
    with ablate({"h": [0]}):
        for _ in range(2):
            assert h.named("h").data[0, 0] == 0
    with ablate({"h": [1]}):
        assert h.named("h").data[0, 1] == 0
    np.testing.assert_array_equal((h * 1.0).data, whole)


# ---- ablation takes away what it says ----


def test_ablating_an_infinite_filter_leaves_zeros():
    y = mg.Tensor(np.array([[np.inf, 2.0, np.nan]]), tangent=np.array([[np.nan, 1.0, np.inf]]))
    with ablate({"h": [0, 2]}):
        h = (y * 1.0).named("h")
        h.backward(np.array([[np.inf, 1.0, np.nan]]))
    np.testing.assert_array_equal(h.data, [[0, 2, 0]])
    np.testing.assert_array_equal(h.tangent, [[0, 1, 0]])
    x = leaf([[1.0, 2.0, 3.0]])
    with ablate({"h": [0, 2]}):
        (x * 1.0).named("h").backward(np.array([[np.inf, 1.0, np.nan]]))
    np.testing.assert_array_equal(x.grad, [[0, 1, 0]])


def test_a_layer_of_one_number_an_example_is_one_filter():
    scores = mg.Tensor(np.arange(1.0, 5.0))
    with ablate({"score": [0]}):
        np.testing.assert_array_equal((scores * 1.0).named("score").data, np.zeros(4))
    with pytest.raises(IndexError, match="filters 0 to 0, got"), ablate({"score": [1]}):
        (scores * 1.0).named("score")


# ---- sweeps inside sweeps ----


@pytest.mark.parametrize("workers", [1, 2])
def test_predict_inside_watch_layers_reports_to_nobody(rng, workers):
    rows = rng.standard_normal((6, 4))
    expected = mg.predict(K, rows, workers=1)
    with mg.watch_layers() as watched:
        np.testing.assert_allclose(mg.predict(K, rows, workers=workers), expected, rtol=1e-12)
        K(mg.Tensor(X))
    assert watched.met == ["h"]


def test_vjp_jvp_and_gradcheck_inside_watch_layers_report_to_nobody(rng):
    with mg.watch_layers() as watched:
        assert mg.gradcheck(K, rng.standard_normal((2, 4)))
        mg.vjp(K, X)[1](np.ones(1))
        mg.jvp(K, (X,), (X,))
    assert watched.met == []


# ---- one object, one application; one derivative at a time ----


def test_a_function_object_is_applied_once():
    exp = Exp()
    here = line_after()
    exp(leaf([1.0]))
    with pytest.raises(RuntimeError, match=re.escape(here)) as caught:
        exp(leaf([2.0]))
    assert "exp: this Exp object was applied before" in str(caught.value)
    assert "make a new object" in str(caught.value)


def number(value):
    return np.array(float(value))


def test_a_jvp_inside_a_jvp_that_would_mix_their_tangents_is_refused():
    one = number(1)

    def inner_slope(x):
        return mg.jvp(lambda y: x + y, (one,), (one,))[1]

    with pytest.raises(NotImplementedError, match="add: .* carry the tangents of two derivatives"):
        mg.jvp(lambda x: x * inner_slope(x), (number(3),), (one,))
    slope = mg.jvp(lambda x: x * inner_slope(x.data), (number(3),), (one,))[1]
    assert slope == 1


@pytest.mark.parametrize(
    "inner", [lambda x: mg.jvp(mg.exp, (x,), (x.data,))[1], lambda x: mg.vjp(mg.exp, x)[1]()[0]]
)
def test_a_derivative_of_a_derivative_is_refused_instead_of_being_zero(inner):
    with pytest.raises(NotImplementedError, match=r"no second derivatives; give its \.data"):
        mg.jvp(lambda x: x * inner(x), (number(3),), (number(1),))


def test_what_an_inner_jvp_returns_is_a_constant_outside():
    def outer(x):
        value, slope = mg.jvp(mg.exp, (number(2),), (number(1),))
        return x * value * slope

    value, slope = mg.jvp(outer, (number(3),), (number(1),))
    assert slope == pytest.approx(np.exp(4))
    other = mg.jvp(mg.exp, (number(2),), (number(1),))[0]
    assert (value + other).tangent is None  # neither moves any more


def test_an_f_that_returns_what_moves_outside_has_no_derivative_of_its_own():
    def outer(x):
        value, slope = mg.jvp(lambda y: x, (number(1),), (number(1),))
        assert slope == 0 and value is x
        return value * 2.0

    assert mg.jvp(outer, (number(3),), (number(1),))[1] == 2
