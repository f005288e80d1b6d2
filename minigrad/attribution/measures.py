"""Several measures of every filter, from one sweep along the path and one look at its ends."""

from functools import partial
from typing import NamedTuple

import numpy as np

from ..machine.backend import to_numpy
from ..tensor import Tensor
from .conductance import conductance
from .filters import by_filter
from .path.quadrature import is_auto, quadrature
from .path.straight import StraightPath
from .result import relative
from .rivals import differences, internal_influence, layer_integrated_gradients
from .score import layers_of, or_zeros, score_and_layers

MEASURES = ("activation", "gradient × activation", "internal influence", "conductance")
# What people use today beside the paper's four; see `rivals` for their names elsewhere.
MORE_MEASURES = ("gradient × (y − y′)", "influence × (y − y′)", "layer integrated gradients")


class FilterMeasures(NamedTuple):
    """What `measures_per_filter` found.

    Attributes
    ----------
    layers : dict of str to numpy.ndarray, shape (measures, N, filters)
        For each layer the measures of every filter, in the order in which they were asked for,
        each the sum over the filter's positions.
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
    measures=MEASURES,
    steps=50,
    rule=None,
    tolerance=0.05,
    most_steps=1025,
    batch_size=None,
    workers=None,
    progress=None,
):
    """Activation, gradient × activation, internal influence, conductance … of every filter.

    With a number of steps all that is taken along the path shares one sweep: ∫ ∂F/∂y dα needs
    one of the two factors of conductance. With "auto" conductance finds its points, and the
    influence takes them too. Layer integrated gradients have a path for each layer, and so cost
    about as much as all the others together, for every layer.

    Parameters
    ----------
    F, x, baseline, layers, steps, rule, tolerance, most_steps, batch_size, workers, progress
        As for `conductance`. Layers must cut the network for ``completeness_error`` to
        mean anything. At x all examples go through the network together.
    measures : sequence of str
        Of `MEASURES`, the paper's four, and `MORE_MEASURES`.

    Returns
    -------
    FilterMeasures
    """
    check_measures(measures)
    path, layers = StraightPath(x, baseline, F), layers_of(layers, F)
    how = {"batch_size": batch_size, "workers": workers, "progress": progress}
    search = {"tolerance": tolerance, "most_steps": most_steps}
    score_x, score_baseline = path.scores_at_ends(layers, workers)
    difference, relative_error = score_x - score_baseline, None
    moved = differences(path, layers, workers) if set(measures) & set(MORE_MEASURES[:2]) else {}
    found, positions = summed_at_x(path, layers, moved)
    if np.ndim(steps) == 0 and not is_auto(steps):
        visit = partial(influence_and_conductance, layers, moved)
        along, points = path.integrate(visit, steps, rule, **how), quadrature(steps, rule)[0]
    else:
        options = {"layers": layers, **search, **how}
        whole = conductance(F, x, baseline, steps=steps, rule=rule, **options)
        influence = internal_influence(F, x, baseline, layers=layers, steps=whole.points, **how)
        along = {
            name: stacked(path, influence[name], whole[name], moved.get(name)) for name in whole
        }
        relative_error = np.max([whole.relative_error(name) for name in whole], axis=0)
        points = whole.points
    for name, sums in along.items():
        found[name] |= named_sums(("internal influence", "conductance", MORE_MEASURES[1]), sums)
    if MORE_MEASURES[2] in measures:
        options = {"layers": layers, "steps": steps, "rule": rule, **search, **how}
        for name, values in layer_integrated_gradients(F, x, baseline, **options).items():
            found[name][MORE_MEASURES[2]] = to_numpy(by_filter(values))
    gaps = [
        abs(sums["conductance"].sum(axis=-1, dtype=np.float64) - difference)
        for sums in found.values()
    ]
    completeness = relative(np.max(gaps, axis=0), abs(difference))
    in_order = {name: np.stack([sums[one] for one in measures]) for name, sums in found.items()}
    return FilterMeasures(
        in_order, positions, score_x, difference, completeness, points, relative_error
    )


def check_measures(measures):
    """Raise a ValueError unless all of them are known."""
    known = MEASURES + MORE_MEASURES
    unknown = [one for one in measures if one not in known]
    if unknown:
        raise ValueError(f"measures: {unknown[0]!r} is none; expected some of {', '.join(known)}")


def stacked(path, influence, product, moved=None):
    """Influence and conductance by filter, and influence · (y − y') if that is asked for.

    From (rows, *layer) to (rows, 2 or 3, filters); rows are of the path's examples in turn.
    """
    arrays = [influence, product]
    if moved is not None:
        rows = influence.reshape(-1, *moved.shape) * moved
        arrays.append(rows.reshape(influence.shape))
    return path.xp.stack([by_filter(array) for array in arrays], axis=1)


def named_sums(names, sums):
    """What `stacked` made, in NumPy's memory: {measure: (N, filters)}."""
    sums = to_numpy(sums)
    return {name: sums[:, place] for place, name in enumerate(names[: sums.shape[1]])}


def influence_and_conductance(layers, moved, path, alphas):
    """∂F/∂y and ∂F/∂y · dy/dα at a few points, as `stacked` does: {layer: (points · N, …)}."""
    x_alpha = Tensor(path.points(alphas), tangent=path.velocity(alphas))
    _, hidden = score_and_layers(path.F, x_alpha, layers)
    found = {}
    for name, y in hidden.items():
        product = y.grad * or_zeros(y.tangent, y)
        found[name] = stacked(path, y.grad, product, moved.get(name))
    return found


def summed_at_x(path, layers, moved):
    """What is asked of x by filter, {layer: {measure: (N, filters)}}; each layer's positions."""
    _, hidden = score_and_layers(path.F, Tensor(path.x), layers)
    found, positions = {}, {}
    for name, y in hidden.items():
        arrays = {"activation": y.data, "gradient × activation": y.data * y.grad}
        if name in moved:
            arrays[MORE_MEASURES[0]] = y.grad * moved[name]
        found[name] = {one: to_numpy(by_filter(array)) for one, array in arrays.items()}
        positions[name] = int(np.prod(y.shape[1:-1]))
    return found, positions
