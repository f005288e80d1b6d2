"""Filters, the last axis of a layer: sums over their positions, and which of them are picked."""

import numpy as np


def filters_in(shape):
    """How many filters a layer of this shape (N, *layer) has; one if it is (N,)."""
    return shape[-1] if len(shape) > 1 else 1


def by_filter(array):
    """The sum over each filter's positions: from (N, *layer) to (N, filters)."""
    return array.reshape(len(array), -1, filters_in(array.shape)).sum(axis=1)


def unit_mask(xp, select, layer, y):
    """1 for the selected units of a layer and 0 for the others, broadcasting to ``y``."""
    units = np.asarray(select)
    if units.dtype == bool:
        if units.shape != y.shape[1:]:
            raise ValueError(
                f"select: the mask has shape {units.shape}, but layer {layer!r} has {y.shape[1:]}"
            )
        return xp.asarray(units.astype(y.dtype))
    units = np.atleast_1d(units if units.size else units.astype(int))
    return xp.asarray(filter_mask("select", units, layer, y.shape).astype(y.dtype))


def filter_mask(what, filters, layer, shape):
    """Whether a filter is one of ``filters``, if the layer has all of them: (filters,) of bool."""
    count = filters_in(shape)
    if filters.dtype.kind not in "iu":
        raise TypeError(
            f"{what}: filters of layer {layer!r} came as {filters.dtype}; expected whole numbers"
        )
    wrong = filters[(filters < 0) | (filters >= count)]
    if wrong.size:
        raise IndexError(
            f"{what}: layer {layer!r} has filters 0 to {count - 1}, got {wrong.tolist()[:5]}"
        )
    mask = np.zeros(count, dtype=bool)
    mask[filters] = True
    return mask if len(shape) > 1 else mask[0]  # (N,) is one filter
