"""The study of feature selection in numbers: accuracies, and how far conductance is ahead."""

import math
from dataclasses import dataclass

import numpy as np

from minigrad.attribution import MEASURES

from .selection import COUNTS, ROWS
from .tasks import RANDOM_LABELS

ALL_TASKS = "mean of the tasks"
CONDUCTANCE = MEASURES.index("conductance")
PERCENT = 95
# Accuracy in percent for 5, 10, 15 and 20 filters, reported (mark A); for the other tasks no
# figures are known.
PAPER = {
    "water vessels": {
        "activation": (54.76, 61.90, 65.48, 69.05),
        "gradient × activation": (67.86, 83.33, 85.71, 88.10),
        "internal influence": (50.00, 67.86, 73.81, 75.00),
        "conductance": (88.10, 94.05, 96.43, 94.05),
    },
    RANDOM_LABELS: {
        "activation": (46.52, 48.51, 55.81, 60.45),
        "gradient × activation": (56.94, 76.01, 79.74, 84.39),
        "internal influence": (48.50, 62.23, 71.37, 72.50),
        "conductance": (68.85, 81.58, 85.99, 87.79),
    },
}


@dataclass(frozen=True)
class Accuracies:
    """What a task's accuracies are summed up from.

    Attributes
    ----------
    runs : numpy.ndarray, shape (runs, rows, counts)
        Of every draw and split; rows as in `ROWS`.
    by_split : numpy.ndarray, shape (splits, rows, counts)
        The means over draws.
    ratio : float
        Held-out photos for one training photo.
    chance : float
        What naming the most frequent class would reach.
    """

    runs: np.ndarray
    by_split: np.ndarray
    ratio: float
    chance: float


def of_one_task(outcome):
    """The `Accuracies` of a `selection.Outcome`."""
    runs = outcome.accuracy.reshape(-1, *outcome.accuracy.shape[2:])
    ratio = outcome.held_out / outcome.train
    return Accuracies(runs, outcome.accuracy.mean(axis=0), ratio, outcome.chance)


def of_all_tasks(outcomes):
    """The `Accuracies` of the mean over tasks in each split, every task counting once."""
    tasks = [of_one_task(outcome) for outcome in outcomes.values()]
    accuracy = np.mean([one.by_split for one in tasks], axis=0)
    ratio = float(np.mean([one.ratio for one in tasks]))
    chance = float(np.mean([one.chance for one in tasks]))
    return Accuracies(accuracy, accuracy, ratio, chance)


def with_all_tasks(outcomes):
    """{task: Accuracies}, the mean of the tasks last."""
    found = {task: of_one_task(outcome) for task, outcome in outcomes.items()}
    return found | {ALL_TASKS: of_all_tasks(outcomes)}


def paper_of(task):
    """The paper's figures for a task, by measure; none for most."""
    return PAPER.get(task.replace("-", " ").replace("_", " "), {})


def ahead(found, rival):
    """By how many percentage points conductance is ahead of another row.

    Splits share photos, so their mean is less sure than the spread between them says: its
    variance is taken as 1/splits + held out/trained times that of one split (Nadeau and
    Bengio, 2003).

    Parameters
    ----------
    found : Accuracies
    rival : int
        A row of `ROWS`.

    Returns
    -------
    mean, low, high : numpy.ndarray, shape (counts,)
        The mean over splits and the ends of its 95 % interval.
    """
    from scipy.special import stdtrit  # the quantile of Student's t

    differences = 100 * (found.by_split[:, CONDUCTANCE] - found.by_split[:, rival])
    splits, mean = len(differences), differences.mean(axis=0)
    error = differences.std(axis=0, ddof=1) * math.sqrt(1 / splits + found.ratio)
    half = stdtrit(splits - 1, 0.5 + PERCENT / 200) * error
    return mean, mean - half, mean + half


def summary_rows(outcomes):
    """A row for each task, measure and count; accuracies in percent."""
    rows = []
    for task, found in with_all_tasks(outcomes).items():
        paper = paper_of(task)
        for i, name in enumerate(ROWS):
            wins = (found.by_split[:, CONDUCTANCE] > found.by_split[:, i]).sum(axis=0)
            cells = zip(COUNTS, accuracy_cells(found, i), ahead_cells(found, i))
            for j, (count, accuracy, gap) in enumerate(cells):
                row = {"task": task, "measure": name, "filters": count, **accuracy}
                row["paper"] = paper[name][j] if name in paper else None
                row["chance"] = round(100 * found.chance, 3)
                row |= gap
                row |= {"splits_in_which_it_is_ahead": int(wins[j]), "splits": len(found.by_split)}
                rows.append(row)
    return rows


def accuracy_cells(found, row):
    """For each count the accuracy of one of `ROWS`, in percent, and its spread over runs."""
    runs = found.runs[:, row]
    mean, deviation = 100 * runs.mean(axis=0), 100 * runs.std(axis=0, ddof=1)
    cells = []
    for pair in zip(mean, deviation):
        accuracy, spread = (round(value, 3) for value in pair)
        cells.append({"accuracy": accuracy, "standard_deviation": spread})
    return cells


def ahead_cells(found, rival):
    """For each count by how much conductance is ahead of one of `ROWS`, with its interval."""
    cells = []
    for triple in zip(*ahead(found, rival)):
        gap, low, high = (round(value, 3) for value in triple)
        cells.append({"conductance_ahead_by": gap, "low": low, "high": high})
    return cells


def choice_rows(varied):
    """A row for each changed choice, measure and count: the mean of the tasks, in percent.

    Parameters
    ----------
    varied : dict of str to dict of str to selection.Outcome
        By choice and task.
    """
    rows = []
    for choice, outcomes in varied.items():
        found = of_all_tasks(outcomes)
        for i, name in enumerate(ROWS):
            cells = zip(COUNTS, accuracy_cells(found, i), ahead_cells(found, i))
            for count, accuracy, gap in cells:
                row = {"choice": choice, "measure": name, "filters": count}
                rows.append(row | accuracy | gap)
    return rows


def split_rows(outcomes):
    """A row for each run: what it reached with each measure and count."""
    rows = []
    for task, outcome in outcomes.items():
        for (draw, split, i, j), value in np.ndenumerate(outcome.accuracy):
            row = {"task": task, "draw": draw, "split": split}
            row |= {"measure": ROWS[i], "filters": COUNTS[j]}
            rows.append(row | {"accuracy": round(100 * float(value), 4)})
    return rows


def filter_rows(outcomes, filters):
    """A row for each filter that a measure ever chose among its most: in which share of splits."""
    rows = []
    for task, outcome in outcomes.items():
        for name, chosen in zip(MEASURES, outcome.chosen):
            ever = np.count_nonzero(chosen)
            for one in np.argsort(-chosen, kind="stable")[:ever]:
                layer, index = filters[one]
                share = round(float(chosen[one]), 4)
                row = {"task": task, "measure": name, "layer": layer, "filter": index}
                rows.append(row | {"share_of_splits": share})
    return rows
