"""A derivative where F is constant is 0, also behind an infinite slope: of every operation."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import ablate
from minigrad.functions import chain_rule, winograd
from tests.minigrad.functions.test_operations import derivatives, every_row, rng_of

UNBOUNDED = (np.inf, -np.inf, np.nan)


@pytest.fixture(autouse=True)
def quiet():
    """Infinite slopes are the subject here: NumPy need not warn of them."""
    with np.errstate(all="ignore"):
        yield


def with_zeros(row, rng):
    """A row's inputs, many of their entries exactly 0; but no operation becomes 0 / 0 or 0⁰."""
    arrays = row.draw(rng)
    if row.function in ("divide", "power"):
        return [arrays[0], *(np.where(rng.random(x.shape) < 0.3, 0, x) for x in arrays[1:])]
    return [np.where(rng.random(x.shape) < 0.4, 0, x) for x in arrays]


def some_unbounded(rng, shape):
    """Normal numbers with up to three that are infinite or NaN, and where those are."""
    numbers, where = rng.standard_normal(shape), np.zeros(shape, dtype=bool)
    where.flat[rng.integers(where.size, size=3)] = True
    return np.where(where, rng.choice(UNBOUNDED, shape), numbers), where


def one_hot(shape):
    for place in np.ndindex(shape):
        direction = np.zeros(shape)
        direction[place] = 1
        yield place, direction


def assert_bounded_where_constant(found, without, depends):
    """Not finite where it depends on an unbounded number, and untouched where it does not."""
    assert not np.isfinite(found[depends]).any()
    np.testing.assert_allclose(found[~depends], without[~depends], rtol=1e-12, atol=1e-13)


@every_row
def test_gradients_are_bounded_where_the_output_is_constant(row):
    rng = rng_of(row)
    arrays = with_zeros(row, rng)
    still = [np.zeros_like(x) for x in arrays]
    output, _ = derivatives(row, arrays, still)
    u, unbounded = some_unbounded(rng, output.shape)
    _, (_, _, *found) = derivatives(row, arrays, still, u)
    _, (_, _, *without) = derivatives(row, arrays, still, np.where(unbounded, 0, u))
    depends = [np.zeros(x.shape, dtype=bool) for x in arrays]
    for place, direction in one_hot(output.shape):
        _, (_, _, *slopes) = derivatives(row, arrays, still, direction)
        for which, slope in zip(depends, slopes):
            assert not np.isnan(slope).any()  # of 0 · ∞, at log 0 or 1 / 0
            which |= unbounded[place] & (slope != 0)
    for gradients in zip(found, without, depends):
        assert_bounded_where_constant(*gradients)


@every_row
def test_tangents_are_bounded_where_the_input_has_no_part(row):
    rng = rng_of(row)
    arrays = with_zeros(row, rng)
    v, unbounded = zip(*(some_unbounded(rng, x.shape) for x in arrays))
    _, (_, found, *_) = derivatives(row, arrays, v)
    moving = [np.where(which, 0, dx) for which, dx in zip(unbounded, v)]
    _, (_, without, *_) = derivatives(row, arrays, moving)
    depends = np.zeros(found.shape, dtype=bool)
    for number, x in enumerate(arrays):
        for place, direction in one_hot(x.shape):
            still = [np.zeros_like(other) for other in arrays]
            still[number] = direction
            _, (_, slope, *_) = derivatives(row, arrays, still)
            assert not np.isnan(slope).any()
            depends |= unbounded[number][place] & (slope != 0)
    finite = np.isfinite(without)  # at log 0 or 1 / 0 it is not
    assert_bounded_where_constant(found[finite], without[finite], depends[finite])


# ---- operations in a row ----

MASK = np.array([0.0, 1.0])
ZERO_COLUMN = np.array([[0.0, 1.0], [0.0, 2.0]])
TAPS = np.array([1.0, 0.0, 1.0]).reshape(3, 1, 1)


def ablated_root(x):
    with ablate({"h": [0]}):
        return mg.sqrt((x * 1).reshape(1, 2).named("h"))


