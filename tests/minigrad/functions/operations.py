"""The table of operations: what to call, its meaning in plain NumPy loops, PyTorch's name."""

import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import minigrad as mg
from minigrad.machine.backend import get_array_module


class Row(NamedTuple):
    """One variant of one operation.

    Attributes
    ----------
    name : str
        Unique in the table; its first word is the public function in ``mg``.
    apply : callable
        From Tensors to a Tensor.
    plain : callable
        The specification: from NumPy arrays to an array, by the definition.
    draw : callable
        From a Generator to the list of inputs, float64, away from kinks and ties.
    torch : callable or None
        ``torch(t, *tensors)`` is the same in PyTorch, where ``t`` is the module; images
        are channels-last on both sides. None where PyTorch has no such operation.
    smooth : bool
        Whether it accepts complex numbers, so that the complex step can check it.
    """

    name: str
    apply: Callable
    plain: Callable
    draw: Callable
    torch: Callable | None
    smooth: bool = True

    @property
    def function(self):
        return self.name.split()[0]


# ---- inputs ----


def normal(*shapes):
    """Independent normal numbers."""
    return lambda rng: [rng.standard_normal(shape) for shape in shapes]


def positive(*shapes):
    """Numbers from 0.5 to 2."""
    return lambda rng: [rng.uniform(0.5, 2.0, shape) for shape in shapes]


def distinct(*shapes):
    """Numbers from −2 to 2 without ties, within one array and between them, and none of them 0."""

    def draw(rng):
        sizes = [math.prod(shape) for shape in shapes]
        numbers = (rng.permutation(sum(sizes)) + 0.3) / sum(sizes) * 4 - 2
        parts = np.split(numbers, np.cumsum(sizes)[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes)]

    return draw


def dividend_and_divisor(*shapes):
    return lambda rng: [rng.standard_normal(shapes[0]), rng.uniform(0.5, 2.0, shapes[1])]


# ---- plain specifications ----


def one_by_one(f):
    """``f`` of Python numbers, applied to every entry by itself, with broadcasting."""
    return lambda *arrays: np.vectorize(f, otypes=[float])(*arrays)


def fold(f, axes=None, keepdims=False):
    """``f`` of the list of entries that share their place on the axes that are not folded."""

    def plain(x):
        folded = range(x.ndim) if axes is None else [axis % x.ndim for axis in axes]
        kept = [1 if axis in folded else length for axis, length in enumerate(x.shape)]
        groups = {}
        for place in np.ndindex(x.shape):
            group = tuple(0 if axis in folded else i for axis, i in enumerate(place))
            groups.setdefault(group, []).append(x[place])
        y = np.zeros(kept)
        for group, entries in groups.items():
            y[group] = f(entries)
        return (
            y
            if keepdims
            else y.reshape([length for axis, length in enumerate(kept) if axis not in folded])
        )

    return plain


def plain_softmax(x, axis):
    return np.apply_along_axis(
        lambda row: [math.exp(a) / math.fsum(math.exp(b) for b in row) for a in row], axis, x
    )


def plain_var(entries):
    mean = math.fsum(entries) / len(entries)
    return math.fsum((entry - mean) ** 2 for entry in entries) / len(entries)


def plain_cross_entropy(logits, labels):
    losses = [-math.log(plain_softmax(row, 0)[label]) for row, label in zip(logits, labels)]
    return math.fsum(losses) / len(losses)


def plain_matmul(a, b):
    """Σ_k a_ik b_kj, for matrices and for batches of them whose leading axes are equal."""
    if b.ndim == 1:
        return plain_matmul(a, b[:, None])[..., 0]
    if a.ndim == 1:
        return plain_matmul(a[None], b)[..., 0, :]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, batch + a.shape[-2:]), np.broadcast_to(b, batch + b.shape[-2:])
    y = np.zeros(batch + (a.shape[-2], b.shape[-1]))
    for place in np.ndindex(y.shape):
        *which, i, j = place
        y[place] = math.fsum(a[(*which, i, k)] * b[(*which, k, j)] for k in range(a.shape[-1]))
    return y


