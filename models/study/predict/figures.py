"""The figures of the study of prediction, drawn with matplotlib."""

import numpy as np

from ...output.figures import new_figure, save
from .. import intervals
from ..styles import COLOURS, MARKS
from .numbers import RANDOM, over_layers
from .subsets import IN_SCORE, SETS

LEAST = 1e-3  # below it is rounding, where the network behind a layer is linear
LINE = {"markersize": 5, "linewidth": 1.6, "markeredgewidth": 0}


def draw_errors(errors, layers, path, kind=RANDOM):
    """Draw how far predictions are off against the size of the part, a line for each measure.

    Parameters
    ----------
    errors : dict
        As `numbers.errors_of` gives it.
    layers : sequence of str
        Over which the mean is taken.
    path : str or os.PathLike
    kind : str
        Which parts; of `numbers.KINDS`.
    """
    figure = new_figure((11, 5))
    for axes, what in zip(figure.subplots(1, 2, sharey=True), reversed(SETS)):
        for measure in IN_SCORE:
            draw_line(axes, over_layers(errors, layers, what, kind, measure), measure)
        set_to = "what they are for the black picture" if what == "baseline" else "zero"
        axes.set_title(f"filters set to {set_to}", fontsize=10)
        axes.set_xlabel("filters set together, of one layer")
        finish(axes)
    figure.axes[0].set_ylabel("|said − lost|, of |F(x) − F(x′)|, mean")
    name_measures(figure)
    save(figure, path)


def draw_layers(errors, layers, path):
    """The same for each layer by itself, random parts set to what they are for the baseline."""
    rows = -(-len(layers) // 3)
    figure = new_figure((11, 3 * rows))
    panels = list(figure.subplots(rows, 3, sharey=True, squeeze=False).flat)
    for axes, layer in zip(panels, layers):
        for measure in IN_SCORE:
            draw_line(axes, errors[layer, "baseline", RANDOM, measure], measure)
        axes.set_title(layer, fontsize=10)
        finish(axes)
    for axes in panels[len(layers) :]:
        axes.set_visible(False)
    name_measures(figure)
    figure.supxlabel("filters set together to what they are for the black picture", fontsize=10)
    figure.supylabel("|said − lost|, of |F(x) − F(x′)|, mean", fontsize=10)
    save(figure, path)


def draw_line(axes, sizes, measure):
    """The mean over photos at each size, and its interval as a band."""
    places = np.arange(len(sizes))
    mean, low, high = np.array([intervals.mean(values) for values in sizes.values()]).T
    colour = COLOURS[measure]
    axes.plot(places, mean, MARKS[measure] + "-", color=colour, label=measure, **LINE)
    axes.fill_between(places, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.set_xticks(places, map(str, sizes), fontsize=8)


def name_measures(figure):
    """One row of names above all panels."""
    handles, names = figure.axes[0].get_legend_handles_labels()
    columns = {"ncols": len(names), "columnspacing": 1.4, "handlelength": 1.6}
    figure.legend(handles, names, frameon=False, fontsize=9, loc="outside upper center", **columns)


def finish(axes):
    """A logarithmic scale in percent, and light lines to read it by."""
    axes.set_yscale("log")
    axes.set_ylim(bottom=LEAST)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