# From x to a tensor; where; dF/dx of the sum.
CHAINS = {
    "√relu": (lambda x: mg.sqrt(mg.relu(x)), [-1, 4], [0, 0.25]),
    "relu^½": (lambda x: mg.relu(x) ** 0.5, [-1, 4], [0, 0.25]),
    "relu^3/2": (lambda x: mg.relu(x) ** 1.5, [-1, 4], [0, 3]),
    "√max(x, 0)": (lambda x: mg.sqrt(mg.maximum(x, 0.0)), [-1, 4], [0, 0.25]),
    "√max(0, x)": (lambda x: mg.sqrt(mg.maximum(0.0, x)), [-1, 4], [0, 0.25]),
    "√−min(−x, 0)": (lambda x: mg.sqrt(-mg.minimum(-x, 0.0)), [-1, 4], [0, 0.25]),
    "log relu, one used": (lambda x: mg.log(mg.relu(x))[1:], [-1, 4], [0, 0.25]),
    "√x, one used": (lambda x: mg.sqrt(x)[1:], [0, 4], [0, 0.25]),
    "log of a negative, unused": (lambda x: mg.log(x)[1:], [-1, 4], [0, 0.25]),
    "√x by mask": (lambda x: mg.sqrt(x)[MASK > 0], [0, 4], [0, 0.25]),
    "√x times mask": (lambda x: mg.sqrt(x) * MASK, [0, 4], [0, 0.25]),
    "√ of x times mask": (lambda x: mg.sqrt(x * MASK), [-1, 4], [0, 0.25]),
    "√ of an ablated filter": (ablated_root, [-1, 4], [0, 0.25]),
    "√ of the maximum": (lambda x: mg.sqrt(mg.relu(x).max(axis=0)), [-1, -2], [0, 0]),
    "√ of max-pooling": (
        lambda x: mg.sqrt(mg.max_pool2d(mg.relu(x).reshape(1, 1, 2, 1), (1, 2))),
        [-1, -2],
        [0, 0],
    ),
    "1/x, one used": (lambda x: (1 / x)[1:], [0, 4], [0, -1 / 16]),
    "x/0, one used": (lambda x: (x / MASK)[1:], [1, 4], [0, 1]),
    "√ of a linear map without it": (lambda x: mg.sqrt(x @ ZERO_COLUMN), [2, 1], [0.25, 0.5]),
    "√ of a convolution without it": (
        lambda x: mg.sqrt(mg.conv1d(x.reshape(1, 3, 1), TAPS)),
        [0, -1, 0],
        [np.inf, 0, np.inf],
    ),
    "√ of squares": (lambda x: mg.sqrt((x * x).sum()), [0, 0], [0, 0]),
    "√ of a probability 0": (lambda x: mg.sqrt(mg.softmax(x)), [-1e4, 0], [0, 0]),
    "√(1 − tanh)": (lambda x: mg.sqrt(1 - mg.tanh(x)), [50], [0]),
    "log sigmoid": (lambda x: mg.log(mg.sigmoid(x)), [-1e4, 0], [0, 0.5]),
    "√exp": (lambda x: mg.sqrt(mg.exp(x)), [-1e4, 0], [0, 0.5]),
    "√softplus": (lambda x: mg.sqrt(mg.softplus(x)), [-1e4], [0]),
    "√dropout": (
        lambda x: mg.sqrt(mg.dropout(mg.relu(x), 0.99, np.random.default_rng(0))),
        [-1, 4],
        [0, 0],
    ),
}


@pytest.mark.parametrize("dtype", (np.float32, np.float64))
@pytest.mark.parametrize("name", CHAINS)
def test_a_branch_that_does_not_count_has_derivative_0(name, dtype):
    f, x, expected = CHAINS[name]
    x, expected = np.array(x, dtype), np.array(expected, dtype)
    leaf = mg.Tensor(x, requires_grad=True)
    f(leaf).sum().backward()
    np.testing.assert_allclose(leaf.grad, expected, rtol=1e-6)
    for place, direction in one_hot(x.shape):
        _, tangent = mg.jvp(lambda x: f(x).sum(), (x,), (direction.astype(dtype),))
        np.testing.assert_allclose(tangent, expected[place], rtol=1e-6)


