"""What people write out of habit: comparisons, formats, large numbers, threads."""

import warnings

import numpy as np
import pytest

import minigrad as mg
from minigrad.machine.parallel import in_order
from tests.helpers.tensors import K, X, leaf, line_after

# ---- comparisons ----


@pytest.mark.parametrize(
    "compare",
    [
        lambda x: x == 0,
        lambda x: x != 0,
        lambda x: 1.5 == x,
        lambda x: x == np.zeros(3),
        lambda x: np.zeros(3) != x,
        lambda x: x == np.float32(1),
        lambda x: x == [0.0, 1.0, 2.0],
        lambda x: x < 0,
        lambda x: x >= x,
        lambda x: 0 > x,
    ],
)
def test_a_comparison_with_numbers_says_what_to_write(compare):
    with pytest.raises(TypeError, match=r"has no derivative.*x\.data > 0.*mg\.equal"):
        compare(mg.Tensor(np.arange(3.0)))


def test_two_tensors_are_compared_as_objects_with_a_warning_that_names_the_line():
    x, other = mg.Tensor(np.arange(3.0)), mg.Tensor(np.arange(3.0))
    for compare, result in [(lambda: x == other, False), (lambda: x != other, True)]:
        with pytest.warns(UserWarning, match="as objects, not their entries") as caught:
            assert compare() is result
        assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = {x: 1, other: 2}
        assert table[x] == 1 and table[other] == 2 and x in table
        assert x != "x" and not x == None  # noqa: E711


def test_equal_compares_the_entries():
    predicted, labels = mg.Tensor(np.array([1, 2, 3])), mg.Tensor(np.array([1, 2, 4]))
    assert mg.equal(predicted, labels).mean() == pytest.approx(2 / 3)
    assert mg.equal(predicted, 2).tolist() == [False, True, False]
    x = mg.Tensor(np.array([0.0, 1.0, 0.0, 2.0]))
    assert x[~mg.equal(x, 0)].data.tolist() == [1, 2]
    assert mg.equal([1, 2], [1, 3]).tolist() == [True, False]


# ---- everyday idioms ----


def test_a_loss_is_printed_as_a_number():
    loss = leaf([3.0]).sum()
    assert f"{loss:.4f}" == "3.0000" and f"{loss:>6.1f}" == "   3.0" and int(loss) == 3
    assert f"{loss}" == str(loss)
    with pytest.raises(ValueError, match=r"has shape \(2,\), 2 numbers; expected exactly one"):
        f"{leaf([1.0, 2.0]):.4f}"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_whole_numbers_beyond_every_integer_type_take_the_dtype_beside_them(dtype):
    x = mg.Tensor(np.ones(2, dtype))
    for y in (x * 10**20, 10**20 * x, x * [10**20, 10**20]):
        assert y.dtype == dtype
        np.testing.assert_allclose(y.data, 1e20, rtol=1e-6)
    assert mg.Tensor(10**20).dtype == np.float32
    with pytest.raises(TypeError, match="cannot hold dtype object"):
        x * [None, 1.0]


def test_an_imaginary_number_beside_float32_is_complex64():
    assert (mg.Tensor(np.ones(2, np.float32)) * 1j).dtype == np.complex64
    assert (mg.Tensor(np.ones(2)) * 1j).dtype == np.complex128


@pytest.mark.parametrize(
    "dtype, native", [(">f8", "f8"), (">f4", "f4"), ("<f4", "f4"), (">i4", "i4")]
)
def test_arrays_of_another_byte_order_keep_their_width(dtype, native):
    tensor = mg.Tensor(np.arange(3).astype(dtype))
    assert tensor.dtype == np.dtype(native) and tensor.dtype.isnative
    np.testing.assert_array_equal(tensor.data, [0, 1, 2])


@pytest.mark.parametrize("dtype", [int, np.float16, bool, "complex64"])
def test_parameters_do_not_become_numbers_that_lose_what_training_found(dtype):
    net = mg.layers.Linear(3, 3)
    before = net.weight.data.copy()
    with pytest.raises(TypeError, match="expected float32 or float64"):
        net.astype(dtype)
    np.testing.assert_array_equal(net.weight.data, before)


# ---- threads ----


def test_predict_takes_a_tensor_and_refuses_an_empty_batch():
    with pytest.raises(ValueError, match=r"predict: x has shape \(0, 4\): the batch is empty"):
        mg.predict(K, np.zeros((0, 4)))
    np.testing.assert_array_equal(mg.predict(K, mg.Tensor(X)), mg.predict(K, X))


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2"])
def test_a_number_of_workers_that_is_none_is_refused(workers):
    with pytest.raises(ValueError, match="expected a whole number of at least 1"):
        mg.predict(K, X, workers=workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_worker_names_the_users_line(workers):
    net = mg.layers.Sequential(mg.layers.Linear(3, 3), mg.layers.Linear(4, 1))
    with pytest.raises(ValueError) as caught:
        here = line_after()
        mg.predict(net, np.ones((4, 3), np.float32), workers=workers)
    assert f"in linear.forward, applied at {here}" in "".join(caught.value.__notes__)


def test_the_users_own_line_in_a_worker_stays_the_one_that_is_named():
    def double(item):
        return (mg.Tensor(item) * 2.0).made_by[1:]

    line = double.__code__.co_firstlineno + 1
    assert set(in_order(double, [1.0, 2.0, 3.0], 2)) == {(__file__, line)}
