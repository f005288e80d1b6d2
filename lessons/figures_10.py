"""What lesson 10 draws: the score as filters go, how many it takes to change the label, and where
the label comes back.
"""

import matplotlib.pyplot as plt
import numpy as np

from .figures import BLACK, GREY, tidy
from .figures_07 import COLOURS as MEASURE_COLOURS

COLOURS = MEASURE_COLOURS | {"random order": GREY}
STYLES = dict(zip(COLOURS, (":", "--", "-.", "-", (0, (5, 1, 1, 1, 1, 1)))))
PAPER = 3.7  # filters by conductance, GoogLeNet: from reading notes on the paper


def draw(found, seen, label, filters):
    """The lesson's picture.

    Parameters
    ----------
    found : dict of str to (flips, curves)
        By the order's name: for each scene how many filters it took (None: all are not enough), and
        its score without the first 0, 1, … filters.
    seen : dict of str to array
        The strongest label of one picture without the first 0, 1, … filters, (k,).
    label : str
        The name of that picture's label, ``seen[order][0]``.
    filters : int
        How many the network has.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = plt.figure(figsize=(12, 8.6), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=(1.45, 1))
    draw_curves(figure.add_subplot(grid[0, 0]), found)
    draw_flips(figure.add_subplot(grid[0, 1]), found, filters)
    draw_labels(figure.add_subplot(grid[1, :]), seen, label)
    return figure


def draw_curves(axis, found):
    """The mean score of the label as a share of the whole network's, against filters removed."""
    for name, colour in COLOURS.items():
        curves = np.array(found[name][1])
        mean = (curves / curves[:, :1]).mean(axis=0)
        axis.plot(mean, color=colour, linestyle=STYLES[name], linewidth=2, label=name)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.set_xlim(0, curves.shape[1] - 1)
    axis.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}".replace("-", "−"))
    axis.legend(frameon=False, fontsize=10)
    tidy(
        axis,
        f"The score, mean of {len(curves)} scenes",
        "filters removed",
        "F without them, as a share of F(x)",
    )


def counts(flips, filters):
    """How many filters each scene took, as an array; where all were not enough, one more than there
    are.
    """
    return np.array([filters + 1 if flip is None else flip for flip in flips])


def draw_flips(axis, found, filters):
    """A dot for each scene at the number of filters that it took, hollow if all were not enough; a
    line at the mean.
    """
    for place, name in enumerate(COLOURS):
        flips = counts(found[name][0], filters)
        for value in np.unique(flips):  # scenes of the same number one above the other
            level = place + 0.075 * (
                np.arange((flips == value).sum()) - ((flips == value).sum() - 1) / 2
            )
            face = "white" if value > filters else COLOURS[name]
            axis.plot(
                np.full(len(level), value),
                level,
                "o",
                markersize=5,
                color=COLOURS[name],
                markerfacecolor=face,
            )
        axis.plot([flips.mean()] * 2, [place - 0.33, place + 0.33], color=BLACK, linewidth=1.5)
        clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axis.text(
            flips.mean(),
            place - 0.37,
            f"mean {flips.mean():.1f}",
            ha="center",
            va="bottom",
            fontsize=10,
            bbox=clear,
        )
        if None in found[name][0]:
            axis.text(
                filters, place + 0.12, "not even all", ha="right", va="top", fontsize=9, color=GREY
            )
    axis.axvline(PAPER, color=GREY, linestyle="--", linewidth=1.2, zorder=0)
    note = f"dashed: conductance in the paper,\non GoogLeNet, mean {PAPER} [B]"
    axis.text(PAPER * 1.07, len(COLOURS) - 0.3, note, color=GREY, fontsize=9, va="bottom")
    axis.set_xscale("log")
    axis.set_xticks(
        (1, 2, 5, 10, 20, 50, 100, 200, 500), ("1", "2", "5", "10", "20", "50", "100", "200", "500")
    )
    axis.minorticks_off()
    axis.set_yticks(range(len(COLOURS)), COLOURS)
    axis.set(xlim=(0.9, 600), ylim=(len(COLOURS) - 0.25, -0.75))
    axis.tick_params(axis="y", length=0)
    tidy(axis, "How many until the label changes, a dot a scene", "filters removed (logarithmic)")


def draw_labels(axis, seen, label):
    """For one picture and every order a row of cells: filled where the label is still the
    strongest.
    """
    for place, (name, labels) in enumerate(seen.items()):
        same = labels == labels[0]
        for k, stays in enumerate(same):
            face = COLOURS[name] if stays else "white"
            axis.bar(
                k,
                0.62,
                0.86,
                bottom=place - 0.31,
                color=face,
                edgecolor=COLOURS[name],
                linewidth=0.8,
            )
        if not same.all():
            axis.plot(same.argmin(), place - 0.42, "v", color=BLACK, markersize=6)
    axis.set_yticks(range(len(seen)), seen)
    axis.set(xlim=(-0.7, len(labels) - 0.3), ylim=(len(seen) - 0.5, -0.75))
    title = (
        f"One scene: filled while “{label}” is strongest, ▾ the first change. After that the "
        "label may come back"
    )
    tidy(axis, title, "filters removed")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
