"""Integrated gradients (Eq. 1) and the conductance of chosen units through each input (Eq. 2)."""

from functools import partial

from ..autodiff import gradients
from ..recording import watch_layers
from ..tensor import Tensor
from .conductance import conductance
from .filters import unit_mask
from .path.quadrature import is_auto
from .path.straight import StraightPath
from .path.sums import Stretch, Sums
from .path.walk import add_line_integral, walks
from .score import or_zeros, score_of


def integrated_gradients(
    F,
    x,
    baseline,
    *,
    steps=50,
    rule=None,
    tolerance=0.05,
    most_steps=1025,
    batch_size=None,
    workers=None,
    progress=None,
):
    """How much each input counts: IG_i = (x_i − x'_i) ∫₀¹ ∂F(x(α))/∂x_i dα (Eq. 1).

    Parameters
    ----------
    F, x, baseline, steps, rule, tolerance, most_steps, batch_size, workers, progress
        As for `conductance`; F need not name any layer. ``steps`` may be the ``points`` of a
        conductance. With "auto" the tolerance is for the entries of an example, together.

    Returns
    -------
    array, shape (N, ...)
        Shaped like ``x``. The sum over an example is F(x) − F(x') but for the quadrature.
    """
    path = StraightPath(x, baseline, F)
    how = {"batch_size": batch_size, "workers": workers, "progress": progress}
    if not is_auto(steps):
        integral = path.integrate(input_gradient, steps, rule, **how)
        return path.times_difference(integral["x"])
    found = []
    for one, alphas, weights in path.with_points(steps):
        until = tolerance, most_steps
        sums, _ = walks(
            one, inputs_as_filters, add_line_integral, Sums(alphas, weights), until, **how
        )
        found.append(sums.values["x"])
    return path.xp.concatenate(found).reshape(path.x.shape)


def input_gradient(path, alphas):
    """∂F/∂x at a few points: ``{"x": array (points · N, ...)}``."""
    x_alpha = Tensor(path.points(alphas), requires_grad=True)
    with watch_layers(()):  # only the input asks for a gradient
        score = score_of(path.F, x_alpha)
        return {"x": gradient_or_zeros(score.sum(), x_alpha)}


def inputs_as_filters(path, alphas):
    """∂F/∂x and x at a few points, each entry of x as a filter of its own: a `Stretch`."""
    with path.located(alphas):
        dF_dx = input_gradient(path, alphas)["x"]
    shape = len(alphas), path.examples, -1
    found = {"x": (dF_dx.reshape(shape), path.points(alphas).reshape(shape))}
    return Stretch(alphas, found, path.xp.zeros(shape[:2]))


def conductance_map(
    F,
    x,
    baseline,
    *,
    layer,
    select,
    steps=50,
    rule=None,
    tolerance=0.05,
    most_steps=1025,
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
    F, x, baseline, steps, rule, tolerance, most_steps, batch_size, workers, progress
        As for `conductance_maps`.
    layer : str
        The hidden layer.
    select : int, sequence of int, or boolean array shaped like the layer (without N)
        A filter, several filters, or a mask of units.

    Returns
    -------
    array, shape (N, ...)
        Shaped like ``x``. Its sum over an example is the conductance of the units.
    """
    how = {"steps": steps, "rule": rule, "tolerance": tolerance, "most_steps": most_steps}
    how |= {"batch_size": batch_size, "workers": workers, "progress": progress}
    return conductance_maps(F, x, baseline, selections=[(layer, select)], **how)[0]


def conductance_maps(
    F,
    x,
    baseline,
    *,
    selections,
    steps=50,
    rule=None,
    tolerance=0.05,
    most_steps=1025,
    batch_size=None,
    workers=None,
    progress=None,
):
    """Several `conductance_map` of one input, which share the pass through the network.

    Parameters
    ----------
    F, x, baseline, steps, rule, tolerance, most_steps, batch_size, workers, progress
        As for `conductance`; ``steps`` may be its ``points``. With "auto" they are the points
        that the conductance of the layers takes.
    selections : sequence of (layer, select)
        What `conductance_map` takes, once for each map.

    Returns
    -------
    list of array, each of shape (N, ...)
    """
    path, selections = StraightPath(x, baseline, F), list(selections)
    layers = list(dict.fromkeys(layer for layer, _ in selections))
    how = {"batch_size": batch_size, "workers": workers, "progress": progress}
    if is_auto(steps):
        options = {"steps": "auto", "tolerance": tolerance, "most_steps": most_steps, **how}
        steps = conductance(F, x, baseline, layers=layers, **options).points
    through = partial(gradients_through, selections, layers)
    integrals = path.integrate(through, steps, rule, **how)
    return [path.times_difference(integrals[number]) for number in range(len(selections))]


def gradients_through(selections, layers, path, alphas):
    """∂F/∂y · ∂y/∂x at a few points, for each selection of units y: {0: array, 1: …}."""
    x_alpha = Tensor(path.points(alphas), requires_grad=True)
    with watch_layers(layers) as hidden:
        score = score_of(path.F, x_alpha)
        hidden.check_all_met()
    dF_d = gradients(score.sum(), wanted=hidden.tensors.values()) if score.requires_grad else {}
    found = {}
    for number, (layer, select) in enumerate(selections):
        y = hidden.tensors[layer]
        # ∂F/∂y on those units, 0 elsewhere
        selected = dF_d.get(y, 0) * unit_mask(path.xp, select, layer, y)
        found[number] = gradient_or_zeros(y, x_alpha, path.xp.broadcast_to(selected, y.shape))
    return found


def gradient_or_zeros(output, tensor, grad_output=None):
    """The gradient of ``output`` with respect to one tensor; zeros if it does not depend on it."""
    return or_zeros(gradients(output, grad_output, wanted=[tensor]).get(tensor), tensor)
