"""Operations that move entries without changing them: reshape, indexing, concatenate, pad."""

import math
import operator

import numpy as np

from ..function import Function
from ..machine.backend import is_array, scatter_add
from ..tensor import data_of
from .broadcasting import as_axes, as_axis


class Reshape(Function):
    def __init__(self, shape):
        self.shape = shape

    def forward(self, x):
        self.x_shape = x.shape
        try:
            return x.reshape(self.shape)
        except ValueError:
            raise ValueError(
                f"reshape: {x.shape} has {x.size} entries, which do not fill {tuple(self.shape)}"
            ) from None

    def backward(self, grad_output):
        return (grad_output.reshape(self.x_shape),)

    def jvp(self, dx):
        return dx.reshape(self.shape)


class Transpose(Function):
    def __init__(self, axes=None):
        self.axes = axes

    def forward(self, x):
        if self.axes is None:
            self.axes = tuple(reversed(range(x.ndim)))
        if as_axes("transpose", self.axes, x.ndim) != tuple(range(x.ndim)):
            raise ValueError(
                f"transpose: axes {self.axes} do not name all {x.ndim} axes of {x.shape} once"
            )
        self.axes = tuple(axis % x.ndim for axis in self.axes)
        return x.transpose(self.axes)

    def backward(self, grad_output):
        back = [self.axes.index(axis) for axis in range(len(self.axes))]
        return (grad_output.transpose(back),)

    def jvp(self, dx):
        return dx.transpose(self.axes)


class GetItem(Function):
    operation = "get_item"

    def __init__(self, index):
        self.index = index

    def forward(self, x):
        self.x_shape = x.shape
        try:
            return x[self.index]
        except IndexError as error:
            raise IndexError(f"indexing: {error} (the tensor has shape {x.shape})") from None

    def backward(self, grad_output):
        grad_x = self.xp.zeros(self.x_shape, dtype=grad_output.dtype)
        if picks_each_entry_once(self.index):
            grad_x[self.index] = grad_output
        else:
            scatter_add(grad_x, self.index, grad_output)
        return (grad_x,)

    def jvp(self, dx):
        return dx[self.index]


class Concatenate(Function):
    def __init__(self, axis):
        self.axis = axis

    def forward(self, *arrays):
        self.axis = as_axis("concatenate", self.axis, arrays[0].ndim)
        elsewhere = {array.shape[: self.axis] + array.shape[self.axis + 1 :] for array in arrays}
        if len(elsewhere) != 1 or len({array.ndim for array in arrays}) != 1:
            shapes = ", ".join(str(array.shape) for array in arrays)
            raise ValueError(f"concatenate: shapes {shapes} differ not only on axis {self.axis}")
        self.lengths = [array.shape[self.axis] for array in arrays]
        return self.xp.concatenate(arrays, axis=self.axis)

    def backward(self, grad_output):
        before = (slice(None),) * self.axis
        grads, start = [], 0
        for length in self.lengths:
            grads.append(grad_output[(*before, slice(start, start + length))])
            start += length
        return tuple(grads)

    def jvp(self, *tangents):
        return self.xp.concatenate(tangents, axis=self.axis)


class Stack(Function):
    def __init__(self, axis):
        self.axis = axis

    def forward(self, *arrays):
        self.axis = as_axis("stack", self.axis, arrays[0].ndim + 1)
        if len({array.shape for array in arrays}) != 1:
            shapes = ", ".join([str(array.shape) for array in arrays])
            raise ValueError(f"stack: shapes {shapes} differ; tensors to be stacked have one shape")
        return self.xp.stack(arrays, axis=self.axis)

    def backward(self, grad_output):
        before = (slice(None),) * self.axis
        return tuple([grad_output[(*before, place)] for place in range(len(self.inputs))])

    def jvp(self, *tangents):
        return self.xp.stack(tangents, axis=self.axis)


class Pad(Function):
    def __init__(self, pad_width, value):
        self.pad_width = pad_width
        self.value = value

    def forward(self, x):
        self.pad_width = as_pad_width(self.pad_width, x.shape)
        sides = zip(self.pad_width, x.shape)
        self.inside = tuple([slice(before, before + length) for (before, _), length in sides])
        return self.xp.pad(x, self.pad_width, constant_values=self.value)

    def backward(self, grad_output):
        return (grad_output[self.inside],)

    def jvp(self, dx):
        return self.xp.pad(dx, self.pad_width)


def as_pad_width(pad_width, shape):
    """``pad_width`` as pairs of ints, one pair for each axis."""
    try:
        pairs = tuple(
            (operator.index(before), operator.index(after)) for before, after in pad_width
        )
    except (TypeError, ValueError):
        pairs = None
    if pairs is None or len(pairs) != len(shape) or min(map(min, pairs), default=0) < 0:
        raise ValueError(
            f"pad: pad_width {pad_width} does not fit shape {shape}; give {len(shape)} pairs "
            "(before, after) of whole numbers that are not negative"
        )
    return pairs


def picks_each_entry_once(index):
    """Whether ``x[index]`` can hold no entry of ``x`` twice: no lists of indices are in it."""
    parts = index if isinstance(index, tuple) else (index,)
    for part in parts:
        simple = part is None or part is Ellipsis or isinstance(part, (int, np.integer, slice))
        if not simple and not (hasattr(part, "dtype") and part.dtype == bool):
            return False
    return True


def reshape(x, *shape):
    """The same entries in another shape: ``reshape(x, 2, 3)`` or ``reshape(x, (2, 3))``.

    One length may be -1: it is worked out.
    """
    shape = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    return Reshape(shape)(x)


def flatten(x):
    """Each example as one row: (N, ...) to (N, entries)."""
    return Reshape((x.shape[0], math.prod(x.shape[1:])))(x)


def transpose(x, *axes):
    """The axes in another order: ``transpose(x, 1, 0)`` or ``transpose(x, (1, 0))``.

    Without axes they are reversed.
    """
    axes = tuple(axes[0]) if len(axes) == 1 and isinstance(axes[0], (tuple, list)) else axes
    return Transpose(axes or None)(x)


def get_item(x, index):
    """``x[index]`` for ints, slices, None, Ellipsis, masks and arrays (or Tensors) of indices.

    An entry picked more than once gets the sum of the gradients of its copies.
    """
    parts = map(data_of, index if isinstance(index, tuple) else (index,))
    # copies: what the caller writes into an array of indices must not move the gradient
    own = [part.copy() if is_array(part) or isinstance(part, list) else part for part in parts]
    return GetItem(tuple(own) if isinstance(index, tuple) else own[0])(x)


def concatenate(tensors, axis=-1):
    """The tensors one after another along ``axis``; equal in every other axis."""
    tensors = tuple(tensors)
    if not tensors:
        raise ValueError("concatenate: no tensors given; expected at least one")
    return Concatenate(axis)(*tensors)


def stack(tensors, axis=0):
    """The tensors, all of one shape, beside each other along a new axis."""
    tensors = tuple(tensors)
    if not tensors:
        raise ValueError("stack: no tensors given; expected at least one")
    return Stack(axis)(*tensors)


def pad(x, pad_width, value=0.0):
    """``x`` with a border of ``value``; ``pad_width`` has a pair (before, after) for each axis."""
    return Pad(pad_width, value)(x)