def plain_linear(x, weight, bias=None):
    y = (
        plain_matmul(x, weight)
        if x.ndim < 3
        else np.stack([plain_matmul(matrix, weight) for matrix in x])
    )
    return y if bias is None else y + bias


def borders(length, size, stride, padding):
    """(before, after) along one axis: an int, a pair, or TensorFlow's rule for "same"."""
    if padding == "same":
        total = max((math.ceil(length / stride) - 1) * stride + size - length, 0)
        return total // 2, total - total // 2
    return padding if isinstance(padding, tuple) else (padding, padding)


def starts_along(length, size, stride, before, after, ceil_mode):
    """Where the windows along one axis begin; 0 is the first pixel, the padding lies below it."""
    starts, start = [], -before
    while start + size <= length + after:
        starts.append(start)
        start += stride
    if ceil_mode and start < length and starts[-1] + size < length + after:
        starts.append(start)  # one more, that only partly fits but begins in the image
    return starts


def lay_windows(x, size, stride, padding, ceil_mode=False):
    """The windows' first rows and columns, and the padding, for images (N, H, W, C)."""
    paddings = padding if isinstance(padding, tuple) else (padding, padding)
    result = []
    for axis in (0, 1):
        before, after = borders(x.shape[1 + axis], size[axis], stride[axis], paddings[axis])
        starts = starts_along(x.shape[1 + axis], size[axis], stride[axis], before, after, ceil_mode)
        result.append((starts, range(-before, x.shape[1 + axis] + after)))
    return result


def plain_conv2d(stride=(1, 1), padding=0):
    """Seven loops: image, row, column, filter; row and column of the kernel, channel."""

    def plain(x, weight, bias=None):
        (tops, _), (lefts, _) = lay_windows(x, weight.shape[:2], stride, padding)
        images, height, width, channels = x.shape
        y = np.zeros((images, len(tops), len(lefts), weight.shape[3]))
        for n, r, c, o in np.ndindex(y.shape):
            y[n, r, c, o] = 0 if bias is None else bias[o]
            for i, j, k in np.ndindex(weight.shape[:3]):
                row, column = tops[r] + i, lefts[c] + j
                if 0 <= row < height and 0 <= column < width:
                    y[n, r, c, o] += x[n, row, column, k] * weight[i, j, k, o]
        return y

    return plain


def plain_conv1d(stride=1, padding=0):
    def plain(x, weight, bias=None):
        padding_2d = ((0, 0), padding)
        return plain_conv2d((1, stride), padding_2d)(x[:, None], weight[None], bias)[:, 0]

    return plain


def plain_pool(kind, size, stride=None, padding=0, ceil_mode=False):
    """Window by window: "max", "mean" over pixels, or "mean with padding"."""
    size = (size, size) if isinstance(size, int) else size
    stride = size if stride is None else (stride, stride)

    def plain(x):
        (tops, rows), (lefts, columns) = lay_windows(x, size, stride, padding, ceil_mode)
        images, height, width, channels = x.shape
        y = np.zeros((images, len(tops), len(lefts), channels))
        for n, r, c, k in np.ndindex(y.shape):
            window = itertools.product(
                range(tops[r], tops[r] + size[0]), range(lefts[c], lefts[c] + size[1])
            )
            window = [(row, column) for row, column in window if row in rows and column in columns]
            pixels = [
                x[n, row, column, k]
                for row, column in window
                if 0 <= row < height and 0 <= column < width
            ]
            if kind == "max":
                y[n, r, c, k] = max(pixels)
            else:
                y[n, r, c, k] = math.fsum(pixels) / len(
                    window if kind == "mean with padding" else pixels
                )
        return y

    return plain


