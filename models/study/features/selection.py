"""Feature selection: k filters that a measure ranks highest, and a classifier on their activations,
over many splits.

Everything that is chosen or trained, filters, means, deviations, weights, takes the rows of
the training photos only: `train` is not given any others.
"""

from dataclasses import dataclass

import numpy as np

from minigrad.attribution import MEASURES

from .logistic import PENALTY, fit

COUNTS = (5, 10, 15, 20)  # filters, as in the paper
SPLITS = 20
DRAWS = 5  # of random labels
TRAIN, HELD_OUT = 30, 20  # photos of a label at most
TRAIN_SHARE = 0.6  # of a label that has fewer than 50
FEWEST = 5  # photos that a label needs
RANDOM_LABELS = "random labels"
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


def without_repeats(records):
    """The records without photos that are the same picture as an earlier one: in training and held
    out it would be known.

    Parameters
    ----------
    records : list of (Photo, arrays, facts)

    Returns
    -------
    kept : list of (Photo, arrays, facts)
    left_out : dict of str to str
        Keys, and why.
    """
    first, left_out = {}, {}
    for record in records:
        photo, arrays, _ = record
        earlier = first.setdefault(arrays["means"].tobytes(), record)[0]
        if earlier is not photo:
            left_out[photo.key] = (
                f"the same picture as {earlier.key}: every filter's activation is equal"
            )
    return list(first.values()), left_out


def find_tasks(photos, seed):
    """The tasks: the labels of each folder of folders, and labels drawn at random from all of them.

    Parameters
    ----------
    photos : sequence of models.study.photos.Photo
    seed : int

    Returns
    -------
    tasks : dict of str to list of numpy.ndarray of int
        For each task the rows of its photos; for `RANDOM_LABELS` several draws, each of as
        many labels as the largest task has.
    left_out : dict of str to str
        Labels and folders that are in no task, and why.

    Raises
    ------
    ValueError
        No folder has two labels with enough photos each.
    """
    rows, left_out = {}, {}
    for row, photo in enumerate(photos):
        rows.setdefault((photo.task, photo.label), []).append(row)
    for (task, label), own in list(rows.items()):
        if len(own) < FEWEST:
            left_out[photos[own[0]].folder or photos[own[0]].key] = (
                f"{len(own)} photos of a class; at least {FEWEST} are needed"
            )
            del rows[task, label]
    names = sorted({task for task, _ in rows})
    tasks = {task: [own for (of, _), own in rows.items() if of == task] for task in names}
    for task in [task for task, labels in tasks.items() if len(labels) < 2]:
        left_out[task or "."] = "one class with enough photos; at least two are needed"
        del tasks[task]
    if not tasks:
        raise ValueError(
            f"no folder holds two classes with at least {FEWEST} photos each (TASK/CLASS/1.jpg): "
            "there is nothing to tell apart"
        )
    everything = {}
    for (task, label), own in rows.items():
        if task in tasks:
            everything.setdefault(label, []).extend(own)
    everything, most = list(everything.values()), max(map(len, tasks.values()))
    drawn = [
        np.random.default_rng([seed, draw]).choice(len(everything), most, replace=False)
        for draw in range(DRAWS)
    ]
    found = {task or "all classes": [np.concatenate(labels)] for task, labels in tasks.items()}
    return found | {
        RANDOM_LABELS: [np.concatenate([everything[one] for one in draw]) for draw in drawn]
    }, left_out


def split(label, rng):
    """Training and held-out photos of every label, drawn at random.

    30 and 20 of a label with 50 photos; of fewer, 60 % and the rest.

    Parameters
    ----------
    label : integer array, shape (photos,)
    rng : numpy.random.Generator

    Returns
    -------
    train, held_out : numpy.ndarray of int
    """
    train, held_out = [], []
    for one in np.unique(label):
        own = rng.permutation(np.flatnonzero(label == one))
        count = min(TRAIN, round(TRAIN_SHARE * len(own)))
        train.append(own[:count])
        held_out.append(own[count : count + HELD_OUT])
    return np.concatenate(train), np.concatenate(held_out)


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
        return np.argsort(-scores.mean(axis=0, dtype=np.float64), kind="stable")
    orders = [
        np.argsort(-scores[label == one].mean(axis=0, dtype=np.float64), kind="stable")
        for one in np.unique(label)
    ]
    # first all labels' strongest, then all labels' second
    together = np.stack(orders, axis=1).ravel()
    return together[np.sort(np.unique(together, return_index=True)[1])]


def rankings(examples, recipe, rng):
    """For each of `ROWS` the order of the filters, from training photos; the last is a random one."""
    scores = (
        examples.measures
        if recipe.per_position is None
        else examples.measures / recipe.per_position
    )
    orders = [
        ranking(scores[:, index], examples.label, recipe.in_turn) for index in range(len(MEASURES))
    ]
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
    orders = rankings(examples, recipe, rng)
    return [
        [
            (order[:count], fit(examples.means[:, order[:count]], examples.label, recipe.penalty))
            for count in COUNTS
        ]
        for order in orders
    ]


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
                accuracy[i, j, row] = [
                    model.accuracy(scored.means[:, filters], scored.label)
                    for filters, model in models
                ]
                chosen[row, models[-1][0]] += 1 / (len(draws) * splits)
            if progress is not None:
                progress()
        most_frequent = np.unique(scored.label, return_counts=True)[1].max()
        sizes.append(
            [
                most_frequent / len(held_out),
                len(np.unique(task.label)),
                len(task),
                len(training),
                len(held_out),
            ]
        )
    chance, labels, photos, trained, held = np.mean(sizes, axis=0)
    return Outcome(
        accuracy, float(chance), int(labels), float(photos), float(trained), float(held), chosen
    )
