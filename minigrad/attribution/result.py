"""What an attribution returns: one array for each layer, and the sums people ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..backend import to_numpy


@dataclass(frozen=True)
class Terms:
    """Every factor of the integrand of one layer, for people to check.

    Attributes
    ----------
    alpha, weight : numpy.ndarray, shape (steps,)
    dF_dy, dy_dalpha, term : array, shape (steps, N, *layer)
        ``term = dF_dy * dy_dalpha``; the conductance is ``Σ weight · term``. With
        ``method="difference"``, ``dy_dalpha`` is ``(y_{k+1} − y_k) / weight``.
    """

    alpha: np.ndarray
    weight: np.ndarray
    dF_dy: np.ndarray
    dy_dalpha: np.ndarray
    term: np.ndarray


@dataclass(frozen=True)
class Along:
    """What was seen along the path, in float64.

    Attributes
    ----------
    alpha, weight : numpy.ndarray, shape (steps,)
    score : numpy.ndarray, shape (steps, N)
        F(x(α)).
    slope : numpy.ndarray, shape (steps, N)
        dF/dα, from forward mode alone.
    layer_slope : dict of str to numpy.ndarray, shape (steps, N)
        Σ_y ∂F/∂y · dy/dα over all units of a layer. For a layer that cuts the network
        it is ``slope``, at every α.
    """

    alpha: np.ndarray
    weight: np.ndarray
    score: np.ndarray
    slope: np.ndarray
    layer_slope: dict = field(default_factory=dict)


class Attribution(Mapping):
    """A mapping from layer name to one number for each unit, an array (N, *layer).

    Attributes
    ----------
    difference : numpy.ndarray of shape (N,), or None
        ``F(x) − F(x')``; None for measures that have no baseline.
    along : Along or None
        The score and the layers' sums at every point of the path.
    terms : dict of str to Terms
        Filled with ``keep_terms=True``.
    converged : bool or None
        With ``steps="auto"``, whether every example came within the tolerance; None otherwise.
    """

    def __init__(self, values, difference=None, along=None, terms=None, converged=None):
        self._values = dict(values)
        self.difference = difference
        self.along = along
        self.terms = terms or {}
        self.converged = converged

    def __getitem__(self, layer):
        if layer not in self._values:
            raise KeyError(f"no layer named {layer!r} here; the layers are {list(self._values)}")
        return self._values[layer]

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def __repr__(self):
        layers = ", ".join(f"{name} {array.shape}" for name, array in self._values.items())
        failed = ", NOT converged within the tolerance" if self.converged is False else ""
        return f"Attribution({layers}{failed})"

    def per_filter(self, layer):
        """The sum over each filter's positions: shape (N, filters). The last axis of a layer is its
        filters.
        """
        values = to_numpy(self[layer])
        return values.sum(axis=tuple(range(1, values.ndim - 1)))

    def total(self, layer):
        """The sum over all units of the layer, in float64: shape (N,)."""
        values = to_numpy(self[layer])
        return values.reshape(len(values), -1).sum(axis=1, dtype=np.float64)

    def completeness_error(self, layer):
        """|total − (F(x) − F(x'))| / |F(x) − F(x')| for each example: shape (N,).

        0 when both are 0, as for x = x'; infinite when only the difference is 0.
        """
        if self.difference is None:
            raise ValueError(
                "completeness is a property of conductance; this measure has no "
                "baseline to be complete against"
            )
        gap, size = np.abs(self.total(layer) - self.difference), np.abs(self.difference)
        return relative(gap, size)

    def conservation_error(self):
        """How far the layers' sums stray from dF/dα at any α, relative to the largest |dF/dα|:
        shape (N,).

        No integral is involved, so for layers that cut the network this is rounding alone.
        """
        if self.along is None:
            raise ValueError(
                "conservation is a property of conductance along a path; this measure has no path"
            )
        largest = np.abs(self.along.slope).max(axis=0)
        stray = np.max(
            [np.abs(s - self.along.slope).max(axis=0) for s in self.along.layer_slope.values()],
            axis=0,
        )
        return relative(stray, largest)

    def strongest(self, layer, count=5, example=0):
        """The filters with the largest sums, for and against the score.

        Returns
        -------
        for_score, against : list of (filter, value)
            At most ``count`` each, strongest first; only positive and only negative ones.
        """
        sums = self.per_filter(layer)[example]
        order = np.argsort(-sums, kind="stable")
        for_score = [(int(i), float(sums[i])) for i in order[:count] if sums[i] > 0]
        against = [(int(i), float(sums[i])) for i in order[::-1][:count] if sums[i] < 0]
        return for_score, against


def relative(gap, size):
    """gap / size, entry by entry; 0 where both are 0 and infinity where only the size is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gap == 0, 0.0, gap / size)