def plain_local_response_norm(radius, bias, alpha, beta):
    def plain(x):
        y = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            *where, i = place
            near = range(max(i - radius, 0), min(i + radius + 1, x.shape[-1]))
            y[place] = (
                x[place] / (bias + alpha * math.fsum(x[(*where, j)] ** 2 for j in near)) ** beta
            )
        return y

    return plain


def plain_pad(width, value):
    def plain(x):
        y = np.full(
            [length + before + after for length, (before, after) in zip(x.shape, width)], value
        )
        for place in np.ndindex(x.shape):
            y[tuple(i + before for i, (before, _) in zip(place, width))] = x[place]
        return y

    return plain


def plain_dropout(rate, seed):
    def plain(x):
        kept = np.random.default_rng(seed).random(x.shape, dtype=np.float32) >= rate
        return np.where(kept, x / (1 - rate), 0.0)

    return plain


# ---- PyTorch, channels last ----


def first(x):
    """(N, H, W, C) to PyTorch's (N, C, H, W), or (N, T, C) to (N, C, T)."""
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def torch_conv2d(t, x, weight, bias, stride, top_bottom_left_right):
    top, bottom, left, right = top_bottom_left_right
    images = t.nn.functional.pad(first(x), (left, right, top, bottom))
    # PyTorch's backward refuses some kernels that are not
    filters = weight.permute(3, 2, 0, 1).contiguous()
    return last(t.nn.functional.conv2d(images, filters, bias, stride))


def torch_conv1d(t, x, weight, bias, stride, before_after):
    sequences = t.nn.functional.pad(first(x), before_after)
    return last(t.nn.functional.conv1d(sequences, weight.permute(2, 1, 0), bias, stride))


def torch_max_pool2d(t, x, *options):
    return last(t.nn.functional.max_pool2d(first(x), *options[:3], ceil_mode=options[3]))


def torch_avg_pool2d(t, x, *options):
    return last(t.nn.functional.avg_pool2d(first(x), *options))


def torch_local_response_norm(t, x, radius, bias, alpha, beta):
    """PyTorch's ``alpha`` is ours times the number of channels in the window."""
    size = 2 * radius + 1
    images = x.movedim(-1, 1)
    return t.nn.functional.local_response_norm(images, size, alpha * size, beta, bias).movedim(
        1, -1
    )


# ---- the table ----


def indices(x, values):
    """A copy of an index array in the memory of ``x``."""
    return get_array_module(x.data).array(values)


def binary(name, plain, draw, torch, smooth=True):
    """An operation on two tensors: alike, broadcast both ways, a column and a row, a scalar."""
    apply = getattr(mg, name)
    shapes = {
        "": ((3, 4), (3, 4)),
        "second broadcast": ((2, 3, 4), (3, 1)),
        "first broadcast": ((4,), (2, 3, 4)),
        "column and row": ((3, 1), (1, 4)),
        "scalar": ((2, 3), ()),
    }
    return [
        Row(f"{name} {variant}".strip(), apply, one_by_one(plain), draw(*pair), torch, smooth)
        for variant, pair in shapes.items()
    ]


def unary(name, plain, draw, torch, smooth=True):
    return Row(name, getattr(mg, name), one_by_one(plain), draw((3, 4)), torch, smooth)


def reduction(name, f, draw, torch, smooth=True):
    """The variants of a reduction: over all axes, one, several, kept or not."""
    apply = getattr(mg, name)
    rows = [
        Row(
            name,
            apply,
            fold(f),
            draw((2, 3, 4)),
            lambda t, x: torch(t, x, (0, 1, 2), False),
            smooth,
        )
    ]
    for axes, keepdims in [((1,), False), ((-1,), True), ((2, 0), False), ((0, 1), True)]:
        axis = axes if len(axes) > 1 else axes[0]
        rows.append(
            Row(
                f"{name} axis={axis}{' keepdims' if keepdims else ''}",
                lambda x, axis=axis, keepdims=keepdims: apply(x, axis, keepdims),
                fold(f, axes, keepdims),
                draw((2, 3, 4)),
                lambda t, x, axes=axes, keepdims=keepdims: torch(t, x, axes, keepdims),
                smooth,
            )
        )
    return rows


