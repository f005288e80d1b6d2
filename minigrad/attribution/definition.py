"""Conductance as the paper writes it, unit by unit and input by input: the fast form's oracle."""

import numpy as np

from ..autodiff import gradients
from ..recording import watch_layers
from ..tensor import Tensor
from .path.quadrature import quadrature
from .path.straight import StraightPath
from .score import or_zeros, score_of


def conductance_by_definition(F, x, baseline, *, layer, steps=50, rule=None):
    """Cond_i^y for every input i and every unit y, in two visible loops (Eq. 2).

    Only reverse mode is used: ∂F/∂y from one backward pass, ∂y/∂x_i from one backward pass
    for each unit. `conductance` takes its dy/dα from forward mode, so the two share little.

    Parameters
    ----------
    F, x, baseline, steps, rule
        As for `conductance`.
    layer : str
        The hidden layer. Keep it and the input small: the result has an entry for every pair.

    Returns
    -------
    numpy.ndarray, shape (N, inputs, units)
        Inputs and units are counted in C order. Summed over the inputs it is Eq. 3, the
        conductance of each unit; summed over the units of a layer that cuts the network it
        is Eq. 1, integrated gradients.
    """
    path = StraightPath(x, baseline)
    alphas, weights = quadrature(steps, rule)
    results = []
    for example in range(path.examples):
        x_n, baseline_n = path.x[example], path.baseline[example]
        integral = 0.0
        for alpha, weight in zip(alphas, weights):
            x_alpha = Tensor(
                (baseline_n + float(alpha) * (x_n - baseline_n))[None], requires_grad=True
            )
            dF_dy, dy_dx = jacobians(F, x_alpha, layer)
            products = np.zeros((x_n.size, len(dF_dy)), dtype=x_n.dtype)
            for i in range(x_n.size):
                for unit in range(len(dF_dy)):
                    products[i, unit] = dF_dy[unit] * dy_dx[unit, i]
            integral = integral + weight * products
        results.append((x_n - baseline_n).reshape(-1, 1) * integral)
    return np.stack(results)


def jacobians(F, x_alpha, layer):
    """∂F/∂y for every unit, shape (units,), and ∂y/∂x, shape (units, inputs), for one example."""
    with watch_layers([layer]) as hidden:
        score = score_of(F, x_alpha)
        hidden.check_all_met()
        y = hidden.tensors[layer]
        found = gradients(score.sum(), wanted=[y])
        dF_dy = or_zeros(found.get(y), y).reshape(-1)
        dy_dx = np.zeros((y.size, x_alpha.size), dtype=y.dtype)
        for unit in range(y.size):
            only_this_unit = np.zeros(y.size, dtype=y.dtype)
            only_this_unit[unit] = 1
            found = gradients(y, only_this_unit.reshape(y.shape), wanted=[x_alpha])
            dy_dx[unit] = or_zeros(found.get(x_alpha), x_alpha).reshape(-1)
    return dF_dy, dy_dx
