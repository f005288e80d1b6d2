"""The table of operators and methods: what ``x + y`` and ``x.sum()`` call.

Each is the function itself, so that a debugger's ``step`` on ``x + y`` lands in `add`.
"""

from . import autodiff, functions
from .tensor import Tensor


def reflected_add(x, left):
    """``left + x``"""
    return functions.add(left, x)


def reflected_subtract(x, left):
    """``left - x``"""
    return functions.subtract(left, x)


def reflected_multiply(x, left):
    """``left * x``"""
    return functions.multiply(left, x)


def reflected_divide(x, left):
    """``left / x``"""
    return functions.divide(left, x)


def reflected_power(x, left):
    """``left ** x``"""
    return functions.power(left, x)


def reflected_matmul(x, left):
    """``left @ x``"""
    return functions.matmul(left, x)


Tensor.__add__ = functions.add
Tensor.__sub__ = functions.subtract
Tensor.__mul__ = functions.multiply
Tensor.__truediv__ = functions.divide
Tensor.__pow__ = functions.power
Tensor.__matmul__ = functions.matmul
Tensor.__neg__ = functions.negative
Tensor.__getitem__ = functions.get_item

Tensor.__radd__ = reflected_add
Tensor.__rsub__ = reflected_subtract
Tensor.__rmul__ = reflected_multiply
Tensor.__rtruediv__ = reflected_divide
Tensor.__rpow__ = reflected_power
Tensor.__rmatmul__ = reflected_matmul

Tensor.exp = functions.exp
Tensor.log = functions.log
Tensor.sqrt = functions.sqrt
Tensor.tanh = functions.tanh
Tensor.sigmoid = functions.sigmoid
Tensor.softplus = functions.softplus
Tensor.relu = functions.relu

Tensor.sum = functions.sum
Tensor.mean = functions.mean
Tensor.max = functions.max
Tensor.softmax = functions.softmax
Tensor.log_softmax = functions.log_softmax

Tensor.reshape = functions.reshape
Tensor.flatten = functions.flatten
Tensor.transpose = functions.transpose
Tensor.T = property(functions.transpose)

Tensor.backward = autodiff.backward
