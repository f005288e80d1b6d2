"""0 · ∞ is 0 where F is constant, in both modes."""

import numpy as np
import pytest

import minigrad as mg
from tests.helpers.tensors import leaf

# ---- 0 · ∞ is 0 where F is constant ----


INACTIVE = {
    "sqrt of relu": (lambda x: mg.sqrt(mg.relu(x)), [-1.0, 4.0], [0.0, 0.25]),
    "sqrt of maximum": (lambda x: mg.sqrt(mg.maximum(x, 0.0)), [-1.0, 4.0], [0.0, 0.25]),
    "sqrt of maximum, turned": (lambda x: mg.sqrt(mg.maximum(0.0, x)), [-1.0, 4.0], [0.0, 0.25]),
    "sqrt of minimum": (lambda x: mg.sqrt(-mg.minimum(-x, 0.0)), [-1.0, 4.0], [0.0, 0.25]),
    "root of relu": (lambda x: mg.relu(x) ** 0.5, [-1.0, 4.0], [0.0, 0.25]),
    "log, not used": (lambda x: mg.log(mg.relu(x))[1:], [-1.0, 4.0], [0.0, 0.25]),
    "log, not chosen": (
        lambda x: mg.where(x.data > 0, mg.log(mg.relu(x)), 0.0),
        [-1.0, 4.0],
        [0.0, 0.25],
    ),
    "sqrt of max": (lambda x: mg.sqrt(mg.relu(x).max(axis=0)), [-1.0, -2.0], [0.0, 0.0]),
    "sqrt of min": (lambda x: mg.sqrt(-(-mg.relu(x)).min(axis=0)), [-1.0, -2.0], [0.0, 0.0]),
    "sqrt of abs of relu": (lambda x: mg.sqrt(abs(mg.relu(x))), [-1.0, 4.0], [0.0, 0.25]),
    "sqrt behind a mask": (lambda x: mg.sqrt(x * [0.0, 1.0]), [3.0, 4.0], [0.0, 0.25]),
    "sqrt of where": (lambda x: mg.sqrt(mg.where([False, True], x, 0.0)), [3.0, 4.0], [0.0, 0.25]),
    "norm of relu": (lambda x: mg.norm(mg.relu(x)), [-1.0, -2.0], [0.0, 0.0]),
    "division, not used": (lambda x: (x / np.array([1.0, 0.0]))[:1], [1.0, 1.0], [1.0, 0.0]),
    "divisor, not used": (lambda x: (1.0 / x)[:1], [1.0, 0.0], [-1.0, 0.0]),
    "exp beyond its range": (lambda x: mg.minimum(mg.exp(x), 5.0), [1000.0, 0.0], [0.0, 1.0]),
    "power, not used": (lambda x: (x**-1.0)[:1], [1.0, 0.0], [-1.0, 0.0]),
}


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:overflow")
@pytest.mark.parametrize("f, at, slopes", INACTIVE.values(), ids=INACTIVE)
def test_the_derivative_is_zero_where_f_is_constant_however_steep_it_would_be(f, at, slopes):
    x = leaf(at)
    y = f(x)
    y.sum().backward()
    np.testing.assert_allclose(x.grad, slopes, rtol=1e-12)
    for place, slope in enumerate(slopes):
        _, tangent = mg.jvp(f, (np.array(at),), (np.eye(2)[place],))
        assert tangent.sum() == pytest.approx(slope, rel=1e-12)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_an_infinite_slope_and_a_nan_that_matter_are_not_hidden():
    x = leaf([0.0, 1.0])
    mg.sqrt(x).sum().backward()
    np.testing.assert_array_equal(x.grad, [np.inf, 0.5])
    x = leaf([np.nan, 1.0])
    (x * x).sum().backward()
    assert np.isnan(x.grad[0]) and x.grad[1] == 2
