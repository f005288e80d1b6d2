"""Results are the caller's own, and what he writes into his arrays moves no gradient unseen."""

import itertools

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import conductance
from tests.helpers.tensors import BASELINE, K, X, leaf, line_after

# ---- results are the caller's own ----


def test_results_of_vjp_share_memory_with_nothing():
    a, c, u = np.ones(2), np.ones(2), np.ones(2)
    output, pullback = mg.vjp(lambda a, c: a + c, a, c)
    ga, gc = pullback(u)
    arrays = [a, c, u, ga, gc, output.data, *pullback(u)]
    for one, other in itertools.combinations(arrays, 2):
        assert not np.shares_memory(one, other)
    ga *= 5
    a[:] = 7
    np.testing.assert_array_equal(pullback(u)[0], [1, 1])


def test_a_pullback_does_not_notice_that_the_caller_uses_his_array_again():
    x = np.array([1.0, 2.0])
    _, pullback = mg.vjp(lambda x: (x * x).sum(), x)
    x[:] = 100
    np.testing.assert_array_equal(pullback()[0], [2, 4])


@pytest.mark.parametrize("f", [lambda x: x, lambda x: x.reshape(2, 1), lambda x: x[:1]])
def test_results_of_jvp_share_memory_with_nothing(f):
    x, v = np.ones(2), np.ones(2)
    output, tangent = mg.jvp(f, (x,), (v,))
    for one, other in itertools.combinations([x, v, output.data, tangent], 2):
        assert not np.shares_memory(one, other)
    tangent *= 2  # can be written to


# ---- arrays that are overwritten ----


def test_indices_and_labels_that_are_overwritten_do_not_move_the_gradient():
    for index in (np.array([0, 1]), [0, 1]):
        x = leaf([1.0, 2.0, 3.0])
        y = (x[index] * np.array([1.0, 10.0])).sum()
        index[:] = [2, 2]
        y.backward()
        np.testing.assert_array_equal(x.grad, [1, 10, 0])
    logits, labels = leaf(np.zeros((2, 2))), np.array([0, 1])
    loss = mg.cross_entropy(logits, labels)
    labels[:] = 0
    loss.backward()
    np.testing.assert_array_equal(logits.grad, [[-0.25, 0.25], [0.25, -0.25]])
    table, tokens = leaf(np.ones((3, 1))), np.array([0, 1])
    y = mg.embedding(table, tokens).sum()
    tokens[:] = 2
    y.backward()
    np.testing.assert_array_equal(table.grad, [[1], [1], [0]])
    x, mask = leaf([1.0, 2.0]), np.array([True, False])
    y = mg.where(mask, x, 0.0).sum()
    mask[:] = False
    y.backward()
    np.testing.assert_array_equal(x.grad, [1, 0])


def overwrite_input(x, parameter):
    x[:] = 100.0


def overwrite_parameter(x, parameter):
    parameter.data -= 1.0


@pytest.mark.parametrize(
    "overwrite, what", [(overwrite_input, "input 0"), (overwrite_parameter, "input 1")]
)
def test_check_unchanged_finds_the_array_and_the_line(overwrite, what):
    x, parameter = np.array([1.0, 2.0]), mg.Parameter(np.array([2.0, 3.0]))
    with mg.check_unchanged():
        here = line_after()
        y = (mg.Tensor(x) * parameter).sum()
        y.backward()
        overwrite(x, parameter)
        with pytest.raises(ValueError, match=f"{what} of multiply was overwritten") as caught:
            y.backward()
    assert here in "".join(caught.value.__notes__)


def test_check_unchanged_lets_pass_what_is_replaced_and_a_whole_conductance(rng):
    parameter = mg.Parameter(np.array([2.0]))
    with mg.check_unchanged():
        square = (parameter * parameter).sum()
        parameter.data = np.array([5.0])
        square.backward()
        assert parameter.grad == 4
        conductance(K, X, BASELINE)
        images = mg.Parameter(rng.standard_normal((2, 12, 12, 16)))
        kernel = mg.Parameter(rng.standard_normal((3, 3, 16, 16)))
        y = mg.max_pool2d(mg.relu(mg.conv2d(images, kernel, padding=1)), 3, 2)
        mg.local_response_norm(y, 2, 1.0, 0.1, 0.75).sum().backward()