def index_row(variant, index, shape=(4, 5, 3)):
    """A row of `get_item`; the arrays in ``index`` are moved to where x lies."""

    def located(x):
        parts = index if isinstance(index, tuple) else (index,)
        parts = tuple(indices(x, part) if isinstance(part, np.ndarray) else part for part in parts)
        return parts if isinstance(index, tuple) else parts[0]

    backwards = any(
        isinstance(part, slice) and (part.step or 1) < 0
        for part in np.atleast_1d(np.array(index, object)).tolist()
    )
    torch = None if backwards else lambda t, x: x[index]  # PyTorch has no negative steps
    return Row(
        f"get_item {variant}",
        lambda x: x[located(x)],
        lambda x: plain_index(x, index),
        normal(shape),
        torch,
    )


def plain_index(x, index):
    """The entries of ``x`` by NumPy's rule, found one by one by indexing their numbers."""
    numbers = np.arange(x.size).reshape(x.shape)[index]
    flat = x.ravel().tolist()
    return np.array([flat[number] for number in numbers.ravel()]).reshape(numbers.shape)


LABELS = [2, 0, 2]
MASK = np.add.outer(np.arange(3), np.arange(4)) % 3 == 0
TOKENS = [[1, 4, 1], [0, 1, 3]]
LRN = (2, 2.0, 0.3, 0.75)
WIDE_LRN = (9, 2.0, 0.3, 0.6)  # beyond all channels, and an exponent that has no short cut
IMAGES = (2, 5, 6, 3)

ELEMENTWISE = [
    *binary("add", lambda a, b: a + b, normal, lambda t, a, b: a + b),
    *binary("subtract", lambda a, b: a - b, normal, lambda t, a, b: a - b),
    *binary("multiply", lambda a, b: a * b, normal, lambda t, a, b: a * b),
    *binary("divide", lambda a, b: a / b, dividend_and_divisor, lambda t, a, b: a / b),
    *binary("power", lambda a, b: math.pow(a, b), positive, lambda t, a, b: a**b),
    # PyTorch splits a tie; there are none here.
    *binary(
        "maximum",
        lambda a, b: b if b > a else a,
        distinct,
        lambda t, a, b: t.maximum(a, b),
        smooth=False,
    ),
    *binary(
        "minimum",
        lambda a, b: b if b < a else a,
        distinct,
        lambda t, a, b: t.minimum(a, b),
        smooth=False,
    ),
    Row(
        "where",
        lambda a, b: mg.where(indices(a, MASK), a, b),
        lambda a, b: np.array(
            [[b[i, j] if (i + j) % 3 else a[i, j] for j in range(4)] for i in range(3)]
        ),
        normal((3, 4), (3, 4)),
        lambda t, a, b: t.where(t.tensor(MASK), a, b),
    ),
    Row(
        "where broadcast",
        lambda a, b: mg.where(indices(a, MASK), a, b),
        lambda a, b: np.array(
            [[b[j] if (i + j) % 3 else a[i, 0] for j in range(4)] for i in range(3)]
        ),
        normal((3, 1), (4,)),
        lambda t, a, b: t.where(t.tensor(MASK), a, b),
    ),
    Row(
        "where number",
        lambda x: mg.where(indices(x, MASK), x, 2.5),
        lambda x: np.array([[2.5 if (i + j) % 3 else x[i, j] for j in range(4)] for i in range(3)]),
        normal((3, 4)),
        lambda t, x: t.where(t.tensor(MASK), x, 2.5),
    ),
    Row(
        "power of negative", lambda x: x**3, lambda x: x * x * x, normal((3, 4)), lambda t, x: x**3
    ),
    unary("negative", lambda a: -a, normal, lambda t, x: -x),
    unary("exp", math.exp, normal, lambda t, x: x.exp()),
    unary("log", math.log, positive, lambda t, x: x.log()),
    unary("sqrt", math.sqrt, positive, lambda t, x: x.sqrt()),
    unary("tanh", math.tanh, normal, lambda t, x: x.tanh()),
    unary("sigmoid", lambda a: 1 / (1 + math.exp(-a)), normal, lambda t, x: x.sigmoid()),
    unary(
        "softplus",
        lambda a: math.log1p(math.exp(a)),
        normal,
        lambda t, x: t.nn.functional.softplus(x),
    ),
    unary("abs", lambda a: -a if a < 0 else a, distinct, lambda t, x: x.abs(), smooth=False),
    unary("relu", lambda a: a if a > 0 else 0.0, distinct, lambda t, x: x.relu(), smooth=False),
]

