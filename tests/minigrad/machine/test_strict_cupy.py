"""The strict stand-in is as strict as it says: nothing passes between the two memories unseen."""

import copy
import operator

import numpy as np
import pytest

from ...helpers import strict_cupy as cp

MATRIX = np.arange(1.0, 7.0, dtype=np.float32).reshape(2, 3)
SQUARE = np.array([[2, 1], [1, 3]])

ARITHMETIC = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    operator.matmul,
    divmod,
    operator.lshift,
    operator.rshift,
    operator.and_,
    operator.or_,
    operator.xor,
]
COMPARISONS = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]
IN_PLACE = [
    operator.iadd,
    operator.isub,
    operator.imul,
    operator.ifloordiv,
    operator.imod,
    operator.ipow,
    operator.imatmul,
    operator.ilshift,
    operator.irshift,
    operator.iand,
    operator.ior,
    operator.ixor,
]


def host(value):
    """The NumPy arrays inside, to compare with."""
    if isinstance(value, (tuple, list)):
        return [host(entry) for entry in value]
    assert isinstance(value, cp.ndarray), f"not a strict array: {value!r}"
    return value.get()


@pytest.fixture
def matrix():
    return cp.asarray(MATRIX)


@pytest.fixture
def square():
    return cp.asarray(SQUARE)


@pytest.mark.parametrize("operation", ARITHMETIC + COMPARISONS)
def test_operators_refuse_numpy_arrays_on_either_side(square, operation):
    with pytest.raises(TypeError, match="Unsupported type <class 'numpy.ndarray'>"):
        operation(square, SQUARE)
    with pytest.raises(TypeError, match="Unsupported type <class 'numpy.ndarray'>"):
        operation(SQUARE, square)
    with pytest.raises(TypeError, match="Unsupported type"):
        operation(square, np.array(2))  # a 0-d array is an array too
    with pytest.raises(TypeError, match="Unsupported type <class 'list'>"):
        operation(square, [[1, 2], [3, 4]])


@pytest.mark.parametrize("operation", ARITHMETIC + COMPARISONS)
def test_operators_compute_as_numpy_does(square, operation):
    other = SQUARE.T + 1
    np.testing.assert_array_equal(
        host(operation(square, cp.asarray(other))), operation(SQUARE, other)
    )
    if operation is not operator.matmul:
        for scalar in (2, np.int64(2)):
            np.testing.assert_array_equal(
                host(operation(square, scalar)), operation(SQUARE, scalar)
            )
            np.testing.assert_array_equal(
                host(operation(scalar, square)), operation(scalar, SQUARE)
            )


@pytest.mark.parametrize("operation", IN_PLACE)
def test_in_place_operators(square, operation):
    with pytest.raises(TypeError):
        operation(square, SQUARE)
    with pytest.raises(TypeError):
        operation(SQUARE.copy(), square)
    before, view, expected = square, square[:], SQUARE.copy()
    square = operation(square, square.copy())
    operation(expected, expected.copy())
    assert square is before
    np.testing.assert_array_equal(host(view), expected)


@pytest.mark.parametrize("operation", [operator.neg, operator.pos, operator.abs, operator.invert])
def test_unary_operators(square, operation):
    np.testing.assert_array_equal(host(operation(square)), operation(SQUARE))


@pytest.mark.parametrize(
    "convert",
    [
        np.asarray,
        np.array,
        np.ascontiguousarray,
        lambda x: np.array([x[0, 0], x[0, 1]]),
        lambda x: np.asarray([x, x]),
        lambda x: np.testing.assert_array_equal(x, x),
        lambda x: np.zeros(9)[x[0]],
        lambda x: operator.setitem(np.zeros((2, 3)), ..., x),
        lambda x: operator.setitem(np.zeros((2, 3)), 0, x[0]),
        lambda x: np.random.default_rng(0).permutation(x),
    ],
)
def test_nothing_becomes_a_numpy_array_unasked(matrix, convert):
    with pytest.raises(TypeError, match=r"Please use `\.get\(\)`"):
        convert(matrix)


