"""The numbers of the ablation study, from its records."""

import numpy as np

from ...parts.measure import filters_of
from .. import intervals
from ..measure import ORDERS

TOP = 10  # the paper counts the photos that need more than ten
CONDUCTANCE = "conductance"
COLUMNS = (CONDUCTANCE, *(order for order in ORDERS if order != CONDUCTANCE))


def flips_of(records, most):
    """For each photo and order how many filters it took; ``most`` + 1 if ``most`` do not do.

    Returns
    -------
    dict of str to numpy.ndarray of int, shape (photos,)
    """
    flips = {}
    for order in ORDERS:
        counts = [facts["flips"][order] for _, _, facts in records]
        flips[order] = np.array([most + 1 if count is None else count for count in counts])
    return flips


def summarise(flips, most):
    """One row an order: how many filters it took, and conductance against it, photo by photo.

    A photo whose label never changed counts as ``most`` + 1. The mean is a lower bound
    then, and ``mean_is`` says so; quartiles and shares are not touched by it, as long as
    they lie below.

    Parameters
    ----------
    flips : dict of str to numpy.ndarray of int, shape (photos,)
    most : int

    Returns
    -------
    list of dict
        None for a quartile or a maximum above ``most``.
    """
    rows = []
    for order in COLUMNS:
        counts, ours = flips[order], flips[CONDUCTANCE]
        mean, low, high = map(float, intervals.mean(counts))
        quartiles = np.quantile(counts, (0.25, 0.5, 0.75), method="inverted_cdf")
        below = [int(count) if count <= most else None for count in (*quartiles, counts.max())]
        difference, least, largest = map(float, intervals.mean(ours - counts))
        row = {
            "order": order,
            "photos": len(counts),
            "changed": int((counts <= most).sum()),
            "mean": mean,
            "mean_low": low,
            "mean_high": high,
            "mean_is": "a lower bound" if (counts > most).any() else "exact",
            **dict(zip(("lower_quartile", "median", "upper_quartile", "maximum"), below)),
            f"within_{TOP}": int((counts <= TOP).sum()),
            f"over_{TOP}": int((counts > TOP).sum()),
        }
        against = {
            "conductance_minus_order": difference,
            "difference_low": least,
            "difference_high": largest,
            "difference_is": bound(ours > most, counts > most),
            "conductance_needs_fewer": int((ours < counts).sum()),
            "the_same": int(((ours == counts) & (ours <= most)).sum()),
            "conductance_needs_more": int((ours > counts).sum()),
            "neither_changed": int(((ours > most) & (counts > most)).sum()),
        }
        rows.append(row | (dict.fromkeys(against) if order == CONDUCTANCE else against))
    return rows


def bound(ours_beyond, theirs_beyond):
    """What a mean difference ours − theirs is, when some counts are beyond what was tried."""
    if ours_beyond.any() and theirs_beyond.any():
        return "neither bound"
    if theirs_beyond.any():
        return "an upper bound"
    return "a lower bound" if ours_beyond.any() else "exact"


def score_shares(records):
    """The mean score without the first k filters, as a share of what the network adds to black's.

    It is (mean of F without the first k − mean of F(x')) / (mean of F(x) − mean of F(x')),
    so that no photo with a small difference outweighs the others.

    Returns
    -------
    dict of str to (value, low, high), each numpy.ndarray, shape (curve + 1,)
        The ends of the interval that the bootstrap gives.
    """
    differences = np.array([facts["difference"] for _, _, facts in records])
    baselines = np.array([facts["score"] for _, _, facts in records]) - differences
    if not differences.mean() > 0:
        raise ValueError(
            f"the mean of F(x) − F(black) is {differences.mean():.3g}; "
            "the strongest label should score more than on black"
        )
    curves = np.stack([arrays["curves"] for _, arrays, _ in records])
    above = curves - baselines[:, None, None]  # (photos, orders, curve + 1)
    counts = intervals.times_drawn(len(records))
    wholes = counts @ differences
    found = {}
    for place, order in enumerate(ORDERS):
        with np.errstate(divide="ignore", invalid="ignore"):
            found[order] = intervals.estimate((counts @ above[:, place]) / wholes[:, None])
    return found


def about_photo(study, photo, facts):
    """The columns that every table of photos begins with: what was explained."""
    return {
        "photo": photo.key,
        "label": facts["label"],
        "label_name": study.model.labels[facts["label"]],
        "class_of_the_photo": photo.label,
        "score": facts["score"],
        "difference": facts["difference"],
        "completeness_error": facts["completeness_error"],
    }


def photo_rows(study):
    """One row a photo: what was explained, and how many filters each order took; None for more."""
    rows = []
    for photo, _, facts in study.records:
        row = about_photo(study, photo, facts)
        row |= {order: facts["flips"][order] for order in COLUMNS}
        row["seconds"] = round(facts["seconds"], 2)
        rows.append(row)
    return rows


def score_rows(shares):
    """One row a number of filters: each order's mean share of the score, with its interval."""
    length = len(next(iter(shares.values()))[0])
    rows = []
    for k in range(length):
        row = {"filters": k}
        for order in COLUMNS:
            for end, one in zip(("", " low", " high"), shares[order]):
                row[order + end] = float(one[k])
        rows.append(row)
    return rows


def layers_of(model):
    """For each filter the index of its layer."""
    return np.array([model.layers.index(layer) for layer, _ in filters_of(model)])


def first_filters(study):
    """Where the first ten filters of each measure lie, and how many of them are silent.

    Silent is what is zero everywhere on the photo.

    Returns
    -------
    of_layers : dict of str to numpy.ndarray, shape (layers,)
        Mean over the photos.
    silent : dict of str to float
        Mean over the photos.
    """
    layer = layers_of(study.model)
    of_layers, silent = {}, {}
    for place, measure in enumerate(ORDERS[:-1]):
        counts, zeros = [], []
        for _, arrays, _ in study.records:
            first = np.argsort(-arrays["measures"][place], kind="stable")[:TOP]
            counts.append(np.bincount(layer[first], minlength=layer[-1] + 1))
            zeros.append((arrays["means"][first] == 0).sum())
        of_layers[measure] = np.mean(counts, axis=0)
        silent[measure] = float(np.mean(zeros))
    return of_layers, silent
