"""The study's figure, drawn with matplotlib, which is imported only here."""

import numpy as np

from minigrad.colours import GREEN, PURPLE

from ..output.figures import BLUE, GREY, ORANGE, check_figure_path, new_figure, save
from .measure import MEASURES
from .report import TRUTHS

STYLES = dict(zip(MEASURES, ((BLUE, "o"), (GREEN, "s"), (ORANGE, "D"), (PURPLE, "^"))))
SHARES = {
    "top ten": ("ten filters highest by conductance", BLUE, "o"),
    "filters for the class": ("all filters with positive conductance", GREEN, "s"),
    "all filters": ("all filters: the share of F(x) − F(black)", ORANGE, "D"),
    "F(x)": ("the score F(x)", GREY, "v"),
}
TITLES = {
    "rises": "Truth 1: activation inside the part's\nregion rises by a large effect",
    "intervention": "Truth 2: without the filter the part's\n"
    "worth F(with) − F(without) shrinks most",
}


def draw_study(study, path):
    """Draw what goes with each part, and how well each measure finds the filters that respond.

    Parameters
    ----------
    study : dict
        As `models.parts.report.summarise` returns it.
    path : str or os.PathLike
        A .png, .svg or .pdf file.
    """
    check_figure_path(path)
    pairs = study["pairs"]
    figure = new_figure((13, 2.6 + 0.75 * (len(pairs) + 1)))
    shares, *areas = figure.subplots(1, 3, sharey=True, width_ratios=[1.15, 1, 1])
    draw_shares(shares, pairs)
    for axes, truth in zip(areas, TRUTHS):
        draw_areas(axes, study, truth)
    areas[0].sharex(areas[1])
    rows = [f"{pair['class']},\n{pair['part']}" for pair in pairs]
    shares.set_yticks(range(len(pairs) + 1), [*rows, "average"])
    shares.set_ylim(len(pairs) + 0.5, -0.5)
    for axes in (shares, *areas):
        for edge in np.arange(len(pairs)) + 0.5:
            axes.axhline(edge, color="#DDDDDD", linewidth=0.8, zorder=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    style = {"fontsize": 9, "frameon": False}
    of_shares, of_areas = shares.get_legend_handles_labels(), areas[0].get_legend_handles_labels()
    figure.legend(*of_shares, loc="outside lower left", ncols=2, **style)
    figure.legend(*of_areas, loc="outside lower right", ncols=3, **style)
    save(figure, path)


def draw_shares(axes, pairs):
    """Which share of each sum goes when the part goes."""
    offsets = np.linspace(-0.27, 0.27, len(SHARES))
    for offset, (key, (label, colour, marker)) in zip(offsets, SHARES.items()):
        values = [pair["share_gone"][key] for pair in pairs]
        draw_estimates(axes, values, offset, 100, color=colour, marker=marker, label=label)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlabel("share that goes with the part (%)")
    axes.set_title("What goes when the part goes", fontsize=11)


def draw_areas(axes, study, truth):
    """The area under the ROC curve of each measure for each part and on average."""
    offsets = np.linspace(-0.27, 0.27, len(STYLES))
    for offset, (measure, (colour, marker)) in zip(offsets, STYLES.items()):
        branches = [*(pair["areas"][truth] for pair in study["pairs"]), study["average"][truth]]
        values = [branch["mean"][measure] for branch in branches]
        draw_estimates(axes, values, offset, 1, color=colour, marker=marker, label=measure)
    axes.axvline(0.5, color=GREY, linewidth=1, linestyle="--", label="chance")
    axes.set_xlabel("area under the ROC curve")
    axes.set_title(TITLES[truth], fontsize=11)


def draw_estimates(axes, values, offset, factor, label, color, marker):
    """A marker at each estimate and a line from its 5th to its 95th percentile."""
    defined = [(row, value) for row, value in enumerate(values) if value is not None]
    drawn = [(row + offset, *(factor * np.array(value))) for row, value in defined]
    if drawn:
        at, middle, low, high = np.array(drawn).T
        axes.hlines(at, low, high, color=color, linewidth=1.8)
        axes.plot(middle, at, marker, color=color, markersize=6.5, label=label)
