"""What the records of all studies hold of `measures_per_filter`'s result, for one photo."""

import numpy as np


def in_one_row(found):
    """The measures of the filters of all layers, those of the first layer first.

    Parameters
    ----------
    found : minigrad.attribution.measures.FilterMeasures
        Of one photo.

    Returns
    -------
    numpy.ndarray, shape (measures, filters)
    """
    return np.concatenate([layer[:, 0] for layer in found.layers.values()], axis=1)


def facts_of(found, label, strongest):
    """What was explained and how exactly: see `measure.measures_of`."""
    return {
        "label": int(label),
        "strongest": strongest,
        "score": float(found.score[0]),
        "difference": float(found.difference[0]),
        "completeness_error": float(found.completeness_error[0]),
        "relative_error": float(found.relative_error[0]),
    }


def is_probability(settings):
    """Whether a study explains the probability, in place of the score before the softmax."""
    return settings.get("score") == "probability"
