"""What lesson 11 prints: accuracies with their spread, the paper's beside them, the layers chosen
from, and leaks.
"""

import numpy as np

from minigrad.attribution import MEASURES
from models.study.features_numbers import PAPER

from .tasks_11 import TASKS, of_task, split

RANKINGS = (*MEASURES, "random filters")
WIDE = max(map(len, RANKINGS)) + 2


def percent(values):
    """'78.2 ± 5.0': the mean and the standard deviation of shares, in percent."""
    return f"{100 * np.mean(values):.1f} ± {100 * np.std(values, ddof=1):.1f}"


def print_layers(model, scores, count):
    """How many of each measure's first filters come from which layer.

    Parameters
    ----------
    model : models.inception.Inception
    scores : numpy.ndarray, shape (4, N, filters)
    count : int
        How many filters are first.
    """
    sizes = [step.channels for step in model.specification.body if step.name in model.layers]
    ends = np.cumsum(sizes)
    print(
        f"of the first {count} filters by mean score over all scenes, how many come from each layer"
    )
    print(f"{'':{WIDE}}" + "".join(f"{name:>10}" for name in model.layers))
    for name, one in zip(MEASURES, scores):
        layers = np.searchsorted(
            ends, np.argsort(-one.mean(axis=0), kind="stable")[:count], side="right"
        )
        print(
            f"{name:{WIDE}}"
            + "".join(f"{number:10}" for number in np.bincount(layers, minlength=len(ends)))
        )
    print(f"{'filters there':{WIDE}}" + "".join(f"{size:10}" for size in sizes) + "\n")


def print_accuracies(found, ks):
    """A block for each task and pool, accuracies and how far conductance is ahead split by split;
    then the paper's figures.

    Parameters
    ----------
    found : dict of (str, str) to numpy.ndarray, shape (splits, 5, len(ks))
        By task and by what may be chosen: accuracies of the four measures and of a random order.
    ks : sequence of int
    """
    for (task, pool), accuracies in found.items():
        print(
            f"{task}, filters {pool}: % right, mean ± standard deviation over {len(accuracies)} "
            "splits"
        )
        print(f"{'k':{WIDE}}" + "".join(f"{k:>14}" for k in ks))
        for name, values in zip(RANKINGS, accuracies.transpose(1, 2, 0)):
            print(f"{name:{WIDE}}" + "".join(f"{percent(one):>14}" for one in values))
        ahead = accuracies[:, [3]] - np.delete(accuracies, 3, axis=1)
        print("conductance minus")
        for name, values in zip(np.delete(RANKINGS, 3), ahead.transpose(1, 2, 0)):
            print(
                "  "
                f"{name:{WIDE - 2}}"
                + "".join(f"{percent(one).replace('-', '−'):>14}" for one in values)
            )
        print()
    print_paper(found, ks)


def print_paper(found, ks):
    """Our means beside the paper's figures, where it has any; arguments as for `print_accuracies`."""
    print(
        "% right: the paper's, on GoogLeNet and photos (reported) | ours, on mini-inception and "
        "drawn scenes, of all layers"
    )
    for task, paper in PAPER.items():
        ours = found[task, "of all layers"].mean(axis=0)
        print(f"{task:{WIDE}}" + "".join(f"{f'k = {k}':>17}" for k in (5, 10, 15, 20)))
        for name, values in zip(RANKINGS, ours):
            theirs = paper.get(name, (None,) * 4)
            cells = (
                f"{'' if figure is None else f'{figure:.2f}':>9} |{100 * values[ks.index(k)]:6.1f}"
                for k, figure in zip((5, 10, 15, 20), theirs)
            )
            print(f"{name:{WIDE}}" + "".join(cells))
    print()


def print_leaks(what, accuracies):
    """The honest way beside two leaks.

    Parameters
    ----------
    what : str
        Which labels: "true", "shuffled".
    accuracies : numpy.ndarray, shape (splits, 4, 3)
        Features that hold no label; filters chosen with held-out pictures, too; scores for the own
        label as features.
    """
    print(
        f"water vessels, {what} labels, 10 filters: % right, mean ± standard deviation over "
        f"{len(accuracies)} splits"
    )
    heads = "as above", "chosen with held-out", "label in the features"
    print(" " * WIDE + "".join(f"{head:>23}" for head in heads))
    for name, values in zip(MEASURES, accuracies.transpose(1, 2, 0)):
        print(f"{name:{WIDE}}" + "".join(f"{percent(one):>23}" for one in values))
    print()


def print_in_turn(accuracy, ranking, scores, features, shown, train, splits):
    """As many filters as a task has classes: those of the highest means, and each class's own.

    Parameters
    ----------
    accuracy : callable
        The lesson's.
    ranking : callable
        `models.study.selection.ranking`.
    scores, features, shown
        As in the lesson.
    train, splits : int
        Training pictures of a class; how many splits.
    """
    print(
        "as many filters as classes, of all layers: the highest mean over all classes → each "
        "class's own highest"
    )
    print(" " * WIDE + "".join(f"{f'{task}, k = {count}':>36}" for task, count in TASKS.items()))
    for name, one in zip(MEASURES, scores):
        cells = []
        for task, count in TASKS.items():
            found = []
            for seed in range(splits):
                rows, labels = of_task(task, shown, seed)
                training, test = split(labels, train, seed)
                values = one[rows[training]]
                chosen = (
                    ranking(values, labels[training], in_turn)[:count] for in_turn in (False, True)
                )
                found.append(
                    [
                        accuracy(features[rows][:, filters], labels, training, test)
                        for filters in chosen
                    ]
                )
            cells.append(" → ".join(percent(way) for way in np.transpose(found)))
        print(f"{name:{WIDE}}" + "".join(f"{cell:>36}" for cell in cells))
    print()
