"""What lesson 16 prints and draws: an honest way to have features beside two that leak."""

import matplotlib.pyplot as plt
import numpy as np

from minigrad.attribution import MEASURES

from ..networks.tasks import SPLITS, accuracy, halves
from .drawing import BLACK, save, tidy
from .lesson_10 import COLOURS
from .lesson_15 import MARKERS, WIDE

WAYS = ("first way", "second way", "third way")
APART = 0.13  # between the markers of two measures, in steps of the axis


def show(three_ways, of_true, of_shuffled):
    """Print and draw how many held-out ships are named right, with true and shuffled labels.

    Parameters
    ----------
    three_ways : callable
        The lesson's, from scores, features and training pictures to three sets of features.
    of_true, of_shuffled : filters.Measured
        The same pictures with either labels.
    """
    found = {}
    for what, (scores, *given) in {"true": of_true, "shuffled": of_shuffled}.items():
        found[what] = np.array([each_way(three_ways, one, *given) for one in scores])
        print_ways(what, found[what])
    save(draw(found), "16_a_class_in_the_features.png")


def each_way(three_ways, scores, features, labels):
    """Accuracies of one measure's filters: (SPLITS, 3)."""
    found = []
    for seed in range(SPLITS):
        train, test = halves(labels, seed)
        ways = three_ways(scores, features, train)
        found.append([accuracy(way, labels, train, test) for way in ways])
    return found


def print_ways(what, found):
    """Mean and standard deviation of each measure, (4, SPLITS, 3), in percent."""
    print(f"{what} labels: % right, mean ± standard deviation over {SPLITS} splits")
    print(" " * WIDE + "".join(f"{way:>16}" for way in WAYS))
    for name, one in zip(MEASURES, found):
        cells = zip(100 * one.mean(axis=0), 100 * one.std(axis=0, ddof=1))
        written = [f"{mean:.1f} ± {spread:.1f}" for mean, spread in cells]
        print(f"{name:{WIDE}}" + "".join(f"{cell:>16}" for cell in written))
    print()


def draw(found):
    """A panel for true and for shuffled labels, the three ways side by side.

    Parameters
    ----------
    found : dict of str to numpy.ndarray, shape (4, splits, 3)

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 4.8), layout="constrained", sharey=True)
    for axis, (what, accuracies) in zip(axes, found.items()):
        for place, name in enumerate(MEASURES):
            means = accuracies[place].mean(axis=0)
            spread = accuracies[place].std(axis=0, ddof=1)
            ways = np.arange(len(WAYS)) + APART * (place - 1.5)
            style = {"color": COLOURS[name], "marker": MARKERS[name], "linestyle": "none"}
            axis.errorbar(ways, means, spread, **style, markersize=7, capsize=3, label=name)
        axis.axhline(0.2, color=BLACK, linewidth=0.9, linestyle=":")
        axis.text(len(WAYS) - 0.52, 0.21, "chance", ha="right", fontsize=9)
        axis.grid(axis="y", color="#DDDDDD", linewidth=0.7)
        axis.set_axisbelow(True)
        axis.set(xlim=(-0.5, len(WAYS) - 0.5), xticks=range(len(WAYS)), xticklabels=WAYS)
        tidy(axis, f"{what} labels")
    axes[0].set(ylim=(0, 1.05), ylabel="held-out ships right")
    axes[0].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    handles, names = axes[0].get_legend_handles_labels()
    below = {"loc": "outside lower center", "ncols": len(names), "frameon": False, "fontsize": 11}
    figure.legend(handles, names, **below)
    return figure


def try_splits(run_all_four, three_ways, measured):
    """Print what a comparison of the lesson's finds for ten filters and true labels."""
    scores, features, labels = measured

    def judged(measure, train, test):
        honest = three_ways(scores[measure], features, train)[0]
        return 100 * accuracy(honest, labels, train, test)

    splits = [halves(labels, seed) for seed in range(SPLITS)]
    print(f"ten filters, first way: conductance minus rival, in points, {SPLITS} splits")
    try:
        means, spreads = run_all_four(judged, splits)
    except NotImplementedError:
        print("(not yet: the exercise above comes first)\n")
        return
    for name, mean, spread in zip(MEASURES, means, spreads):
        print(f"{name:{WIDE}}{mean:6.1f} ± {spread:.1f}".replace("-", "−"))
    print()
