"""Operations against PyTorch, in float64, at shapes and options that hypothesis draws."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import minigrad as mg
from tests.minigrad.functions.operations import (
    ROWS,
    first,
    last,
    torch_avg_pool2d,
    torch_conv1d,
    torch_conv2d,
    torch_local_response_norm,
    torch_max_pool2d,
)

torch = pytest.importorskip(
    "torch", reason="the oracle is PyTorch; install it with: pip install -e '.[oracle]'"
)

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:.*torch.jit.script.* is deprecated"),  # torch.func.jvp's own
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths"),
]
drawn = settings(derandomize=True, max_examples=60, deadline=None)

# Both sides add up a few hundred products of numbers of size 1 in float64, in different orders.
RTOL, ATOL = 1e-11, 1e-12

sizes = st.integers(1, 4)
seeds = st.integers(0, 2**32 - 1)


def assert_same_as_torch(ours, theirs, *arrays, seed=0):
    """Value, tangent and gradients of two functions at ``arrays``: ours, and torch.Tensors'."""
    rng = np.random.default_rng(seed)
    tangents = [rng.standard_normal(x.shape) for x in arrays]
    inputs = [mg.Tensor(x, tangent=dx, requires_grad=True) for x, dx in zip(arrays, tangents)]
    y = ours(*inputs)
    grad_output = rng.standard_normal(y.shape)
    y.backward(grad_output)

    torch_inputs = [torch.tensor(x, requires_grad=True) for x in arrays]
    expected = theirs(*torch_inputs)
    assert y.shape == tuple(expected.shape)
    gradients = torch.autograd.grad(expected, torch_inputs, torch.tensor(grad_output))
    _, tangent = torch.func.jvp(
        theirs, tuple(torch.tensor(x) for x in arrays), tuple(torch.tensor(dx) for dx in tangents)
    )

    np.testing.assert_allclose(y.data, expected.detach().numpy(), RTOL, ATOL, err_msg="value")
    np.testing.assert_allclose(y.tangent, tangent.numpy(), RTOL, ATOL, err_msg="tangent")
    for position, (x, gradient) in enumerate(zip(inputs, gradients)):
        np.testing.assert_allclose(
            x.grad, gradient.numpy(), RTOL, ATOL, err_msg=f"gradient of input {position}"
        )


