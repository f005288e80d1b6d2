"""The differentiable operations: each a `Function`, and the function that applies it."""

from .conv import conv1d, conv2d
from .elementwise import (
    add,
    divide,
    exp,
    log,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    relu,
    sigmoid,
    softplus,
    sqrt,
    subtract,
    tanh,
)
from .embed import embedding
from .linear import linear, matmul
from .loss import cross_entropy
from .normalize import dropout, local_response_norm
from .pool import avg_pool2d, max_pool2d
from .reduce import log_softmax, max, mean, softmax, sum
from .shape import concatenate, flatten, get_item, pad, reshape, transpose

# fmt: off
__all__ = [
    "add", "subtract", "multiply", "divide", "power", "negative",
    "exp", "log", "sqrt", "tanh", "sigmoid", "softplus", "relu", "maximum", "minimum",
    "sum", "mean", "max", "softmax", "log_softmax", "cross_entropy",
    "reshape", "flatten", "transpose", "get_item", "concatenate", "pad",
    "matmul", "linear", "conv2d", "conv1d", "max_pool2d", "avg_pool2d", "local_response_norm",
    "embedding", "dropout",
]
