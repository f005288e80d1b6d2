"""The figures of the ablation study, drawn with matplotlib."""

import numpy as np

from ...output.figures import new_figure, save
from ..styles import COLOURS, GREY, name_lines

# As reported: notes on the paper, mark [B].
PAPER = {"conductance": ((10, 0.97), (16, 1.0)), "internal influence": ((10, 0.05),)}
OPEN_MARK = {"markerfacecolor": "white", "markersize": 8}


def draw_flips(flips, most, path):
    """Draw the share of photos whose label has changed against the filters removed, by order.

    Parameters
    ----------
    flips : dict of str to numpy.ndarray of int, shape (photos,)
        ``most`` + 1 for a label that never changed.
    most : int
    path : str or os.PathLike
    """
    figure = new_figure((9, 4.8))
    axes = figure.subplots()
    removed = np.arange(1, most + 1)
    ends, medians = {}, {}
    for order, counts in flips.items():
        medians[order] = np.quantile(counts, 0.5, method="inverted_cdf")
    # Of lines that end alike, the slowest is named lowest.
    slowest_first = sorted(flips, key=lambda order: (-medians[order], -flips[order].mean()))
    for order in slowest_first:
        share = (flips[order][:, None] <= removed).mean(axis=0)
        axes.step(removed, share, where="post", **style_of(order))
        ends[order] = share[-1]
    for order, points in PAPER.items():
        shown = [point for point in points if point[0] <= most]
        if shown:
            edge = {"markeredgecolor": COLOURS[order], "markeredgewidth": 1.8}
            axes.plot(*zip(*shown), "o", zorder=3, **OPEN_MARK, **edge)
    told = "the paper, as reported [B]"
    axes.plot([], [], "o", markeredgecolor="black", label=told, **OPEN_MARK)
    axes.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    said = {}
    for order, count in medians.items():
        said[order] = f"{order}\nmedian {count if count <= most else f'> {most}'}"
    name_lines(axes, ends, 0.095, said)
    ticks = [k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if k <= most]
    axes.set_xscale("log")
    axes.set_xticks(ticks, ticks)
    axes.minorticks_off()
    axes.set(xlim=(1, most), ylim=(-0.03, 1.05))
    axes.set_xlabel("filters removed, the highest first (logarithmic)")
    axes.set_ylabel(f"share of {len(next(iter(flips.values())))} photos whose label has changed")
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, path)


def style_of(order):
    """How the line of an order is drawn: conductance's above the others."""
    style = {"color": COLOURS[order], "linestyle": "--" if order == "random order" else "-"}
    if order == "conductance":
        return style | {"linewidth": 2.6, "zorder": 2.5}
    return style | {"linewidth": 1.6}


def draw_scores(shares, path):
    """Draw the mean score against the filters removed, with its interval as a band.

    Parameters
    ----------
    shares : dict of str to (value, low, high)
        As `ablation_numbers.score_shares` gives it.
    path : str or os.PathLike
    """
    figure = new_figure((9, 4.8))
    axes = figure.subplots()
    for order, (value, low, high) in shares.items():
        removed = np.arange(len(value))
        axes.fill_between(removed, low, high, color=COLOURS[order], alpha=0.18, linewidth=0)
        axes.plot(removed, value, **style_of(order))
    bottom, top = axes.get_ylim()
    name_lines(axes, {order: one[0][-1] for order, one in shares.items()}, 0.055 * (top - bottom))
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(xlim=(0, removed[-1]), xlabel="filters removed, the highest first")
    axes.set_ylabel("mean score above the black picture's,\nas a share of the whole network's")
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, path)
