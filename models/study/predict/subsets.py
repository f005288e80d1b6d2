"""One photo: what the measures say of parts of a layer, and what the score loses with them set."""

import zlib

import numpy as np

from minigrad.attribution import MEASURES, MORE_MEASURES, ClassScore, measures_per_filter

from ..ablation.prefixes import Lacking
from ..records import facts_of, in_one_row

ASKED = MEASURES + MORE_MEASURES
# These are parts of the score; the others only say which filter is before which.
IN_SCORE = (
    "conductance",
    "layer integrated gradients",
    "influence × (y − y′)",
    "gradient × (y − y′)",
    "gradient × activation",
)
SETS = ("zero", "baseline")  # what the filters are set to
DRAWS = 12  # random subsets of a size
ALL = "all"
SHARES = {"1/8": 8, "1/4": 4, "1/2": 2, ALL: 1}  # of a layer's filters


def sizes_of(count):
    """How many of a layer's filters are set, by name: 1, 2, 4, …, and the `SHARES`."""
    sizes, size = {}, 1
    while size * max(SHARES.values()) < count:
        sizes[str(size)] = size
        size *= 2
    return sizes | {name: count // divisor for name, divisor in SHARES.items()}


def measure_prediction(model, photo, settings):
    """Parts of each layer set to zero and to what they are for the black picture.

    Parameters
    ----------
    model : models.inception.Inception
    photo : models.study.photos.Photo
    settings : dict
        ``tolerance``, see `measure.measures_of`; ``seed`` of the random parts, which depend on
        the photo's key and the layer too.

    Returns
    -------
    arrays : dict
        ``measures`` (measures, filters): `ASKED` for the label, by filter; ``points``. For each
        layer ``LAYER predicted`` (measures, sizes, draws + measures): the sum over a
        part of each of `ASKED`, over random parts and then over each measure's own highest
        filters; ``LAYER changed`` (sets, sizes, draws + measures): F(x) − F(x, the part set).
        Of all filters there is one part, and all entries are alike.
    facts : dict
        ``label``, ``strongest``, ``score``, ``difference``, ``completeness_error`` and
        ``relative_error`` as in `measure.measures_of`.
    """
    x, baseline = model.preprocess(photo.path), model.baseline()
    lacking = Lacking(model, x)
    values = Lacking(model, baseline).intact
    label = int(lacking.scores_intact.argmax())
    how = {"layers": model.layers, "measures": ASKED, "steps": "auto"}
    F, tolerance = ClassScore(model, label), settings["tolerance"]
    found = measures_per_filter(F, x, baseline, tolerance=tolerance, **how)
    arrays = {"measures": in_one_row(found), "points": found.points}
    for index, (layer, place) in enumerate(lacking.place.items()):
        seed = [settings["seed"], zlib.crc32(photo.key.encode()), index]
        measures = found.layers[layer][:, 0].astype(np.float64)
        parts = parts_of(measures, np.random.default_rng(seed))
        arrays[f"{layer} predicted"] = np.einsum("mf,spf->msp", measures, parts)
        arrays[f"{layer} changed"] = np.stack(
            [changes(lacking, label, place, parts, of) for of in (None, values)]
        )
    return arrays, facts_of(found, label, label)


def parts_of(measures, rng):
    """Parts of a layer of every size: random ones, and each measure's highest filters.

    Parameters
    ----------
    measures : numpy.ndarray, shape (measures, filters)
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of bool, shape (sizes, draws + measures, filters)
    """
    orders = [rng.permutation(measures.shape[1]) for _ in range(DRAWS)]
    orders += [np.argsort(-measure, kind="stable") for measure in measures]
    ranks = np.argsort(orders, axis=1)  # where each filter stands in each order
    return np.stack([ranks < size for size in sizes_of(measures.shape[1]).values()])


def changes(lacking, label, place, parts, values):
    """F(x) − F(x, a part of one layer set) for every part: (sizes, parts)."""
    sizes, count, _ = parts.shape
    rows = parts[:-1].reshape((sizes - 1) * count, -1)
    rows = np.concatenate([rows, parts[-1, :1]])  # all filters are one part
    missing = np.zeros((len(rows), lacking.filters), dtype=bool)
    missing[:, place] = rows
    change = lacking.scores_intact[label] - lacking.scores(missing, values)[:, label]
    change = np.append(change, np.repeat(change[-1], count - 1))
    return change.astype(np.float64).reshape(sizes, count)
