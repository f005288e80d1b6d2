"""Matrix products: matmul and linear."""

import math

import numpy as np

from ..function import Function
from .broadcasting import sum_to_shape
from .chain_rule import dot


class Matmul(Function):
    """a @ b by NumPy's rule.

    A 1-D input is a row (left) or a column (right); leading axes broadcast.
    """

    accepts_missing_tangents = True

    def forward(self, a, b):
        if a.ndim == 0 or b.ndim == 0 or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
            raise ValueError(
                f"matmul: shapes {a.shape} and {b.shape} do not fit; the last axis of the first "
                "must be as long as the second-last of the second (the only one, if it has one)"
            )
        try:
            np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        except ValueError:
            raise ValueError(
                f"matmul: shapes {a.shape} and {b.shape}: the batches in front do not broadcast"
            ) from None
        self.a, self.b = a, b
        return a @ b

    def backward(self, grad_output):
        # As matrices: a 1-D input gets the axis that NumPy's rule adds, and so does the gradient.
        a = self.a[None, :] if self.a.ndim == 1 else self.a
        b = self.b[:, None] if self.b.ndim == 1 else self.b
        grad = grad_output[..., None] if self.b.ndim == 1 else grad_output
        grad = grad[..., None, :] if self.a.ndim == 1 else grad
        grad_a = grad_b = None
        if self.needs_grad[0]:
            grad_a = dot(self.xp, grad, b.swapaxes(-1, -2))
            grad_a = sum_to_shape(grad_a, a.shape).reshape(self.a.shape)
        if self.needs_grad[1]:
            grad_b = dot(self.xp, a.swapaxes(-1, -2), grad)
            grad_b = sum_to_shape(grad_b, b.shape).reshape(self.b.shape)
        return grad_a, grad_b

    def jvp(self, da, db):
        by_a = 0 if da is None else dot(self.xp, da, self.b)
        by_b = 0 if db is None else dot(self.xp, self.a, db)
        return by_a + by_b


class Linear(Function):
    """x @ weight + bias, for x of shape (..., in)."""

    accepts_missing_tangents = True

    def forward(self, x, weight, bias=None):
        if weight.ndim != 2 or x.ndim == 0 or x.shape[-1] != weight.shape[0]:
            raise ValueError(
                f"linear: x has shape {x.shape} and weight {weight.shape}; expected (..., in) and "
                "(in, out) with the same in"
            )
        if bias is not None and bias.shape != weight.shape[1:]:
            raise ValueError(
                f"linear: bias has shape {bias.shape}, expected {weight.shape[1:]}, "
                "one number for each output"
            )
        self.x, self.weight = x, weight
        y = (as_rows(x) @ weight).reshape(x.shape[:-1] + weight.shape[1:])
        return y if bias is None else y + bias

    def backward(self, grad_output):
        rows = as_rows(grad_output)
        grad_x = grad_weight = grad_bias = None
        if self.needs_grad[0]:
            grad_x = dot(self.xp, rows, self.weight.T).reshape(self.x.shape)
        if self.needs_grad[1]:
            grad_weight = dot(self.xp, as_rows(self.x).T, rows)
        if len(self.inputs) == 3 and self.needs_grad[2]:
            grad_bias = rows.sum(axis=0)
        return (grad_x, grad_weight, grad_bias)[: len(self.inputs)]

    def jvp(self, dx, dweight, dbias=None):
        shape = self.x.shape[:-1] + self.weight.shape[1:]
        dy = 0 if dx is None else dot(self.xp, as_rows(dx), self.weight).reshape(shape)
        if dweight is not None:
            dy = dy + dot(self.xp, as_rows(self.x), dweight).reshape(shape)
        return dy if dbias is None else dy + self.xp.broadcast_to(dbias, shape)


def as_rows(x):
    """The last axis of x as the rows of one matrix, whatever its leading axes."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def matmul(a, b):
    """The matrix product ``a @ b``, by NumPy's rules for batches and 1-D inputs."""
    return Matmul()(a, b)


def linear(x, weight, bias=None):
    """``x @ weight + bias``.

    Parameters
    ----------
    x : Tensor, shape (..., in)
    weight : Tensor, shape (in, out)
    bias : Tensor, shape (out,), optional

    Returns
    -------
    Tensor, shape (..., out)
    """
    return Linear()(x, weight) if bias is None else Linear()(x, weight, bias)
