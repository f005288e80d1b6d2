"""The engine itself: the graph, both modes, dtypes, kinks and ties, named tensors, the contexts."""

import os
import threading
from functools import partial

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff import gradients, topological_order
from minigrad.function import Function
from minigrad.recording import current_mode
from tests.helpers.tensors import line_after


class Counted(Function):
    """The identity, which counts how often it is asked for a gradient."""

    backwards = 0

    def forward(self, x):
        return x + 0

    def backward(self, grad_output):
        Counted.backwards += 1
        return (grad_output,)

    def jvp(self, dx):
        return dx


@pytest.fixture
def counted(monkeypatch):
    monkeypatch.setattr(Counted, "backwards", 0)
    return Counted


def leaf(values, **options):
    return mg.Tensor(np.asarray(values, np.float64), requires_grad=True, **options)


# ---- the graph ----


def test_chain_of_100000_operations_takes_one_step_each(counted):
    """No recursion, and work in proportion to the length: every node once."""
    x = leaf(2.0)
    y = x
    for _ in range(100_000):
        y = counted()(y)
    assert y.rank == 100_000
    assert len(topological_order(y)) == 100_001
    y.backward()
    assert counted.backwards == 100_000
    assert x.grad == 1


def test_tangent_flows_through_a_long_chain_without_a_tape():
    x = mg.Tensor(np.ones(()), tangent=np.ones(()))
    for _ in range(5_000):
        x = x * 1.0001
    assert x.creator is None
    assert x.tangent == pytest.approx(1.0001**5000, rel=1e-12)


def test_stack_of_diamonds_takes_one_step_a_node(counted):
    """60 diamonds have 2⁶⁰ paths from end to end; each node is passed once, with its gradient."""
    x = leaf(1.0, tangent=1.0)
    y = x
    for _ in range(60):
        y = counted()(y) + counted()(y)
    y.backward()
    assert counted.backwards == 120
    assert x.grad == y.tangent == 2.0**60


def test_nodes_at_different_depths_wait_for_all_their_gradients():
    """``a`` is used directly and through a long detour: its gradient must be complete first."""
    x = leaf(3.0)
    a = x * x
    detour = a
    for _ in range(5):
        detour = detour + 1
    (detour * a).backward()  # x⁴ + 5x², from both sides of the detour
    assert x.grad == 4 * 3.0**3 + 10 * 3.0


def test_tensor_used_twice_in_one_operation():
    x = leaf([2.0, -3.0], tangent=[1.0, 0.5])
    for y, derivative in [
        (x * x, [4.0, -6.0]),
        (x + x, [2.0, 2.0]),
        (x - x, [0.0, 0.0]),
        (x / x, [0.0, 0.0]),
    ]:
        y.backward(np.ones(2))
        np.testing.assert_array_equal(x.grad, derivative)
        np.testing.assert_array_equal(y.tangent, x.tangent * derivative)
    joined = mg.concatenate([x, x, x])
    joined.backward(np.arange(6.0))
    np.testing.assert_array_equal(x.grad, [0 + 2 + 4, 1 + 3 + 5])


def test_a_gradient_that_grows_leaves_alone_the_array_it_shares_with_another():
    """`add` hands one array to both its inputs; what ``a`` gets on top must not reach ``b``."""
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    start = np.ones(2)
    ((a + b) + a).backward(start)
    np.testing.assert_array_equal(a.grad, [2, 2])
    np.testing.assert_array_equal(b.grad, [1, 1])
    np.testing.assert_array_equal(start, [1, 1])


def test_shared_part_serves_two_outputs():
    x = leaf([1.0, 2.0])
    shared = x.exp()
    (shared * 2).sum().backward()
    np.testing.assert_allclose(x.grad, 2 * np.exp(x.data), rtol=1e-15)
    (shared * 3).sum().backward()  # .grad is replaced, not added to
    np.testing.assert_allclose(x.grad, 3 * np.exp(x.data), rtol=1e-15)