@pytest.mark.parametrize(
    "call",
    [
        np.exp,
        np.sum,
        np.shape,
        np.zeros_like,
        np.isfinite,
        lambda x: np.add(x, 1),
        lambda x: np.add(MATRIX, x),
        lambda x: np.add(MATRIX, 1, out=x),
        lambda x: np.add.at(np.zeros(3), [0], x),
        lambda x: np.add.at(x, [0], 1.0),
        lambda x: np.matmul(x, x.T),
        lambda x: np.concatenate([x, x]),
        lambda x: np.concatenate([MATRIX, x]),
        lambda x: np.where(MATRIX > 1, x, 0),
        lambda x: np.copyto(np.zeros((2, 3)), x),
        lambda x: np.einsum("ij->ji", x),
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, 0),
    ],
)
def test_numpy_functions_refuse_strict_arrays(matrix, call):
    with pytest.raises(TypeError):
        call(matrix)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: cp.exp(MATRIX),
        lambda x: cp.exp([1.0, 2.0]),
        lambda x: cp.add(x, MATRIX),
        lambda x: cp.add(x, 1, out=MATRIX.copy()),
        lambda x: cp.add(x, 1, MATRIX.copy()),
        lambda x: cp.maximum(MATRIX, 0),
        lambda x: cp.matmul(x, MATRIX.T),
        lambda x: cp.sum(MATRIX),
        lambda x: cp.sum(2.0),
        lambda x: cp.where(MATRIX > 1, x, 0),
        lambda x: cp.where(x > 1, MATRIX, 0),
        lambda x: cp.where(x > 1, x, [0, 0, 0]),
        lambda x: cp.concatenate([x, MATRIX]),
        lambda x: cp.concatenate(x),
        lambda x: cp.stack([MATRIX, MATRIX]),
        lambda x: cp.tensordot(x, MATRIX, 2),
        lambda x: cp.einsum("ij,ij->", x, MATRIX),
        lambda x: cp.take(x, np.array([0])),
        lambda x: cp.take_along_axis(x, np.zeros((2, 1), int), 1),
        lambda x: cp.clip(x, np.zeros(3), 1),
        lambda x: cp.copyto(x, MATRIX),
        lambda x: cp.copyto(MATRIX.copy(), x),
        lambda x: cp.full((2, 3), MATRIX),
        lambda x: cp.zeros_like(MATRIX),
        lambda x: cp.broadcast_arrays(x, MATRIX),
        lambda x: cp.allclose(x, MATRIX),
        lambda x: cp.lib.stride_tricks.as_strided(MATRIX, (2,), (4,)),
        lambda x: cp.lib.stride_tricks.sliding_window_view(MATRIX, 2, 0),
        lambda x: cp.add.at(x, np.array([0]), 1.0),
        lambda x: cp.add.at(x, [0], np.ones(3)),
        lambda x: cp.add.at(MATRIX.copy(), [0], 1.0),
        lambda x: cp.array([x, MATRIX]),
        lambda x: cp.ascontiguousarray(MATRIX),
        lambda x: cp.result_type(MATRIX),
        lambda x: cp.ndarray((2, 3)),
        lambda x: x.sum(out=np.zeros(())),
        lambda x: x.dot(MATRIX.T),
        lambda x: x.take(np.array([0])),
        lambda x: x.clip(np.zeros(3)),
        lambda x: x.fill(np.zeros(())),
        lambda x: x[np.array([0, 1])],
        lambda x: x[np.array([True, False])],
        lambda x: x[0, np.array([0])],
        lambda x: x[[np.array(0), 1]],
        lambda x: operator.setitem(x, ..., MATRIX),
        lambda x: operator.setitem(x, slice(None), MATRIX),
        lambda x: operator.setitem(x, np.array([0]), 1.0),
        lambda x: operator.setitem(x, 0, [1, 2, 3]),
    ],
)
def test_strict_functions_refuse_numpy_arrays(matrix, call):
    with pytest.raises(TypeError):
        call(matrix)
    np.testing.assert_array_equal(host(matrix), MATRIX)  # and nothing was changed on the way


