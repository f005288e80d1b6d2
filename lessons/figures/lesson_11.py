"""What lesson 11 draws and prints."""

import matplotlib.pyplot as plt
import numpy as np

from minigrad.attribution import MEASURES
from models.scenes import CLASSES, random_scene
from models.study.features.numbers import PAPER
from models.study.features.selection import ranking

from .drawing import BLACK, GREY, tidy
from .lesson_07 import COLOURS as MEASURE_COLOURS

FIRST_SEED = 5000  # a training's scenes have seeds from 10,000,000 up
TASKS = {"water vessels": 5, "random labels": 5, "all twenty classes": 20}  # and how many classes


def draw_pictures(model, shown):
    """One scene for each class number.

    Parameters
    ----------
    model : models.inception.Inception
    shown : integer array, shape (N,)
        Places in `models.scenes.CLASSES`.

    Returns
    -------
    numpy.ndarray, shape (N, 64, 64, 3)
        As the network sees them.
    """
    names = [CLASSES[number] for number in shown]
    scenes = [random_scene(name, seed) for seed, name in enumerate(names, FIRST_SEED)]
    return np.concatenate([model.preprocess(scene.draw()) for scene in scenes])


def of_task(task, shown, seed):
    """A task's pictures and their labels; random labels are other classes for every seed.

    Parameters
    ----------
    task : str
        One of `TASKS`.
    shown : integer array, shape (N,)
        What each picture shows.
    seed : int

    Returns
    -------
    rows : integer array
        The task's pictures among all.
    labels : integer array
        Theirs, from 0 on.
    """
    order = np.arange(len(CLASSES))
    if task == "random labels":
        order = np.random.default_rng([seed, 2]).permutation(order)
    rows = np.flatnonzero(np.isin(shown, order[: TASKS[task]]))
    return rows, np.unique(shown[rows], return_inverse=True)[1]


def split(labels, train, seed):
    """Rows to train, ``train`` of each class drawn by lot, and rows to judge by, all others."""
    order = np.random.default_rng(seed).permutation(len(labels))
    by_class = [order[labels[order] == label] for label in np.unique(labels)]
    first, others = [rows[:train] for rows in by_class], [rows[train:] for rows in by_class]
    return np.concatenate(first), np.concatenate(others)


COLOURS = MEASURE_COLOURS | {"random filters": GREY}
MARKERS = dict(zip(COLOURS, "s^vox"))
APART = 0.09  # between the error bars of two rankings, in steps of the axis


def draw(found, ks, classes):
    """The lesson's picture: a row for what may be chosen, a column for each task.

    Parameters
    ----------
    found : dict of (str, str) to numpy.ndarray, shape (splits, 5, len(ks))
        By task and by what may be chosen: accuracies of the four measures and of a random order.
    ks : sequence of int
    classes : dict of str to int
        How many classes each task has.

    Returns
    -------
    matplotlib.figure.Figure
    """
    pools = list(dict.fromkeys(pool for _, pool in found))
    shape, same = (len(pools), len(classes)), {"sharex": True, "sharey": True}
    figure, axes = plt.subplots(*shape, figsize=(13, 8.2), layout="constrained", **same)
    for row, pool in zip(axes, pools):
        for axis, task in zip(row, classes):
            draw_accuracies(axis, found[task, pool], 1 / classes[task])
            tidy(axis, f"{task}: filters {pool}")
        row[0].set_ylabel("held-out scenes right")
    axes[0, 0].set(ylim=(0, 1.03), xticks=range(len(ks)), xticklabels=ks)
    axes[0, 0].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    for axis in axes[-1]:
        axis.set_xlabel("filters kept, k")
    handles, names = axes[0, 0].get_legend_handles_labels()
    splits = len(next(iter(found.values())))
    below = {"loc": "outside lower center", "ncols": len(names), "frameon": False, "fontsize": 11}
    title = f"bars: standard deviation over {splits} splits"
    figure.legend(handles, names, title=title, **below)
    return figure