def test_second_backward_gives_the_same_gradients():
    x = leaf([1.0, 2.0])
    h = (x * x).named("h")
    y = (h * x).sum()
    y.backward()
    first = x.grad.copy(), h.grad.copy()
    y.backward()
    np.testing.assert_array_equal(x.grad, first[0])
    np.testing.assert_array_equal(h.grad, first[1])
    np.testing.assert_array_equal(first[0], 3 * x.data**2)


def test_gradients_are_written_on_leaves_and_named_tensors_only():
    x = leaf([1.0, 2.0])
    plain = x * 2
    named = (plain * 3).named("layer")
    constant = mg.Tensor(np.ones(2))
    (named * constant).sum().backward()
    assert x.grad is not None and named.grad is not None
    assert plain.grad is None and constant.grad is None


def test_a_leaf_that_asks_later_gets_its_gradient_too():
    x = mg.Tensor(np.ones(2))
    x.requires_grad = True
    (x * 5).sum().backward()
    np.testing.assert_array_equal(x.grad, [5, 5])


def test_a_scalar_leaf_is_its_own_derivative():
    x = leaf(4.0)
    x.backward()
    assert x.grad == 1


def test_gradients_are_the_same_bits_every_time():
    def run():
        rng = np.random.default_rng(0)
        x, weight, tail = (
            leaf(rng.standard_normal(shape)) for shape in ((2, 9, 9, 3), (3, 3, 3, 4), (4,))
        )
        h = mg.max_pool2d(mg.relu(mg.conv2d(x, weight)), 3, 2)
        (mg.local_response_norm(h, 2, 1.0, 0.1, 0.75) * tail + h).sum().backward()
        return x.grad, weight.grad, tail.grad

    for one, other in zip(run(), run()):
        np.testing.assert_array_equal(one, other)


def test_paths_that_lead_nowhere_wanted_are_not_followed(counted):
    x, other = leaf(2.0), leaf(5.0)
    y = counted()(x) * counted()(counted()(other))
    found = gradients(y, wanted=[x])
    assert found == {x: 5.0}
    assert counted.backwards == 1
    assert x.grad is None  # `gradients` writes nowhere


# ---- vjp and jvp ----


def test_vjp_gives_the_output_and_a_pullback():
    output, pullback = mg.vjp(lambda a, b, c: a * b, [1.0, 2.0], np.array([3.0, 4.0]), np.ones(3))
    np.testing.assert_array_equal(output.data, [3, 8])
    for grad_output in ([1.0, 1.0], [0.0, 2.0]):
        da, db, dc = pullback(grad_output)
        np.testing.assert_array_equal(da, np.array([3, 4]) * grad_output)
        np.testing.assert_array_equal(db, np.array([1, 2]) * grad_output)
        np.testing.assert_array_equal(dc, np.zeros(3))  # the output does not depend on it
    assert (da.dtype, db.dtype) == (np.float32, np.float64)


def test_vjp_leaves_the_tensors_given_alone():
    x = leaf([1.0, 2.0])
    mg.vjp(mg.exp, x)[1](np.ones(2))
    assert x.grad is None


def test_pullback_of_a_scalar_starts_at_one():
    _, pullback = mg.vjp(lambda x: (x * x).sum(), np.array([3.0, 4.0]))
    np.testing.assert_array_equal(pullback()[0], [6, 8])


def test_jvp_gives_the_output_and_its_tangent():
    output, tangent = mg.jvp(
        lambda a, b: a * b, (np.array(3.0), np.array(4.0)), (np.array(1.0), np.array(10.0))
    )
    assert (output.item(), tangent) == (12, 34)
    _, tangent = mg.jvp(lambda a: mg.Tensor(np.ones(2)), (np.ones(3),), (np.ones(3),))
    np.testing.assert_array_equal(tangent, np.zeros(2))  # an output that does not move