REDUCTIONS = [
    *reduction("sum", math.fsum, normal, lambda t, x, axes, keepdims: x.sum(axes, keepdims)),
    *reduction(
        "mean",
        lambda entries: math.fsum(entries) / len(entries),
        normal,
        lambda t, x, axes, keepdims: x.mean(axes, keepdims),
    ),
    *reduction(
        "max", max, distinct, lambda t, x, axes, keepdims: t.amax(x, axes, keepdims), smooth=False
    ),
    *reduction(
        "min", min, distinct, lambda t, x, axes, keepdims: t.amin(x, axes, keepdims), smooth=False
    ),
    *reduction(
        "var",
        plain_var,
        normal,
        lambda t, x, axes, keepdims: x.var(axes, correction=0, keepdim=keepdims),
    ),
    *reduction(
        "norm",
        lambda entries: math.hypot(*entries),
        normal,
        lambda t, x, axes, keepdims: t.linalg.vector_norm(x, dim=axes, keepdim=keepdims),
    ),
    Row(
        "softmax",
        mg.softmax,
        lambda x: plain_softmax(x, -1),
        normal((3, 4)),
        lambda t, x: x.softmax(-1),
    ),
    Row(
        "softmax axis=1",
        lambda x: mg.softmax(x, 1),
        lambda x: plain_softmax(x, 1),
        normal((2, 3, 4)),
        lambda t, x: x.softmax(1),
    ),
    Row(
        "log_softmax",
        mg.log_softmax,
        lambda x: np.log(plain_softmax(x, -1)),
        normal((3, 4)),
        lambda t, x: x.log_softmax(-1),
    ),
    Row(
        "log_softmax axis=0",
        lambda x: mg.log_softmax(x, 0),
        lambda x: np.log(plain_softmax(x, 0)),
        normal((3, 2, 2)),
        lambda t, x: x.log_softmax(0),
    ),
    Row(
        "cross_entropy",
        lambda x: mg.cross_entropy(x, LABELS),
        lambda x: plain_cross_entropy(x, LABELS),
        normal((3, 4)),
        lambda t, x: t.nn.functional.cross_entropy(x, t.tensor(LABELS)),
    ),
]

