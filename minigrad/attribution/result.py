"""What an attribution returns: one array for each layer, and the sums people ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..machine.backend import get_array_module, to_numpy
from .filters import by_filter


@dataclass(frozen=True)
class Terms:
    """Every factor of the integrand of one layer, for people to check.

    Attributes
    ----------
    alpha, weight : numpy.ndarray, shape (steps,)
    dF_dy, dy_dalpha, term : array, shape (steps, N, *layer)
        ``term = dF_dy * dy_dalpha``; the conductance is ``Σ weight · term``. With
        ``method="difference"`` there is one for each panel between two points: ``alpha`` is its
        left end, ``weight`` its length, ``dy_dalpha`` is ``(y_{k+1} − y_k) / weight``.
    """

    alpha: np.ndarray
    weight: np.ndarray
    dF_dy: np.ndarray
    dy_dalpha: np.ndarray
    term: np.ndarray

    def __repr__(self):
        return f"Terms({len(self.alpha)} points, term {self.term.shape})"

    def _repr_html_(self):
        """What Jupyter shows: each factor at every α."""
        from ..debug.notebook import terms_html

        return terms_html(self)


@dataclass(frozen=True)
class Along:
    """What was seen along the path, in float64.

    Attributes
    ----------
    alpha, weight : numpy.ndarray, shape (steps,)
        As in `Terms`.
    score : numpy.ndarray, shape (steps, N)
        F(x(α)).
    slope : numpy.ndarray, shape (steps, N)
        dF/dα, from forward mode alone. With ``method="difference"``, the mean over the panel.
    layer_slope : dict of str to numpy.ndarray, shape (steps, N)
        Σ_y ∂F/∂y · dy/dα over all units of a layer. For a layer that cuts the network
        it is ``slope``, at every α.
    filter_slope : dict of str to numpy.ndarray, shape (steps, N, filters)
        The same over each filter's positions: Σ weight · ``filter_slope`` is what `per_filter`
        gives. Filled with ``keep_terms``.
    """

    alpha: np.ndarray
    weight: np.ndarray
    score: np.ndarray
    slope: np.ndarray
    layer_slope: dict = field(default_factory=dict)
    filter_slope: dict = field(default_factory=dict)


class Attribution(Mapping):
    """A mapping from layer name to one number for each unit, an array (N, *layer).

    Attributes
    ----------
    difference : numpy.ndarray of shape (N,), or None
        ``F(x) − F(x')``; None for measures that have no baseline.
    points : numpy.ndarray of shape (points,), or None
        The α at which F was computed; other attributions take them as their ``steps``.
    along : Along or None
        The score and the layers' sums at every point of the path.
    terms : dict of str to Terms
        Filled with ``keep_terms=True``.
    converged : bool or None
        With ``steps="auto"``, whether every layer of every example came within the tolerance;
        None otherwise.

    Where every example has points of its own, ``points``, ``along`` and the entries of ``terms``
    are lists, one for each.
    """

    def __init__(
        self,
        values,
        difference=None,
        points=None,
        errors=None,
        along=None,
        terms=None,
        converged=None,
    ):
        self._values = dict(values)
        self.difference = difference
        self.points = points
        self._errors = errors
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
        lines = [f"{name} {array.shape}" for name, array in self._values.items()]
        if self._errors is not None:
            errors = [self.relative_error(name).max() for name in self]
            lines = [f"{line}: ± {100 * error:.2g} %" for line, error in zip(lines, errors)]
        failed = ", NOT converged within the tolerance" if self.converged is False else ""
        return f"Attribution({', '.join(lines)}{failed})"

    def _repr_html_(self):
        """What Jupyter shows: bars by layer, and the strongest filters with their errors."""
        from ..debug.notebook import attribution_html

        return attribution_html(self)

    def per_filter(self, layer):
        """The sum over each filter's positions, shape (N, filters).

        The last axis of a layer is its filters; a layer (N,) is one filter.
        """
        return to_numpy(by_filter(self[layer]))

    def error(self, layer):
        """How far `per_filter` may be from the integral, for each filter: shape (N, filters).

        An estimate, made of how much the integrand changes from one point of the path to the
        next; `conductance` says how, and when it can be wrong.
        """
        if self._errors is None:
            raise ValueError(
                "an error is estimated for conductance; this measure comes without one"
            )
        self[layer]  # raises a KeyError that names the layers
        return self._errors[layer]

    def relative_error(self, layer):
        """The 2-norm of `error` over a layer's filters, relative to that of `per_filter`: (N,).

        0 when both are 0, as for x = x'.
        """
        return relative_norm(self.error(layer), self.per_filter(layer))

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
        """How far the layers' sums stray from dF/dα, relative to the largest |dF/dα|: (N,).

        By the chain rule no integral is involved, so for layers that cut the network this is
        rounding alone. With ``method="difference"`` it is that method's error.
        """
        if self.along is None:
            raise ValueError(
                "conservation is a property of conductance along a path; this measure has no path"
            )
        along = self.along if isinstance(self.along, list) else [self.along]
        return np.concatenate([conservation_error(one) for one in along])

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


def relative_norm(error, values):
    """The 2-norm of errors relative to that of the values, both (N, filters): shape (N,)."""
    norms = np.linalg.norm(error, axis=1), np.linalg.norm(values.astype(np.float64), axis=1)
    return relative(*norms)


def conservation_error(along):
    """The largest |Σ_y ∂F/∂y · dy/dα − dF/dα| of an `Along`, relative to the largest |dF/dα|."""
    strays = [np.abs(sums - along.slope) for sums in along.layer_slope.values()]
    return relative(np.max(strays, axis=(0, 1)), np.abs(along.slope).max(axis=0))


def joined(parts):
    """The attributions of single examples as one `Attribution` of all."""
    xp = get_array_module(next(iter(parts[0].values())))
    return Attribution(
        {name: xp.concatenate([part[name] for part in parts]) for name in parts[0]},
        np.concatenate([part.difference for part in parts]),
        [part.points for part in parts],
        {name: np.concatenate([part.error(name) for part in parts]) for name in parts[0]},
        [part.along for part in parts],
        {name: [part.terms[name] for part in parts] for name in parts[0].terms},
        all(part.converged for part in parts),
    )
