"""Embedding: rows of a table, looked up by whole numbers."""

import numpy as np

from ..function import Function
from ..machine.backend import get_array_module, is_array, scatter_add
from ..tensor import data_of


class Embedding(Function):
    def __init__(self, indices):
        self.indices = indices

    def forward(self, weight):
        self.shape = weight.shape
        return weight[self.indices]

    def backward(self, grad_output):
        grad_weight = self.xp.zeros(self.shape, dtype=grad_output.dtype)
        scatter_add(grad_weight, self.indices, grad_output)  # a row used twice gets both gradients
        return (grad_weight,)

    def jvp(self, dweight):
        return dweight[self.indices]


def embedding(weight, indices):
    """The rows of ``weight`` that ``indices`` name.

    Parameters
    ----------
    weight : Tensor, shape (V, E)
    indices : integer array or Tensor, any shape (...)
        Whole numbers from 0 to V − 1. They have no gradient: only the rows do.

    Returns
    -------
    Tensor, shape (..., E)
    """
    if len(weight.shape) != 2:
        raise ValueError(f"embedding: weight has shape {weight.shape}; expected (entries, width)")
    indices = as_indices("embedding", "indices", indices, weight.shape[0], like=weight)
    return Embedding(indices)(weight)


def as_indices(operation, what, indices, limit, like):
    """Whole numbers from 0 to limit − 1 as an array beside the tensor ``like``.

    Or an error that says what they are instead.
    """
    indices = data_of(indices)
    indices = indices if is_array(indices) else np.asarray(indices)
    if indices.dtype.kind not in "iu":
        raise TypeError(
            f"{operation}: {what} are whole numbers, but came as {indices.dtype}; use .astype(int)"
        )
    if indices.size and (int(indices.min()) < 0 or int(indices.max()) >= limit):
        raise IndexError(
            f"{operation}: {what} run from {int(indices.min())} to {int(indices.max())}; "
            f"expected 0 to {limit - 1} (a negative one does not count from the end here)"
        )
    return get_array_module(data_of(like)).array(indices)  # a copy: the caller may write into his