SHAPES = [
    Row(
        "reshape",
        lambda x: mg.reshape(x, 3, 8),
        lambda x: np.array(x.ravel().tolist()).reshape(3, 8),
        normal((2, 3, 4)),
        lambda t, x: x.reshape(3, 8),
    ),
    Row(
        "reshape -1",
        lambda x: mg.reshape(x, (-1, 4)),
        lambda x: np.array(x.ravel().tolist()).reshape(6, 4),
        normal((2, 3, 4)),
        lambda t, x: x.reshape(6, 4),
    ),
    Row(
        "flatten",
        mg.flatten,
        lambda x: np.array([image.ravel() for image in x]),
        normal((2, 3, 4)),
        lambda t, x: x.flatten(1),
    ),
    Row(
        "transpose",
        mg.transpose,
        lambda x: np.array([[row[j] for row in x] for j in range(4)]),
        normal((3, 4)),
        lambda t, x: x.T,
    ),
    Row(
        "transpose axes",
        lambda x: mg.transpose(x, 2, 0, -2),
        lambda x: np.einsum("abc->cab", x),
        normal((2, 3, 4)),
        lambda t, x: x.permute(2, 0, 1),
    ),
    index_row("int", -1),
    index_row("slice", slice(1, 3)),
    index_row("steps", (slice(None, None, 2), slice(4, 1, -2))),
    index_row("None and Ellipsis", (None, Ellipsis, 1)),
    index_row("mask", np.arange(60).reshape(4, 5, 3) % 7 < 3),
    index_row("row mask", (slice(None), np.array([True, False, False, True, True]))),
    index_row("repeated", np.array([3, 0, 3, 3, -1])),
    index_row("pairs", (np.array([0, 1, 0]), np.array([2, 4, 2]))),
    index_row("int, repeated, slice", (1, np.array([[0, 2], [2, 2]]), slice(0, 2))),
    Row(
        "concatenate",
        lambda *parts: mg.concatenate(parts),
        lambda a, b, c: np.array([[*a[i], *b[i], *c[i]] for i in range(2)]),
        normal((2, 3), (2, 1), (2, 2)),
        lambda t, *parts: t.cat(parts, -1),
    ),
    Row(
        "concatenate axis=1",
        lambda a, b: mg.concatenate([a, b], axis=1),
        lambda a, b: np.array([[*a[i], *b[i]] for i in range(2)]),
        normal((2, 3, 2), (2, 1, 2)),
        lambda t, *parts: t.cat(parts, 1),
    ),
    Row(
        "stack",
        lambda *parts: mg.stack(parts),
        lambda a, b, c: np.array([a, b, c]),
        normal((2, 3), (2, 3), (2, 3)),
        lambda t, *parts: t.stack(parts),
    ),
    Row(
        "stack axis=-1",
        lambda a, b: mg.stack([a, b], axis=-1),
        lambda a, b: np.array([[[a[i, j], b[i, j]] for j in range(3)] for i in range(2)]),
        normal((2, 3), (2, 3)),
        lambda t, *parts: t.stack(parts, -1),
    ),
    Row(
        "stack axis=1",
        lambda a, b: mg.stack([a, b], 1),
        lambda a, b: np.array([[a[i], b[i]] for i in range(2)]),
        normal((2, 3), (2, 3)),
        lambda t, *parts: t.stack(parts, 1),
    ),
    Row(
        "pad",
        lambda x: mg.pad(x, ((1, 0), (0, 2), (3, 1))),
        plain_pad(((1, 0), (0, 2), (3, 1)), 0.0),
        normal((2, 3, 2)),
        lambda t, x: t.nn.functional.pad(x, (3, 1, 0, 2, 1, 0)),
    ),
    Row(
        "pad value",
        lambda x: mg.pad(x, [(0, 1), (2, 0)], value=-1.5),
        plain_pad(((0, 1), (2, 0)), -1.5),
        normal((2, 3)),
        lambda t, x: t.nn.functional.pad(x, (2, 0, 0, 1), value=-1.5),
    ),
]

