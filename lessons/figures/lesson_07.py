"""What lesson 7 draws and prints: five small cases factor by factor, tables of exact numbers,
filters against their ablation.
"""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

import minigrad as mg

from ..networks.two_neurons import BASELINE, F, X
from .drawing import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, tidy

# As in the studies' figures.
COLOURS = {
    "activation": GREEN,
    "gradient × activation": VERMILION,
    "internal influence": PURPLE,
    "conductance": BLUE,
}
FACTORS = (
    ("∂F/∂y\narea: internal influence", PURPLE, "dF_dy"),
    ("dy/dα\narea: y(x) − y(x′)", ORANGE, "dy_dalpha"),
    ("∂F/∂y · dy/dα\narea: conductance", BLUE, "term"),
)


def written(value):
    """'−1/4', '2', '11/10': a fraction with a small denominator if one is near enough, else four
    decimals.
    """
    near = Fraction(float(value)).limit_denominator(60)
    return (str(near) if abs(near - value) < 1e-6 else f"{value:.4f}").replace("-", "−")


def print_table(first, columns, rows):
    """Names on the left, numbers as `written` under their column's name."""
    wide = max(len(name) for name in (first, *rows)) + 2
    print(first.ljust(wide) + "".join(f"{name:>{len(name) + 3}}" for name in columns))
    for name, values in rows.items():
        print(
            name.ljust(wide)
            + "".join(
                f"{written(value):>{len(column) + 3}}" for column, value in zip(columns, values)
            )
        )
    print()


def print_two_neurons(measure):
    """The four measures of the lessons' two neurons, for F and for two probabilities made of it."""
    for what, score in (
        ("F", F),
        ("sigmoid(F)", lambda x: mg.sigmoid(F(x))),
        ("sigmoid(10 F)", lambda x: mg.sigmoid(10 * F(x))),
    ):
        found = measure(score, X, BASELINE, steps=300, rule="midpoint", batch_size=300)
        rows = {
            f"y{'₁₂'[unit]}": [result["y"][0, unit] for result in found.values()] for unit in (0, 1)
        }
        print_table(
            what, found, rows | {"sum": [result.total("y")[0] for result in found.values()]}
        )