@pytest.mark.parametrize(
    "call",
    [
        lambda x: cp.exp(x, where=x > 1),
        lambda x: cp.sum(x, where=x > 1),
        lambda x: cp.sum(x, initial=1),
        lambda x: cp.max(x, initial=0),
        lambda x: x.max(initial=0),
        lambda x: cp.zeros((2,), like=x),
        lambda x: cp.clip(x, min=0, max=1),
        lambda x: cp.take(x, 0, mode="clip"),
        lambda x: cp.lib.stride_tricks.sliding_window_view(x, 2, 0, writeable=True),
    ],
)
def test_keywords_that_cupy_does_not_take_are_refused(matrix, call):
    with pytest.raises(TypeError):
        call(matrix)


@pytest.mark.parametrize("dtype", [object, str, "U3", np.longdouble, "datetime64[s]"])
def test_unsupported_dtypes_are_refused(matrix, dtype):
    for make in (lambda: cp.zeros(2, dtype), lambda: cp.asarray(np.zeros(2).astype(dtype))):
        with pytest.raises((ValueError, TypeError)):
            make()
    with pytest.raises((ValueError, TypeError)):
        matrix.astype(dtype)


@pytest.mark.parametrize(
    "get", [lambda x: cp.cos, lambda x: x.std, lambda x: cp.exp.at, lambda x: cp.lib.pad]
)
def test_what_is_not_offered_says_so(matrix, get):
    with pytest.raises(
        AttributeError, match="the strict stand-in does not offer .*; check that CuPy has it"
    ):
        get(matrix)


def test_results_are_never_numpy_scalars(matrix):
    values = [matrix.sum(), matrix.max(), matrix.mean(), matrix.argmax(), matrix.all()]
    values += [matrix[0, 0], matrix[1][2], next(iter(matrix[0])), matrix[0] @ matrix[0]]
    values += [cp.sum(matrix), cp.exp(0.0), cp.einsum("ij->", matrix), cp.count_nonzero(matrix)]
    values += [cp.array_equal(matrix, matrix), cp.tensordot(matrix, matrix, 2)]
    for value in values:
        assert isinstance(value, cp.ndarray) and value.shape == ()
    assert cp.iscomplexobj(matrix) is False
    assert cp.result_type(matrix, cp.float64) == np.float64


def test_a_single_element_is_a_view_as_in_cupy(matrix):
    element = matrix[1, 2]
    element += 100
    assert matrix[1, 2].item() == 106


def test_indexing(matrix):
    rows = cp.asarray([1, 0])
    np.testing.assert_array_equal(host(matrix[rows, 1:]), MATRIX[[1, 0], 1:])
    np.testing.assert_array_equal(host(matrix[[1, 0]]), MATRIX[[1, 0]])
    np.testing.assert_array_equal(host(matrix[matrix > 2]), MATRIX[MATRIX > 2])
    np.testing.assert_array_equal(host(matrix[None, ..., ::-1]), MATRIX[None, ..., ::-1])
    matrix[matrix > 2] = np.float64(9)
    matrix[:, :1] = cp.asarray([[7.0], [8.0]])
    np.testing.assert_array_equal(host(matrix), [[7, 2, 9], [8, 9, 9]])
    with pytest.raises(TypeError, match="more than one boolean"):
        matrix[cp.asarray([True, False]), cp.asarray([True, False, True])]
    with pytest.raises(IndexError):
        matrix[cp.asarray([2])]


def test_scatter_add_adds_repeated_indices():
    target = cp.zeros((3, 2), cp.float32)
    cp.add.at(target, cp.asarray([0, 2, 0]), cp.ones((3, 2), cp.float32))
    np.testing.assert_array_equal(host(target), [[2, 2], [0, 0], [1, 1]])
    cp.add.at(target, (cp.asarray([1, 1]), slice(1, 2)), 1.0)
    assert target[1].tolist() == [0, 2]
    with pytest.raises(TypeError, match="int64"):
        cp.add.at(cp.zeros(3, cp.int64), cp.asarray([0]), 1)


def test_transfers_copy_both_ways():
    source = MATRIX.copy()
    for make in (cp.asarray, cp.array):
        strict = make(source)
        strict += 1
        np.testing.assert_array_equal(source, MATRIX)
    taken = strict.get()
    taken[:] = 0
    np.testing.assert_array_equal(cp.asnumpy(strict), MATRIX + 1)
    assert cp.asarray(strict) is strict and cp.asarray(strict, np.float32) is strict
    assert cp.array(strict) is not strict
    np.testing.assert_array_equal(host(cp.array([strict[0], strict[1]])), MATRIX + 1)
    np.testing.assert_array_equal(host(cp.array([[1, 2], [3, 4]])), [[1, 2], [3, 4]])


