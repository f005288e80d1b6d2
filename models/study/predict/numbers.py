"""The numbers of the study of prediction, from its records."""

import numpy as np

from .. import intervals
from ..agreement.numbers import spearman
from .subsets import ALL, ASKED, DRAWS, IN_SCORE, SETS, SHARES

RANDOM, HIGHEST = "random parts", "the measure's highest"
KINDS = (RANDOM, HIGHEST)


def columns_of(kind, measure):
    """Which parts, of those that `subsets.parts_of` makes, are of a kind for a measure."""
    if kind == RANDOM:
        return np.arange(DRAWS)
    return np.array([DRAWS + ASKED.index(measure)])


def errors_of(records, layers):
    """How far predictions are off, mean over a size's parts, relative to |F(x) − F(x')|.

    Returns
    -------
    dict of (layer, set, kind, measure) to {size: numpy.ndarray, shape (photos,)}
        Sizes by name, as in `subsets.sizes_of`.
    """
    found = {}
    for _, arrays, facts in records:
        for layer in layers:
            predicted, changed = arrays[f"{layer} predicted"], arrays[f"{layer} changed"]
            for measure in IN_SCORE:
                for kind in KINDS:
                    columns = columns_of(kind, measure)
                    said = predicted[ASKED.index(measure)][:, columns]
                    for place, what in enumerate(SETS):
                        gap = abs(said - changed[place][:, columns]).mean(axis=1)
                        key = found.setdefault((layer, what, kind, measure), {})
                        for size, one in zip(names_of(len(gap)), gap / abs(facts["difference"])):
                            key.setdefault(size, []).append(one)
    return {key: {size: np.array(of) for size, of in sizes.items()} for key, sizes in found.items()}


def ranks_of(records, layers):
    """Spearman's correlation of what is said of random parts and what changed, by size.

    Returns
    -------
    dict of (layer, set, measure) to {size: numpy.ndarray, shape (photos,)}
        NaN where one of the two is constant; without the size "all", of which there is one part.
    """
    found = {}
    for _, arrays, _ in records:
        for layer in layers:
            predicted, changed = arrays[f"{layer} predicted"], arrays[f"{layer} changed"]
            for index, measure in enumerate(ASKED):
                for place, what in enumerate(SETS):
                    key = found.setdefault((layer, what, measure), {})
                    pairs = zip(predicted[index, :-1, :DRAWS], changed[place, :-1, :DRAWS])
                    for size, pair in zip(names_of(len(predicted[index])), pairs):
                        key.setdefault(size, []).append(spearman(*pair))
    return {key: {size: np.array(of) for size, of in sizes.items()} for key, sizes in found.items()}


def names_of(sizes):
    """The names of so many sizes, as `subsets.sizes_of` gives them."""
    return [*(str(2**k) for k in range(sizes - len(SHARES))), *SHARES]


def over_layers(found, layers, *rest):
    """The mean over layers for each photo, {size: (photos,)}, of the sizes that all layers have."""
    each = [found[layer, *rest] for layer in layers]
    fewest = min(each, key=len)
    return {size: np.mean([sizes[size] for sizes in each], axis=0) for size in fewest}


def crossing(one, other):
    """From which size on ``one`` predicts better than ``other``; None if not even in the end.

    Parameters
    ----------
    one, other : dict of size to numpy.ndarray, shape (photos,)
        Errors, as `over_layers` gives them.
    """
    found = None
    for size in reversed(one):
        if one[size].mean() >= other[size].mean():
            break
        found = size
    return found


def summarise(errors, ranks, layers):
    """One row for each layer (or all), set, kind, measure and size, for the CSV."""
    rows = []
    for layer in (*layers, ALL):
        some = layers if layer == ALL else [layer]
        for what in SETS:
            for measure in ASKED:
                correlation = over_layers(ranks, some, what, measure)
                for kind in KINDS:
                    sizes = {}
                    if measure in IN_SCORE:
                        sizes = over_layers(errors, some, what, kind, measure)
                    for size in sizes or (correlation if kind == RANDOM else ()):
                        row = {"layer": layer, "set to": what, "parts": kind, "measure": measure}
                        row |= {"filters": size} | spread("error", sizes.get(size))
                        rank = correlation.get(size) if kind == RANDOM else None
                        rows.append(row | spread("spearman", rank))
    return rows


def spread(name, values):
    """The mean over photos with its interval; None where it is not defined."""
    heads = name, f"{name}_low", f"{name}_high"
    defined = None if values is None else values[~np.isnan(values)]
    if defined is None or not len(defined):
        return dict.fromkeys(heads)
    return dict(zip(heads, map(float, intervals.mean(defined))))
