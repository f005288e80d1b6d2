"""The four measures of the paper for every filter, side by side, from one sweep along the path and
one look at x.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from ..backend import get_array_module, to_numpy
from ..tensor import Tensor
from .conductance import or_zeros, score_and_layers
from .path import StraightPath
from .quadrature import quadrature
from .result import relative

MEASURES = ("activation", "gradient × activation", "internal influence", "conductance")


class FilterMeasures(NamedTuple):
    """What `measures_per_filter` found.

    Attributes
    ----------
    layers : dict of str to numpy.ndarray, shape (4, N, filters)
        For each layer the measures of every filter, in the order of `MEASURES`, each the
        sum over the filter's positions.
    positions : dict of str to int
        How many positions a filter of the layer has: an activation divided by it is a mean.
    score : numpy.ndarray, shape (N,)
        F(x).
    difference : numpy.ndarray, shape (N,)
        F(x) − F(x').
    completeness_error : numpy.ndarray, shape (N,)
        Of conductance, |total − difference| / |difference|: the largest of the layers.
    """

    layers: dict
    positions: dict
    score: np.ndarray
    difference: np.ndarray
    completeness_error: np.ndarray


def measures_per_filter(
    F,
    x,
    baseline,
    *,
    layers=None,
    steps=50,
    rule="gauss_legendre",
    batch_size=None,
    workers=None,
    progress=None,
):
    """Activation, gradient × activation, internal influence and conductance of every filter.

    The last two share the sweep: ∫ ∂F/∂y dα needs one of the two factors of conductance.
    Summed over positions as they come, they need no memory for whole layers.

    Parameters
    ----------
    F, x, baseline, layers, steps, rule, batch_size, workers, progress
        As for `conductance`. Layers must cut the network for ``completeness_error`` to
        mean anything. At x all examples go through the network together.

    Returns
    -------
    FilterMeasures
    """
    path = StraightPath(x, baseline)
    score_x, score_baseline = path.scores_at_ends(F, workers)
    batches = path.batches(*quadrature(steps, rule), batch_size)
    both = partial(influence_and_conductance, F, path, layers)
    along = path.integrate(both, batches, workers, progress)
    at_x, positions = summed_at_x(F, path.x, layers)
    found = {name: to_numpy(path.xp.concatenate([at_x[name], along[name]])) for name in along}
    difference = score_x - score_baseline
    errors = [
        relative(np.abs(one[3].sum(axis=-1, dtype=np.float64) - difference), np.abs(difference))
        for one in found.values()
    ]
    return FilterMeasures(found, positions, score_x, difference, np.max(errors, axis=0))


def influence_and_conductance(F, path, layers, batch):
    """Σ weight · ∂F/∂y and Σ weight · ∂F/∂y · dy/dα over a few path points and all positions:
    {layer: (2, N, filters)}.
    """
    alpha, weight = batch
    x_alpha = Tensor(path.points(alpha), tangent=path.velocity(alpha))
    _, hidden = score_and_layers(F, x_alpha, layers)
    found = {}
    for name, y in hidden.items():
        dF_dy = or_zeros(y.grad, y)
        dy_dalpha = or_zeros(y.tangent, y)
        integrands = over_positions(dF_dy), over_positions(dF_dy * dy_dalpha)
        found[name] = path.xp.stack([path.sum_over_points(weight, one) for one in integrands])
    return found


def summed_at_x(F, x, layers):
    """y and y · ∂F/∂y at x, summed over positions, {layer: (2, N, filters)}; and how many positions
    each layer has.
    """
    _, hidden = score_and_layers(F, Tensor(x), layers)
    found, positions = {}, {}
    for name, y in hidden.items():
        products = y.data * or_zeros(y.grad, y)
        xp = get_array_module(products)
        found[name] = xp.stack([over_positions(y.data), over_positions(products)])
        positions[name] = int(np.prod(y.shape[1:-1]))
    return found, positions


def over_positions(array):
    """The sum over a filter's positions: (rows, ..., filters) to (rows, filters)."""
    return array.sum(axis=tuple(range(1, array.ndim - 1)))