PRODUCTS = [
    Row("matmul", mg.matmul, plain_matmul, normal((3, 4), (4, 2)), lambda t, a, b: a @ b),
    Row("matmul vectors", mg.matmul, plain_matmul, normal((4,), (4,)), lambda t, a, b: a @ b),
    Row("matmul row", mg.matmul, plain_matmul, normal((4,), (2, 4, 3)), lambda t, a, b: a @ b),
    Row("matmul column", mg.matmul, plain_matmul, normal((2, 3, 4), (4,)), lambda t, a, b: a @ b),
    Row(
        "matmul batches",
        mg.matmul,
        plain_matmul,
        normal((2, 1, 3, 4), (5, 4, 2)),
        lambda t, a, b: a @ b,
    ),
    Row(
        "linear",
        mg.linear,
        plain_linear,
        normal((3, 4), (4, 2), (2,)),
        lambda t, x, w, b: x @ w + b,
    ),
    Row(
        "linear without bias",
        mg.linear,
        plain_linear,
        normal((2, 3, 4), (4, 2)),
        lambda t, x, w: x @ w,
    ),
    Row(
        "linear of one example",
        mg.linear,
        plain_linear,
        normal((4,), (4, 2), (2,)),
        lambda t, x, w, b: x @ w + b,
    ),
    Row(
        "embedding",
        lambda weight: mg.embedding(weight, TOKENS),
        lambda weight: np.array([[weight[token] for token in row] for row in TOKENS]),
        normal((5, 3)),
        lambda t, weight: t.nn.functional.embedding(t.tensor(TOKENS), weight),
    ),
    Row(
        "conv2d",
        mg.conv2d,
        plain_conv2d(),
        normal(IMAGES, (2, 3, 3, 4), (4,)),
        lambda t, x, w, b: torch_conv2d(t, x, w, b, 1, (0, 0, 0, 0)),
    ),
    Row(
        "conv2d pointwise",
        mg.conv2d,
        plain_conv2d(),
        normal(IMAGES, (1, 1, 3, 4), (4,)),
        lambda t, x, w, b: torch_conv2d(t, x, w, b, 1, (0, 0, 0, 0)),
    ),
    Row(
        "conv2d padding=1 strides=(2, 1) without bias",
        lambda x, w: mg.conv2d(x, w, stride=(2, 1), padding=1),
        plain_conv2d((2, 1), 1),
        normal(IMAGES, (3, 2, 3, 2)),
        lambda t, x, w: torch_conv2d(t, x, w, None, (2, 1), (1, 1, 1, 1)),
    ),
    Row(
        "conv2d same",
        lambda x, w, b: mg.conv2d(x, w, b, stride=2, padding="same"),
        plain_conv2d((2, 2), "same"),
        normal(IMAGES, (3, 3, 3, 2), (2,)),
        lambda t, x, w, b: torch_conv2d(t, x, w, b, 2, (1, 1, 0, 1)),
    ),
    Row(
        "conv2d asymmetric",
        lambda x, w: mg.conv2d(x, w, padding=((2, 0), (1, 3))),
        plain_conv2d((1, 1), ((2, 0), (1, 3))),
        normal((1, 3, 3, 2), (2, 2, 2, 2)),
        lambda t, x, w: torch_conv2d(t, x, w, None, 1, (2, 0, 1, 3)),
    ),
    Row(
        "conv2d stride beyond the window",
        lambda x, w: mg.conv2d(x, w, stride=3),
        plain_conv2d((3, 3)),
        normal(IMAGES, (2, 1, 3, 2)),
        lambda t, x, w: torch_conv2d(t, x, w, None, 3, (0, 0, 0, 0)),
    ),
    Row(
        "conv1d",
        mg.conv1d,
        plain_conv1d(),
        normal((2, 6, 3), (2, 3, 4), (4,)),
        lambda t, x, w, b: torch_conv1d(t, x, w, b, 1, (0, 0)),
    ),
    Row(
        "conv1d same",
        lambda x, w: mg.conv1d(x, w, stride=2, padding="same"),
        plain_conv1d(2, "same"),
        normal((2, 6, 3), (3, 3, 2)),
        lambda t, x, w: torch_conv1d(t, x, w, None, 2, (0, 1)),
    ),
    Row(
        "conv1d asymmetric",
        lambda x, w, b: mg.conv1d(x, w, b, padding=(2, 0)),
        plain_conv1d(1, (2, 0)),
        normal((2, 4, 2), (3, 2, 2), (2,)),
        lambda t, x, w, b: torch_conv1d(t, x, w, b, 1, (2, 0)),
    ),
]

