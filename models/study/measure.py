"""What the studies measure of one photo: a record of arrays, and of facts that JSON can hold.

Every record has the arrays and facts that `measures_of` gives, and those that its function
names besides. Filters stand in one row, those of the first layer first.
"""

import zlib

import numpy as np

import minigrad as mg
from minigrad.attribution import MEASURES, ClassScore, measures_per_filter

from .ablation.prefixes import Lacking, until_it_flips
from .predict.subsets import measure_prediction
from .records import facts_of, in_one_row, is_probability

ORDERS = (*MEASURES, "random order")


def measure_ablation(model, photo, settings):
    """Filters set to zero in each measure's order, and in a random one, until the label changes.

    Parameters
    ----------
    model : models.inception.Inception
    photo : models.study.photos.Photo
    settings : dict
        ``tolerance``, see `measures_of`; ``curve``, ``most``, see `prefixes.until_it_flips`;
        ``seed`` of the random order, which depends on the photo's key too.

    Returns
    -------
    arrays : dict
        ``measures`` (4, filters); ``curves`` (5, curve + 1): the score without the first k.
    facts : dict
        ``flips``: for each of `ORDERS` how many it took, None for more than ``most``.
    """
    x = model.preprocess(photo.path)
    lacking = Lacking(model, x)
    label = int(lacking.scores_intact.argmax())
    arrays, facts = measures_of(model, x, label, label, settings)
    random = np.random.default_rng([settings["seed"], zlib.crc32(photo.key.encode())])
    orders = [np.argsort(-measure, kind="stable") for measure in arrays["measures"]]
    orders.append(random.permutation(lacking.filters))
    limits = settings["curve"], settings["most"], explained_of(label, settings)
    found = [until_it_flips(lacking, order, label, *limits) for order in orders]
    arrays["curves"] = np.stack([scores for _, scores in found])
    facts["flips"] = dict(zip(ORDERS, (flip for flip, _ in found)))
    return arrays, facts


def explained_of(label, settings):
    """For `until_it_flips`: from scores to the label's probability; None if its score will do."""
    if not is_probability(settings):
        return None
    return lambda scores: mg.softmax(scores).data[:, label]


def measure_agreement(model, photo, settings):
    """What each filter, set to zero alone, takes from the score of the strongest label.

    A filter that is zero everywhere on this photo takes nothing, and is not asked. A pass
    begins at the layer that the filter is of: nothing below is computed again.

    Returns
    -------
    arrays : dict
        ``measures`` (4, filters); ``change`` (filters,): F(x) − F(x without the filter).
    facts : dict
        ``silent``: how many filters are zero everywhere.
    """
    x = model.preprocess(photo.path)
    lacking = Lacking(model, x)
    label = int(lacking.scores_intact.argmax())
    arrays, facts = measures_of(model, x, label, label, settings)
    active = np.concatenate([layer.any(axis=(0, 1, 2)) for layer in lacking.intact.values()])
    change = np.zeros(lacking.filters, dtype=x.dtype)
    # Layer by layer: the passes of one begin at the same place.
    for place in lacking.place.values():
        filters = place.start + np.flatnonzero(active[place])
        if len(filters):
            missing = np.zeros((len(filters), lacking.filters), dtype=bool)
            missing[np.arange(len(filters)), filters] = True
            change[filters] = lacking.scores_intact[label] - lacking.scores(missing)[:, label]
    arrays["change"] = change
    return arrays, facts | {"silent": int((~active).sum())}


def measure_labelled(model, photo, settings):
    """The four measures for the class that the photo shows, whatever the network says of it.

    Returns
    -------
    arrays : dict
        ``measures`` (4, filters); ``means`` (filters,): the activations' means over positions.
    facts : dict
    """
    if photo.label is None:
        raise ValueError(
            f"{photo.key}: nothing says which class it shows; "
            "put it into a folder named for the class"
        )
    x = model.preprocess(photo.path)
    strongest = int(mg.predict(model, x)[0].argmax())
    return measures_of(model, x, photo.label, strongest, settings)


def score_of_class(model, label, settings):
    """What is explained: the score of a class before the softmax, or its probability.

    The paper's is the score, as reported; ``settings["score"]`` is there for the other only.
    """
    if is_probability(settings):
        return ClassScore(lambda x: mg.softmax(model(x)), label)
    return ClassScore(model, label)


def measures_of(model, x, label, strongest, settings):
    """What every record holds.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (1, H, W, 3)
    label, strongest : int
    settings : dict
        ``tolerance`` of conductance, the filters' relative error in every layer: so many points
        are taken; ``score``, see `score_of_class`.

    Returns
    -------
    arrays : dict
        ``measures`` (4, filters): `MEASURES` for ``label``, summed over each filter's positions;
        ``means`` (filters,): the activations' means over positions; ``points`` of the path.
    facts : dict
        ``label``, which is explained; ``strongest``, which the network says; ``score``, F(x);
        ``difference``, F(x) − F(x'); ``completeness_error`` and ``relative_error`` of conductance.
    """
    F, baseline = score_of_class(model, label, settings), model.baseline()
    path = {"layers": model.layers, "steps": "auto", "tolerance": settings["tolerance"]}
    found = measures_per_filter(F, x, baseline, **path)
    measures = in_one_row(found)
    filters = [layer.shape[2] for layer in found.layers.values()]
    positions = np.repeat([found.positions[name] for name in found.layers], filters)
    arrays = {
        "measures": measures.astype(np.float32),
        "means": (measures[0] / positions).astype(np.float32),
        "points": found.points,
    }
    return arrays, facts_of(found, label, strongest)


KINDS = {
    "ablation": measure_ablation,
    "agreement": measure_agreement,
    "labelled": measure_labelled,
    "predict": measure_prediction,
}