def test_tangents_flow_through_a_graph_in_which_only_some_inputs_move():
    moving, still = (
        mg.Tensor(np.array([1.0, 2.0]), tangent=np.array([1.0, -1.0])),
        mg.Tensor(np.array([3.0, 5.0])),
    )
    for y, tangent in [
        (still * 2, None),
        (moving * still + still, [3.0, -5.0]),
        (mg.concatenate([still, moving]), [0.0, 0.0, 1.0, -1.0]),
        (mg.maximum(still, moving), [0.0, 0.0]),
        (mg.matmul(still, moving), -2.0),
        (mg.linear(still.reshape(1, 2), mg.Tensor(np.eye(2)), moving), [[1.0, -1.0]]),
    ]:
        np.testing.assert_array_equal(y.tangent, tangent)


def test_power_asks_no_logarithm_of_a_base_whose_exponent_stays(recwarn):
    """log a is undefined for a < 0; x² must not ask for it, neither backward nor forward."""
    x = leaf([-2.0, 0.0, 3.0], tangent=np.ones(3))
    y = x**2
    y.backward(np.ones(3))
    np.testing.assert_array_equal(x.grad, [-4, 0, 6])
    np.testing.assert_array_equal(y.tangent, [-4, 0, 6])
    assert not recwarn


@pytest.mark.parametrize(
    "base, exponent, by_base, by_exponent",
    [(0.0, 0.0, 0, 0), (0.0, 1.0, 1, 0), (0.0, 2.0, 0, 0), (3.0, 0.0, 0, np.log(3))],
)
def test_power_at_zero(base, exponent, by_base, by_exponent):
    a, b = leaf(base), leaf(exponent)
    (a**b).backward()
    assert (a.grad, b.grad) == (by_base, pytest.approx(by_exponent, rel=1e-15))


@pytest.mark.parametrize("at", [-700.0, -30.0, 30.0, 700.0])
def test_sigmoid_and_softplus_keep_every_digit_far_from_zero(at, recwarn):
    x = np.array([at])
    tail = np.exp(-abs(x))  # σ(−x) = e^−x and log(1 + e^−x) = e^−x, but for e^−2x
    np.testing.assert_allclose(mg.sigmoid(mg.Tensor(x)).data, tail if at < 0 else 1.0, rtol=1e-12)
    np.testing.assert_allclose(mg.softplus(mg.Tensor(x)).data, tail if at < 0 else at, rtol=1e-12)
    assert not recwarn


# ---- named layers, and the contexts ----


def test_named_returns_the_same_tensor_and_the_tape_begins_there():
    x = mg.Tensor(np.array([1.0, 2.0]))
    upstream = x * 2
    h = upstream * 3
    assert h.named("h") is h and h.name == "h"
    (h * h).sum().backward()
    assert h.creator is None and upstream.creator is None and not upstream.requires_grad
    np.testing.assert_array_equal(h.grad, 2 * h.data)
    assert x.grad is None and upstream.grad is None


def test_named_keeps_the_tape_upstream_if_something_there_asks():
    x = leaf([1.0, 2.0])
    h = (x * 3).named("h")
    h.sum().backward()
    np.testing.assert_array_equal(h.grad, [1, 1])
    np.testing.assert_array_equal(x.grad, [3, 3])


def test_watch_layers_makes_constants_of_parameters_and_begins_the_tape_at_the_first_layer():
    weight = mg.Parameter(np.ones((2, 2)))
    x = mg.Tensor(np.ones((1, 2)))
    with mg.watch_layers() as watched:
        first = (x @ weight).named("first")
        second = (first @ weight).named("second")
        second.sum().backward()
    assert watched.tensors == {"first": first, "second": second}
    assert watched.met == [
        "first",
        "second",
    ]
    assert weight.grad is None and first.creator is None
    np.testing.assert_array_equal(first.grad, [[2, 2]])
    (x @ weight).sum().backward()  # after the block parameters ask again
    np.testing.assert_array_equal(weight.grad, np.ones((2, 2)))


