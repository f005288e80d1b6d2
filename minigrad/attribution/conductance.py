"""Conductance (Dhamdhere, Sundararajan, Yan: "How Important Is a Neuron?"), by the chain rule.

Eq. 3: Cond^y = ∫₀¹ ∂F/∂y · dy/dα dα along x(α) = x' + α (x − x'). Reverse mode gives
∂F/∂y, forward mode gives dy/dα, and their product, integrated, is the conductance of
every unit of every layer at once.
"""

import numpy as np

from ..backend import to_numpy
from ..recording import watch_layers
from ..tensor import Tensor
from .path import StraightPath, score_of
from .quadrature import quadrature
from .result import Along, Attribution, Terms


def conductance(
    F,
    x,
    baseline,
    layers=None,
    steps=50,
    method="chain_rule",
    batch_size=None,
    keep_terms=False,
    rule="gauss_legendre",
    progress=None,
):
    """The conductance of every unit of every named layer (Eq. 3), in one sweep.

    Parameters
    ----------
    F : callable
        From a Tensor (N, ...) to a Tensor (N,): one score for each example, whose hidden
        layers are named with ``.named(...)``. Use the score before the softmax. `ClassScore`
        makes one of a classifier.
    x : array_like or Tensor, shape (N, ...)
        The inputs to explain.
    baseline : array_like or Tensor
        x', where the path begins; broadcasts to ``x``.
    layers : sequence of str, optional
        Which layers; all that F names if None. The tape begins at the first of them.
    steps : int
        Points on the path. The work grows with it, the memory does not.
    method : {"chain_rule", "difference"}
        "chain_rule" is the equation. "difference" is its telescoped form,
        Σ_k ∂F/∂y(α_k) · (y(α_{k+1}) − y(α_k)) at equal steps; it needs no forward mode, and
        at finite steps its numbers are others.
    batch_size : int, optional
        Rows (path points × examples) in one forward pass. Peak memory grows with it, not
        with ``steps``; it holds the activations of that many rows from the first layer on
        (about 25 MB a row for GoogLeNet) and, with ``keep_terms``, the terms.
    keep_terms : bool
        Keep every factor of every step in ``result.terms``.
    rule : str
        The quadrature of "chain_rule"; see `quadrature`.
    progress : callable, optional
        Wraps the sequence of batches while it is walked: ``tqdm.tqdm``, for example.

    Returns
    -------
    Attribution
        ``layer name -> array (N, *layer)``, with ``per_filter``, ``total``, ``difference``,
        ``completeness_error``, ``along`` and ``terms``.

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
    if method == "difference":
        return conductance_by_difference(F, x, baseline, layers, steps, batch_size, keep_terms, progress)
    if method != "chain_rule":
        raise ValueError(f"conductance: unknown method {method!r}; expected 'chain_rule' or 'difference'")
    path = StraightPath(x, baseline)
    alphas, weights = quadrature(steps, rule)
    ledger = Ledger(path, keep_terms)
    for alpha, weight in path.batches(alphas, weights, batch_size, progress):  # a few path points at a time
        x_alpha = Tensor(path.points(alpha), tangent=path.velocity(alpha))  # x' + α (x − x'), moving with x − x'
        with watch_layers(layers) as hidden:
            score = score_of(F, x_alpha)
            backward_to_layers(score, hidden)
        for name, y in hidden.tensors.items():
            dF_dy = or_zeros(y.grad, y)
            dy_dalpha = or_zeros(y.tangent, y)
            term = dF_dy * dy_dalpha
            ledger.add(name, weight, dF_dy, dy_dalpha, term)
        ledger.note_scores(alpha, weight, score.data, or_zeros(score.tangent, score))
    return ledger.result(F)


def conductance_by_difference(F, x, baseline, layers, steps, batch_size, keep_terms, progress):
    """The telescoped form: Σ_k ∂F/∂y(α_k) · (y(α_{k+1}) − y(α_k)); `conductance` says what the arguments are.

    Each batch holds one point more than it counts, so that its last difference can be
    taken; that point is computed again as the first of the next batch.
    """
    path = StraightPath(x, baseline)
    alphas, weights = quadrature(steps, "left")
    ledger = Ledger(path, keep_terms)
    N = path.examples
    for alpha, weight in path.batches(alphas, weights, batch_size, progress):
        x_alpha = Tensor(path.points(np.append(alpha, alpha[-1] + weight[-1])))
        with watch_layers(layers) as hidden:
            score = score_of(F, x_alpha)
            backward_to_layers(score, hidden)
        for name, y in hidden.tensors.items():
            dF_dy = or_zeros(y.grad, y)[:-N]
            y_difference = y.data[N:] - y.data[:-N]
            dy_dalpha = y_difference * steps  # the mean of dy/dα between α_k and α_{k+1}
            term = dF_dy * dy_dalpha
            ledger.add(name, weight, dF_dy, dy_dalpha, term)
        ledger.note_scores(alpha, weight, score.data[:-N], (score.data[N:] - score.data[:-N]) * steps)
    return ledger.result(F)


def backward_to_layers(score, hidden):
    """∂F/∂y into ``y.grad`` of every watched layer, row by row; an error if F names none, or not those asked for."""
    hidden.check_all_met()
    if not hidden.tensors:
        raise ValueError('F names no layer; in the forward pass write h = h.named("some name") where a layer is')
    if score.requires_grad:  # if not, F depends on none of the layers and their gradients are zero
        score.sum().backward()  # each row has a score of its own, so the sum's gradient is every row's


def or_zeros(derivative, y):
    """A derivative, or zeros where there is none: F does not depend on y, or y does not depend on x."""
    return y.data * 0 if derivative is None else derivative


class Ledger:
    """The running sums of `conductance`, and every term if they are kept."""

    def __init__(self, path, keep_terms):
        self.path = path
        self.keep_terms = keep_terms
        self.alphas, self.weights, self.scores, self.slopes = [], [], [], []
        self.sums, self.layer_slopes, self.terms = {}, {}, {}

    def note_scores(self, alpha, weight, score, slope):
        """F(x(α)) and dF/dα of a few path points, each of shape (points · N,)."""
        self.alphas.append(alpha)
        self.weights.append(weight)
        self.scores.append(self._by_point(score, alpha))
        self.slopes.append(self._by_point(slope, alpha))

    def add(self, name, weight, dF_dy, dy_dalpha, term):
        """Add Σ weight · term of a few path points to the conductance of a layer."""
        weighted = self.path.sum_over_points(weight, term)
        self.sums[name] = self.sums[name] + weighted if name in self.sums else weighted
        sum_over_units = term.reshape(len(term), -1).sum(axis=1, dtype=np.float64)
        self.layer_slopes.setdefault(name, []).append(self._by_point(sum_over_units, weight))
        if self.keep_terms:
            shape = (len(weight), self.path.examples, *term.shape[1:])
            self.terms.setdefault(name, []).append([array.reshape(shape) for array in (dF_dy, dy_dalpha, term)])

    def _by_point(self, rows, points):
        return to_numpy(rows).astype(np.float64).reshape(len(points), self.path.examples)

    def result(self, F):
        """The sums as an `Attribution`, with F(x) − F(x')."""
        score_x, score_baseline = self.path.scores_at_ends(F)
        alpha, weight = np.concatenate(self.alphas), np.concatenate(self.weights)
        layer_slope = {name: np.concatenate(parts) for name, parts in self.layer_slopes.items()}
        along = Along(alpha, weight, np.concatenate(self.scores), np.concatenate(self.slopes), layer_slope)
        terms = {
            name: Terms(alpha, weight, *(self.path.xp.concatenate(factor) for factor in zip(*parts)))
            for name, parts in self.terms.items()
        }
        return Attribution(self.sums, score_x - score_baseline, along, terms)
