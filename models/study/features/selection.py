"""Feature selection: the k filters that a measure ranks highest, and a classifier on them.

It takes the filters' activations, over many splits. Everything that is chosen or trained,
filters, means, deviations, weights, takes the rows of the training photos only: `train` is
not given any others.
"""

from dataclasses import dataclass

import numpy as np

from minigrad.attribution import MEASURES

from .logistic import PENALTY, fit
from .tasks import split

COUNTS = (5, 10, 15, 20)  # filters, as in the paper
SPLITS = 20
RANDOM_FILTERS = "random filters"
ROWS = (*MEASURES, RANDOM_FILTERS)


@dataclass(frozen=True)
class Examples:
    """Photos of which there is a record, as arrays.

    Attributes
    ----------
    label : numpy.ndarray, shape (photos,)
        The class that each photo shows.
    measures : numpy.ndarray, shape (photos, 4, filters)
        Of every filter for that class, in the order of `MEASURES`.
    means : numpy.ndarray, shape (photos, filters)
        Activations averaged over positions: the features.
    """

    label: np.ndarray
    measures: np.ndarray
    means: np.ndarray

    def __getitem__(self, rows):
        return Examples(self.label[rows], self.measures[rows], self.means[rows])

    def __len__(self):
        return len(self.label)


@dataclass(frozen=True)
class Recipe:
    """How filters are chosen and the classifier is trained.

    Attributes
    ----------
    in_turn : bool
        Choose each label's strongest filter, then each label's second, and so on, instead of
        the filters with the highest mean over all training photos.
    per_position : numpy.ndarray of shape (filters,), or None
        What every measure is divided by: how many positions a filter has.
    penalty : float
        See `logistic.fit`.
    """

    in_turn: bool = False
    per_position: np.ndarray | None = None
    penalty: float = PENALTY


def ranking(scores, label, in_turn=False):
    """The filters, strongest first.

    Parameters
    ----------
    scores : numpy.ndarray, shape (photos, filters)
        One measure for each photo's own label.
    label : integer array, shape (photos,)
    in_turn : bool
        See `Recipe`.

    Returns
    -------
    numpy.ndarray of int, shape (filters,)
    """
    if not in_turn:
        return strongest_first(scores)
    orders = [strongest_first(scores[label == one]) for one in np.unique(label)]
    # First all labels' strongest, then all labels' second.
    together = np.stack(orders, axis=1).ravel()
    return together[np.sort(np.unique(together, return_index=True)[1])]


def strongest_first(scores):
    """The filters by their mean over photos."""
    return np.argsort(-scores.mean(axis=0, dtype=np.float64), kind="stable")


def rankings(examples, recipe, rng):
    """For each of `ROWS` the order of the filters, from training photos; at last a random one."""
    scores, label = examples.measures, examples.label
    if recipe.per_position is not None:
        scores = scores / recipe.per_position
    orders = [ranking(scores[:, i], label, recipe.in_turn) for i in range(len(MEASURES))]
    return [*orders, rng.permutation(examples.means.shape[1])]


def train(examples, recipe, rng):
    """Choose filters and train a classifier on them, for each of `ROWS` and `COUNTS`.

    Parameters
    ----------
    examples : Examples
        The training photos.
    recipe : Recipe
    rng : numpy.random.Generator
        For `RANDOM_FILTERS`.

    Returns
    -------
    list of list of (filters, Classifier)
        A row each of `ROWS`, a column each of `COUNTS`.
    """
    rows = []
    for order in rankings(examples, recipe, rng):
        row = []
        for count in COUNTS:
            filters = order[:count]
            row.append((filters, fit(examples.means[:, filters], examples.label, recipe.penalty)))
        rows.append(row)
    return rows


@dataclass(frozen=True)
class Outcome:
    """What came of one task.

    Attributes
    ----------
    accuracy : numpy.ndarray, shape (draws, splits, rows, counts)
        On the held-out photos; rows as in `ROWS`.
    chance : float
        What naming the most frequent label of the held-out photos would reach, the mean over draws.
    labels, photos, train, held_out : int
        Of one draw; the last two are counts of photos in one split, the means over draws.
    chosen : numpy.ndarray, shape (rows, filters)
        In which share of the splits a filter was among the most that were chosen.
    """

    accuracy: np.ndarray
    chance: float
    labels: int
    photos: float
    train: float
    held_out: float
    chosen: np.ndarray

    def per_split(self):
        """The mean over draws: shape (splits, rows, counts)."""
        return self.accuracy.mean(axis=0)


def run_task(examples, draws, seed, recipe, splits=SPLITS, progress=None):
    """Accuracies on held-out photos, over splits that are the same whatever the recipe.

    Parameters
    ----------
    examples : Examples
        All photos of the study.
    draws : list of numpy.ndarray of int
        Rows of the task's photos; see `find_tasks`.
    seed : int
    recipe : Recipe
    splits : int
        At least 2.
    progress : callable, optional
        Called after each split.

    Returns
    -------
    Outcome
    """
    accuracy = np.empty((len(draws), splits, len(ROWS), len(COUNTS)))
    chosen = np.zeros((len(ROWS), examples.means.shape[1]))
    sizes = []
    for i, rows in enumerate(draws):
        task = examples[rows]
        for j in range(splits):
            rng = np.random.default_rng([seed, i, j])
            training, held_out = split(task.label, rng)
            scored = task[held_out]
            for row, models in enumerate(train(task[training], recipe, rng)):
                for column, (filters, model) in enumerate(models):
                    right = model.accuracy(scored.means[:, filters], scored.label)
                    accuracy[i, j, row, column] = right
                chosen[row, filters] += 1 / (len(draws) * splits)  # those of the largest count
            if progress is not None:
                progress()
        most_frequent = np.unique(scored.label, return_counts=True)[1].max()
        chance, labels = most_frequent / len(held_out), len(np.unique(task.label))
        sizes.append([chance, labels, len(task), len(training), len(held_out)])
    chance, labels, photos, trained, held = np.mean(sizes, axis=0)
    return Outcome(
        accuracy=accuracy,
        chance=float(chance),
        labels=int(labels),
        photos=float(photos),
        train=float(trained),
        held_out=float(held),
        chosen=chosen,
    )