def test_watch_layers_of_some_names_begins_at_the_first_of_those():
    x = mg.Tensor(np.ones(2))
    with mg.watch_layers(["deep"]) as watched:
        shallow = (x * 2).named("shallow")
        deep = (shallow * 2).named("deep")
        deep.sum().backward()
    assert list(watched.tensors) == ["deep"] and watched.met == ["shallow", "deep"]
    assert shallow.grad is None and not shallow.requires_grad and deep.grad is not None
    watched.check_all_met()


def test_no_grad_records_nothing_but_tangents_flow():
    x = leaf([1.0, 2.0], tangent=[1.0, 1.0])
    with mg.no_grad():
        y = (x * x).named("y")
    assert y.creator is None and not y.requires_grad
    np.testing.assert_array_equal(y.tangent, [2, 4])
    assert (x * x).creator is not None


def test_contexts_nest_and_are_restored_after_an_exception():
    with pytest.raises(KeyError, match="on purpose"), mg.no_grad(), mg.check_finite() as check:
        assert not current_mode().gradients and current_mode().watchers == (check,)
        raise KeyError("on purpose")
    assert current_mode().gradients and current_mode().watchers == ()


def test_no_grad_in_one_thread_is_not_seen_in_another():
    entered, leave = threading.Event(), threading.Event()

    def other_thread():
        with mg.no_grad():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other_thread)
    thread.start()
    assert entered.wait(10)
    y = leaf(2.0) * 3  # while the other thread is inside its block
    leave.set()
    thread.join()
    assert y.creator is not None


def test_check_finite_names_the_operation_the_line_and_what_went_wrong():
    with mg.check_finite(), np.errstate(all="ignore"):
        with pytest.raises(FloatingPointError, match="the value of .*2 of 3 numbers") as caught:
            here = line_after()
            mg.log(mg.Tensor(np.array([0.0, 1.0, -1.0])))
        assert f"from log at {here}" in str(caught.value)
        with pytest.raises(FloatingPointError, match="the tangent of .*from sqrt"):
            mg.sqrt(mg.Tensor(np.zeros(1), tangent=np.ones(1)))
        x = leaf([0.0], name="x")
        here = line_after()
        y = mg.sqrt(x)
        with pytest.raises(
            FloatingPointError, match=r"gradient that sqrt.backward gave for input 0, 'x' \(1,\)"
        ) as caught:
            y.sum().backward()
        assert f"in sqrt.backward, applied at {here}" in "".join(caught.value.__notes__)
    with np.errstate(all="ignore"):
        assert np.isinf(mg.log(mg.Tensor(np.zeros(1))).data)  # not asked, not checked


# ---- dtypes, and what stands beside a tensor ----


def test_each_gradient_takes_its_own_inputs_dtype():
    single, double = (
        mg.Tensor(np.ones((2, 3), np.float32), requires_grad=True),
        leaf(np.ones((3, 2))),
    )
    y = single @ double
    assert y.dtype == np.float64
    y.sum().backward()
    assert (single.grad.dtype, double.grad.dtype) == (np.float32, np.float64)


def test_tangent_takes_the_dtype_of_its_output():
    x = mg.Tensor(np.ones((1, 2), np.float32), tangent=np.ones((1, 2)))
    y = mg.linear(x, mg.Tensor(np.ones((2, 2), np.float32)), mg.Tensor(np.ones(2)))
    assert (x.tangent.dtype, y.dtype, y.tangent.dtype) == (np.float32, np.float64, np.float64)


@pytest.mark.parametrize(
    "x, weight, bias",
    [
        (np.float32, np.float32, np.float64),
        (np.float32, np.float64, np.float32),
        (np.uint8, np.float32, np.float32),
    ],
)
def test_convolution_of_mixed_dtypes_takes_the_widest(x, weight, bias):
    image, kernel, offset = (
        np.full((1, 3, 3, 2), 2, x),
        np.ones((2, 2, 2, 1), weight),
        np.full(1, 0.1, bias),
    )
    y = mg.conv2d(image, kernel, offset)
    assert y.dtype == np.result_type(x, weight, bias)
    np.testing.assert_allclose(y.data, 16 + offset.item(), rtol=1e-6)


