"""The measures that the paper compares conductance with: activation, gradient × activation,
internal influence.
"""

from ..backend import get_array_module
from ..parallel import default_workers, in_order, shares
from ..recording import no_grad, watch_layers
from ..tensor import Tensor
from .conductance import or_zeros, score_and_layers
from .path import StraightPath, score_of
from .quadrature import quadrature
from .result import Attribution


def activation(F, x, layers=None, workers=None):
    """The value y(x) of every unit: how active it is, whether or not the score depends on it.

    Parameters
    ----------
    F, x, layers, workers
        As for `conductance`. A batch is shared out among threads if F is a `ClassScore`.

    Returns
    -------
    Attribution
    """
    parts = at_x(Activations(F, layers), F, x, workers)
    return Attribution(joined(parts))


def gradient_times_activation(F, x, layers=None, workers=None):
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
    parts = at_x(GradientsTimesActivations(F, layers), F, x, workers)
    return Attribution(joined(parts))


class Activations:
    """y of every layer for some rows of x."""

    def __init__(self, F, layers):
        self.F, self.layers = F, layers

    def __call__(self, part):
        rows, x = part
        with watch_layers(self.layers) as hidden, no_grad():
            score_of(rows_of(self.F, rows), Tensor(x))
        hidden.check_all_met()
        return {name: y.data for name, y in hidden.tensors.items()}


class GradientsTimesActivations(Activations):
    """y · ∂F/∂y of every layer for some rows of x."""

    def __call__(self, part):
        rows, x = part
        _, hidden = score_and_layers(rows_of(self.F, rows), Tensor(x), self.layers)
        return {name: y.data * or_zeros(y.grad, y) for name, y in hidden.items()}


def at_x(visit, F, x, workers):
    """``visit((rows, x[rows]))`` for a few rows at a time if F can be asked about some rows only,
    else for all.
    """
    x = StraightPath(x, 0.0).x  # the same checks as on a path
    workers = default_workers(x) if workers is None else workers
    parts = [(rows, x[rows]) for rows in shares(len(x), workers if hasattr(F, "for_rows") else 1)]
    return list(in_order(visit, parts, min(workers, len(parts))))


def rows_of(F, rows):
    """F for the examples of a slice."""
    return F.for_rows(rows) if hasattr(F, "for_rows") else F


def joined(parts):
    """Dictionaries of arrays, one for each share of the rows, as one dictionary."""
    if len(parts) == 1:
        return parts[0]
    xp = get_array_module(next(iter(parts[0].values())))
    return {name: xp.concatenate([part[name] for part in parts]) for name in parts[0]}


def internal_influence(
    F,
    x,
    baseline,
    steps=50,
    layers=None,
    batch_size=None,
    rule="gauss_legendre",
    workers=None,
    progress=None,
):
    """∫₀¹ ∂F(x(α))/∂y dα of every unit: how much the score depends on it along the path, however
    little it moves.

    Parameters
    ----------
    F, x, baseline, steps, layers, batch_size, rule, workers, progress
        As for `conductance`.

    Returns
    -------
    Attribution
    """
    path = StraightPath(x, baseline)
    batches = path.batches(*quadrature(steps, rule), batch_size)
    influence = {}
    for gradients in path.walk(LayerGradients(F, path, layers), batches, workers, progress):
        for name, dF_dy in gradients.items():
            influence[name] = influence.get(name, 0) + dF_dy
    return Attribution(influence)


class LayerGradients:
    """Σ weight · ∂F/∂y over a few path points, for every layer: a dictionary of (N, *layer)."""

    def __init__(self, F, path, layers):
        self.F, self.path, self.layers = F, path, layers

    def __call__(self, batch):
        alpha, weight = batch
        _, hidden = score_and_layers(self.F, Tensor(self.path.points(alpha)), self.layers)
        return {
            name: self.path.sum_over_points(weight, or_zeros(y.grad, y))
            for name, y in hidden.items()
        }