@pytest.mark.parametrize("scalar", [2, 2.5, True, np.float32(2), np.float64(2), np.int64(2)])
def test_dtypes_follow_numpy(scalar):
    for dtype in (np.float16, np.float32, np.float64, np.int32, np.complex64):
        strict, array = cp.ones(2, dtype), np.ones(2, dtype)
        assert (strict * scalar).dtype == (scalar * strict).dtype == (array * scalar).dtype
        assert cp.add(strict, scalar).dtype == np.add(array, scalar).dtype
        assert strict.sum().dtype == array.sum().dtype


def test_out_is_given_back_itself(matrix):
    out = cp.empty((2, 3), cp.float32)
    assert cp.exp(matrix, out=out) is out and cp.add(matrix, 1, out) is out
    np.testing.assert_array_equal(host(out), MATRIX + 1)
    total = cp.empty((), cp.float32)
    assert matrix.sum(out=total) is total and float(total) == 21


def test_views_share_memory(matrix):
    windows = cp.lib.stride_tricks.sliding_window_view(matrix, 2, axis=1)
    strided = cp.lib.stride_tricks.as_strided(matrix, (2, 2), matrix.strides)
    matrix[0, 0] = 50
    assert windows[0, 0, 0].item() == strided[0, 0].item() == 50
    assert windows.shape == (2, 2, 2)
    matrix.reshape(-1)[1] = 60
    matrix.T[2, 0] = 70
    assert matrix[0].tolist() == [50, 60, 70]
    assert matrix.base is None and matrix.T.base is not None
    with pytest.raises(ValueError, match="read-only"):
        cp.broadcast_to(matrix, (2, 2, 3))[0] = 0


def test_python_conversions(matrix):
    one = cp.asarray([[3]])
    assert (float(one), int(one), bool(one), complex(one), one.item()) == (3.0, 3, True, 3 + 0j, 3)
    assert [10, 20, 30, 40][one[0, 0]] == 40
    assert f"{matrix[0, 0]:.2f}" == "1.00" and repr(matrix) == repr(MATRIX) and len(matrix) == 2
    assert [row.tolist() for row in matrix] == MATRIX.tolist()
    for convert in (float, int, bool, complex, operator.methodcaller("item"), operator.index):
        with pytest.raises((TypeError, ValueError)):
            convert(matrix)
    with pytest.raises(TypeError):
        hash(matrix)
    with pytest.raises(TypeError, match="0-d"):
        iter(matrix[0, 0])
    with pytest.raises(AttributeError):
        matrix.name = "a GPU array takes no attributes"
    assert isinstance(copy.deepcopy(matrix), cp.ndarray)
    assert copy.copy(matrix)._array is not matrix._array


def test_attributes(matrix):
    for name in ("shape", "dtype", "ndim", "size", "strides", "nbytes", "itemsize"):
        assert getattr(matrix, name) == getattr(MATRIX, name)
    assert matrix.flags.c_contiguous and not matrix.T.flags.c_contiguous
    assert matrix.T.flags.f_contiguous
    np.testing.assert_array_equal(host((matrix * 1j).imag), MATRIX)
    assert matrix.astype(np.float32, copy=False) is matrix
    assert matrix.astype(np.float32) is not matrix
    assert not isinstance(matrix, np.ndarray)


class Reflecting:
    """A class with reflected operators, as a Tensor is."""

    def __radd__(self, other):
        return "reflected"


def test_operators_give_way_as_nep_13_says(matrix):
    with pytest.raises(TypeError, match="Unsupported type"):
        matrix + Reflecting()  # CuPy too: nothing says that Reflecting wants the operator
    assert matrix + type("ByUfunc", (Reflecting,), {"__array_ufunc__": None})() == "reflected"
    assert matrix + type("ByPriority", (Reflecting,), {"__array_priority__": 200})() == "reflected"


