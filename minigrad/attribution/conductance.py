"""Conductance (Dhamdhere, Sundararajan, Yan: "How Important Is a Neuron?"), by the chain rule.

Eq. 3: Cond^y = ∫₀¹ ∂F/∂y · dy/dα dα along x(α) = x' + α (x − x'). Reverse mode gives
∂F/∂y, forward mode gives dy/dα, and their product, integrated, is the conductance of
every unit of every layer at once.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from ..autodiff import gradients
from ..backend import get_array_module
from ..functions.winograd import keep_kernels
from ..recording import watch_layers
from ..tensor import Tensor
from .ledger import Ledger, Page
from .path import StraightPath, score_of
from .quadrature import RULES, quadrature, refinement


def conductance(
    F,
    x,
    baseline,
    *,
    layers=None,
    steps=50,
    rule="gauss_legendre",
    method="chain_rule",
    tolerance=0.01,
    most_steps=1025,
    batch_size=None,
    keep_terms=False,
    workers=None,
    progress=None,
):
    """The conductance of every unit of every named layer (Eq. 3), in one sweep.

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
    layers : sequence of str, optional
        Which layers; all that F names if None. The tape begins at the first of them.
    steps : int or "auto"
        Points on the path. The work grows with it, the memory does not. "auto" doubles the
        points of the trapezoid rule, keeping those computed, until the completeness error
        of every example is at most ``tolerance``; ``result.converged`` says whether it was.
    rule : str
        The quadrature of "chain_rule" with a number of steps; see `quadrature`.
    method : {"chain_rule", "difference"}
        "chain_rule" is the equation. "difference" is its telescoped form,
        Σ_k ∂F/∂y(α_k) · (y(α_{k+1}) − y(α_k)) at equal steps; it needs no forward mode, and
        at finite steps its numbers are others.
    tolerance, most_steps : float, int
        For ``steps="auto"``: when to stop, and when to give up.
    batch_size : int, optional
        Rows (path points × examples) in one forward pass; 3 unless told, but at least one
        point of every example. Peak memory grows with ``batch_size * workers``, not with
        ``steps``: it holds the activations of so many rows from the first layer on (about
        60 MB a row for GoogLeNet) and, with ``keep_terms``, the terms.
    keep_terms : bool
        Keep every factor of every step in ``result.terms``.
    workers : int, optional
        Threads over path points; see `minigrad.parallel.default_workers`. The result is
        the same, bit for bit, whatever their number.
    progress : callable, optional
        Wraps the sequence of batches while it is walked: ``tqdm.tqdm``, for example.

    Returns
    -------
    Attribution
        ``layer name -> array (N, *layer)``, with ``per_filter``, ``total``, ``difference``,
        ``completeness_error``, ``along``, ``terms`` and ``converged``.

    Raises
    ------
    KeyError
        A layer that F does not name.
    ValueError, TypeError
        F, x, baseline or an option does not fit; the message says how.

    Notes
    -----
    At every α the sum over a layer that cuts the network, Σ_y ∂F/∂y · dy/dα, is dF/dα: the
    chain rule, whichever the layer. So all such layers have the same total at every α, and
    therefore **share one completeness error**: that of integrating the one function dF/dα
    with ``steps`` points. It is a property of the path and the quadrature, not of a layer,
    and it is not always smaller with a few more steps, since dF/dα has jumps where ReLUs
    and maxima switch.
    """
    check_options(method, steps, rule, tolerance)
    path = StraightPath(x, baseline)
    # what Winograd's algorithm makes of the weights, once for the ends of the path and all its
    # points
    with keep_kernels():
        ledger = Ledger(F, path, keep_terms, workers)
        for alphas, weights, kept in stages(method, steps, rule, most_steps):
            ledger.count_earlier_points(kept)
            batches = path.batches(alphas, weights, batch_size)
            if method == "chain_rule":
                visit, take = chain_rule, ledger.enter
            else:
                visit, take = stretch, partial(enter_stretch, ledger)
            path.walk(partial(visit, F, layers, ledger), batches, take, workers, progress)
            converged = (
                bool(ledger.completeness_error().max() <= tolerance) if steps == "auto" else None
            )
            if converged:
                break
    return ledger.result(converged)


def chain_rule(F, layers, ledger, batch):
    """The terms of Eq. 3 at a few path points, on a page of the ledger: one forward sweep with
    tangents, one backward sweep, and their product.
    """
    alpha, weight = batch
    path = ledger.path
    # x' + α (x − x'), dx/dα = x − x'
    x_alpha = Tensor(path.points(alpha), tangent=path.velocity(alpha))
    score, hidden = score_and_layers(F, x_alpha, layers)
    page = Page(ledger, alpha, weight, score.data, or_zeros(score.tangent, score))
    for name, y in hidden.items():
        dF_dy = or_zeros(y.grad, y)
        dy_dalpha = or_zeros(y.tangent, y)
        term = dF_dy * dy_dalpha
        page.add(name, dF_dy, dy_dalpha, term)
    return page


class Seen(NamedTuple):
    """What the telescoped form needs of a few path points; ``dF_dy`` and ``y`` are {layer: array
    (points · N, *layer)}.
    """

    alpha: np.ndarray
    weight: np.ndarray
    score: np.ndarray
    dF_dy: dict
    y: dict

    def at(self, points, N):
        """The same at some of the points only: views."""
        start, stop, _ = points.indices(len(self.alpha))
        rows = slice(start * N, stop * N)
        dF_dy, y = (
            {name: array[rows] for name, array in layers.items()} for layers in (self.dF_dy, self.y)
        )
        return Seen(self.alpha[points], self.weight[points], self.score[rows], dF_dy, y)


def stretch(F, layers, ledger, batch):
    """The terms of the telescoped form, Σ_k ∂F/∂y(α_k) · (y(α_{k+1}) − y(α_k)), at a few path
    points: no tangents.

    Returns the first point, the page of the terms between the points (None if there is but
    one), and the last point. The last has its term with the next batch's first, so both
    outlive their batch: they are copied to the ledger's `ReusedArrays`.
    """
    alpha, weight = batch
    N, last = ledger.path.examples, len(alpha) - 1
    score, hidden = score_and_layers(F, Tensor(ledger.path.points(alpha)), layers)
    dF_dy = {name: or_zeros(y.grad, y) for name, y in hidden.items()}
    seen = Seen(alpha, weight, score.data, dF_dy, {name: y.data for name, y in hidden.items()})
    page = None
    if last:
        page = page_between(seen.at(slice(0, last), N), seen.at(slice(1, None), N), ledger)
    first = copied(seen.at(slice(0, 1), N)._replace(dF_dy={}), ledger)
    return first, page, copied(seen.at(slice(last, None), N), ledger)


def copied(seen, ledger):
    """The same on arrays of its own."""
    dF_dy, y = (
        {name: ledger.arrays.copy(array) for name, array in layers.items()}
        for layers in (seen.dF_dy, seen.y)
    )
    return seen._replace(dF_dy=dF_dy, y=y)


def let_go(seen, ledger):
    """Nobody reads a copied end any more."""
    ledger.arrays.give_back([*seen.dF_dy.values(), *seen.y.values()])


def enter_stretch(ledger, found):
    """Enter what `stretch` found: the page between the batch before and this one, and its own."""
    first, page, last = found
    if ledger.before is not None:
        ledger.enter(page_between(ledger.before, first, ledger))
        let_go(ledger.before, ledger)
    if page is not None:
        ledger.enter(page)
    let_go(first, ledger)
    ledger.before = last


def page_between(earlier, later, ledger):
    """The page of path points, from what was seen there and one step later: dy/dα and dF/dα are
    means between α_k and α_{k+1}.
    """
    step = 1 / (later.alpha[0] - earlier.alpha[0])
    slope = (later.score - earlier.score) * step
    page = Page(ledger, earlier.alpha, earlier.weight, earlier.score, slope)
    for name, dF_dy in earlier.dF_dy.items():
        dy_dalpha = ledger.arrays.take(dF_dy.shape, dF_dy.dtype)
        ledger.path.xp.subtract(later.y[name], earlier.y[name], out=dy_dalpha)
        dy_dalpha *= step  # in place: float32 times NumPy's own float64 would be float64
        term = dF_dy * dy_dalpha
        page.add(name, dF_dy, dy_dalpha, term)
        ledger.arrays.give_back([dy_dalpha])
    return page


def check_options(method, steps, rule, tolerance):
    """Raise a ValueError unless the options are known and go together."""
    if method not in ("chain_rule", "difference"):
        raise ValueError(
            f"conductance: unknown method {method!r}; expected 'chain_rule' or 'difference'"
        )
    if method == "difference" and steps == "auto":
        raise ValueError(
            'conductance: steps="auto" refines the chain rule; give '
            'method="difference" a number of steps'
        )
    if rule not in RULES:
        raise ValueError(f"conductance: unknown rule {rule!r}; expected one of {', '.join(RULES)}")
    if not tolerance > 0:
        raise ValueError(f"conductance: tolerance is {tolerance!r}; expected a number above 0")


def stages(method, steps, rule, most_steps):
    """Triples (alphas, weights, kept): one stage for a number of steps, as many as it takes for
    "auto".
    """
    if isinstance(steps, str) and steps == "auto":
        return refinement(most_steps)
    if method == "difference":
        alphas, weights = quadrature(steps, "left")
        # the end closes the last difference
        return [(np.append(alphas, 1.0), np.append(weights, 0.0), 1.0)]
    return [(*quadrature(steps, rule), 1.0)]


def score_and_layers(F, x_alpha, layers):
    """F(x_alpha) and the watched layers by name, with ∂F/∂y in their ``grad`` and dy/dα in their
    ``tangent``.
    """
    with watch_layers(layers) as hidden:
        score = score_of(F, x_alpha)
        backward_to_layers(score, hidden)
    return score, hidden.tensors


def backward_to_layers(score, hidden):
    """∂F/∂y into ``y.grad`` of every watched layer, row by row; an error if F names none, or not
    those asked for.

    Only there: gradients of anything else that F holds are left as they are.
    """
    hidden.check_all_met()
    if not hidden.tensors:
        raise ValueError(
            'F names no layer; in the forward pass write h = h.named("some name") where a layer is'
        )
    for name, y in hidden.tensors.items():
        if y.shape[:1] != score.shape:
            raise ValueError(
                f"layer {name!r} has shape {y.shape} where {len(score)} examples went "
                "in; its first axis must be theirs"
            )
    if score.requires_grad:  # if not, F depends on none of the layers
        # Each row has a score of its own, so the gradient of the sum is every row's.
        for y, dF_dy in gradients(score.sum(), wanted=hidden.tensors.values()).items():
            y.grad = dF_dy


def or_zeros(derivative, y):
    """A derivative, or zeros where there is none: F does not depend on y, or y does not depend on
    x.
    """
    return get_array_module(y.data).zeros_like(y.data) if derivative is None else derivative
