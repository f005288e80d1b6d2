"""The four measures of the paper for every filter, from one sweep along the path and one look."""

from functools import partial
from typing import NamedTuple

import numpy as np

from ..machine.backend import to_numpy
from ..tensor import Tensor
from .conductance import conductance
from .filters import by_filter
from .path.quadrature import is_auto, quadrature
from .path.straight import StraightPath, layer_names
from .result import relative
from .rivals import internal_influence
from .score import or_zeros, score_and_layers

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
    points : numpy.ndarray, shape (points,), or list of them, one for each example
        Where the path was looked at.
    relative_error : numpy.ndarray, shape (N,), or None
        Of conductance, `Attribution.relative_error`: the largest of the layers. None for a number
        of steps.
    """

    layers: dict
    positions: dict
    score: np.ndarray
    difference: np.ndarray
    completeness_error: np.ndarray
    points: np.ndarray | list
    relative_error: np.ndarray = None


def measures_per_filter(
    F,
    x,
    baseline,
    *,
    layers=None,
    steps=50,
    rule=None,
    tolerance=0.05,
    most_steps=1025,
    batch_size=None,
    workers=None,
    progress=None,
):
    """Activation, gradient × activation, internal influence and conductance of every filter.

    With a number of steps the last two share one sweep: ∫ ∂F/∂y dα needs one of the two factors
    of conductance. With "auto" conductance finds its points, and the influence takes them too.

    Parameters
    ----------
    F, x, baseline, layers, steps, rule, tolerance, most_steps, batch_size, workers, progress
        As for `conductance`. Layers must cut the network for ``completeness_error`` to
        mean anything. At x all examples go through the network together.

    Returns
    -------
    FilterMeasures
    """
    path, layers = StraightPath(x, baseline, F), layer_names(layers)
    how = {"batch_size": batch_size, "workers": workers, "progress": progress}
    score_x, score_baseline = path.scores_at_ends(layers, workers)
    difference, relative_error = score_x - score_baseline, None
    if np.ndim(steps) == 0 and not is_auto(steps):
        along = path.integrate(partial(influence_and_conductance, layers), steps, rule, **how)
        points = quadrature(steps, rule)[0]
    else:
        options = {"layers": layers, "tolerance": tolerance, "most_steps": most_steps, **how}
        whole = conductance(F, x, baseline, steps=steps, rule=rule, **options)
        influence = internal_influence(F, x, baseline, layers=layers, steps=whole.points, **how)
        along = {
            name: np.stack([influence.per_filter(name), whole.per_filter(name)], axis=1)
            for name in whole
        }
        relative_error = np.max([whole.relative_error(name) for name in whole], axis=0)
        points = whole.points
    at_x, positions = summed_at_x(path, layers)
    # (N, 4, filters) to (4, N, filters)
    found = {
        name: np.concatenate([to_numpy(at_x[name]), to_numpy(along[name])], axis=1).swapaxes(0, 1)
        for name in along
    }
    gaps = [
        abs(measures[3].sum(axis=-1, dtype=np.float64) - difference) for measures in found.values()
    ]
    completeness = relative(np.max(gaps, axis=0), abs(difference))
    return FilterMeasures(
        found, positions, score_x, difference, completeness, points, relative_error
    )


def influence_and_conductance(layers, path, alphas):
    """∂F/∂y and ∂F/∂y · dy/dα at a few points, by filter: {layer: (points · N, 2, filters)}."""
    x_alpha = Tensor(path.points(alphas), tangent=path.velocity(alphas))
    _, hidden = score_and_layers(path.F, x_alpha, layers)
    found = {}
    for name, y in hidden.items():
        dF_dy = or_zeros(y.grad, y)
        dy_dalpha = or_zeros(y.tangent, y)
        found[name] = path.xp.stack([by_filter(dF_dy), by_filter(dF_dy * dy_dalpha)], axis=1)
    return found


def summed_at_x(path, layers):
    """y and y · ∂F/∂y at x by filter, {layer: (N, 2, filters)}; and each layer's positions."""
    _, hidden = score_and_layers(path.F, Tensor(path.x), layers)
    found, positions = {}, {}
    for name, y in hidden.items():
        products = y.data * or_zeros(y.grad, y)
        found[name] = path.xp.stack([by_filter(y.data), by_filter(products)], axis=1)
        positions[name] = int(np.prod(y.shape[1:-1]))
    return found, positions