@pytest.mark.parametrize(
    "number", [2, 2.5, True, np.float64(2.5), np.int64(2), [1, 2, 3], [0.5, 1.0, 2.0]], ids=repr
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("operator", ["add", "subtract", "multiply", "divide", "power", "maximum"])
def test_numbers_and_lists_take_the_dtype_beside_them_on_either_side(operator, dtype, number):
    x = mg.Tensor(np.array([1.0, 2.0, 3.0], dtype))
    operation = getattr(mg, operator)
    expected = getattr(np, operator)(x.data, np.asarray(number, dtype))
    assert operation(x, number).dtype == operation(number, x).dtype == dtype
    np.testing.assert_array_equal(operation(x, number).data, expected)


def test_numbers_beside_a_float64_array_lose_no_digits():
    assert mg.add(np.ones(1), 0.1).data == 1.1
    assert (leaf([1.0]) + [0.1]).data == 1.1


def test_numpy_arrays_and_numbers_on_the_left_leave_the_work_to_the_tensor():
    x = mg.Tensor(np.array([1.0, 2.0], np.float32), requires_grad=True)
    array = np.array([4.0, 9.0], np.float32)
    for y, expected in [
        (array + x, [5, 11]),
        (array - x, [3, 7]),
        (array * x, [4, 18]),
        (array / x, [4, 4.5]),
        (array**x, [4, 81]),
        (array @ x, 22),
        (np.float64(3) * x, [3, 6]),
        (np.float32(1) / x, [1, 0.5]),
        (2 - x, [1, 0]),
        (2**x, [2, 4]),
    ]:
        assert isinstance(y, mg.Tensor) and y.dtype == np.float32 and y.creator is not None
        np.testing.assert_array_equal(y.data, np.array(expected))


@pytest.mark.parametrize(
    "data, dtype",
    [
        (1.5, np.float32),
        ([1.0, 2.0], np.float32),
        (np.float64(1.5), np.float64),
        (np.ones(2), np.float64),
        (np.ones(2, np.float16), np.float32),
        (np.ones(2, np.longdouble), np.float64),
        ([1, 2], np.int64),
        (np.ones(2, np.uint8), np.uint8),
    ],
)
def test_dtype_of_a_new_tensor(data, dtype):
    assert mg.Tensor(data).dtype == dtype


def test_options_that_are_numpy_numbers_do_not_widen_float32():
    x = mg.Tensor(np.ones((1, 2, 2, 4), np.float32))
    two = np.float64(2)
    assert mg.local_response_norm(x, np.int64(1), two, two, two).dtype == np.float32
    assert mg.dropout(x, np.float64(0.5), np.random.default_rng(0)).dtype == np.float32


def test_iterating_over_a_tensor_gives_its_rows_with_their_graph():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    first, second = x
    (first * second).sum().backward()
    np.testing.assert_array_equal(x.grad, [[3, 4], [1, 2]])


# ---- kinks and ties: the written rule, in both modes ----


def assert_derivative(f, at, expected):
    """The diagonal of the Jacobian of ``f``, or its gradient, by reverse and by forward mode."""
    at = np.asarray(at, np.float64)
    x = leaf(at)
    y = f(x)
    y.backward(np.ones(y.shape))
    np.testing.assert_array_equal(x.grad, expected)
    for place in np.ndindex(at.shape):
        direction = np.zeros(at.shape)
        direction[place] = 1
        _, tangent = mg.jvp(f, (at,), (direction,))
        assert tangent.sum() == np.asarray(expected)[place]


def test_relu_has_derivative_zero_at_its_kink():
    assert_derivative(mg.relu, [-1.0, -0.0, 0.0, 1.0], [0, 0, 0, 1])


@pytest.mark.parametrize("operation", [mg.maximum, mg.minimum])
def test_first_of_two_equal_numbers_has_the_whole_derivative(operation):
    a, b = leaf([1.0, 2.0], tangent=[10.0, 10.0]), leaf([1.0, 2.0], tangent=[1.0, 1.0])
    y = operation(a, b)
    y.backward(np.ones(2))
    np.testing.assert_array_equal(a.grad, [1, 1])
    np.testing.assert_array_equal(b.grad, [0, 0])
    np.testing.assert_array_equal(y.tangent, [10, 10])
    assert_derivative(lambda x: operation(x, x), [1.0, 2.0], [1, 1])


def test_first_of_equal_maxima_has_the_whole_derivative():
    assert_derivative(mg.max, [[1.0, 3.0], [3.0, 3.0]], [[0, 1], [0, 0]])
    assert_derivative(lambda x: mg.max(x, 0), [[1.0, 3.0], [1.0, 3.0]], [[1, 1], [0, 0]])


@pytest.mark.parametrize("keepdims", [False, True])
def test_first_of_equal_maxima_over_several_axes_is_first_in_the_order_of_the_axes(keepdims):
    x = np.zeros((2, 3, 2))
    x[1, 0, 0] = x[0, 2, 0] = 5  # axes (0, 2) at 0: (1, 0); at 2: (0, 0)
    expected = np.zeros((2, 3, 2))
    expected[1, 0, 0] = expected[0, 2, 0] = 1
    expected[0, 1, 0] = 1  # all four are 0: the first
    assert_derivative(lambda x: mg.max(x, (2, 0), keepdims), x, expected)


def test_first_of_equal_pixels_row_by_row_has_the_whole_derivative():
    x = np.array([[1.0, 2.0, 2.0], [2.0, 1.0, 2.0], [2.0, 2.0, 2.0]])[None, :, :, None]
    expected = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])[None, :, :, None]
    assert_derivative(lambda x: mg.max_pool2d(x, 3), x, expected)
    # Windows of 2×2, 1 apart: the pixel (0, 1) is the first in two of them, (1, 0) and (1, 2) in
    # one.
    expected = np.array([[0.0, 2.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])[None, :, :, None]
    assert_derivative(lambda x: mg.max_pool2d(x, 2, 1), x, expected)


def test_padding_never_wins_a_max_pooling():
    x = -np.ones((1, 2, 2, 1))
    # of equal pixels the first in each of nine windows
    expected = np.array([[4.0, 2.0], [2.0, 1.0]])[None, :, :, None]
    assert_derivative(lambda x: mg.max_pool2d(x, 2, 1, 1), x, expected)
    assert (mg.max_pool2d(mg.Tensor(x), 2, 1, 1).data == -1).all()


@pytest.mark.parametrize("length", [256, 257, 300])
def test_windows_of_more_than_256_columns_know_their_winner(length):
    """The winner's number fits a byte only up to 256 columns."""
    x = np.zeros((1, 2, length, 1))
    x[0, 1, -1] = 1
    assert_derivative(lambda x: mg.max_pool2d(x, (2, length)), x, x)


# ---- shapes at the edge ----


@pytest.mark.parametrize(
    "index",
    [slice(0, 0), np.zeros(3, bool), np.zeros(0, int), (slice(None), slice(5, 5))],
    ids=repr,
)
def test_indexing_nothing_gives_no_gradient(index):
    x = leaf(np.ones((3, 2)))
    y = x[index]
    assert y.size == 0
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, np.zeros((3, 2)))


