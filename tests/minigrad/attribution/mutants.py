"""Wrong formulas in circulation, as `conductance` is called: every one must fail some check."""

import numpy as np

from minigrad.attribution import (
    Attribution,
    activation,
    conductance,
    gradient_times_activation,
    internal_influence,
    quadrature,
)
from minigrad.autodiff import gradients
from minigrad.recording import watch_layers
from minigrad.tensor import Tensor


def factors(F, x, baseline, steps, rule):
    """(weight, {layer: (∂F/∂y, dy/dα)}) at every α, one α at a time."""
    for alpha, weight in zip(*quadrature(steps, rule)):
        x_alpha = Tensor(baseline + alpha * (x - baseline), tangent=x - baseline)
        with watch_layers() as hidden:
            score = F(x_alpha).sum()
        found = gradients(score, wanted=hidden.tensors.values())
        yield weight, {name: (found[y], y.tangent) for name, y in hidden.tensors.items()}


def integrate(F, x, baseline, steps, rule, term, count=lambda weight: weight):
    """Σ weight · term(∂F/∂y, dy/dα) for every layer."""
    sums = {}
    for weight, layers in factors(F, x, baseline, steps, rule):
        for name, (dF_dy, dy_dalpha) in layers.items():
            sums[name] = sums.get(name, 0) + count(weight) * term(dF_dy, dy_dalpha)
    return Attribution(sums, conductance(F, x, baseline, steps=1).difference)


def right_formula(F, x, baseline, steps, rule):
    return integrate(F, x, baseline, steps, rule, lambda dF_dy, dy_dalpha: dF_dy * dy_dalpha)


def without_the_tangent(F, x, baseline, steps, rule):
    """∫ ∂F/∂y dα: the internal influence, passed off as conductance."""
    return integrate(F, x, baseline, steps, rule, lambda dF_dy, dy_dalpha: dF_dy)


def change_times_mean_gradient(F, x, baseline, steps, rule):
    """(y(x) − y(x')) · ∫ ∂F/∂y dα: as if the path in y were straight."""
    influence = internal_influence(F, x, baseline, steps=steps, rule=rule)
    at_x, at_baseline = activation(F, x), activation(F, np.broadcast_to(baseline, x.shape))
    change = {name: (at_x[name] - at_baseline[name]) * influence[name] for name in influence}
    return Attribution(change, conductance(F, x, baseline, steps=1).difference)


def summed_over_units_before_the_product(F, x, baseline, steps, rule):
    """(Σ_y ∂F/∂y) · dy/dα."""
    return integrate(
        F,
        x,
        baseline,
        steps,
        rule,
        lambda dF_dy, dy_dalpha: dF_dy.sum(axis=-1, keepdims=True) * dy_dalpha / dF_dy.shape[-1],
    )


def weights_that_do_not_sum_to_one(F, x, baseline, steps, rule):
    """Weights that sum to (steps − 1) / steps, as when a trapezoid forgets half an end twice."""
    return integrate(
        F,
        x,
        baseline,
        steps,
        rule,
        lambda dF_dy, dy_dalpha: dF_dy * dy_dalpha,
        lambda w: w * (steps - 1) / steps,
    )


def zero_activation_so_zero_conductance(F, x, baseline, steps, rule):
    """Units that are 0 at both ends are left out."""
    right = right_formula(F, x, baseline, steps, rule)
    at_x, at_baseline = activation(F, x), activation(F, np.broadcast_to(baseline, x.shape))
    kept = {name: right[name] * ((at_x[name] != 0) | (at_baseline[name] != 0)) for name in right}
    return Attribution(kept, right.difference)


def one_layer_has_the_highest_total(F, x, baseline, steps, rule):
    """Totals that grow towards the score, as if layers competed."""
    right = right_formula(F, x, baseline, steps, rule)
    return Attribution(
        {name: right[name] * (1 + 0.1 * depth) for depth, name in enumerate(right)},
        right.difference,
    )


def without_x_minus_baseline(F, x, baseline, steps, rule):
    """dy/dα with a tangent of ones: (x − x') forgotten."""
    sums = {}
    for alpha, weight in zip(*quadrature(steps, rule)):
        x_alpha = Tensor(baseline + alpha * (x - baseline), tangent=np.ones_like(x))
        with watch_layers() as hidden:
            score = F(x_alpha).sum()
        for name, y in hidden.tensors.items():
            sums[name] = sums.get(name, 0) + weight * gradients(score, wanted=[y])[y] * y.tangent
    return Attribution(sums, conductance(F, x, baseline, steps=1).difference)


def gradient_times_activation_at_x(F, x, baseline, steps, rule):
    """The first-order rival, passed off as conductance."""
    return Attribution(
        gradient_times_activation(F, x), conductance(F, x, baseline, steps=1).difference
    )


def influence_as_a_gradient_at_x(F, x, baseline, steps=50, rule="gauss_legendre"):
    """Internal influence as a plain gradient at x, without the path."""
    layers = [(weight, found) for weight, found in factors(F, x, x - 0 * x, 1, "right")]
    return Attribution({name: dF_dy for name, (dF_dy, _) in layers[0][1].items()})


WRONG_CONDUCTANCES = [
    without_the_tangent,
    change_times_mean_gradient,
    summed_over_units_before_the_product,
    weights_that_do_not_sum_to_one,
    zero_activation_so_zero_conductance,
    one_layer_has_the_highest_total,
    without_x_minus_baseline,
    gradient_times_activation_at_x,
]