def show_cases(cases):
    """Print each case's numbers, and draw a row for each: the factors of Eq. 3, their product, what
    the measures report.

    Parameters
    ----------
    cases : dict of str to (dict of str to float, float, minigrad.attribution.result.Terms)
        By its title: each measure's number, F(x) − F(x′), and the terms of its one unit at many α.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = {
        title.split(":")[0]: (*numbers.values(), difference)
        for title, (numbers, difference, _) in cases.items()
    }
    print_table("case", (*COLOURS, "F(x) − F(x′)"), rows)
    size = (12, 2.3 * len(cases) + 0.5)
    figure, axes = plt.subplots(
        len(cases), 4, figsize=size, width_ratios=(1, 1, 1, 1.3), layout="constrained"
    )
    for place, (row, (title, (numbers, difference, terms))) in enumerate(zip(axes, cases.items())):
        for axis, (heading, colour, factor) in zip(row, FACTORS):
            draw_factor(axis, terms, factor, colour)
            tidy(axis, "", "α (0: x′, 1: x)" if place == len(cases) - 1 else "")
            axis.set_title(heading + "\n\n" if place == 0 else " ", fontsize=12, color=colour)
        row[0].text(
            0, 1.06, title, transform=row[0].transAxes, fontsize=12, weight="bold", in_layout=False
        )
        end = terms.dF_dy[-1, 0, 0]
        row[0].plot(1, end, "o", color=VERMILION, clip_on=False, zorder=5)
        row[0].annotate(
            "at x", (1, end), (-7, 6), textcoords="offset points", ha="right", color=VERMILION
        )
        draw_numbers(row[3], numbers, difference)
    axes[0, 3].set_title("what the measures report\ndashed: F(x) − F(x′)\n\n", fontsize=12)
    return figure


def draw_factor(axis, terms, factor, colour):
    """One factor, or the product, along the path; the area under it shaded and written."""
    values = getattr(terms, factor)[:, 0, 0]
    axis.fill_between(terms.alpha, values, color=colour, alpha=0.25, linewidth=0)
    axis.plot(terms.alpha, values, color=colour, linewidth=1.8)
    axis.axhline(0, color=GREY, linewidth=0.8)
    low, high = min(0, values.min()), max(0, values.max())
    axis.set(
        xlim=(0, 1),
        ylim=(low - 0.12 * (high - low), high + 0.32 * (high - low)),
        xticks=(0, 0.5, 1),
    )
    axis.locator_params(axis="y", nbins=4)
    axis.text(
        0.03,
        0.98,
        f"area {written(terms.weight @ values)}",
        transform=axis.transAxes,
        va="top",
        fontsize=11,
    )


def draw_numbers(axis, numbers, difference):
    """One bar for each measure, its number beside it, and a line at F(x) − F(x′)."""
    low, high = min(0, *numbers.values()), max(0, *numbers.values())
    for place, (name, value) in enumerate(numbers.items()):
        axis.barh(place, value, color=COLOURS[name], height=0.62)
        clear = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axis.text(
            max(0, value) + 0.04 * (high - low),
            place,
            written(value),
            va="center",
            fontsize=11,
            bbox=clear,
        )
    axis.axvline(0, color=GREY, linewidth=0.8)
    axis.plot([difference, difference], [-0.55, 3.5], "k--", linewidth=1.2, zorder=0)
    axis.text(difference, -0.6, written(difference), ha="center", va="bottom", fontsize=11)
    axis.set_yticks(range(len(numbers)), numbers, fontsize=10)
    axis.set(
        ylim=(3.55, -1.2), xlim=(low - 0.05 * (high - low), high + 0.25 * (high - low)), xticks=()
    )
    tidy(axis, "")
    axis.spines[["bottom", "left"]].set_visible(False)
    axis.tick_params(length=0)


def show_ablations(found, drops, count, layer):
    """Print a table of all scenes, and draw for scene 0 what each measure gives every filter
    against what ablating it costs.

    Parameters
    ----------
    found : dict of str to numpy.ndarray, shape (scenes, filters)
    drops : numpy.ndarray, shape (scenes, filters)
        F(x) − F(x without this filter).
    count : int
        How many of each measure's first filters to number.
    layer : str
    """
    print_ablations(found, drops, count, layer)
    figure, axes = plt.subplots(2, 2, figsize=(12, 8.5), sharey=True, layout="constrained")
    drop = drops[0]
    for axis, (name, (values, *_)) in zip(axes.flat, found.items()):
        first = np.argsort(-values, kind="stable")[:count]
        axis.axhline(0, color=GREY, linewidth=0.8)
        axis.axvline(0, color=GREY, linewidth=0.8)
        # the two that are in units of the score
        if name in ("gradient × activation", "conductance"):
            ends = [min(values.min(), drop.min()), max(values.max(), drop.max())]
            axis.plot(ends, ends, "--", color=GREY, linewidth=1, label="drop = measure")
        axis.plot(
            values, drop, "o", markersize=4, color=GREY, alpha=0.5, label=f"filters of {layer}"
        )
        axis.plot(
            values[first],
            drop[first],
            "o",
            markersize=8,
            color=COLOURS[name],
            label=f"its first {count}, by number",
        )
        number_filters(axis, first, values[first], drop[first])
        axis.legend(frameon=False, loc="best", fontsize=9)
        near = f"correlation {np.corrcoef(values, drop)[0, 1]:+.2f}".replace("-", "−")
        tidy(axis, f"{name}: {near}", f"{name}, summed over positions")
    for axis in axes[:, 0]:
        axis.set_ylabel("drop of the score when ablated")
    return figure


def number_filters(axis, filters, x, y):
    """Each filter's number above its marker, or below where a marker that is higher lies so near
    that numbers would meet.
    """
    # a number may lie over another filter's marker
    outlined = [withStroke(linewidth=2, foreground="white")]
    near_x, near_y = 0.07 * np.ptp(axis.get_xlim()), 0.07 * np.ptp(axis.get_ylim())
    for filter, *place in zip(filters, x, y):
        meets = (abs(x - place[0]) < near_x) & (abs(y - place[1]) < near_y) & (y > place[1])
        side, align = (-7, "top") if meets.any() else (7, "bottom")
        offset = {"xytext": (0, side), "textcoords": "offset points", "ha": "center", "va": align}
        axis.annotate(str(filter), place, **offset, fontsize=9, path_effects=outlined)


def print_ablations(found, drops, count, layer):
    """The mean drop when one of each measure's first filters is ablated, by scene; arrays as for
    `show_ablations`.
    """
    scenes, filters = drops.shape
    print(
        f"{layer}, {filters} filters: mean drop of the score when one of the first {count} is "
        "ablated; correlation over all"
    )
    print(
        f"{'ranked by':24}" + "".join(f"{f'scene {scene}':>10}" for scene in range(scenes)) + "  "
        "  "
        "  "
        "mean    correlation"
    )
    for name, ranking in (("the drop itself", drops), *found.items()):
        means = [
            drop[np.argsort(-values, kind="stable")[:count]].mean()
            for values, drop in zip(ranking, drops)
        ]
        near = np.mean([np.corrcoef(values, drop)[0, 1] for values, drop in zip(ranking, drops)])
        columns = "".join(f"{mean:+10.3f}" for mean in (*means, np.mean(means)))
        print(f"{name:24}{columns}{near:+15.2f}".replace("-", "−"))
    print()