@pytest.mark.parametrize("operation", [mg.add, mg.multiply, mg.divide, mg.maximum])
def test_broadcasting_over_nothing(operation):
    a, b = leaf(np.ones((0, 3))), leaf(np.ones((1, 3)))
    y = operation(a, b)
    assert y.shape == (0, 3)
    y.sum().backward()
    assert a.grad.shape == (0, 3)
    np.testing.assert_array_equal(b.grad, np.zeros((1, 3)))


def test_broadcasting_of_axes_of_length_one_is_summed_once():
    a, b = leaf(np.ones((1, 1, 3))), leaf(np.ones((4, 1, 3)))
    (a * b).sum().backward()
    np.testing.assert_array_equal(a.grad, np.full((1, 1, 3), 4))
    np.testing.assert_array_equal(b.grad, np.ones((4, 1, 3)))


def test_reductions_of_a_scalar_and_over_no_axes():
    for operation in (mg.sum, mg.mean, mg.max):
        assert_derivative(operation, 3.0, 1.0)
        assert_derivative(partial(operation, axis=()), [[1.0, 2.0]], [[1, 1]])


# ---- how it shows itself ----


def test_repr_says_name_shape_origin_and_values():
    here = os.path.basename(line_after())
    x = (leaf([1.0, 2.0, 3.0, 4.0, 5.0]) * 2).named("double")
    assert repr(x) == (
        f"Tensor('double', shape (5,), float64, values [2, 4, 6, 8, …], from multiply at {here})"
    )
    text = repr(x.creator)
    assert text.startswith(
        "multiply(\n  input 0: Tensor(shape (5,), float64, values [1, 2, 3, 4, …], requires_grad)\n"
        "  input 1: "
    )
    assert "a: array (5,) float64" in text and "applied_at" not in text