@pytest.mark.parametrize("size", (3, 5))
def test_an_infinite_gradient_does_not_pass_through_taps_of_0(rng, size):
    """Also where the convolution is Winograd's."""
    x = rng.standard_normal((1, 32, 32, 16))
    weight = rng.standard_normal((size, size, 16, 16))
    weight[0] = weight[:, :, 2] = 0
    leaf = mg.Tensor(x, tangent=x, requires_grad=True)
    with winograd.keep_kernels():
        y = mg.conv2d(leaf, weight, padding=size // 2)
        g = rng.standard_normal(y.shape)
        y.backward(g)
        without = leaf.grad
        g[0, 10, 10, 3] = np.inf
        y.backward(g)
    reached = np.zeros(x.shape, dtype=bool)
    top = 10 - size // 2
    reached[0, top + 1 : top + size, top : top + size] = True
    reached[..., 2] = False
    assert not np.isfinite(leaf.grad[reached]).any()
    np.testing.assert_allclose(leaf.grad[~reached], without[~reached], rtol=1e-9, atol=1e-9)


# ---- the products themselves ----


def test_only_where_is_the_plain_one(rng):
    for dtype in (np.float32, np.float64, np.complex128):
        for shape in ((), (7,), (3, 1, 5), (0, 2)):
            derivative = np.asarray(rng.standard_normal(shape), dtype)
            derivative = np.where(rng.random(shape) < 0.3, dtype(np.inf), derivative)
            mask = np.asarray(rng.random(shape) < 0.5)
            found = chain_rule.only_where(np, mask, derivative)
            np.testing.assert_array_equal(found, chain_rule.where_plain(np, mask, derivative))
            assert found.dtype == dtype and found.shape == shape
        columns = derivative = rng.standard_normal((4, 6)).astype(dtype)[:, ::2]
        mask = columns.real > 0
        found = chain_rule.only_where(np, mask, columns)
        np.testing.assert_array_equal(found, chain_rule.where_plain(np, mask, derivative))


FACTORS = np.array([0.0, 2.0, -3.0, np.inf, -np.inf, np.nan])


def test_zero_wins_and_everything_else_is_ieee():
    a, b = FACTORS[:, None], FACTORS
    zero = (a == 0) | (b == 0)
    product = chain_rule.times(np, a, b)
    np.testing.assert_array_equal(product, np.where(zero, 0, a * b))
    quotient = chain_rule.divided(np, a, b)
    np.testing.assert_array_equal(quotient, np.where((a == 0) | np.isinf(b), 0, a / b))
    sums = chain_rule.dot(np, FACTORS[None], FACTORS[:, None])
    assert np.isnan(sums).all()


def test_zero_wins_on_the_device(strict):
    a, b = strict.asarray(FACTORS[:, None]), strict.asarray(FACTORS)
    for operation in (chain_rule.times, chain_rule.divided):
        expected = operation(np, FACTORS[:, None], FACTORS)
        np.testing.assert_array_equal(strict.asnumpy(operation(strict, a, b)), expected)
    eye = strict.asarray(np.eye(6))
    found = strict.asnumpy(chain_rule.dot(strict, eye, b[:, None]))
    np.testing.assert_array_equal(found[:3], FACTORS[:3, None])
    assert not np.isfinite(found[3:]).any()  # a sum that ∞ is part of says so, as ∞ or NaN


def test_linear_of_nothing_is_0_as_matmul_has_it():
    x, weight = np.zeros((2, 0)), np.zeros((0, 3))
    leaf = mg.Tensor(x, tangent=x, requires_grad=True)
    y = mg.linear(leaf, weight)
    y.sum().backward()
    assert y.shape == (2, 3) and (y.data == 0).all() and (y.tangent == 0).all()
    assert leaf.grad.shape == (2, 0)
    assert mg.linear(np.zeros((0, 4)), np.zeros((4, 3))).shape == (0, 3)
