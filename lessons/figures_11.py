"""What lesson 11 draws: accuracy against the number of filters kept, for three tasks and two sets
to choose from.
"""

import matplotlib.pyplot as plt
import numpy as np

from .figures import BLACK, GREY, tidy
from .figures_07 import COLOURS as MEASURE_COLOURS

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
    shape = len(pools), len(classes)
    figure, axes = plt.subplots(
        *shape, figsize=(13, 8.2), sharey=True, sharex=True, layout="constrained"
    )
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
    title = f"bars: standard deviation over {splits} splits"
    figure.legend(
        handles,
        names,
        loc="outside lower center",
        ncols=len(names),
        frameon=False,
        fontsize=11,
        title=title,
    )
    return figure


def draw_accuracies(axis, accuracies, chance):
    """One line for each ranking through its means, the spread as bars set a little apart."""
    means, spread = accuracies.mean(axis=0), accuracies.std(axis=0, ddof=1)
    axis.axhline(chance, color=BLACK, linewidth=0.9, linestyle=":")
    axis.annotate(
        "chance",
        (0.995, chance),
        (0, 3),
        ("axes fraction", "data"),
        "offset points",
        ha="right",
        fontsize=9,
    )
    for place, name in enumerate(COLOURS):
        x = np.arange(accuracies.shape[2]) + APART * (place - 2)
        style = "--" if name == "random filters" else "-"
        axis.errorbar(
            x, means[place], spread[place], color=COLOURS[name], marker=MARKERS[name], linestyle=style, markersize=6,
            linewidth=1.8, elinewidth=1.1, capsize=2, label=name,
        )  # fmt: skip
    axis.grid(axis="y", color="#DDDDDD", linewidth=0.7)
    axis.set_axisbelow(True)
