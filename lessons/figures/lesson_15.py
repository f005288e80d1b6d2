"""What lesson 15 draws and prints: how many scenes a classifier names right by a few filters."""

import matplotlib.pyplot as plt
import numpy as np

from minigrad.attribution import MEASURES

from ..networks.tasks import SPLITS, TASKS, accuracy, compare, halves
from .drawing import BLACK, GREY, save, tidy
from .lesson_10 import COLOURS as MEASURE_COLOURS

KS = (1, 2, 5, 10, 15, 20)  # filters kept
POOLS = {"of all layers": np.arange(520), "of mixed5a": np.arange(520 - 144, 520)}
FEW, FIRST = 10, 20  # filters of the first try; of the table of layers
ALL = "all twenty classes"
COLOURS = MEASURE_COLOURS | {"random filters": GREY}
MARKERS = dict(zip(COLOURS, "s^vox"))
APART = 0.09  # between the error bars of two rankings, in steps of the axis
RANKINGS = (*MEASURES, "random filters")
WIDE = max(map(len, RANKINGS)) + 2


def try_choice(choose, measured):
    """Print how many of all classes are named right by the filters that a choice keeps.

    Parameters
    ----------
    choose : callable
        The lesson's, from scores (pictures, filters), training pictures and k to filters.
    measured : filters.Measured
    """
    _, features, labels = measured
    train, test = halves(labels, seed=0)
    print(f"{len(test)} held-out scenes of twenty classes, {FEW} filters, one split: % right")
    for name, one in zip(MEASURES, measured.scores):
        try:
            kept = choose(one, train, FEW)
        except NotImplementedError:
            print("(not yet: the exercise above comes first)")
            break
        print(f"{name:{WIDE}}{100 * accuracy(features[:, kept], labels, train, test):6.1f}")
    print()


def try_in_turn(choose_in_turn, measured):
    """Print the same for a filter for each class: the highest means, and the classes in turn.

    Parameters
    ----------
    choose_in_turn : callable
        The lesson's, from orders (classes, filters) and k to filters.
    measured : filters.Measured
    """
    _, features, labels = measured
    count = TASKS[ALL]
    print(f"twenty classes, {count} filters: % right, mean of {SPLITS} splits")
    print(f"{'':{WIDE}}{'highest means':>14}{'in turn':>10}")
    for name, one in zip(MEASURES, measured.scores):
        means, turns = [], []
        for seed in range(SPLITS):
            train, test = halves(labels, seed)
            orders = orders_of(one[train], labels[train])
            try:
                in_turn = choose_in_turn(orders, count)
            except NotImplementedError:
                print("(not yet: the exercise above comes first)\n")
                return
            highest = np.argsort(-one[train].mean(axis=0), kind="stable")[:count]
            means.append(accuracy(features[:, highest], labels, train, test))
            turns.append(accuracy(features[:, in_turn], labels, train, test))
        print(f"{name:{WIDE}}{100 * np.mean(means):14.1f}{100 * np.mean(turns):10.1f}")
    print()


def orders_of(scores, labels):
    """For each class all filters, those of its highest mean first: (classes, filters)."""
    means = [scores[labels == label].mean(axis=0) for label in np.unique(labels)]
    return np.argsort(-np.array(means), axis=1, kind="stable")


def show(measured, tasks):
    """Try every measure, number of filters and split, and draw how many scenes are named right.

    Parameters
    ----------
    measured : filters.Measured
    tasks : sequence of str
        Some of `TASKS`.
    """
    found = {}
    for task in tasks:
        for pool, filters in POOLS.items():
            found[task, pool] = compare(task, measured, filters, KS)
    save(draw(found), "15_which_filters_know_the_class.png")


def draw(found):
    """The lesson's picture: a row for what may be chosen, a column for each task.

    Parameters
    ----------
    found : dict of (str, str) to numpy.ndarray, shape (splits, 5, len(KS))
        By task and by what may be chosen: accuracies of the four measures and of a random order.

    Returns
    -------
    matplotlib.figure.Figure
    """
    tasks = list(dict.fromkeys(task for task, _ in found))
    same = {"sharex": True, "sharey": True, "squeeze": False}
    shape, size = (len(POOLS), len(tasks)), (1.5 + 4.6 * len(tasks), 8.4)
    figure, axes = plt.subplots(*shape, figsize=size, layout="constrained", **same)
    for row, pool in zip(axes, POOLS):
        for axis, task in zip(row, tasks):
            draw_accuracies(axis, found[task, pool], 1 / TASKS[task])
            tidy(axis, f"{task}: filters {pool}")
        row[0].set_ylabel("held-out scenes right")
    axes[0, 0].set(ylim=(0, 1.03), xticks=range(len(KS)), xticklabels=KS)
    axes[0, 0].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    for axis in axes[-1]:
        axis.set_xlabel("filters kept, k")
    handles, names = axes[0, 0].get_legend_handles_labels()
    below = {"loc": "outside lower center", "ncols": 3, "frameon": False, "fontsize": 11}
    title = f"bars: standard deviation over {SPLITS} splits"
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


def print_layers(model, measured, count=FIRST):
    """How many of each measure's first filters come from which layer.

    Parameters
    ----------
    model : models.inception.Inception
    measured : filters.Measured
    count : int
        How many filters are first.
    """
    sizes = [step.channels for step in model.specification.body if step.name in model.layers]
    ends = np.cumsum(sizes)
    first = f"of the first {count} filters by mean score over all scenes"
    print(f"{first}, how many come from each layer")
    print(f"{'':{WIDE}}" + "".join(f"{name:>10}" for name in model.layers))
    for name, one in zip(MEASURES, measured.scores):
        highest = np.argsort(-one.mean(axis=0), kind="stable")[:count]
        layers = np.searchsorted(ends, highest, side="right")
        numbers = np.bincount(layers, minlength=len(ends))
        print(f"{name:{WIDE}}" + "".join(f"{number:10}" for number in numbers))
    print(f"{'filters there':{WIDE}}" + "".join(f"{size:10}" for size in sizes) + "\n")
