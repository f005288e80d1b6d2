"""What operations share: broadcasting and its gradient, and axes."""

import numpy as np


def sum_to_shape(grad, shape):
    """The gradient of an input of ``shape`` that was broadcast to ``grad.shape``.

    An entry that was used many times gets the sum of the gradients of its copies.
    """
    if grad.shape == shape:
        return grad
    new_axes = grad.ndim - len(shape)
    stretched = [
        new_axes + axis
        for axis, length in enumerate(shape)
        if length == 1 and grad.shape[new_axes + axis] != 1
    ]
    summed = grad.sum(axis=(*range(new_axes), *stretched), keepdims=True)
    return summed.reshape(shape)


def check_broadcast(operation, *arrays):
    """Raise a ValueError naming the operation if the shapes do not broadcast."""
    shapes = [array.shape for array in arrays]
    if shapes.count(shapes[0]) == len(shapes):
        return
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"{operation}: shapes {' and '.join(map(str, shapes))} do not broadcast; aligned from "
            "the right, two lengths must be equal or one of them 1"
        ) from None


def as_axis(operation, axis, ndim):
    """One axis as a non-negative int."""
    if not isinstance(axis, (int, np.integer)):
        raise ValueError(f"{operation}: axis {axis!r}; expected one int")
    return as_axes(operation, axis, ndim)[0]


def as_axes(operation, axis, ndim):
    """``axis`` (None, an int or a tuple) as a sorted tuple of non-negative axes."""
    axes = range(ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    result = []
    for one in axes:
        if not isinstance(one, (int, np.integer)) or not -ndim <= one < ndim:
            raise ValueError(
                f"{operation}: axis {one!r} is not an axis of a tensor of {ndim} dimensions"
            )
        result.append(int(one) % ndim)
    if len(set(result)) != len(result):
        raise ValueError(f"{operation}: axes {axis} name the same axis twice")
    return tuple(sorted(result))
