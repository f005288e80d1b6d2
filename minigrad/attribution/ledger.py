"""The running sums of `conductance` over the path, and every term if they are kept."""

import numpy as np

from ..backend import to_numpy
from .result import Along, Attribution, Terms, relative


class Ledger:
    """Σ weight · term for every layer, and what was seen on the way.

    Parameters
    ----------
    F : callable
    path : StraightPath
    keep_terms : bool
    workers : int, optional
        Threads for the scores at both ends; see `minigrad.parallel.default_workers`.
    """

    def __init__(self, F, path, keep_terms, workers=None):
        self.path = path
        self.keep_terms = keep_terms
        score_x, score_baseline = path.scores_at_ends(F, workers)
        self.difference = score_x - score_baseline
        self.alphas, self.weights, self.scores, self.slopes = [], [], [], []
        self.sums, self.layer_slopes, self.terms = {}, {}, {}

    def count_earlier_points(self, kept):
        """Multiply the weight of every point so far by ``kept``."""
        if kept != 1:
            self.weights = [kept * weight for weight in self.weights]
            self.sums = {name: total * kept for name, total in self.sums.items()}

    def note_scores(self, alpha, weight, score, slope):
        """F(x(α)) and dF/dα of a few path points, each of shape (points · N,)."""
        self.alphas.append(alpha)
        self.weights.append(weight)
        self.scores.append(self._by_point(score, alpha))
        self.slopes.append(self._by_point(slope, alpha))

    def add(self, name, weight, dF_dy, dy_dalpha, term):
        """Add Σ weight · term of a few path points to the conductance of a layer."""
        weighted = self.path.sum_over_points(weight, term)
        if name in self.sums:
            self.sums[name] += weighted  # our own array: nobody has seen it yet
        else:
            self.sums[name] = weighted
        sum_over_units = term.reshape(len(term), -1).sum(axis=1, dtype=np.float64)
        self.layer_slopes.setdefault(name, []).append(self._by_point(sum_over_units, weight))
        if self.keep_terms:
            shape = (len(weight), self.path.examples, *term.shape[1:])
            self.terms.setdefault(name, []).append([array.reshape(shape) for array in (dF_dy, dy_dalpha, term)])

    def completeness_error(self):
        """The error that all cuts share, from dF/dα alone: |Σ weight · dF/dα − (F(x) − F(x'))| / |F(x) − F(x')|."""
        integral = np.tensordot(np.concatenate(self.weights), np.concatenate(self.slopes), 1)
        return relative(np.abs(integral - self.difference), np.abs(self.difference))

    def result(self, converged):
        """The sums as an `Attribution`, the points in the order of the path."""
        alpha, weight = np.concatenate(self.alphas), np.concatenate(self.weights)
        order = np.argsort(alpha)
        layer_slope = {name: np.concatenate(parts)[order] for name, parts in self.layer_slopes.items()}
        score, slope = np.concatenate(self.scores)[order], np.concatenate(self.slopes)[order]
        terms = {
            name: Terms(alpha[order], weight[order], *(self.path.xp.concatenate(factor)[order] for factor in zip(*parts)))
            for name, parts in self.terms.items()
        }
        along = Along(alpha[order], weight[order], score, slope, layer_slope)
        return Attribution(self.sums, self.difference, along, terms, converged)

    def _by_point(self, rows, points):
        return to_numpy(rows).astype(np.float64).reshape(len(points), self.path.examples)
