"""Every row of the table of operations: value, derivatives, dtype, on NumPy and on a GPU.

Where there is no GPU, on the strict stand-in alone.
"""

import zlib

import numpy as np
import pytest

import minigrad as mg
from minigrad import functions
from minigrad.autodiff import topological_order
from minigrad.debug.gradcheck import GradcheckError
from minigrad.function import Function
from minigrad.functions.elementwise import Exp
from minigrad.functions.windowed import conv, pool
from minigrad.functions.windowed.largest import max_pool2d_plain
from minigrad.functions.windows import padded, tap
from minigrad.machine import backend
from minigrad.machine.backend import to_numpy
from tests.minigrad.functions.operations import ROWS

every_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


def rng_of(row):
    """A generator that depends on the row's name only, so that rows may come and go."""
    return np.random.default_rng(zlib.crc32(row.name.encode()))


def derivatives(row, arrays, tangents, grad_output=None, place=np.asarray):
    """Value, tangent and gradients of a row, and the output tensor itself."""
    inputs = [
        mg.Tensor(place(x), tangent=place(dx), requires_grad=True)
        for x, dx in zip(arrays, tangents)
    ]
    output = row.apply(*inputs)
    output.backward(place(np.ones(output.shape) if grad_output is None else grad_output))
    return output, [output.data, output.tangent, *(x.grad for x in inputs)]


def example(row, dtype=np.float64):
    """Inputs and tangents of a row."""
    rng = rng_of(row)
    arrays = [np.asarray(x, dtype) for x in row.draw(rng)]
    return arrays, [rng.standard_normal(x.shape).astype(dtype) for x in arrays]


def functions_of(row):
    """The Function subclasses that a row applies."""
    output, _ = derivatives(row, *example(row))
    return {
        type(tensor.creator) for tensor in topological_order(output) if tensor.creator is not None
    }


# ---- the table is complete ----


def test_every_public_function_has_a_row():
    assert {row.function for row in ROWS} == set(functions.__all__)
    assert len({row.name for row in ROWS}) == len(ROWS)


def operation_classes(base=Function):
    """Every Function of minigrad.functions that computes something."""
    for cls in base.__subclasses__():
        yield from operation_classes(cls)
        if cls.__module__.startswith("minigrad.functions.") and cls.forward is not Function.forward:
            yield cls


def test_every_function_class_has_a_row():
    classes = set(operation_classes())
    assert len(classes) > 30
    assert classes == set().union(*map(functions_of, ROWS))


def test_every_operation_is_called_in_messages_as_its_public_function():
    names = {cls.__new__(cls).name for cls in operation_classes()}
    # these two are made of conv2d and reshape
    assert names | {"conv1d", "flatten"} == set(functions.__all__)


# ---- the value ----


@every_row
def test_value_is_that_of_the_plain_loops(row):
    arrays, _ = example(row)
    value = row.apply(*map(mg.Tensor, arrays)).data
    expected = np.asarray(row.plain(*arrays))
    assert value.shape == expected.shape and value.dtype == np.float64
    # A few dozen additions of numbers of size 1, in another order.
    np.testing.assert_allclose(value, expected, rtol=1e-13, atol=1e-14)


@every_row
def test_float32_stays_float32_in_value_tangent_and_gradients(row):
    arrays, tangents = example(row)
    _, exact = derivatives(row, arrays, tangents)
    _, single = derivatives(row, *example(row, np.float32))
    for ours, expected in zip(single, exact):
        assert ours.dtype == np.float32
        # a hundred roundings of 6e-8
        np.testing.assert_allclose(ours, expected, rtol=2e-5, atol=1e-5)


# ---- the derivatives ----


@every_row
def test_derivatives_are_right(row):
    arrays, _ = example(row)
    assert mg.gradcheck(row.apply, *arrays, complex_step=row.smooth)


MUTANTS = [("forward",), ("backward",), ("jvp",), ("backward", "jvp")]


@pytest.mark.parametrize("methods", MUTANTS, ids=" and ".join)
@every_row
def test_gradcheck_rejects_an_operation_that_is_one_percent_off(row, methods, monkeypatch):
    """Each derivative in turn, and both of them wrong alike, which only a difference can show."""
    arrays, _ = example(row)
    operation = type(row.apply(*(mg.Tensor(x, requires_grad=True) for x in arrays)).creator)
    for method in methods:
        monkeypatch.setattr(operation, method, times(1.01, getattr(operation, method)))
    with pytest.raises(GradcheckError):
        mg.gradcheck(row.apply, *arrays)


