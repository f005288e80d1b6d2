"""Conductance (Dhamdhere, Sundararajan, Yan: "How Important Is a Neuron?").

Eq. 3: Cond^y = ∫₀¹ ∂F/∂y · dy/dα dα along x(α) = x' + α (x − x'). It is written here twice as
a reader would write it: as it stands, and as ∫ ∂F/∂y dy, the line integral along the curve
that y draws. `conductance` computes the same sums, several points at a time, in threads.
"""

import warnings
from functools import partial

import numpy as np

from ..recording import watch_layers
from ..tensor import Tensor
from .path.quadrature import FIRST_POINTS, check_rule, is_auto
from .path.straight import StraightPath
from .path.sums import Sums
from .path.walk import add_chain_rule, add_line_integral, chain_rule, gradients_and_values, walks
from .result import joined
from .score import layers_of


def conductance_plain(F, x, baseline, layers, alphas, weights):
    """Eq. 3: reverse mode gives ∂F/∂y, forward mode dy/dα; their product is summed."""
    found = dict.fromkeys(layers, 0)
    for alpha, weight in zip(alphas, weights):
        x_alpha = Tensor(baseline + alpha * (x - baseline), tangent=x - baseline)
        with watch_layers(layers) as hidden:
            F(x_alpha).sum().backward()
        for name, y in hidden.tensors.items():
            found[name] = found[name] + weight * y.grad * y.tangent  # ∂F/∂y · dy/dα
    return found


def line_integral_plain(F, x, baseline, layers, alphas):
    """The same as ∫ ∂F/∂y dy, from one point to the next: no forward mode."""
    found, before = dict.fromkeys(layers, 0), {}
    for alpha in alphas:
        x_alpha = Tensor(baseline + alpha * (x - baseline))
        with watch_layers(layers) as hidden:
            F(x_alpha).sum().backward()
        here = {name: (y.grad, y.data) for name, y in hidden.tensors.items()}
        for name, (dF_dy_before, y_before) in before.items():
            dF_dy, y = here[name]
            found[name] = found[name] + (dF_dy_before + dF_dy) / 2 * (y - y_before)  # ∂F/∂y dy
        before = here
    return found


