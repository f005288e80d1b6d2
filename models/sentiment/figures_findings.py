"""Figures of the findings about a sentiment network: the clustered sign map, and negations."""

import numpy as np

from ..explain.describe_text import signed
from ..output.figures import BLUE, GREY, ORANGE, check_figure_path, new_figure, save
from .division_of_labour import clustered, signs_of

WHITE = "#F4F4F4"


def draw_division_of_labour(conductance, numbers, path):
    """Draw the sign of every filter's conductance for every sentence, and how one-sided it is.

    Filters and sentences that are alike stand together.

    Parameters
    ----------
    conductance : numpy.ndarray, shape (sentences, filters)
    numbers : dict
        The report's ``"division_of_labour"``, as `models.sentiment.findings.find` gives it.
    path : str or os.PathLike
    """
    check_figure_path(path)
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    signs = signs_of(conductance)
    rows, columns = clustered(signs)
    figure = new_figure((10, 8.5))
    above, below = figure.subplots(2, 1, height_ratios=[1, 4], sharex=True)
    draw_sides(above, signs[:, columns])
    colours = {"cmap": ListedColormap([ORANGE, WHITE, BLUE]), "vmin": -1, "vmax": 1}
    below.imshow(signs[rows][:, columns], aspect="auto", interpolation="nearest", **colours)
    below.set_xlabel(f"{signs.shape[1]} filters, clustered")
    below.set_ylabel(f"{signs.shape[0]} sentences, clustered")
    small = f"|conductance| < {numbers['zero_below']}"
    patches = [
        Patch(color=BLUE, label="for “positive”"),
        Patch(color=ORANGE, label="against"),
        Patch(facecolor=WHITE, edgecolor=GREY, label=small),
    ]
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.07), "ncols": 3}
    below.legend(handles=patches, frameon=False, fontsize=9, **place)
    above.set_title(
        f"Division of labour: {numbers['one_sided']} of {numbers['filters_with_a_sign']} filters "
        f"({numbers['one_sided_share']:.0%}) "
        f"have at least {numbers['one_sided_at']:.0%} of their signs on one side\n"
        f"{beside(numbers['untrained'])}",
        fontsize=11,
    )
    save(figure, path)


def beside(controls):
    """What untrained networks have, for the title."""
    shares = [one["same_share"]["one_sided_share"] for one in controls]
    how = "of the same form, with as large a share of conductances zero"
    return f"({len(shares)} untrained networks {how}: {min(shares):.0%} to {max(shares):.0%})"


def draw_sides(axes, signs):
    """For each filter the share of sentences with either sign."""
    position = np.arange(signs.shape[1])
    axes.bar(position, (signs > 0).mean(axis=0), 1.0, color=BLUE)
    axes.bar(position, -(signs < 0).mean(axis=0), 1.0, color=ORANGE)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set(ylim=(-1, 1), ylabel="share of sentences")
    axes.set_yticks([-1, 0, 1], ["1 against", "0", "1 for"])
    axes.spines[["top", "right"]].set_visible(False)


def draw_negation(numbers, path):
    """Draw the filters that "not" strengthened, and how many of their sentences are negated.

    Parameters
    ----------
    numbers : dict
        As `models.sentiment.findings.negation` gives it.
    path : str or os.PathLike
    """
    check_figure_path(path)
    figure = new_figure((12, 4.6))
    *filters, rates = figure.subplots(1, 3, width_ratios=[2, 2, 1.2])
    draw_changes(filters[0], numbers["not_good"], "not good")
    draw_changes(filters[1], numbers["not_bad"], "not bad")
    draw_rates(rates, numbers)
    save(figure, path)


def draw_changes(axes, found, name):
    """Each filter's conductance with and without "not", the words of its window beside it."""
    filters = found["filters"]
    position = np.arange(len(filters))
    values = [one["conductance"] for one in filters]
    colours = [BLUE if value > 0 else ORANGE for value in values]
    axes.barh(position, values, 0.66, color=colours, label="with “not”")
    without = [one["conductance_without_not"] for one in filters]
    mark = {"marker": "D", "markersize": 4, "color": "black", "linestyle": "none"}
    axes.plot(without, position, label="without “not”", **mark)
    axes.axvline(0, color=GREY, linewidth=0.8)
    names = [f"{' '.join(one['window'])}  {one['filter']}" for one in filters]
    axes.set_yticks(position, names, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.locator_params(axis="x", nbins=5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("conductance")
    scores = signed(found["score"], 2), signed(found["score_without_not"], 2)
    axes.set_title(f"“this is {name}”: score {scores[0]},\nwithout “not” {scores[1]}", fontsize=10)
    axes.legend(fontsize=8, frameon=False, loc="best")


def draw_rates(axes, numbers):
    """The share of sentences with a negation: of all, and of those that excite the filters most."""
    none = {"share": 0.0, "top": 0}
    found = [numbers[name]["sentences"] or none for name in ("not_good", "not_bad")]
    values = [numbers["base_rate"], *(one["share"] for one in found)]
    axes.bar(["all", "not good", "not bad"], values, 0.6, color=[GREY, ORANGE, BLUE])
    above = {"xytext": (0, 3), "textcoords": "offset points", "ha": "center"}
    for place, value in enumerate(values):
        axes.annotate(f"{value:.0%}", (place, value), fontsize=9, **above)
    axes.set_ylim(0, 1.08)
    most = max(one["top"] for one in found)
    axes.set_title(f"sentences with a negation:\nall, and the {most} strongest", fontsize=10)
    axes.set_xlabel("of the filters of")
    axes.spines[["top", "right"]].set_visible(False)