# ---- what a review brought to light ----


def test_a_context_may_be_entered_again_inside_itself():
    block = mg.no_grad()
    with block:
        with block:
            assert not current_mode().gradients
        assert not current_mode().gradients
    assert current_mode().gradients


def test_wanted_may_be_any_iterable():
    x = mg.Tensor([2.0], requires_grad=True)
    assert list(gradients((x * x).sum(), wanted=(tensor for tensor in [x]))) == [x]


def test_backward_of_an_operation_off_the_wanted_path_is_not_run(monkeypatch):
    x = mg.Tensor(np.ones((1, 2)), requires_grad=True)
    y = mg.exp(x)

    def explode(self, grad_output):
        raise RuntimeError("exp.backward was run")

    monkeypatch.setattr(type(y.creator), "backward", explode)
    assert list(gradients((y * y).sum(), wanted=[y])) == [y]


def test_vjp_records_also_inside_no_grad():
    with mg.no_grad():
        _, pullback = mg.vjp(mg.exp, np.array([1.0]))
        np.testing.assert_allclose(pullback(np.array([1.0]))[0], [np.e])
        assert mg.gradcheck(mg.tanh, np.array([0.3, 1.0]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: mg.vjp(lambda x: 1.0, np.ones(1)),
        lambda: mg.jvp(lambda x: 1.0, (np.ones(1),), (np.ones(1),)),
    ],
)
def test_vjp_and_jvp_say_when_f_returns_no_tensor(call):
    with pytest.raises(TypeError, match="f returned float; expected a Tensor"):
        call()


def test_a_gradient_is_the_users_own_array():
    p, q = mg.Tensor(np.ones(3), requires_grad=True), mg.Tensor(np.ones(3), requires_grad=True)
    start = np.ones(3)
    (p + q).backward(start)
    p.grad *= 2
    np.testing.assert_array_equal(q.grad, np.ones(3))
    np.testing.assert_array_equal(start, np.ones(3))
    p.sum().backward()
    p.grad *= 0.5  # not a view that cannot be written to


def test_an_optimiser_uses_a_gradient_once():
    a, b = mg.Parameter(np.ones(1)), mg.Parameter(np.ones(1))
    optimiser = mg.optim.SGD([a, b], learning_rate=0.1)
    (a * b).sum().backward()
    optimiser.step()
    (a * 2.0).sum().backward()
    before = b.data.copy()
    optimiser.step()
    np.testing.assert_array_equal(b.data, before)