def times(factor, method):
    """The method with all that it returns multiplied by ``factor``."""

    def mutant(self, *arrays):
        result = method(self, *arrays)
        return (
            tuple(g if g is None else g * factor for g in result)
            if isinstance(result, tuple)
            else result * factor
        )

    return mutant


@pytest.mark.parametrize(
    "methods, complex_step, property_broken",
    [
        (["backward"], False, "reverse and forward mode disagree"),
        (["jvp"], False, "reverse and forward mode disagree"),
        (["backward", "jvp"], False, "not the limit of differences"),
        (["backward", "jvp"], True, "not Im f"),
    ],
)
def test_gradcheck_names_the_property_that_broke(
    methods, complex_step, property_broken, monkeypatch
):
    factor = 1 + 1e-9 if complex_step else 1.01  # the first is too little for a difference to see
    for method in methods:
        monkeypatch.setattr(Exp, method, times(factor, getattr(Exp, method)))
    with pytest.raises(GradcheckError, match=property_broken):
        mg.gradcheck(mg.exp, np.linspace(-1, 1, 5), complex_step=complex_step)


@every_row
def test_only_inputs_that_ask_get_a_gradient_and_it_is_the_same(row):
    arrays, tangents = example(row)
    _, (_, _, *all_gradients) = derivatives(row, arrays, tangents)
    for asked in range(len(arrays)):
        inputs = [
            mg.Tensor(x, requires_grad=position == asked) for position, x in enumerate(arrays)
        ]
        output = row.apply(*inputs)
        output.backward(np.ones(output.shape))
        for position, x in enumerate(inputs):
            if position == asked:
                np.testing.assert_array_equal(x.grad, all_gradients[asked])
            else:
                assert x.grad is None


@every_row
def test_missing_tangents_count_as_zero(row):
    arrays, tangents = example(row)
    for moving in range(len(arrays)):
        alone = [
            mg.Tensor(x, tangent=dx if i == moving else None)
            for i, (x, dx) in enumerate(zip(arrays, tangents))
        ]
        zeros = [
            mg.Tensor(x, tangent=dx if i == moving else dx * 0)
            for i, (x, dx) in enumerate(zip(arrays, tangents))
        ]
        np.testing.assert_allclose(
            row.apply(*alone).tangent, row.apply(*zeros).tangent, rtol=1e-13, atol=1e-14
        )
    assert row.apply(*map(mg.Tensor, arrays)).tangent is None


@every_row
def test_second_backward_gives_the_same_bits(row):
    arrays, _ = example(row)
    inputs = [mg.Tensor(x, requires_grad=True) for x in arrays]
    output = row.apply(*inputs)
    output.backward(np.ones(output.shape))
    before = [x.grad.copy() for x in inputs]
    output.backward(np.ones(output.shape))
    for x, grad in zip(inputs, before):
        np.testing.assert_array_equal(x.grad, grad)


@every_row
def test_nothing_the_tape_holds_is_written_into(row):
    """Every array that a user gave or a Function keeps is locked after the forward pass.

    Writing would raise.
    """
    arrays, tangents = example(row)
    _, expected = derivatives(row, arrays, tangents)
    for array in arrays + tangents:
        array.flags.writeable = False
    inputs = [mg.Tensor(x, tangent=dx, requires_grad=True) for x, dx in zip(arrays, tangents)]
    output = row.apply(*inputs)
    grad_output = np.ones(output.shape)
    held = [output.data, output.tangent, grad_output]
    for tensor in topological_order(output):
        held += (
            [value for value in vars(tensor.creator).values() if isinstance(value, np.ndarray)]
            if tensor.creator
            else []
        )
    for array in held:
        array.flags.writeable = False
    output.backward(grad_output)
    for ours, before in zip([output.data, output.tangent, *(x.grad for x in inputs)], expected):
        np.testing.assert_array_equal(ours, before)


@every_row
def test_piece_by_piece_is_all_at_once(row, monkeypatch):
    """Operations that pass over their input several times take it in pieces; here row by row."""
    _, expected = derivatives(row, *example(row))
    monkeypatch.setattr(backend, "PIECE_BYTES", 1)
    _, found = derivatives(row, *example(row))
    for ours, whole in zip(found, expected):
        np.testing.assert_allclose(ours, whole, rtol=1e-13, atol=1e-14)


