"""What a step of a graph may call: functions of minigrad, by name, and a few made of them.

Arrays are channels-last. A step calls ``OPERATIONS[name](*inputs, **options)``.
"""

from math import pi

import minigrad as mg


def concatenate(*tensors, axis):
    """The tensors one after another along an axis."""
    return mg.concatenate(tensors, axis=axis)


def transpose(x, axes):
    """The axes in another order; the first stays that of the examples."""
    return mg.transpose(x, axes)


def reshape(x, shape):
    """Each example in another shape: (N, ...) to (N, *shape)."""
    return mg.reshape(x, x.shape[0], *shape)


def part(x, axis, start, stop, step=1):
    """The entries from ``start`` to before ``stop`` along one axis."""
    return x[(slice(None),) * axis + (slice(start, stop, step),)]


def take(x, axis, index):
    """One entry along an axis, which goes, or a tuple of them, where it stays."""
    return x[(slice(None),) * axis + (list(index) if isinstance(index, tuple) else index,)]


def scale_and_shift(x, scale, shift):
    """x · scale + shift: a batch normalisation with the numbers that training found."""
    return x * scale + shift


def max_pool1d(x, size, stride, padding, ceil_mode=False):
    """`mg.max_pool2d` over sequences (N, T, C)."""
    return over_rows(mg.max_pool2d, x, size, stride, padding, ceil_mode)


def avg_pool1d(x, size, stride, padding, ceil_mode=False, count_include_pad=False):
    """`mg.avg_pool2d` over sequences (N, T, C)."""
    return over_rows(mg.avg_pool2d, x, size, stride, padding, ceil_mode, count_include_pad)


def over_rows(pool, x, size, stride, padding, *options):
    """A pooling of images on sequences, as images one pixel high."""
    images = reshape(x, (1, *x.shape[1:]))
    y = pool(images, (1, size), (1, stride), ((0, 0), padding), *options)
    return reshape(y, y.shape[2:])


def clip(x, low=None, high=None):
    """x, but not below ``low`` and not above ``high``; from 0 on it begins with `mg.relu`."""
    if low is not None:
        x = mg.relu(x) if low == 0 else mg.maximum(x, low)
    return x if high is None else mg.minimum(x, high)


def leaky_relu(x, slope):
    """x above 0, slope · x elsewhere; ``slope`` is a number, or a tensor with one a channel."""
    return mg.where(x.data > 0, x, x * slope)


def elu(x, alpha=1.0, scale=1.0):
    """scale · x above 0, scale · alpha · (e^x − 1) elsewhere; with a scale it is SELU."""
    below = (mg.exp(mg.minimum(x, 0.0)) - 1.0) * alpha
    y = mg.where(x.data > 0, x, below)
    return y if scale == 1.0 else y * scale


def hard_sigmoid(x, alpha=0.2, beta=0.5):
    """alpha · x + beta, cut off at 0 and 1."""
    return clip(x * alpha + beta, 0.0, 1.0)


def hard_swish(x):
    """x times the hard sigmoid with slope 1/6."""
    return x * hard_sigmoid(x, 1 / 6, 0.5)


def swish(x, alpha=1.0):
    """x times the sigmoid of alpha · x."""
    return x * mg.sigmoid(x if alpha == 1.0 else x * alpha)


def mish(x):
    """x · tanh(softplus(x))."""
    return x * mg.tanh(mg.softplus(x))


def gelu(x):
    """x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2: GELU in its tanh form."""
    return x * mg.sigmoid((x + x * x * x * 0.044715) * (2 * (2 / pi) ** 0.5))


def softsign(x):
    """x / (1 + |x|)."""
    return x / (mg.abs(x) + 1.0)


def reciprocal(x):
    """1 / x."""
    return 1.0 / x


# What makes an activation out of a pre-activation: entry by entry, of one tensor.
ACTIVATIONS = {
    "relu": mg.relu,
    "sigmoid": mg.sigmoid,
    "tanh": mg.tanh,
    "softplus": mg.softplus,
    "clip": clip,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "hard_sigmoid": hard_sigmoid,
    "hard_swish": hard_swish,
    "swish": swish,
    "gelu": gelu,
    "mish": mish,
    "softsign": softsign,
}

# The same entries in another shape or order, or fewer of them.
MOVES = {
    "reshape": reshape,
    "flatten": mg.flatten,
    "transpose": transpose,
    "pad": mg.pad,
    "part": part,
    "take": take,
}

OPERATIONS = {
    "conv2d": mg.conv2d,
    "conv1d": mg.conv1d,
    "linear": mg.linear,
    "matmul": mg.matmul,
    "embedding": mg.embedding,
    "max_pool2d": mg.max_pool2d,
    "avg_pool2d": mg.avg_pool2d,
    "max_pool1d": max_pool1d,
    "avg_pool1d": avg_pool1d,
    "scale_and_shift": scale_and_shift,
    "local_response_norm": mg.local_response_norm,
    "concatenate": concatenate,
    "add": mg.add,
    "subtract": mg.subtract,
    "multiply": mg.multiply,
    "divide": mg.divide,
    "power": mg.power,
    "maximum": mg.maximum,
    "minimum": mg.minimum,
    "negative": mg.negative,
    "abs": mg.abs,
    "exp": mg.exp,
    "log": mg.log,
    "sqrt": mg.sqrt,
    "reciprocal": reciprocal,
    "sum": mg.sum,
    "mean": mg.mean,
    "max": mg.max,
    "min": mg.min,
    "norm": mg.norm,
    "softmax": mg.softmax,
    "log_softmax": mg.log_softmax,
    **ACTIVATIONS,
    **MOVES,
}