def normal(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


# ---- the table ----


@pytest.mark.parametrize("row", [row for row in ROWS if row.torch], ids=lambda row: row.name)
def test_every_row_of_the_table(row, rng):
    assert_same_as_torch(row.apply, lambda *tensors: row.torch(torch, *tensors), *row.draw(rng))


def test_the_table_names_its_oracle_for_all_but_what_pytorch_has_not():
    """PyTorch has no "same" pooling, no negative steps, and another generator."""
    without = {row.name for row in ROWS if row.torch is None}
    assert without == {"max_pool2d same", "avg_pool2d same", "get_item steps", "dropout"}


# ---- windows ----


@st.composite
def images_and_windows(draw, padding_below_half=False):
    """((N, H, W, C), (kh, kw), (down, across), (padding_h, padding_w)) such that a window fits."""
    size = draw(st.tuples(sizes, sizes))
    padding = tuple(draw(st.integers(0, one // 2 if padding_below_half else 3)) for one in size)
    height, width = (draw(st.integers(max(1, one - 2 * pad), 9)) for one, pad in zip(size, padding))
    shape = (draw(st.integers(1, 3)), height, width, draw(st.integers(1, 3)))
    return shape, size, draw(st.tuples(sizes, sizes)), padding


@drawn
@given(images_and_windows(), sizes, st.booleans(), seeds)
def test_conv2d(geometry, filters, with_bias, seed):
    shape, size, stride, (rows, columns) = geometry
    arrays = normal(seed, shape, (*size, shape[3], filters), *[(filters,)] * with_bias)
    assert_same_as_torch(
        lambda x, w, b=None: mg.conv2d(x, w, b, stride, ((rows, rows), (columns, columns))),
        lambda x, w, b=None: torch_conv2d(torch, x, w, b, stride, (rows, rows, columns, columns)),
        *arrays,
    )


@drawn
@given(images_and_windows(), st.tuples(*[st.integers(0, 2)] * 4), seeds)
def test_conv2d_asymmetric_padding(geometry, borders, seed):
    shape, size, stride, _ = geometry
    top, bottom, left, right = borders
    assume(shape[1] + top + bottom >= size[0] and shape[2] + left + right >= size[1])
    assert_same_as_torch(
        lambda x, w: mg.conv2d(x, w, None, stride, ((top, bottom), (left, right))),
        lambda x, w: torch_conv2d(torch, x, w, None, stride, borders),
        *normal(seed, shape, (*size, shape[3], 2)),
    )


@drawn
@given(images_and_windows(), seeds)
def test_conv2d_same_padding_at_stride_1(geometry, seed):
    shape, size, _, _ = geometry
    assert_same_as_torch(
        lambda x, w: mg.conv2d(x, w, padding="same"),
        lambda x, w: last(
            torch.nn.functional.conv2d(first(x), w.permute(3, 2, 0, 1).contiguous(), padding="same")
        ),
        *normal(seed, shape, (*size, shape[3], 2)),
    )


@drawn
@given(
    st.integers(1, 3),
    st.integers(4, 9),
    sizes,
    sizes,
    sizes,
    st.integers(0, 3),
    st.integers(0, 3),
    seeds,
)
def test_conv1d(channels, length, size, stride, filters, before, after, seed):
    assert_same_as_torch(
        lambda x, w, b: mg.conv1d(x, w, b, stride, (before, after)),
        lambda x, w, b: torch_conv1d(torch, x, w, b, stride, (before, after)),
        *normal(seed, (2, length, channels), (size, channels, filters), (filters,)),
    )


@drawn
@given(images_and_windows(padding_below_half=True), st.booleans(), st.booleans(), seeds)
def test_max_pool2d_also_where_entries_tie(geometry, ceil_mode, ties, seed):
    shape, size, stride, padding = geometry
    (x,) = normal(seed, shape)
    assert_same_as_torch(
        lambda x: mg.max_pool2d(x, size, stride, tuple((pad, pad) for pad in padding), ceil_mode),
        lambda x: torch_max_pool2d(torch, x, size, stride, padding, ceil_mode),
        np.round(x) if ties else x,
    )


@drawn
@given(images_and_windows(padding_below_half=True), st.booleans(), st.booleans(), seeds)
def test_avg_pool2d(geometry, ceil_mode, count_include_pad, seed):
    shape, size, stride, padding = geometry
    assert_same_as_torch(
        lambda x: mg.avg_pool2d(
            x, size, stride, tuple((pad, pad) for pad in padding), ceil_mode, count_include_pad
        ),
        lambda x: torch_avg_pool2d(torch, x, size, stride, padding, ceil_mode, count_include_pad),
        *normal(seed, shape),
    )


@drawn
@given(
    st.integers(1, 9),
    st.integers(0, 5),
    st.floats(0.5, 3),
    st.floats(1e-4, 1),
    st.floats(0.1, 2),
    seeds,
)
def test_local_response_norm(channels, radius, bias, alpha, beta, seed):
    assert_same_as_torch(
        lambda x: mg.local_response_norm(x, radius, bias, alpha, beta),
        lambda x: torch_local_response_norm(torch, x, radius, bias, alpha, beta),
        *normal(seed, (2, 3, 2, channels)),
    )


# ---- products ----


@drawn
@given(st.lists(st.integers(0, 3), max_size=3), sizes, sizes, st.booleans(), seeds)
def test_linear_for_any_leading_axes(leading, inputs, outputs, with_bias, seed):
    arrays = normal(seed, (*leading, inputs), (inputs, outputs), *[(outputs,)] * with_bias)
    assert_same_as_torch(
        mg.linear, lambda x, w, b=None: torch.nn.functional.linear(x, w.T, b), *arrays
    )


@st.composite
def broadcastable(draw):
    """Two shapes that broadcast: each axis of either may be 1, and one may have fewer axes."""
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    one, other = ([draw(st.sampled_from([length, 1])) for length in shape] for _ in "ab")
    return tuple(one[draw(st.integers(0, len(one))) :]), tuple(other)


@drawn
@given(
    broadcastable(),
    st.tuples(sizes, sizes, sizes),
    st.sampled_from(["matrices", "row", "column", "vectors"]),
    st.booleans(),
    seeds,
)
def test_matmul(batches, lengths, kind, swap, seed):
    i, k, j = lengths
    a_batch, b_batch = reversed(batches) if swap else batches
    a = (k,) if kind in ("row", "vectors") else (*a_batch, i, k)
    b = (k,) if kind in ("column", "vectors") else (*b_batch, k, j)
    assert_same_as_torch(lambda a, b: a @ b, lambda a, b: a @ b, *normal(seed, a, b))


# ---- elementwise, broadcasting ----

BINARY = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: abs(a) ** b,
    "maximum": lambda a, b: torch.maximum(a, b),
    "minimum": lambda a, b: torch.minimum(a, b),
}


@drawn
@given(st.sampled_from(sorted(BINARY)), broadcastable(), st.booleans(), seeds)
def test_binary_operations_broadcast_also_over_nothing(name, shapes, swap, seed):
    arrays = [
        abs(x) + 0.1 if name == "power" else x
        for x in normal(seed, *(reversed(shapes) if swap else shapes))
    ]
    assert_same_as_torch(getattr(mg, name), BINARY[name], *arrays)


@drawn
@given(st.floats(-30, 30), st.sampled_from(["sigmoid", "softplus", "tanh", "exp"]))
def test_digits_count_far_from_zero_too(at, name):
    """Relative errors: σ(−30) is 1e−13 and all its digits are asked for."""
    x = mg.Tensor(np.array([at]), requires_grad=True)
    y = getattr(mg, name)(x)
    y.backward(np.ones(1))
    theirs = torch.tensor([at], dtype=torch.float64, requires_grad=True)
    # PyTorch's softplus is x itself above its threshold of 20.
    expected = (
        torch.logaddexp(theirs, torch.zeros(1))
        if name == "softplus"
        else getattr(torch, name)(theirs)
    )
    expected.sum().backward()
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-14)
    # 1 − y loses the digits of y (1 − y), in PyTorch as here.
    np.testing.assert_allclose(x.grad, theirs.grad.numpy(), rtol=1e-12, atol=3e-16)


def test_relu_at_its_kink():
    at = np.array([-1.0, -0.0, 0.0, 2.0])
    assert_same_as_torch(mg.relu, torch.relu, at)


# ---- reductions ----


@drawn
@given(
    st.sampled_from(["sum", "mean", "amax"]),
    st.lists(sizes, min_size=1, max_size=4),
    st.sets(st.integers(-1, 3), min_size=1),
    st.booleans(),
    seeds,
)
def test_reductions(name, shape, axes, keepdims, seed):
    axes = tuple(axis for axis in axes if axis < len(shape))
    assume(axes and len({axis % len(shape) for axis in axes}) == len(axes))
    ours = getattr(mg, name.removeprefix("a"))
    assert_same_as_torch(
        lambda x: ours(x, axes, keepdims),
        lambda x: getattr(torch, name)(x, axes, keepdims),
        *normal(seed, tuple(shape)),
    )


@drawn
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(-3, 2), seeds)
def test_max_along_one_axis_also_where_entries_tie(shape, axis, seed):
    assume(-len(shape) <= axis < len(shape))
    (x,) = normal(seed, tuple(shape))
    assert_same_as_torch(lambda x: x.max(axis), lambda x: x.max(axis).values, np.round(x))


@drawn
@given(
    st.sampled_from(["softmax", "log_softmax"]),
    st.lists(sizes, min_size=1, max_size=3),
    st.integers(-3, 2),
    st.sampled_from([1, 100]),
    seeds,
)
def test_softmax(name, shape, axis, scale, seed):
    assume(-len(shape) <= axis < len(shape))
    (x,) = normal(seed, tuple(shape))
    assert_same_as_torch(
        lambda x: getattr(mg, name)(x, axis), lambda x: getattr(torch, name)(x, axis), x * scale
    )


@drawn
@given(st.integers(1, 5), st.integers(1, 6), st.sampled_from([1, 100]), seeds, st.data())
def test_cross_entropy(examples, classes, scale, seed, data):
    labels = np.array(
        data.draw(st.lists(st.integers(0, classes - 1), min_size=examples, max_size=examples))
    )
    (logits,) = normal(seed, (examples, classes))
    assert_same_as_torch(
        lambda x: mg.cross_entropy(x, labels),
        lambda x: torch.nn.functional.cross_entropy(x, torch.tensor(labels)),
        logits * scale,
    )


# ---- moving entries ----


def one_index(length):
    """An index of one axis that both libraries take: an int, a slice, None, or a list.

    Of indices or of bools.
    """
    whole = st.integers(-length, length - 1)
    slices = st.builds(slice, st.none() | whole, st.none() | whole, st.none() | st.integers(1, 3))
    chosen = st.lists(whole, min_size=1, max_size=4).map(np.array)
    masks = st.lists(st.booleans(), min_size=length, max_size=length).map(
        lambda mask: np.array(mask, bool)
    )
    return st.one_of(whole, slices, chosen, masks)


@drawn
@given(st.lists(sizes, min_size=1, max_size=3), seeds, st.data())
def test_indexing(shape, seed, data):
    index = [
        data.draw(one_index(length)) for length in shape[: data.draw(st.integers(1, len(shape)))]
    ]
    if sum(isinstance(part, np.ndarray) for part in index) > 1:
        index = [part if not isinstance(part, np.ndarray) else 0 for part in index[:-1]] + index[
            -1:
        ]
    index.insert(
        data.draw(st.integers(0, len(index))), data.draw(st.sampled_from([None, Ellipsis]))
    )
    index = tuple(index)
    torch_index = tuple(
        torch.tensor(part) if isinstance(part, np.ndarray) else part for part in index
    )
    try:
        in_torchs_order = np.empty(shape)[index].shape == tuple(
            torch.empty(shape)[torch_index].shape
        )
    except IndexError:  # PyTorch refuses what NumPy takes: int beside a mask
        in_torchs_order = False
    assume(in_torchs_order)
    assert_same_as_torch(lambda x: x[index], lambda x: x[torch_index], *normal(seed, tuple(shape)))


@drawn
@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.integers(-3, 2), seeds)
def test_concatenate(lengths, axis, seed):
    shapes = [[2, 3, 1] for _ in lengths]
    for shape, length in zip(shapes, lengths):
        shape[axis] = length
    assert_same_as_torch(
        lambda *parts: mg.concatenate(parts, axis),
        lambda *parts: torch.cat(parts, axis),
        *normal(seed, *map(tuple, shapes)),
    )


@drawn
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=3),
    st.floats(-2, 2),
    seeds,
)
def test_pad(width, value, seed):
    flat = [number for pair in reversed(width) for number in pair]
    assert_same_as_torch(
        lambda x: mg.pad(x, width, value),
        lambda x: torch.nn.functional.pad(x, flat, value=value),
        *normal(seed, (2, 3, 1)[: len(width)]),
    )


@drawn
@given(st.integers(1, 5), st.lists(st.integers(0, 3), max_size=3), seeds)
def test_embedding(entries, shape, seed):
    tokens = np.random.default_rng(seed).integers(0, entries, shape)
    assert_same_as_torch(
        lambda weight: mg.embedding(weight, tokens),
        lambda weight: torch.nn.functional.embedding(torch.tensor(tokens), weight),
        *normal(seed, (entries, 2)),
    )
