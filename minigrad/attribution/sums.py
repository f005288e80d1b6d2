"""What a walk along the path adds up: conductance, its doubt, and what was seen on the way.

Two things keep the memory of a long walk where it was after its first few points: layers are
added up in place, and a number kept for every point is a Python float, since NumPy's smallest
array would pin the large free block that the allocator cut it from.
"""

from typing import NamedTuple

import numpy as np

from ..backend import get_array_module
from .filters import filters_in
from .quadrature import nearest_weights
from .result import Along, Attribution, Terms

# How far from the truth an error may be: where a slope jumps somewhere in a panel, any place as
# likely as another, the panel's error is its doubt times a number from −1 to 1, whose root mean
# square is 1/√3 = 0.58. On GoogLeNet that holds within a tenth; this is on the safe side of it.
SURE = 0.75


class Point(NamedTuple):
    """What was found at one point of the path.

    Attributes
    ----------
    alpha : float
    score : numpy.ndarray, shape (N,)
        F(x(α)).
    layers : dict of str to tuple of array (N, *layer)
        By the chain rule the product ∂F/∂y · dy/dα, last of three if the factors are kept too;
        for the line integral ∂F/∂y and y.
    infinite : dict of str to numpy.ndarray of bool, or set of str
        The layers with infinite numbers; by the chain rule, which filters have them.
    slope : numpy.ndarray, shape (N,), or None
        By the chain rule, dF/dα.
    sums : numpy.ndarray of float64, shape (N, filters of all layers), or None
        By the chain rule, the products summed over each filter's positions.
    """

    alpha: float
    score: np.ndarray
    layers: dict
    infinite: dict
    slope: np.ndarray = None
    sums: np.ndarray = None

    @property
    def nbytes(self):
        """The memory of its layers."""
        return sum(array.nbytes for arrays in self.layers.values() for array in arrays)


class Sums:
    """The running sums of one walk.

    Parameters
    ----------
    alphas, weights : numpy.ndarray, shape (points,)
        The points of the walk, and what each counts by the chain rule.
    rule : str or None
        "left" if ∂F/∂y at the left end stands for the whole panel.
    keep_terms : bool

    Attributes
    ----------
    values : dict of str to array (N, *layer)
        Conductance so far.
    infinite : dict of (str, float) to numpy.ndarray of bool, shape (N, filters)
        By layer and α, the filters whose slope was infinite there.
    """

    def __init__(self, alphas, weights, rule=None, keep_terms=False):
        self.alphas, self.rule = alphas, rule
        # of each point its weight, and what it would count by the trapezoid rule
        pairs = zip(weights.tolist(), nearest_weights(alphas).tolist())
        self.weights = dict(zip(alphas.tolist(), pairs))
        self.keep_terms = keep_terms
        self.values, self.terms, self.infinite = {}, {}, {}
        self.along, self.panels = [], []
        self.squares = self.bias = 0.0  # (N, filters of all layers) as soon as there is a doubt

    def anew(self, alphas):
        """Empty sums for a walk with other points, by the trapezoid rule."""
        weights = nearest_weights(alphas)
        return Sums(alphas, weights, self.rule, self.keep_terms)

    def add(self, name, share):
        """Add a layer's share of its conductance; the array is ours from now on."""
        if name in self.values:
            self.values[name] += share
        else:
            self.values[name] = share

    def keep(self, name, *factors):
        """Keep ∂F/∂y, dy/dα and their product, on arrays of their own."""
        self.terms.setdefault(name, []).append([factor.copy() for factor in factors])

    def note(self, alpha, weight, score, slope, sums):
        """Note what was seen at a point: F, dF/dα, and the sums by filter of ∂F/∂y · dy/dα."""
        layers = [sums[:, at].sum(axis=1).tolist() for at in self.places().values()]
        self.along.append((alpha, weight, score.tolist(), slope.tolist(), layers))

    def stray(self, sums):
        """Take in how far a share lies from the trapezoid rule's, by filter."""
        self.bias = self.bias + sums

    def doubt(self, doubts):
        """Take in the doubt of a panel, by filter: its error is at most so much, of either sign."""
        squares = doubts**2
        self.squares = self.squares + squares
        self.panels.append([squares[:, at].sum(axis=1).tolist() for at in self.places().values()])

    def tell_infinite(self, name, alpha, filters):
        """Remember whose slope was infinite at α."""
        if filters.any():
            before = self.infinite.get((name, alpha), False)
            self.infinite[name, alpha] = filters | before

    def places(self):
        """Where each layer's filters stand among those of all layers: {layer: slice}."""
        counts = [filters_in(array.shape) for array in self.values.values()]
        ends = np.cumsum([0, *counts]).tolist()
        return dict(zip(self.values, map(slice, ends, ends[1:])))

    def relative_doubts(self):
        """(SURE · doubt)² of every panel, relative to the conductance: (panels, layers · N)."""
        found = Attribution(self.values)
        sizes = [(found.per_filter(name) ** 2).sum(axis=1, dtype=np.float64) for name in found]
        sizes = np.maximum(sizes, np.finfo(np.float64).tiny)
        relative = np.nan_to_num(SURE**2 * np.array(self.panels) / sizes, nan=np.inf)
        return np.minimum(relative, np.finfo(np.float32).max).reshape(len(relative), -1)

    def errors(self):
        """The error of every filter: {layer: (N, filters)}.

        How far the rule is from the trapezoid rule on the same points, and what the doubts of
        all panels come to if they are independent of each other. With one point nothing is
        known of the rest of the path.
        """
        if not self.panels:
            error = np.full_like(self.bias, np.inf)
        else:
            error = np.sqrt(self.bias**2 + SURE**2 * self.squares)
        errors = {name: error[:, at] for name, at in self.places().items()}
        for (name, _), filters in self.infinite.items():
            errors[name] = np.where(filters, np.inf, errors[name])
        return errors

    def result(self, difference, converged):
        """The sums as an `Attribution`, given F(x) − F(x')."""
        alpha, weight, score, slope, by_point = map(np.array, zip(*self.along))
        layer_slope = {name: by_point[:, k] for k, name in enumerate(self.values)}
        along = Along(alpha, weight, score, slope, layer_slope)
        terms = {}
        for name, kept in self.terms.items():
            xp = get_array_module(kept[0][0])
            terms[name] = Terms(alpha, weight, *(xp.stack(factor) for factor in zip(*kept)))
        return Attribution(
            self.values, difference, self.alphas, self.errors(), along, terms, converged
        )
