"""The table of operators and methods: what ``x + y`` and ``x.sum()`` call.

Each is the function itself, so that a debugger's ``step`` on ``x + y`` lands in `add`.
"""

import warnings
from numbers import Number

import numpy as np

from . import autodiff, functions
from .machine.backend import is_array
from .tensor import Tensor, data_of


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


def equal(a, b):
    """Where the entries of two tensors (or arrays, or numbers) are equal: an array of booleans.

    So ``mg.equal(predicted, labels).mean()`` is an accuracy. It has no derivative.
    """
    a, b = data_of(a), data_of(b)
    return (a if is_array(a) or is_array(b) else np.asarray(a)) == b


def same(x, other):
    """``x == other``: whether they are one object, as dictionaries ask; never entry by entry.

    Python makes ``x != other`` of it.
    """
    if isinstance(other, Tensor):
        warnings.warn(
            "== and != compare two Tensors as objects, not their entries: write mg.equal(x, y) "
            "(with ~ in front for !=) for the entries, x is y for the objects",
            stacklevel=2,
        )
        return x is other
    if is_array(other) or isinstance(other, (Number, np.generic, list, tuple)):
        raise not_compared(other)
    return NotImplemented


def ordered(x, other):
    """``x < other`` and its like: refused."""
    raise not_compared(other)


def not_compared(other):
    """The error of a comparison: it has no derivative, so it is not an operation."""
    return TypeError(
        f"a Tensor is not compared with {type(other).__name__}: a comparison has no derivative. "
        "Compare the arrays: x.data > 0 is a mask for x[...] and mg.where, mg.equal(x, y) another"
    )


Tensor.__add__ = functions.add
Tensor.__sub__ = functions.subtract
Tensor.__mul__ = functions.multiply
Tensor.__truediv__ = functions.divide
Tensor.__pow__ = functions.power
Tensor.__matmul__ = functions.matmul
Tensor.__neg__ = functions.negative
Tensor.__abs__ = functions.abs
Tensor.__getitem__ = functions.get_item

# Tensors stay keys of dictionaries: __hash__ is the object's, whatever __eq__ is.
Tensor.__eq__ = same
Tensor.__lt__ = Tensor.__le__ = Tensor.__gt__ = Tensor.__ge__ = ordered

Tensor.__radd__ = reflected_add
Tensor.__rsub__ = reflected_subtract
Tensor.__rmul__ = reflected_multiply
Tensor.__rtruediv__ = reflected_divide
Tensor.__rpow__ = reflected_power
Tensor.__rmatmul__ = reflected_matmul

Tensor.abs = functions.abs
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
Tensor.min = functions.min
Tensor.var = functions.var
Tensor.norm = functions.norm
Tensor.softmax = functions.softmax
Tensor.log_softmax = functions.log_softmax

Tensor.reshape = functions.reshape
Tensor.flatten = functions.flatten
Tensor.transpose = functions.transpose
Tensor.T = property(functions.transpose)

Tensor.backward = autodiff.backward