def draw_accuracies(axis, accuracies, chance):
    """One line for each ranking through its means, the spread as bars set a little apart."""
    means, spread = accuracies.mean(axis=0), accuracies.std(axis=0, ddof=1)
    axis.axhline(chance, color=BLACK, linewidth=0.9, linestyle=":")
    at_the_right = {"xycoords": ("axes fraction", "data"), "ha": "right", "fontsize": 9}
    above = {"xytext": (0, 3), "textcoords": "offset points"}
    axis.annotate("chance", (0.995, chance), **above, **at_the_right)
    sizes = {"markersize": 6, "linewidth": 1.8, "elinewidth": 1.1, "capsize": 2}
    for place, name in enumerate(COLOURS):
        x = np.arange(accuracies.shape[2]) + APART * (place - 2)
        line = "--" if name == "random filters" else "-"
        style = {"color": COLOURS[name], "marker": MARKERS[name], "linestyle": line}
        axis.errorbar(x, means[place], spread[place], **style, **sizes, label=name)
    axis.grid(axis="y", color="#DDDDDD", linewidth=0.7)
    axis.set_axisbelow(True)


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
    first = f"of the first {count} filters by mean score over all scenes"
    print(f"{first}, how many come from each layer")
    print(f"{'':{WIDE}}" + "".join(f"{name:>10}" for name in model.layers))
    for name, one in zip(MEASURES, scores):
        highest = np.argsort(-one.mean(axis=0), kind="stable")[:count]
        layers = np.searchsorted(ends, highest, side="right")
        numbers = np.bincount(layers, minlength=len(ends))
        print(f"{name:{WIDE}}" + "".join(f"{number:10}" for number in numbers))
    print(f"{'filters there':{WIDE}}" + "".join(f"{size:10}" for size in sizes) + "\n")


def print_accuracies(found, ks):
    """For each task and pool accuracies and conductance's lead; then the paper's figures.

    Parameters
    ----------
    found : dict of (str, str) to numpy.ndarray, shape (splits, 5, len(ks))
        By task and by what may be chosen: accuracies of the four measures and of a random order.
    ks : sequence of int
    """
    for (task, pool), accuracies in found.items():
        over = f"mean ± standard deviation over {len(accuracies)} splits"
        print(f"{task}, filters {pool}: % right, {over}")
        print(f"{'k':{WIDE}}" + "".join(f"{k:>14}" for k in ks))
        for name, values in zip(RANKINGS, accuracies.transpose(1, 2, 0)):
            print(f"{name:{WIDE}}" + "".join(f"{percent(one):>14}" for one in values))
        ahead = accuracies[:, [3]] - np.delete(accuracies, 3, axis=1)
        print("conductance minus")
        for name, values in zip(np.delete(RANKINGS, 3), ahead.transpose(1, 2, 0)):
            cells = "".join(f"{percent(one):>14}" for one in values).replace("-", "−")
            print(f"  {name:{WIDE - 2}}{cells}")
        print()
    print_paper(found, ks)


def print_paper(found, ks):
    """Our means beside the paper's figures, where it has any.

    Parameters
    ----------
    found, ks
        As for `print_accuracies`.
    """
    print(
        "% right: the paper's, on GoogLeNet and photos (reported) | ours, on mini-inception and "
        "drawn scenes, of all layers"
    )
    theirs = (5, 10, 15, 20)
    places = [ks.index(k) for k in theirs]
    for task, paper in PAPER.items():
        means = 100 * found[task, "of all layers"].mean(axis=0)
        print(f"{task:{WIDE}}" + "".join(f"{f'k = {k}':>17}" for k in theirs))
        for name, ours in zip(RANKINGS, means[:, places]):
            reported = paper.get(name, (None,) * len(theirs))
            written = ["" if figure is None else f"{figure:.2f}" for figure in reported]
            cells = (f"{figure:>9} |{mean:6.1f}" for figure, mean in zip(written, ours))
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
    over = f"mean ± standard deviation over {len(accuracies)} splits"
    print(f"water vessels, {what} labels, 10 filters: % right, {over}")
    heads = "as above", "chosen with held-out", "label in the features"
    print(" " * WIDE + "".join(f"{head:>23}" for head in heads))
    for name, values in zip(MEASURES, accuracies.transpose(1, 2, 0)):
        print(f"{name:{WIDE}}" + "".join(f"{percent(one):>23}" for one in values))
    print()


def print_in_turn(accuracy, scores, features, shown, train, splits):
    """As many filters as a task has classes: those of the highest means, and each class's own.

    Parameters
    ----------
    accuracy : callable
        The lesson's.
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
                for in_turn in (False, True):
                    chosen = ranking(one[rows[training]], labels[training], in_turn)[:count]
                    found.append(accuracy(features[rows][:, chosen], labels, training, test))
            cells.append(" → ".join(percent(found[way::2]) for way in (0, 1)))
        print(f"{name:{WIDE}}" + "".join(f"{cell:>36}" for cell in cells))
    print()
