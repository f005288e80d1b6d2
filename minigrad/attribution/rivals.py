"""The rivals of conductance: activation, gradient × activation, internal influence."""

from functools import partial

from ..machine.parallel import in_order, shares
from ..recording import no_grad, watch_layers
from ..tensor import Tensor
from .conductance import conductance
from .path.quadrature import is_auto
from .path.straight import StraightPath, layer_names
from .result import Attribution
from .score import or_zeros, score_and_layers, score_of


def activation(F, x, *, layers=None, workers=None):
    """The value y(x) of every unit: how active it is, whether or not the score depends on it.

    Parameters
    ----------
    F, x, layers, workers
        As for `conductance`. A batch is shared out among threads if F is a `ClassScore`.

    Returns
    -------
    Attribution
    """
    return Attribution(at_x(activations, F, x, layers, workers))


def gradient_times_activation(F, x, *, layers=None, workers=None):
    """y(x) · ∂F(x)/∂y of every unit: a first-order guess at what removing it would cost, at x
    alone.

    Parameters
    ----------
    F, x, layers, workers
        As for `conductance`. A batch is shared out among threads if F is a `ClassScore`.

    Returns
    -------
    Attribution
    """
    return Attribution(at_x(gradients_times_activations, F, x, layers, workers))


def activations(layers, part):
    """y of every layer for some rows of x, (F, x)."""
    F, x = part
    with watch_layers(layers) as hidden, no_grad():
        score_of(F, Tensor(x))
    hidden.check_all_met()
    return {name: y.data for name, y in hidden.tensors.items()}


def gradients_times_activations(layers, part):
    """y · ∂F/∂y of every layer for some rows of x, (F, x)."""
    F, x = part
    _, hidden = score_and_layers(F, Tensor(x), layers)
    return {name: y.data * or_zeros(y.grad, y) for name, y in hidden.items()}


def at_x(measure, F, x, layers, workers):
    """``measure(layers, (F, x))``, a few rows at a time if F can be asked about some rows only: a
    dictionary of arrays (N, *layer).
    """
    path = StraightPath(x, 0.0, F)  # for its checks
    layers, workers = layer_names(layers), path.threads(workers)
    if hasattr(F, "for_rows"):
        parts = [(F.for_rows(rows), path.x[rows]) for rows in shares(path.examples, workers)]
    else:
        parts = [(F, path.x)]
    found = list(in_order(partial(measure, layers), parts, min(workers, len(parts))))
    if len(found) == 1:
        return found[0]
    return {name: path.xp.concatenate([part[name] for part in found]) for name in found[0]}


def internal_influence(
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
    """∫₀¹ ∂F(x(α))/∂y dα of every unit: how much the score depends on it along the path, however
    little it moves.

    Parameters
    ----------
    F, x, baseline, layers, steps, rule, tolerance, most_steps, batch_size, workers, progress
        As for `conductance`; ``steps`` may be its ``points``, and with "auto" they are.

    Returns
    -------
    Attribution
    """
    path, layers = StraightPath(x, baseline, F), layer_names(layers)
    how = {"batch_size": batch_size, "workers": workers, "progress": progress}
    if is_auto(steps):
        options = {"steps": "auto", "tolerance": tolerance, "most_steps": most_steps, **how}
        steps = conductance(F, x, baseline, layers=layers, **options).points
    return Attribution(path.integrate(partial(layer_gradients, layers), steps, rule, **how))


def layer_gradients(layers, path, alphas):
    """∂F/∂y at a few points, for every layer: a dictionary of (points · N, *layer)."""
    _, hidden = score_and_layers(path.F, Tensor(path.points(alphas)), layers)
    return {name: or_zeros(y.grad, y) for name, y in hidden.items()}