FUNCTIONS = {
    "sum": ((), {"axis": 1, "keepdims": True}),
    "mean": ((0,), {}),
    "max": ((), {"axis": (0, 1)}),
    "amin": ((), {}),
    "argmax": ((), {"axis": 1}),
    "prod": ((), {}),
    "cumsum": ((1,), {}),
    "split": ((3, 1), {}),
    "pad": ((((1, 0), (0, 2)),), {"constant_values": -1}),
    "reshape": (((3, -1),), {}),
    "transpose": (((1, 0),), {}),
    "moveaxis": ((0, 1), {}),
    "swapaxes": ((0, 1), {}),
    "expand_dims": ((0,), {}),
    "squeeze": ((), {}),
    "broadcast_to": (((4, 2, 3),), {}),
    "nonzero": ((), {}),
    "flip": ((1,), {}),
    "tile": ((2,), {}),
    "repeat": ((2,), {"axis": 0}),
    "ravel": ((), {}),
    "atleast_1d": ((), {}),
    "unique": ((), {"return_inverse": True}),
    "sort": ((), {"axis": 0}),
    "argsort": ((), {}),
    "take": (([0, 1],), {"axis": 1}),
    "clip": ((2, None), {}),
    "full_like": ((7,), {}),
    "zeros_like": ((), {"dtype": np.float64}),
    "power": ((2,), {}),
    "logaddexp": ((1.0,), {}),
    "isfinite": ((), {}),
    "where": ((1.0, 0.0), {}),
    "allclose": ((1.0,), {}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_compute_as_numpy_does(matrix, name):
    arguments, keywords = FUNCTIONS[name]
    result = host(getattr(cp, name)(matrix, *arguments, **keywords))
    expected = getattr(np, name)(MATRIX, *arguments, **keywords)
    if not isinstance(expected, (list, tuple)):
        result, expected = [result], [expected]
    for ours, theirs in zip(result, expected, strict=True):
        np.testing.assert_array_equal(ours, np.asarray(theirs), strict=True)


def test_functions_of_several_arrays(matrix):
    np.testing.assert_array_equal(
        host(cp.concatenate([matrix, matrix], axis=1)), np.concatenate([MATRIX] * 2, 1)
    )
    np.testing.assert_array_equal(host(cp.stack((matrix, matrix), -1)), np.stack([MATRIX] * 2, -1))
    np.testing.assert_array_equal(
        host(cp.einsum("ij,kj->ik", matrix, matrix, optimize=True)), MATRIX @ MATRIX.T
    )
    np.testing.assert_array_equal(
        host(cp.tensordot(matrix, matrix, ((1,), (1,)))), MATRIX @ MATRIX.T
    )
    indices = cp.argmax(matrix, axis=1, keepdims=True)
    np.testing.assert_array_equal(host(cp.take_along_axis(matrix, indices, 1)), [[3], [6]])
    assert host(cp.searchsorted(matrix[0], matrix[1])).tolist() == [3, 3, 3]
    assert host(cp.bincount(cp.asarray([0, 2, 2]))).tolist() == [1, 0, 2]
    target = cp.zeros_like(matrix)
    cp.copyto(target, matrix, where=matrix > 3)
    np.testing.assert_array_equal(host(target), MATRIX * (MATRIX > 3))
    assert [array.shape for array in cp.broadcast_arrays(matrix, cp.ones(3))] == [(2, 3)] * 2


def test_creation():
    assert host(cp.zeros((2, 3))).dtype == np.float64
    assert host(cp.full(2, 3, cp.float32)).tolist() == [3, 3]
    assert host(cp.arange(1, 7, 2)).tolist() == [1, 3, 5]
    assert host(cp.linspace(0, 1, 3)).tolist() == [0, 0.5, 1]
    assert host(cp.eye(2, dtype=cp.int32)).tolist() == [[1, 0], [0, 1]]


def test_kernels_and_copies_are_counted(matrix):
    with cp.counted() as counts:
        twice = matrix * 2  # 1
        twice += cp.asarray(MATRIX)  # 2, and a copy up
        column = twice[:, 1:]  # a view
        flat = column.reshape(-1)  # 3: the numbers are laid out anew
        flat.reshape(2, 2)[0] = 1.0  # 4, on a view of a view
        assert float(flat.sum()) == flat.get().sum()  # 5, and two copies down
    assert counts.kernels.total() == 5 and (counts.up, counts.down) == (1, 2)
    matrix * 2
    assert counts.kernels["mul"] == 1  # what comes later is not counted
