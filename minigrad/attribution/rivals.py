"""The measures that the paper compares conductance with: activation, gradient × activation, internal influence."""

from ..recording import watch_layers
from ..tensor import Tensor
from .conductance import backward_to_layers, or_zeros
from .path import StraightPath, score_of
from .quadrature import quadrature
from .result import Attribution


def activation(F, x, layers=None):
    """The value y(x) of every unit: how active it is, whether or not the score depends on it.

    Parameters
    ----------
    F, x, layers
        As for `conductance`.

    Returns
    -------
    Attribution
    """
    layers_at_x = forward_at(F, x, layers)[1]
    return Attribution({name: y.data for name, y in layers_at_x.items()})


def gradient_times_activation(F, x, layers=None):
    """y(x) · ∂F(x)/∂y of every unit: a first-order guess at what removing it would cost, at x alone.

    Parameters
    ----------
    F, x, layers
        As for `conductance`.

    Returns
    -------
    Attribution
    """
    values = {}
    for name, y in forward_at(F, x, layers)[1].items():
        dF_dy = or_zeros(y.grad, y)
        values[name] = y.data * dF_dy
    return Attribution(values)


def internal_influence(
    F, x, baseline, steps=50, layers=None, batch_size=None, rule="gauss_legendre", workers=None, progress=None
):
    """∫₀¹ ∂F(x(α))/∂y dα of every unit: how much the score depends on it along the path, however little it moves.

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
        _, hidden = forward_at(self.F, self.path.points(alpha), self.layers)
        return {name: self.path.sum_over_points(weight, or_zeros(y.grad, y)) for name, y in hidden.items()}


def forward_at(F, x, layers):
    """F(x) and its watched layers, with ∂F/∂y in their ``grad``."""
    x = StraightPath(x, 0.0).x  # the same checks as on a path
    with watch_layers(layers) as hidden:
        score = score_of(F, Tensor(x))
        backward_to_layers(score, hidden)
    return score, hidden.tensors
