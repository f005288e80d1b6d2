"""The numbers of the study of agreement: how far measures rank filters as their ablation does."""

import numpy as np
from scipy.stats import rankdata

from minigrad.attribution import MEASURES

from .. import intervals
from ..ablation.numbers import CONDUCTANCE, TOP, about_photo, layers_of

COLUMNS = (CONDUCTANCE, *(measure for measure in MEASURES if measure != CONDUCTANCE))
KINDS = ("Spearman", "Pearson")
ALL, ACTIVE = "all filters", "filters that are not silent"


def pearson(a, b):
    """Pearson's correlation in double precision; NaN where one is constant: none is defined."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return np.nan
    a, b = a - a.mean(), b - b.mean()
    return float(np.clip(a @ b / np.sqrt((a @ a) * (b @ b)), -1, 1))


def spearman(a, b):
    """Spearman's correlation: Pearson's of the ranks, equal values sharing the mean of theirs."""
    return pearson(rankdata(a), rankdata(b))


def correlations(records, model):
    """Each measure against single ablation, for each photo and each group of filters.

    The groups are all filters, those that are not silent, and each layer's.

    Returns
    -------
    dict of (filters, kind) to numpy.ndarray, shape (photos, measures)
        The measures as in `COLUMNS`. NaN where a correlation is not defined.
    """
    layer = layers_of(model)
    found = {}
    for _, arrays, _ in records:
        groups = {ALL: np.ones(len(layer), dtype=bool), ACTIVE: arrays["means"] != 0}
        groups |= {name: layer == place for place, name in enumerate(model.layers)}
        measures = dict(zip(MEASURES, arrays["measures"]))
        for group, chosen in groups.items():
            change = arrays["change"][chosen]
            for kind, correlation in zip(KINDS, (spearman, pearson)):
                row = [correlation(measures[name][chosen], change) for name in COLUMNS]
                found.setdefault((group, kind), []).append(row)
    return {key: np.array(rows) for key, rows in found.items()}


def summarise(found):
    """One row for each group of filters, kind of correlation and measure.

    It holds the measure's spread over photos, and conductance against it. Photos where a
    correlation is not defined are left out, and counted.

    Parameters
    ----------
    found : dict of (filters, kind) to numpy.ndarray, shape (photos, measures)

    Returns
    -------
    list of dict
        None for what no photo gives.
    """
    rows = []
    for (group, kind), values in found.items():
        ours = values[:, 0]
        for place, measure in enumerate(COLUMNS):
            row = {"filters": group, "correlation": kind, "measure": measure}
            rows.append(row | spread(values[:, place]) | against(ours, values[:, place], place))
    return rows


def spread(values):
    """Mean with its interval, quartiles and extremes of the correlations that are defined."""
    defined = values[~np.isnan(values)]
    heads = "mean", "mean_low", "mean_high"
    heads += "lowest", "lower_quartile", "median", "upper_quartile", "highest"
    numbers = dict.fromkeys(heads)
    if len(defined):
        quantiles = np.quantile(defined, (0, 0.25, 0.5, 0.75, 1))
        numbers = dict(zip(heads, map(float, (*intervals.mean(defined), *quantiles))))
    return {"photos": len(defined), "not_defined": len(values) - len(defined)} | numbers


def against(ours, theirs, place):
    """The mean of ours − theirs where both are defined, and on how many photos ours is higher."""
    heads = ("conductance_minus_measure", "difference_low", "difference_high")
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    if place == 0 or not both.any():
        return dict.fromkeys((*heads, "conductance_higher"))
    difference = (ours - theirs)[both]
    numbers = dict(zip(heads, map(float, intervals.mean(difference))))
    return numbers | {"conductance_higher": int((difference > 0).sum())}


def shared_firsts(records):
    """How many of the ten filters that cost the score most are among each measure's first ten.

    Returns
    -------
    numpy.ndarray of int, shape (photos, measures)
    """
    places = [MEASURES.index(measure) for measure in COLUMNS]
    rows = []
    for _, arrays, _ in records:
        costly = firsts(arrays["change"])
        rows.append([len(costly & firsts(arrays["measures"][place])) for place in places])
    return np.array(rows)


def firsts(values):
    """The ten highest; the first of equals wins."""
    return set(np.argsort(-values, kind="stable")[:TOP])


def photo_rows(study, found):
    """One row a photo: what was explained, and every correlation over all filters, or None."""
    rows = []
    for index, (photo, _, facts) in enumerate(study.records):
        row = about_photo(study, photo, facts)
        row |= {"silent_filters": facts["silent"], "seconds": round(facts["seconds"], 2)}
        for group in (ALL, ACTIVE):
            for kind in KINDS:
                for name, one in zip(COLUMNS, found[group, kind][index]):
                    row[f"{kind}, {group}, {name}"] = None if np.isnan(one) else float(one)
        rows.append(row)
    return rows
