"""The running sums of `conductance` over the path, and every term if they are kept.

Two things keep the memory of a long walk where it was after its first few points. Arrays
that one batch allocates and that are freed during another leave holes in the allocator's
heap, a few in every batch, so what must outlive its batch is written to `ReusedArrays`. And
a number kept for every point is a Python float, since NumPy's smallest array would pin the
large free block that the allocator cut it from.
"""

import numpy as np

from ..backend import to_numpy
from .result import Along, Attribution, Terms, relative


class ReusedArrays:
    """Arrays that are used again; any thread may take one and give it back.

    Parameters
    ----------
    xp : module
        NumPy or CuPy.
    """

    def __init__(self, xp):
        self.xp = xp
        self._unused = {}  # (shape, dtype) -> arrays that nobody reads any more

    def take(self, shape, dtype):
        """An array of any content."""
        try:
            return self._unused[shape, dtype].pop()
        except LookupError:
            return self.xp.empty(shape, dtype=dtype)

    def copy(self, array):
        """A copy on an array that may be given back."""
        copy = self.take(array.shape, array.dtype)
        copy[...] = array
        return copy

    def give_back(self, arrays):
        """Nobody reads these any more."""
        for array in arrays:
            self._unused.setdefault((array.shape, array.dtype), []).append(array)


class Page:
    """What a few path points add to a `Ledger`; written by one thread, entered by the one that
    holds the ledger.

    Attributes
    ----------
    alpha, weight : numpy.ndarray, shape (points,)
    scores, slopes : list of list of float
        F(x(α)) and dF/dα, by point and example.
    sums : dict of str to array (N, *layer)
        Σ weight · term of every layer.
    layer_slopes : dict of str to list of list of float
        The sum over each layer's units of their terms, by point and example.
    terms : dict of str to list of array (points, N, *layer)
        ∂F/∂y, dy/dα and their product, if they are kept.
    """

    def __init__(self, ledger, alpha, weight, score, slope):
        self.ledger = ledger
        self.alpha, self.weight = alpha, weight
        self.scores, self.slopes = self._by_point(score), self._by_point(slope)
        self.sums, self.layer_slopes, self.terms = {}, {}, {}

    def add(self, name, dF_dy, dy_dalpha, term):
        """Write down Σ weight · term for a layer; its factors and terms have the shape (points · N,
        *layer).
        """
        path = self.ledger.path
        out = self.ledger.arrays.take((path.examples, *term.shape[1:]), term.dtype)
        self.sums[name] = path.sum_over_points(self.weight, term, out)
        sum_over_units = term.reshape(len(term), -1).sum(axis=1, dtype=np.float64)
        self.layer_slopes[name] = self._by_point(sum_over_units)
        if self.ledger.keep_terms:
            shape = (len(self.weight), path.examples, *term.shape[1:])
            # Copies: the telescoped form uses the arrays of its factors again.
            self.terms[name] = [array.reshape(shape).copy() for array in (dF_dy, dy_dalpha, term)]

    def _by_point(self, rows):
        return (
            to_numpy(rows)
            .astype(np.float64)
            .reshape(len(self.weight), self.ledger.path.examples)
            .tolist()
        )


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
        self.arrays = ReusedArrays(path.xp)
        self.before = None  # the last point that the telescoped form has seen

    def count_earlier_points(self, kept):
        """Multiply the weight of every point so far by ``kept``."""
        if kept != 1:
            self.weights = [kept * weight for weight in self.weights]
            self.sums = {name: total * kept for name, total in self.sums.items()}

    def enter(self, page):
        """Add what is on a page, and take the arrays of its sums back."""
        self.alphas.append(page.alpha)
        self.weights.append(page.weight)
        self.scores += page.scores
        self.slopes += page.slopes
        for name, layer_slope in page.layer_slopes.items():
            if name in self.sums:
                self.sums[name] += page.sums[name]  # our own array: nobody has seen it yet
            else:
                self.sums[name] = page.sums[name].copy()
            self.layer_slopes.setdefault(name, []).extend(layer_slope)
        for name, factors in page.terms.items():
            self.terms.setdefault(name, []).append(factors)
        self.arrays.give_back(page.sums.values())

    def completeness_error(self):
        """The error that all cuts share, from dF/dα alone: |Σ weight · dF/dα − (F(x) − F(x'))| /
        |F(x) − F(x')|.
        """
        integral = np.concatenate(self.weights) @ np.array(self.slopes)
        return relative(np.abs(integral - self.difference), np.abs(self.difference))

    def result(self, converged):
        """The sums as an `Attribution`, the points in the order of the path."""
        alpha, weight = np.concatenate(self.alphas), np.concatenate(self.weights)
        order = np.argsort(alpha)
        layer_slope = {
            name: np.array(by_point)[order] for name, by_point in self.layer_slopes.items()
        }
        score, slope = np.array(self.scores)[order], np.array(self.slopes)[order]
        terms = {
            name: Terms(
                alpha[order],
                weight[order],
                *(self.path.xp.concatenate(factor)[order] for factor in zip(*parts)),
            )
            for name, parts in self.terms.items()
        }
        along = Along(alpha[order], weight[order], score, slope, layer_slope)
        return Attribution(self.sums, self.difference, along, terms, converged)