POOLS = [
    Row(
        "max_pool2d",
        lambda x: mg.max_pool2d(x, 2),
        plain_pool("max", 2),
        distinct(IMAGES),
        lambda t, x: torch_max_pool2d(t, x, 2, 2, 0, False),
        False,
    ),
    Row(
        "max_pool2d padding=1 ceil_mode",
        lambda x: mg.max_pool2d(x, 3, stride=2, padding=1, ceil_mode=True),
        plain_pool("max", 3, 2, 1, True),
        distinct(IMAGES),
        lambda t, x: torch_max_pool2d(t, x, 3, 2, 1, True),
        False,
    ),
    Row(
        "max_pool2d same",
        lambda x: mg.max_pool2d(x, 3, 2, "same"),
        plain_pool("max", 3, 2, "same"),
        distinct(IMAGES),
        None,
        False,
    ),
    Row(
        "max_pool2d window=(1, 3)",
        lambda x: mg.max_pool2d(x, (1, 3), 1),
        plain_pool("max", (1, 3), 1),
        distinct(IMAGES),
        lambda t, x: torch_max_pool2d(t, x, (1, 3), 1, 0, False),
        False,
    ),
    Row(
        "max_pool2d ceil_mode with a window that would begin beyond the image",
        lambda x: mg.max_pool2d(x, 2, 3, ceil_mode=True),
        plain_pool("max", 2, 3, 0, True),
        distinct(IMAGES),
        lambda t, x: torch_max_pool2d(t, x, 2, 3, 0, True),
        False,
    ),
    Row(
        "max_pool2d stride beyond the window",
        lambda x: mg.max_pool2d(x, 2, 3),
        plain_pool("max", 2, 3),
        distinct(IMAGES),
        lambda t, x: torch_max_pool2d(t, x, 2, 3, 0, False),
        False,
    ),
    Row(
        "avg_pool2d",
        lambda x: mg.avg_pool2d(x, 2),
        plain_pool("mean", 2),
        normal(IMAGES),
        lambda t, x: torch_avg_pool2d(t, x, 2),
    ),
    Row(
        "avg_pool2d padding=1 ceil_mode",
        lambda x: mg.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True),
        plain_pool("mean", 3, 2, 1, True),
        normal(IMAGES),
        lambda t, x: torch_avg_pool2d(t, x, 3, 2, 1, True, False),
    ),
    Row(
        "avg_pool2d padding=1 ceil_mode count_include_pad",
        lambda x: mg.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True, count_include_pad=True),
        plain_pool("mean with padding", 3, 2, 1, True),
        normal(IMAGES),
        lambda t, x: torch_avg_pool2d(t, x, 3, 2, 1, True, True),
    ),
    Row(
        "avg_pool2d same",
        lambda x: mg.avg_pool2d(x, 2, 1, "same"),
        plain_pool("mean", 2, 1, "same"),
        normal(IMAGES),
        None,
    ),
]

NORMALISATIONS = [
    Row(
        "local_response_norm",
        lambda x: mg.local_response_norm(x, *LRN),
        plain_local_response_norm(*LRN),
        normal((1, 2, 2, 7)),
        lambda t, x: torch_local_response_norm(t, x, *LRN),
    ),
    Row(
        "local_response_norm beyond all channels",
        lambda x: mg.local_response_norm(x, *WIDE_LRN),
        plain_local_response_norm(*WIDE_LRN),
        normal((2, 1, 3)),
        lambda t, x: torch_local_response_norm(t, x, *WIDE_LRN),
    ),
    Row(
        "dropout",
        lambda x: mg.dropout(x, 0.4, np.random.default_rng(3)),
        plain_dropout(0.4, 3),
        normal((4, 5)),
        None,
    ),
]

ROWS = [*ELEMENTWISE, *REDUCTIONS, *SHAPES, *PRODUCTS, *POOLS, *NORMALISATIONS]
