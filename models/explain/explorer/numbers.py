"""The numbers behind an explorer's page: F along the path, the layers' sums, their filters."""

import hashlib
from pathlib import Path

import numpy as np

STRONGEST = 6  # filters for, and as many against, that are listed for each layer
DIGITS = 7  # float32 has no more
POINTS, BETWEEN = "at-points", "between-points"


def kind_and_rule(found):
    """Where on the path the products were taken, and the integral's rule in words.

    Parameters
    ----------
    found : minigrad.attribution.Attribution

    Returns
    -------
    kind : {"at-points", "between-points"}
        By the chain rule dF/dα is known at points; as a line integral, how much F and every unit
        change between two neighbouring ones.
    rule : str
    """
    count, alpha = len(found.points), found.along.alpha
    if len(alpha) < count:
        return BETWEEN, f"the line integral between {count} points"
    name = "the trapezoid rule" if alpha[0] == 0 else "Gauss–Legendre quadrature"
    return POINTS, f"{name} with {count} point{'s' * (count != 1)}"


def network(name, path, filters):
    """What the page says of the network.

    Parameters
    ----------
    name : str
    path : str or os.PathLike
        The file with its weights, of which the SHA-256 is told.
    filters : int
        Of all its layers together.
    """
    checksum = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return {"name": name, "sha256": checksum, "filters": filters}


def class_numbers(found, score, grids):
    """What the page shows of one class of one picture.

    Parameters
    ----------
    found : minigrad.attribution.Attribution
        Of one example, with the sums of its filters (``keep_terms="filters"``), along points
        that increase.
    score : float
        F(x).
    grids : dict of (layer, filter) to dict
        What else to tell of a filter: its maps, as `maps.grid` makes them.

    Returns
    -------
    dict
        ``alphas`` are the places of the slider: all points that were taken, and both ends.
        ``scores`` is F(x(α)) at each. ``slopes`` is dF/dα there; between points, the mean over
        the stretch that ends there. None is where there is none. ``difference`` is F(x) − F(x');
        ``layers`` has an entry of `layer_numbers` for each layer.
    """
    along, difference = found.along, float(found.difference[0])
    alphas = np.unique(np.concatenate([[0.0], found.points, [1.0]]))
    scores = np.interp(alphas, along.alpha, along.score[:, 0])
    if along.alpha[0] > 0:
        scores[0] = score - difference
    if along.alpha[-1] < 1:
        scores[-1] = score
    return {
        "alphas": alphas.tolist(),
        "scores": rounded(scores),
        "slopes": at_places(found, along.slope[:, 0]),
        "difference": rounded(difference),
        "layers": {layer: layer_numbers(found, layer, alphas, grids) for layer in found},
    }


def layer_numbers(found, layer, alphas, grids):
    """One layer: its sums at every α and up to every α, and its strongest filters.

    Returns
    -------
    dict
        ``slopes`` is Σ_y ∂F/∂y · dy/dα, where ``slopes`` of `class_numbers` has its values;
        ``for``, ``against`` and ``totals`` are the sums up to every α of the filters whose sum
        so far is positive, of those where it is negative, and of all. A filter has its ``terms``,
        their sum ``upTo`` every α, and the ``error`` of the sum over the whole path;
        ``relativeError`` is that of all filters. An error of None is infinite.
    """
    along = found.along
    by_filter = along.filter_slope[layer][:, 0]
    up_to = accumulated(along, alphas, by_filter)
    filters, errors = [], found.error(layer)[0]
    for index in strongest(found, layer, STRONGEST):
        one = {
            "filter": index,
            "terms": at_places(found, by_filter[:, index]),
            "upTo": rounded(up_to[:, index]),
            "error": rounded(errors[index]),
        }
        filters.append(one | grids.get((layer, index), {}))
    return {
        "shape": list(found[layer].shape[1:]),
        "slopes": at_places(found, along.layer_slope[layer][:, 0]),
        "for": rounded(np.maximum(up_to, 0).sum(axis=1)),
        "against": rounded(np.minimum(up_to, 0).sum(axis=1)),
        "totals": rounded(up_to.sum(axis=1)),
        "completenessError": rounded(found.completeness_error(layer)[0]),
        "relativeError": rounded(found.relative_error(layer)[0]),
        "filters": filters,
    }


def strongest(found, layer, count):
    """The filters of a layer that count most for the score, then those against it."""
    return [index for side in found.strongest(layer, count) for index, _ in side]


def accumulated(along, alphas, slopes):
    """∫ of the slopes from 0 to every α: shape (len(alphas), filters).

    Each slope stands for its share of the path, as long as its weight. At 1 that is the rule's
    own sum; for the trapezoid rule it is the trapezoid rule at every one of its points.
    """
    starts = np.concatenate([[0.0], np.cumsum(along.weight)[:-1]])
    passed = np.clip(alphas[:, None] - starts, 0, along.weight)
    passed[-1] = along.weight  # whole, whatever the rounding of the starts
    return passed @ slopes


def at_places(found, slopes):
    """Slopes at the places of the slider, None where there is none: see `class_numbers`."""
    points = found.points
    stretches = len(slopes) < len(points)  # each has its place at its end
    ends = int(stretches or points[0] > 0), int(not stretches and points[-1] < 1)
    return rounded(np.pad(slopes, ends, constant_values=np.nan))


def rounded(values):
    """A number or a list of them, to `DIGITS` significant digits; None for what is not finite."""
    if np.ndim(values):
        return [rounded(value) for value in values]
    value = float(values)
    return float(f"{value:.{DIGITS}g}") + 0.0 if np.isfinite(value) else None  # never −0
