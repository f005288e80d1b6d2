"""The figures of the study of agreement, drawn with matplotlib."""

import numpy as np

from ...output.figures import new_figure, save
from .. import intervals
from ..styles import COLOURS, MARKS, name_lines
from .numbers import ACTIVE, ALL, COLUMNS, KINDS


def draw_photos(found, path):
    """Draw every photo's correlations, with their mean and its interval.

    Parameters
    ----------
    found : dict of (filters, kind) to numpy.ndarray, shape (photos, measures)
    path : str or os.PathLike
    """
    figure = new_figure((11, 5.2))
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    for row, kind in zip(panels, KINDS):
        for axes, group in zip(row, (ALL, ACTIVE)):
            draw_dots(axes, found[group, kind])
            axes.set_title(f"{kind}, {group}", fontsize=10)
    photos = len(found[ALL, KINDS[0]])
    for axes in panels[-1]:
        axes.set_xlabel(
            f"correlation with the change, a mark for each of {photos} photos;\n"
            f"below in black: the mean and its {intervals.PERCENT} % interval"
        )
    save(figure, path)


def draw_dots(axes, values):
    """One row of dots a measure; correlations that are not defined are left out."""
    for place, measure in enumerate(COLUMNS):
        defined = values[~np.isnan(values[:, place]), place]
        if not len(defined):
            continue
        # One above the other where they would cover each other.
        height = place + np.arange(len(defined)) % 5 / 10 - 0.35
        dots = {"color": COLOURS[measure], "markersize": 4, "alpha": 0.65, "markeredgewidth": 0}
        axes.plot(defined, height, MARKS[measure], **dots)
        mean, low, high = intervals.mean(defined)
        reach = [[mean - low], [high - mean]]
        bar = {"fmt": "|", "color": "black", "markersize": 9, "linewidth": 2}
        axes.errorbar(mean, place + 0.28, xerr=reach, **bar)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(COLUMNS)), COLUMNS)
    axes.set_ylim(len(COLUMNS) - 0.5, -0.5)
    axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def draw_layers(summary, layers, path):
    """Draw the mean Spearman correlation in each layer with its interval, a line for each measure.

    Parameters
    ----------
    summary : list of dict
        As `agreement_numbers.summarise` gives it.
    layers : sequence of str
    path : str or os.PathLike
    """
    figure = new_figure((9, 4.6))
    axes = figure.subplots()
    ends = {}
    for place, measure in enumerate(COLUMNS):
        own = [row for row in summary if row["measure"] == measure]
        of_layer = {row["filters"]: row for row in own if row["correlation"] == KINDS[0]}
        known = [index for index, layer in enumerate(layers) if of_layer[layer]["mean"] is not None]
        if not known:
            continue
        position = np.array(known) + 0.09 * (place - 1.5)  # side by side
        rows = [of_layer[layers[index]] for index in known]
        names = "mean", "mean_low", "mean_high"
        mean, low, high = (np.array([row[name] for row in rows]) for name in names)
        line = {"color": COLOURS[measure], "marker": MARKS[measure]}
        axes.errorbar(
            position, mean, [mean - low, high - mean], markersize=5, linewidth=1.6, **line
        )
        ends[measure] = mean[-1]
    bottom, top = axes.get_ylim()
    name_lines(axes, ends, 0.06 * (top - bottom))
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(layers)), layers)
    axes.set(xlim=(-0.4, len(layers) - 0.6), xlabel="layer, from the picture to the score")
    axes.set_ylabel(
        f"Spearman correlation in the layer,\nmean over photos, {intervals.PERCENT} % interval"
    )
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, path)