# ---- fast forms against the plain ones beside them ----

CONVOLUTIONS = [row for row in ROWS if row.function == "conv2d"]


@pytest.mark.parametrize("row", CONVOLUTIONS, ids=[row.name for row in CONVOLUTIONS])
def test_convolution_is_the_plain_one_beside_it(row):
    arrays, _ = example(row)
    function = row.apply(*(mg.Tensor(x, requires_grad=True) for x in arrays)).creator
    plain = conv.conv2d_plain(np, arrays[0], arrays[1], function.windows)
    np.testing.assert_allclose(
        conv.correlate(np, arrays[0], arrays[1], function.windows), plain, rtol=1e-12, atol=1e-13
    )


MAX_POOLS = [row for row in ROWS if row.function == "max_pool2d"]


@pytest.mark.parametrize("row", MAX_POOLS, ids=[row.name for row in MAX_POOLS])
@pytest.mark.parametrize("levels", [2, 1000])
def test_max_pooling_is_the_plain_one_beside_it_also_with_ties(row, levels):
    """With two levels nearly every window has ties, and the first winner has it all."""
    (x,), (dx,) = example(row)
    x = np.random.default_rng(3).integers(0, levels, x.shape).astype(float)
    output = row.apply(mg.Tensor(x, tangent=dx, requires_grad=True))
    windows = output.creator.windows
    values, winners = max_pool2d_plain(np, padded(np, x, windows, value=-np.inf), windows)
    tangents = np.stack(
        [tap(padded(np, dx, windows), windows, i, j) for i, j in pool.taps(windows)]
    )
    np.testing.assert_array_equal(output.data, values)
    np.testing.assert_array_equal(
        output.tangent, np.take_along_axis(tangents, winners[None], axis=0)[0]
    )


# ---- other memories ----


@every_row
def test_the_order_in_memory_does_not_matter(row):
    """Transposed and strided views of the same numbers, and a gradient that is a view too."""
    arrays, tangents = example(row)
    _, expected = derivatives(row, arrays, tangents)
    for view in (fortran, strided):
        _, found = derivatives(row, arrays, tangents, place=view)
        for ours, contiguous in zip(found, expected):
            # sums in another order
            np.testing.assert_allclose(ours, contiguous, rtol=1e-12, atol=1e-13)


def fortran(x):
    """The same numbers, the first axis running fastest."""
    return np.array(x, order="F")


def strided(x):
    """The same numbers with gaps between them in memory."""
    wide = np.zeros((*x.shape, 2), x.dtype)
    wide[..., 0] = x
    return wide[..., 0]


@every_row
def test_strict_stand_in_gives_the_same_numbers(row, strict):
    """To the bit, but where a GPU takes another way: the gradients of a convolution."""
    arrays, tangents = example(row)
    _, expected = derivatives(row, arrays, tangents)
    output, found = derivatives(row, arrays, tangents, place=strict.asarray)
    for ours, numpys in zip(found, expected):
        assert isinstance(ours, strict.ndarray)
        rounding = 1e-12 if row.function.startswith("conv") else 0
        np.testing.assert_allclose(to_numpy(ours), numpys, rtol=rounding, atol=rounding)
    assert "on the GPU" in repr(output)


@pytest.fixture
def cupy():
    """Real CuPy on a real GPU, or the reason why the test is skipped."""
    if backend.cupy is None:
        pytest.skip("CuPy is not installed")
    try:
        backend.cupy.cuda.runtime.getDeviceCount()
    except backend.cupy.cuda.runtime.CUDARuntimeError as error:
        pytest.skip(f"no GPU: {error}")
    return backend.cupy


@pytest.mark.gpu
@every_row
def test_gpu_gives_the_same_numbers(row, cupy):
    arrays, tangents = example(row)
    _, expected = derivatives(row, arrays, tangents)
    _, found = derivatives(row, arrays, tangents, place=cupy.asarray)
    for ours, numpys in zip(found, expected):
        assert isinstance(ours, cupy.ndarray) and ours.dtype == np.float64
        # sums in another order
        np.testing.assert_allclose(to_numpy(ours), numpys, rtol=1e-12, atol=1e-13)
