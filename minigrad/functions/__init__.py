"""The differentiable operations: each a `Function`, and the function that applies it."""

from .arithmetic import add, divide, maximum, minimum, multiply, negative, power, subtract, where
from .windowed.conv import conv1d, conv2d
from .elementwise import abs, exp, log, relu, sigmoid, softplus, sqrt, tanh
from .embed import embedding
from .linear import linear, matmul
from .loss import cross_entropy
from .normalize import dropout, local_response_norm
from .windowed.pool import avg_pool2d, max_pool2d
from .reduce import log_softmax, max, mean, min, norm, softmax, sum, var
from .shape import concatenate, flatten, get_item, pad, reshape, stack, transpose

# fmt: off
__all__ = [
    "add", "subtract", "multiply", "divide", "power", "negative", "maximum", "minimum", "where",
    "abs", "exp", "log", "sqrt", "tanh", "sigmoid", "softplus", "relu",
    "sum", "mean", "max", "min", "var", "norm", "softmax", "log_softmax", "cross_entropy",
    "reshape", "flatten", "transpose", "get_item", "concatenate", "stack", "pad",
    "matmul", "linear", "conv2d", "conv1d", "max_pool2d", "avg_pool2d", "local_response_norm",
    "embedding", "dropout",
]
