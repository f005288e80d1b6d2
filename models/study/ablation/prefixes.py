"""The network without some of its filters, for many choices at once: a row each."""

from functools import partial

import numpy as np

import minigrad as mg
from minigrad.machine.parallel import default_workers, in_order

ROWS = 8  # in one forward pass, whatever the number of threads, so that results do not depend on it
FIRST_PREFIXES = 16


class Lacking:
    """One photo's scores when filters are set to zero, or to given values.

    The layers of the whole network are computed once; a pass begins at the first layer
    from which a filter is missing, so nothing below it is computed again.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (1, H, W, 3)
    workers : int, optional
        Threads; see `minigrad.machine.parallel.default_workers`.

    Attributes
    ----------
    intact : dict of str to numpy.ndarray, shape (1, h, w, filters)
        Every layer of the whole network.
    scores_intact : numpy.ndarray, shape (classes,)
    filters : int
        How many the layers have together.
    place : dict of str to slice
        Where each layer's filters stand among all of them: those of the first layer first.
    """

    def __init__(self, model, x, workers=None):
        self.model, self.workers = model, default_workers(x) if workers is None else workers
        with mg.watch_layers(model.layers) as watched, mg.no_grad():
            self.scores_intact = model(mg.Tensor(x)).data[0]
        self.intact = {layer: watched.tensors[layer].data for layer in model.layers}
        ends = np.cumsum([layer.shape[-1] for layer in self.intact.values()])
        self.place = dict(zip(self.intact, map(slice, np.append(0, ends[:-1]), ends)))
        self.filters = int(ends[-1])

    def scores(self, missing, values=None):
        """The scores of all classes.

        Parameters
        ----------
        missing : numpy.ndarray of bool, shape (rows, filters)
            True where a row lacks a filter, over the filters of all layers in order.
        values : dict of str to numpy.ndarray, shape (1, h, w, filters), optional
            What each layer's missing filters are set to; zero unless told.

        Returns
        -------
        numpy.ndarray, shape (rows, classes)
        """
        parts = [missing[start : start + ROWS] for start in range(0, len(missing), ROWS)]
        workers = min(self.workers, len(parts))
        # Also for one worker: a product's last bits depend on how it is split.
        with mg.no_grad():
            of_few = partial(self.scores_of_few, values=values)
            return np.concatenate(list(in_order(of_few, parts, workers)))

    def scores_of_few(self, missing, values=None):
        """The same for a few rows: one forward pass from the first layer that lacks a filter."""
        lacking = [layer for layer, place in self.place.items() if missing[:, place].any()]
        if not lacking:
            return np.repeat(self.scores_intact[None], len(missing), axis=0)
        first = lacking[0]
        y = self.without(self.intact[first], first, missing, values)
        meet = partial(self.met, lacking, missing, values)
        return self.model.resume(first, y, meet).data

    def met(self, lacking, missing, values, layer, y):
        """A layer on the way, without its missing filters if it lacks some."""
        return self.without(y.data, layer, missing, values) if layer in lacking else y

    def without(self, y, layer, missing, values):
        """A layer (1 or rows, ..., filters) with each row's missing filters set."""
        missing = missing[:, self.place[layer]]
        missing = missing.reshape(len(missing), *(1,) * (y.ndim - 2), -1)
        return mg.Tensor(y * ~missing if values is None else np.where(missing, values[layer], y))


def until_it_flips(lacking, order, label, curve, most, explained=None):
    """Set filters to zero in an order, one after the other, until the strongest label is another.

    Every prefix of the order is tried, so the number found is the smallest, not a guess:
    the label may come back when more filters go.

    Parameters
    ----------
    lacking : Lacking
    order : integer array
        Filters, over all layers; the first goes first.
    label : int
        The strongest label of the whole network.
    curve : int
        How many prefixes are scored at least, for the curve of the score.
    most : int
        How many filters are removed at most.
    explained : callable, optional
        From the scores of all classes, (rows, classes), to what is explained of each row; the
        score of ``label`` unless told.

    Returns
    -------
    flip : int or None
        How many filters it took; None if ``most`` were not enough.
    scores : numpy.ndarray, shape (1 + curve,), or less if there are fewer filters or ``most`` is
    less
        What is explained, without the first 0, 1, … filters.
    """
    explained = explained or (lambda scores: scores[:, label])
    most = min(most, len(order))
    kept, flip, done = [explained(lacking.scores_intact[None])], None, 0
    together = max(curve, FIRST_PREFIXES)  # the first prefixes are those of the curve
    while done < most and flip is None:
        count = min(together, most - done)
        missing = prefixes(order, done + 1, done + count, lacking.filters)
        scores = lacking.scores(missing)
        changed = np.flatnonzero(scores.argmax(axis=1) != label)
        if len(changed):
            flip = done + 1 + int(changed[0])
        kept.append(explained(scores))
        done += count
        together = 2 * ROWS * lacking.workers
    return flip, np.concatenate(kept)[: curve + 1]


def prefixes(order, fewest, most, filters):
    """Rows of booleans: without the first ``fewest``, …, ``most`` filters of an order."""
    missing = np.zeros((most - fewest + 1, filters), dtype=bool)
    for row, count in enumerate(range(fewest, most + 1)):
        missing[row, order[:count]] = True
    return missing
