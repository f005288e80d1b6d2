"""The study's arithmetic: areas under ROC curves, effect sizes, shares that go, their spread.

Everything takes ``counts``, how often each scene is taken: a row of ones is the scenes as they are,
any other row a bootstrap sample of them. So an estimate and its spread are one computation.
"""

import numpy as np
from scipy.stats import rankdata

LARGE_EFFECT = 0.8  # Cohen's word for it
RESPONDER_SHARE = 0.1
TOP = 10
SPREAD = (0.05, 0.95)


def scene_counts(scenes, resamples, seed):
    """How often each scene is taken: once each in the first row, drawn by chance in the others.

    Those are drawn with replacement.

    Returns
    -------
    array (1 + resamples, scenes) of float64
    """
    drawn = np.random.default_rng(seed).multinomial(scenes, np.full(scenes, 1 / scenes), resamples)
    return np.concatenate([np.ones((1, scenes)), drawn])


def means(values, counts):
    """The mean over scenes of values (scenes, filters) for each row of counts: (rows, filters)."""
    return counts @ values / counts.sum(axis=1, keepdims=True)


def effect_size(change, counts):
    """Mean over standard deviation of a change (scenes, filters) over the scenes.

    Returns
    -------
    array (rows, filters)
        0 where nothing changes, infinite where every scene changes by the same amount.
    """
    scenes = counts.sum(axis=1, keepdims=True)
    mean = means(change, counts)
    # About the mean of all scenes: the difference of two large squares would be noise.
    centre = change.mean(axis=0)
    variance = means((change - centre) ** 2, counts) - (mean - centre) ** 2
    deviation = np.sqrt(np.maximum(variance, 0) * scenes / (scenes - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mean == 0, 0.0, mean / deviation)


def highest(values, count):
    """Which values (rows, filters) are among the row's ``count`` highest; the first of equals wins.

    Returns
    -------
    array (rows, filters) of bool
    """
    order = np.argsort(-values, axis=-1, kind="stable")
    chosen = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(chosen, order[:, :count], True, axis=-1)
    return chosen


def responder_count(filters):
    """How many filters the 10 % are."""
    return max(1, round(RESPONDER_SHARE * filters))


def roc_area(scores, positive):
    """The area under the ROC curve: how often a positive scores above a negative.

    Equal scores count half.

    Parameters
    ----------
    scores : array (..., filters)
    positive : array (..., filters) of bool

    Returns
    -------
    array (...)
        0.5 is what a coin reaches; NaN where all are positive or none is.
    """
    positive = np.broadcast_to(positive, np.shape(scores))
    ranks = rankdata(scores, axis=-1)  # equal scores share the mean of their ranks
    positives = positive.sum(axis=-1)
    negatives = positive.shape[-1] - positives
    wins = np.where(positive, ranks, 0).sum(axis=-1) - positives * (positives + 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return wins / (positives * negatives)


def roc_area_within_layers(scores, positive, layer_of_filter):
    """The mean over layers of `roc_area` among a layer's own filters, where there is an area."""
    of_layers = [layer_of_filter == layer for layer in np.unique(layer_of_filter)]
    areas = [roc_area(scores[:, own], positive[:, own]) for own in of_layers]
    defined = np.isfinite(areas)
    with np.errstate(invalid="ignore"):
        return np.where(defined, areas, 0).sum(axis=0) / defined.sum(axis=0)


def share_gone(with_part, without_part):
    """Which share of a quantity goes when the part goes: 1 − without / with."""
    return 1 - without_part / with_part


def estimate(values):
    """[estimate, 5th percentile, 95th percentile] of values whose first is the estimate.

    None where it is undefined.
    """
    values = np.asarray(values, dtype=np.float64)
    if not np.isfinite(values[0]):
        return None
    low, high = np.nanquantile(values[1:], SPREAD) if len(values) > 1 else (values[0], values[0])
    return [round(float(value), 4) for value in (values[0], low, high)]