def conductance(
    F,
    x,
    baseline,
    *,
    layers=None,
    steps=50,
    rule=None,
    method=None,
    tolerance=0.05,
    most_steps=1025,
    batch_size=None,
    keep_terms=False,
    workers=None,
    progress=None,
):
    """The conductance of every unit of every named layer (Eq. 3), with its error.

    Parameters
    ----------
    F : callable
        From a Tensor (N, ...) to a Tensor (N,): one score for each example, whose hidden
        layers are named with ``.named(...)``. Use the score before the softmax. `ClassScore`
        makes one of a classifier. It is called from several threads unless ``workers=1``.
    x : array_like or Tensor, shape (N, ...)
        The inputs to explain.
    baseline : array_like or Tensor
        x', where the path begins; broadcasts to ``x``.
    layers : iterable of str or "cuts", optional
        Which layers; all that F names if None. The tape begins at the first of them. "cuts" are
        all that every path from the input to the score goes through, if F knows them, as a
        `ClassScore` of a network from ONNX does: their totals are F(x) − F(x').
    steps : int, "auto" or array_like of float
        How many points on the path; or the points, increasing from 0 to 1. The work grows
        with them, the memory does not. "auto" takes nine, and adds points where the error
        asks for them until it is within the tolerance.
    rule : str, optional
        For the chain rule any of `quadrature`, "gauss_legendre" unless told; for "difference"
        "trapezoid" or "left". "auto" and points that are given go with "trapezoid".
    method : {"chain_rule", "difference"}, optional
        "chain_rule" is the equation. "difference" is the line integral, Σ over neighbouring
        points of (y_{k+1} − y_k) · ½ (g_k + g_{k+1}) with g = ∂F/∂y, or · g_k if the rule is
        "left". It needs no forward mode (two thirds of the work), and is exact, with any
        points, for a layer behind which the network is linear; where y has kinks, as behind a
        ReLU, its Δy is exact where dy/dα at a point is not. Unless told, "chain_rule" for a
        number of steps and "difference" otherwise: on GoogLeNet it needs half the points.
    tolerance : float
        For "auto": ``relative_error`` of every layer of every example is to be at most so much.
    most_steps : int
        For "auto": the number of points at which to give up.
    batch_size : int, optional
        Rows (path points × examples) in one forward pass, but at least one point of every
        example; unless told 3, on a GPU as many as its free memory takes. Peak memory grows with
        ``batch_size * workers``, not with ``steps``: it holds the activations of so many rows
        from the first layer on (about 60 MB a row for GoogLeNet), with "auto" up to 300 MB of
        points that are kept from one walk to the next, and, with ``keep_terms``, the terms.
    keep_terms : bool or "filters"
        Keep every factor of every step in ``result.terms``; or only every filter's sums, in
        ``result.along.filter_slope``.
    workers : int, optional
        Threads over path points; see `minigrad.machine.parallel.default_workers`. The result is
        the same, bit for bit, whatever their number. On a GPU one.
    progress : callable, optional
        Wraps the sequence of batches while it is walked: ``tqdm.tqdm``, for example.

    Returns
    -------
    Attribution
        ``layer name -> array (N, *layer)``, with ``per_filter``, ``error``, ``relative_error``,
        ``total``, ``difference``, ``completeness_error``, ``points``, ``along``, ``terms`` and
        ``converged``.

    Raises
    ------
    KeyError
        A layer that F does not name.
    ValueError, TypeError
        F, x, baseline or an option does not fit; the message says how.

    Warns
    -----
    UserWarning
        Rows of F see each other; F leaves the tape; a slope on the path is infinite.

    Notes
    -----
    **The error.** Between two neighbouring points the integrand is known at the ends only. Half
    the difference of what the two ends say, summed over a filter's positions, is the panel's
    doubt e: if the slope jumps once, anywhere in between, the panel is wrong by e times a number
    from −1 to 1. The panels' errors are independent of each other, so together they come to
    about √(Σ e² / 3), measured on GoogLeNet within a tenth; `error` is √(Σ e²) · 0.75, a third
    more, and at least the largest e. For a rule other than the trapezoid's, what lies between
    the two is added.

    It is no bound: **a bend between two points that neither sees is not in it.** Let y rise
    from 0 to 1 and fall again while x goes from 0.01 to 0.11, and F = x · y: the conductance of
    y is −0.05, but at the nine first points y = 0 and does not change: 0 ± 0. Against that
    "auto" has two things. The nine points are even: what lasts more than an eighth is seen.
    And no two neighbours stay so far apart that more than a quarter of a layer's whole way lies
    between them, whatever the doubt. Who expects narrower bends gives points of his own.

    **Examples** of a `ClassScore` have points of their own with "auto"; those of another F, of
    which it is not known whether it takes some of its examples alone, share theirs.

    **Completeness.** By the chain rule, the sum over a layer that cuts the network,
    Σ_y ∂F/∂y · dy/dα, is dF/dα at every α, whichever the layer. So all such layers share one
    completeness error, that of integrating the one function dF/dα. It says nothing of a filter:
    errors of either sign cancel in the sum.
    """
    layers, auto = layers_of(layers, F), is_auto(steps)
    if method is None:
        method = "difference" if auto or np.ndim(steps) else "chain_rule"
    check_options(method, steps, rule, tolerance, most_steps, keep_terms)
    keep_terms = keep_terms if keep_terms == "filters" else bool(keep_terms)
    path = StraightPath(x, baseline, F)
    if method == "chain_rule":
        visit, add = partial(chain_rule, layers, keep_terms is True), add_chain_rule
    else:
        visit, add = partial(gradients_and_values, layers), add_line_integral
        rule = rule or "trapezoid"
    found = []
    for one, alphas, weights in path.with_points(steps, rule):
        if method == "difference" and alphas[-1] < 1:  # "left": the end closes the last panel
            alphas, weights = np.append(alphas, 1.0), np.append(weights, 0.0)
        sums, converged = walks(
            one,
            visit,
            add,
            Sums(alphas, weights, rule, keep_terms),
            until=(tolerance, most_steps) if auto else None,
            batch_size=batch_size,
            workers=workers,
            progress=progress,
        )
        warn_of_infinite(sums.infinite)
        score_x, score_baseline = one.scores_at_ends(layers, workers)
        found.append(sums.result(score_x - score_baseline, converged))
    return found[0] if len(found) == 1 else joined(found)


def warn_of_infinite(infinite):
    """Say at which α which layers had an infinite slope; see `Sums.infinite`."""
    for layer in dict.fromkeys(name for name, _ in infinite):
        alphas = [alpha for name, alpha in infinite if name == layer]
        shown = ", ".join(f"{alpha:.6g}" for alpha in alphas[:5])
        warnings.warn(
            f"∂F/∂y is infinite or NaN in layer {layer!r} at α = {shown}. It counts as 0 there, "
            "and the error of its filters is infinite; a baseline that is not exactly at such a "
            "point, or a rule that does not touch the ends, may help",
            stacklevel=3,
        )


def check_options(method, steps, rule, tolerance, most_steps, keep_terms):
    """Raise a ValueError unless the options are known and go together."""
    if method not in ("chain_rule", "difference"):
        raise ValueError(
            f"conductance: unknown method {method!r}; expected 'chain_rule' or 'difference'"
        )
    if keep_terms not in (True, False, "filters"):
        raise ValueError(
            f"conductance: keep_terms is {keep_terms!r}; expected True, False or 'filters'"
        )
    check_rule(rule)
    if is_auto(steps) and rule not in (None, "trapezoid"):
        raise ValueError(f"conductance: steps='auto' goes with rule 'trapezoid', not {rule!r}")
    if method == "difference" and rule not in (None, "trapezoid", "left"):
        raise ValueError(
            f"conductance: method 'difference' goes with rule 'trapezoid' or 'left', not {rule!r}"
        )
    if not tolerance > 0:
        raise ValueError(f"conductance: tolerance is {tolerance!r}; expected a number above 0")
    if is_auto(steps) and most_steps < FIRST_POINTS:
        raise ValueError(
            f"conductance: most_steps is {most_steps}; 'auto' begins with {FIRST_POINTS} points"
        )
