"""Integrated gradients (Eq. 1) and the conductance of chosen units through each input (Eq. 2)."""

from functools import partial

import numpy as np

from ..autodiff import gradients
from ..backend import get_array_module
from ..recording import watch_layers
from ..tensor import Tensor
from .path import StraightPath, score_of
from .quadrature import quadrature


def integrated_gradients(
    F,
    x,
    baseline,
    *,
    steps=50,
    rule="gauss_legendre",
    batch_size=None,
    workers=None,
    progress=None,
):
    """How much each input counts: IG_i = (x_i − x'_i) ∫₀¹ ∂F(x(α))/∂x_i dα (Eq. 1).

    Parameters
    ----------
    F, x, baseline, steps, rule, batch_size, workers, progress
        As for `conductance`; F need not name any layer.

    Returns
    -------
    array, shape (N, ...)
        Shaped like ``x``. The sum over an example is F(x) − F(x') but for the quadrature.
    """
    path = StraightPath(x, baseline)
    batches = path.batches(*quadrature(steps, rule), batch_size)
    integral = path.integrate(partial(input_gradient, F, path), batches, workers, progress)
    return path.difference * integral["x"]


def input_gradient(F, path, batch):
    """Σ weight · ∂F/∂x over a few path points: ``{"x": array (N, ...)}``."""
    alpha, weight = batch
    x_alpha = Tensor(path.points(alpha), requires_grad=True)
    with watch_layers(()):  # only the input asks for a gradient
        score = score_of(F, x_alpha)
        dF_dx = gradient_or_zeros(score.sum(), x_alpha)
    return {"x": path.sum_over_points(weight, dF_dx)}


def conductance_map(
    F,
    x,
    baseline,
    *,
    layer,
    select,
    steps=50,
    rule="gauss_legendre",
    batch_size=None,
    workers=None,
    progress=None,
):
    """Where in the input the conductance of some units comes from (Eq. 2).

    Cond_i^y = (x_i − x'_i) ∫₀¹ ∂F/∂y · ∂y/∂x_i dα, summed over the units y that ``select``
    picks: one backward pass from F to the layer, and one from the layer to the input that
    begins with ∂F/∂y on those units and zero elsewhere.

    Parameters
    ----------
    F, x, baseline, steps, rule, batch_size, workers, progress
        As for `conductance`.
    layer : str
        The hidden layer.
    select : int, sequence of int, or boolean array shaped like the layer (without N)
        A filter, several filters, or a mask of units.

    Returns
    -------
    array, shape (N, ...)
        Shaped like ``x``. Its sum over an example is the conductance of the units.
    """
    (the_map,) = conductance_maps(
        F,
        x,
        baseline,
        selections=[(layer, select)],
        steps=steps,
        rule=rule,
        batch_size=batch_size,
        workers=workers,
        progress=progress,
    )
    return the_map


def conductance_maps(
    F,
    x,
    baseline,
    *,
    selections,
    steps=50,
    rule="gauss_legendre",
    batch_size=None,
    workers=None,
    progress=None,
):
    """Several `conductance_map` of one input, which share the pass through the network.

    Parameters
    ----------
    F, x, baseline, steps, rule, batch_size, workers, progress
        As for `conductance`.
    selections : sequence of (layer, select)
        What `conductance_map` takes, once for each map.

    Returns
    -------
    list of array, each of shape (N, ...)
    """
    path = StraightPath(x, baseline)
    batches = path.batches(*quadrature(steps, rule), batch_size)
    through = partial(gradients_through, F, path, selections)
    integrals = path.integrate(through, batches, workers, progress)
    return [path.difference * integrals[number] for number in range(len(selections))]


def gradients_through(F, path, selections, batch):
    """Σ weight · ∂F/∂y · ∂y/∂x over a few path points, for each selection of units y by number:
    ``{0: array (N, ...), 1: …}``.
    """
    alpha, weight = batch
    x_alpha = Tensor(path.points(alpha), requires_grad=True)
    with watch_layers(dict.fromkeys(layer for layer, _ in selections)) as hidden:
        score = score_of(F, x_alpha)
        hidden.check_all_met()
    dF_d = gradients(score.sum(), wanted=hidden.tensors.values()) if score.requires_grad else {}
    found = {}
    for number, (layer, select) in enumerate(selections):
        y = hidden.tensors[layer]
        # ∂F/∂y on those units, 0 elsewhere
        selected = dF_d.get(y, 0) * unit_mask(path.xp, select, layer, y)
        dF_dx_through_y = gradient_or_zeros(y, x_alpha, path.xp.broadcast_to(selected, y.shape))
        found[number] = path.sum_over_points(weight, dF_dx_through_y)
    return found


def gradient_or_zeros(output, tensor, grad_output=None):
    """The gradient of ``output`` with respect to one tensor; zeros if it does not depend on it."""
    found = gradients(output, grad_output, wanted=[tensor])
    return (
        found[tensor] if tensor in found else get_array_module(tensor.data).zeros_like(tensor.data)
    )


def unit_mask(xp, select, layer, y):
    """1 for the selected units of a layer and 0 for the others, broadcasting to ``y``."""
    units = np.asarray(select)
    filters = y.shape[-1]
    if units.dtype == bool:
        if units.shape != y.shape[1:]:
            raise ValueError(
                f"select: the mask has shape {units.shape}, but layer {layer!r} has {y.shape[1:]}"
            )
        return xp.asarray(units.astype(y.dtype))
    units = units if units.size else units.astype(int)
    check_filters("select", np.atleast_1d(units), layer, filters)
    mask = np.zeros(filters, dtype=y.dtype)
    mask[units] = 1
    return xp.asarray(mask)


def check_filters(what, filters, layer, count):
    """Raise an error unless ``filters`` are whole numbers from 0 to count − 1."""
    if filters.dtype.kind not in "iu":
        raise TypeError(
            f"{what}: filters of layer {layer!r} came as {filters.dtype}; expected whole numbers"
        )
    wrong = filters[(filters < 0) | (filters >= count)]
    if wrong.size:
        raise IndexError(
            f"{what}: layer {layer!r} has filters 0 to {count - 1}, got {wrong.tolist()[:5]}"
        )
