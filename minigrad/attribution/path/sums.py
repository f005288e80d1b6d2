"""What a walk along the path adds up: conductance, its doubt, and what was seen on the way.

Two things keep the memory of a long walk where it was after its first few points: layers are
added up in place, and a number kept for every point is a Python float, since NumPy's smallest
array would pin the large free block that the allocator cut it from.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...machine.backend import get_array_module
from ..filters import filters_in
from ..result import Along, Attribution, Terms, relative_norm
from .quadrature import nearest_weights

# How far from the truth an error may be: where a slope jumps somewhere in a panel, any place as
# likely as another, the panel's error is its doubt times a number from −1 to 1, whose root mean
# square is 1/√3 = 0.58. On GoogLeNet that holds within a tenth; this is on the safe side of it.
SURE = 0.75
LARGE = 1e6  # a relative error that no number of points mends


class Stretch(NamedTuple):
    """What was found at a few neighbouring points of the path.

    Attributes
    ----------
    alphas : numpy.ndarray, shape (points,)
    layers : dict of str to tuple of array (points, N, *layer)
        By the chain rule the product ∂F/∂y · dy/dα, last of three if the factors are kept too;
        for the line integral ∂F/∂y and y.
    score : array, shape (points, N)
        F(x(α)); by the chain rule in NumPy's memory.
    slope : numpy.ndarray, shape (points, N), or None
        By the chain rule, dF/dα.
    sums : numpy.ndarray of float64, shape (points, N, filters of all layers), or None
        By the chain rule, the products summed over each filter's positions.
    infinite : dict
        By the chain rule, as `Sums` has it.
    again : callable, optional
        From points to their `Stretch`, computed with care for 0 · ∞: see `chain_rule.unchecked`.
    """

    alphas: np.ndarray
    layers: dict
    score: np.ndarray
    slope: np.ndarray = None
    sums: np.ndarray = None
    infinite: dict = {}
    again: Callable | None = None

    def point(self, k):
        """The k-th point alone, as views."""
        at = slice(k, k + 1)
        layers = {name: tuple(of[at] for of in arrays) for name, arrays in self.layers.items()}
        rows = (None if of is None else of[at] for of in (self.score, self.slope, self.sums))
        infinite = {key: of for key, of in self.infinite.items() if key[1] == self.alphas[k]}
        return Stretch(self.alphas[at], layers, *rows, infinite, self.again)

    def with_care(self):
        """The same, computed with care if it was not."""
        return self if self.again is None else self.again(self.alphas)

    @property
    def nbytes(self):
        """The memory of its layers."""
        return sum(array.nbytes for arrays in self.layers.values() for array in arrays)


def joined(points):
    """One `Stretch` of neighbouring ones."""
    first = points[0]
    xp = get_array_module(*next(iter(first.layers.values())))
    layers = {
        name: tuple(map(xp.concatenate, zip(*(point.layers[name] for point in points))))
        for name in first.layers
    }
    rows = (
        None if of[0] is None else get_array_module(of[0]).concatenate(of)
        for of in zip(*((point.score, point.slope, point.sums) for point in points))
    )
    infinite = {key: of for point in points for key, of in point.infinite.items()}
    alphas = np.concatenate([point.alphas for point in points])
    return Stretch(alphas, layers, *rows, infinite, points[-1].again)


class Sums:
    """The running sums of one walk.

    Parameters
    ----------
    alphas, weights : numpy.ndarray, shape (points,)
        The points of the walk, and what each counts by the chain rule.
    rule : str or None
        "left" if ∂F/∂y at the left end stands for the whole panel.
    keep_terms : bool or "filters"
        As for `conductance`.

    Attributes
    ----------
    values : dict of str to array (N, *layer)
        Conductance so far.
    infinite : dict of (str, float) to numpy.ndarray of bool, shape (N, filters)
        By layer and α, the filters whose slope was infinite there.
    """

    def __init__(self, alphas, weights, rule=None, keep_terms=False):
        self.alphas, self.rule, self.keep_terms = alphas, rule, keep_terms
        # what each point counts, and what it would count by the trapezoid rule
        self.weights, self.nearest = weights, nearest_weights(alphas)
        self.values, self.terms, self.infinite = {}, {}, {}
        self.along, self.doubts, self.shares, self.by_filter = [], [], [], []
        # by filter: Σ doubt², the largest |doubt|, how far the rule is from the trapezoid rule
        self.squares = self.largest = self.bias = 0.0

    def anew(self, alphas):
        """Empty sums for a walk with other points, by the trapezoid rule."""
        weights = nearest_weights(alphas)
        return Sums(alphas, weights, self.rule, self.keep_terms)

    def weights_of(self, alphas):
        """What some neighbouring points count, and what they would by the trapezoid rule."""
        first = np.searchsorted(self.alphas, alphas[0])
        at = slice(first, first + len(alphas))
        return self.weights[at], self.nearest[at]

    def add(self, name, share):
        """Add a layer's share of its conductance; the array is ours from now on."""
        if name in self.values:
            self.values[name] += share
        else:
            self.values[name] = share

    def keep(self, name, *factors):
        """Keep ∂F/∂y, dy/dα and their product at a few points, on arrays of their own."""
        kept = self.terms.setdefault(name, [[] for _ in factors])
        for of_factor, factor in zip(kept, factors):
            of_factor.append(factor.copy())

    def note(self, alphas, weights, score, slope, sums):
        """Note what was seen at a few points: F, dF/dα, and by filter ∂F/∂y · dy/dα."""
        layers = [sums[..., at].sum(axis=-1).tolist() for at in self.places().values()]
        columns = alphas.tolist(), weights.tolist(), score.tolist(), slope.tolist(), zip(*layers)
        self.along += zip(*columns)
        if self.keep_terms:
            self.by_filter.append(sums)

    def stray(self, sums):
        """Take in how far a share lies from the trapezoid rule's, by filter."""
        self.bias = self.bias + sums

    def panels(self, doubts, shares):
        """Take in a few panels by filter: their doubts (errors are at most so much) and shares."""
        squares = doubts**2
        self.squares = self.squares + squares.sum(axis=0)
        self.largest = np.maximum(self.largest, abs(doubts).max(axis=0, initial=0))
        places = self.places().values()
        self.doubts += zip(*(squares[..., at].sum(axis=-1).tolist() for at in places))
        self.shares += zip(*(np.linalg.norm(shares[..., at], axis=-1).tolist() for at in places))

    def places(self):
        """Where each layer's filters stand among those of all layers: {layer: slice}."""
        counts = [filters_in(array.shape) for array in self.values.values()]
        ends = np.cumsum([0, *counts]).tolist()
        return dict(zip(self.values, map(slice, ends, ends[1:])))

    def errors(self):
        """The error of every filter, but for what is infinite: (N, filters of all layers).

        How far the rule is from the trapezoid rule on the same points, and what the doubts of
        all panels come to if they are independent of each other; at least the largest doubt.
        With one point nothing is known of the rest of the path.
        """
        if not self.doubts:
            return np.full_like(self.bias, np.inf)
        together = np.maximum(SURE * np.sqrt(self.squares), self.largest)
        return np.sqrt(self.bias**2 + together**2)

    def relative_panels(self):
        """What `quadrature.refined` asks of the panels.

        Returns
        -------
        error : float
            The largest relative error of a layer.
        doubts : numpy.ndarray, shape (panels, layers · N)
            What every panel has of the layer's squared relative error.
        shares : numpy.ndarray, shape (panels,)
            The 2-norm of a layer's share, relative to that of all panels together: the largest.
        """
        found, errors = Attribution(self.values), self.errors()
        relative = [
            relative_norm(errors[:, at], found.per_filter(name))
            for name, at in self.places().items()
        ]
        relative = np.minimum(np.nan_to_num(relative, nan=LARGE), LARGE)
        doubts = of_their_sum(np.array(self.doubts)) * relative**2
        shares = of_their_sum(np.array(self.shares))
        return float(relative.max()), doubts.reshape(len(doubts), -1), shares.max(axis=(1, 2))

    def result(self, difference, converged):
        """The sums as an `Attribution`, given F(x) − F(x')."""
        alpha, weight, score, slope, by_point = map(np.array, zip(*self.along))
        layer_slope = {name: by_point[:, k] for k, name in enumerate(self.values)}
        filter_slope, terms = {}, {}
        if self.by_filter:
            by_filter = np.concatenate(self.by_filter)
            filter_slope = {name: by_filter[..., at] for name, at in self.places().items()}
        along = Along(alpha, weight, score, slope, layer_slope, filter_slope)
        for name, kept in self.terms.items():
            xp = get_array_module(kept[0][0])
            terms[name] = Terms(alpha, weight, *(xp.concatenate(factor) for factor in kept))
        all_errors = self.errors()
        errors = {name: all_errors[:, at] for name, at in self.places().items()}
        for (name, _), filters in self.infinite.items():
            errors[name] = np.where(filters, np.inf, errors[name])
        return Attribution(self.values, difference, self.alphas, errors, along, terms, converged)


def of_their_sum(panels):
    """Each panel's part of what all have together; 0 where that is 0."""
    together = panels.sum(axis=0)
    return np.nan_to_num(panels / np.where(together == 0, 1, together))
