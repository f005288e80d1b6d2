"""What lesson 7 draws and prints: five small cases, and filters against their ablation."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

import minigrad as mg
from models.scenes import random_scene

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


def drawn_scenes(model, name, count):
    """The first drawn scenes of one class, as the network sees them: (count, 64, 64, 3)."""
    scenes = [random_scene(name, seed) for seed in range(count)]
    return np.concatenate([model.preprocess(scene.draw()) for scene in scenes])


def written(value):
    """'−1/4', '2', '11/10': a fraction of small denominator if one is near, else four decimals."""
    near = Fraction(float(value)).limit_denominator(60)
    text = str(near) if abs(near - value) < 1e-6 else f"{value:.4f}"
    return text.replace("-", "−")


def print_table(first, columns, rows):
    """Names on the left, numbers as `written` under their column's name."""
    wide = max(len(name) for name in (first, *rows)) + 2
    print(first.ljust(wide) + "".join(f"{name:>{len(name) + 3}}" for name in columns))
    for name, values in rows.items():
        cells = (f"{written(value):>{len(head) + 3}}" for head, value in zip(columns, values))
        print(name.ljust(wide) + "".join(cells))
    print()


def probability(x):
    """Of F's class, beside a second class with score 0."""
    return mg.sigmoid(F(x))


def saturated_probability(x):
    """The same of a score ten times as high."""
    return mg.sigmoid(10 * F(x))


def print_two_neurons(measure):
    """The four measures of the lessons' two neurons, for F and for two probabilities made of it."""
    scores = {"F": F, "sigmoid(F)": probability, "sigmoid(10 F)": saturated_probability}
    for what, score in scores.items():
        found = measure(score, X, BASELINE, steps=300, rule="midpoint", batch_size=300)
        rows = {
            "y₁": [result["y"][0, 0] for result in found.values()],
            "y₂": [result["y"][0, 1] for result in found.values()],
            "sum": [result.total("y")[0] for result in found.values()],
        }
        print_table(what, found, rows)


def show_cases(cases):
    """Print each case's numbers, and draw a row for each: Eq. 3's factors, what measures report.

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
    shape, size = (len(cases), 4), (12, 2.3 * len(cases) + 0.5)
    figure, axes = plt.subplots(
        *shape, figsize=size, width_ratios=(1, 1, 1, 1.3), layout="constrained"
    )
    for row, (title, (numbers, difference, terms)) in zip(axes, cases.items()):
        draw_case(row, title, terms)
        draw_numbers(row[3], numbers, difference)
    for axis, (heading, colour, _) in zip(axes[0], FACTORS):
        axis.set_title(f"{heading}\n\n", fontsize=12, color=colour)
    for axis in axes[-1, :3]:
        axis.set_xlabel("α (0: x′, 1: x)")
    axes[0, 3].set_title("what the measures report\ndashed: F(x) − F(x′)\n\n", fontsize=12)
    return figure


def draw_case(row, title, terms):
    """The three curves of one case, its title above, and ∂F/∂y at x marked."""
    for axis, (_, colour, factor) in zip(row, FACTORS):
        draw_factor(axis, terms, factor, colour)
        tidy(axis, "")
        axis.set_title(" ", fontsize=12, color=colour)
    first, end = row[0], terms.dF_dy[-1, 0, 0]
    above = {"transform": first.transAxes, "in_layout": False}
    first.text(0, 1.06, title, fontsize=12, weight="bold", **above)
    first.plot(1, end, "o", color=VERMILION, clip_on=False, zorder=5)
    beside = {"xytext": (-7, 6), "textcoords": "offset points", "ha": "right"}
    first.annotate("at x", (1, end), **beside, color=VERMILION)


def draw_factor(axis, terms, factor, colour):
    """One factor, or the product, along the path; the area under it shaded and written."""
    values = getattr(terms, factor)[:, 0, 0]
    axis.fill_between(terms.alpha, values, color=colour, alpha=0.25, linewidth=0)
    axis.plot(terms.alpha, values, color=colour, linewidth=1.8)
    axis.axhline(0, color=GREY, linewidth=0.8)
    low, high = min(0, values.min()), max(0, values.max())
    below, above = 0.12 * (high - low), 0.32 * (high - low)
    axis.set(xlim=(0, 1), ylim=(low - below, high + above), xticks=(0, 0.5, 1))
    axis.locator_params(axis="y", nbins=4)
    area = f"area {written(terms.weight @ values)}"
    axis.text(0.03, 0.98, area, transform=axis.transAxes, va="top", fontsize=11)


def draw_numbers(axis, numbers, difference):
    """One bar for each measure, its number beside it, and a line at F(x) − F(x′)."""
    low, high = min(0, *numbers.values()), max(0, *numbers.values())
    wide = high - low
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    for place, (name, value) in enumerate(numbers.items()):
        axis.barh(place, value, color=COLOURS[name], height=0.62)
        beside = max(0, value) + 0.04 * wide
        axis.text(beside, place, written(value), va="center", fontsize=11, bbox=clear)
    axis.axvline(0, color=GREY, linewidth=0.8)
    axis.plot([difference, difference], [-0.55, 3.5], "k--", linewidth=1.2, zorder=0)
    axis.text(difference, -0.6, written(difference), ha="center", va="bottom", fontsize=11)
    axis.set_yticks(range(len(numbers)), numbers, fontsize=10)
    axis.set(ylim=(3.55, -1.2), xlim=(low - 0.05 * wide, high + 0.25 * wide), xticks=())
    tidy(axis, "")
    axis.spines[["bottom", "left"]].set_visible(False)
    axis.tick_params(length=0)


def show_ablations(found, drops, count, layer):
    """Print a table of all scenes, and draw scene 0: each measure against what ablating costs.

    Parameters
    ----------
    found : dict of str to numpy.ndarray, shape (scenes, filters)
    drops : numpy.ndarray, shape (scenes, filters)
        F(x) − F(x without this filter).
    count : int
        How many of each measure's first filters to number.
    layer : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    print_ablations(found, drops, count, layer)
    figure, axes = plt.subplots(2, 2, figsize=(12, 8.5), sharey=True, layout="constrained")
    for axis, (name, values) in zip(axes.flat, found.items()):
        draw_filters(axis, name, values[0], drops[0], count, layer)
    for axis in axes[:, 0]:
        axis.set_ylabel("drop of the score when ablated")
    return figure


def draw_filters(axis, name, values, drop, count, layer):
    """One measure of every filter against the drop of the score without the filter."""
    first = highest_first(values)[:count]
    axis.axhline(0, color=GREY, linewidth=0.8)
    axis.axvline(0, color=GREY, linewidth=0.8)
    # the two that are in units of the score
    if name in ("gradient × activation", "conductance"):
        ends = [min(values.min(), drop.min()), max(values.max(), drop.max())]
        axis.plot(ends, ends, "--", color=GREY, linewidth=1, label="drop = measure")
    every = {"markersize": 4, "color": GREY, "alpha": 0.5, "label": f"filters of {layer}"}
    axis.plot(values, drop, "o", **every)
    best = {"markersize": 8, "color": COLOURS[name], "label": f"its first {count}, by number"}
    axis.plot(values[first], drop[first], "o", **best)
    number_filters(axis, first, values[first], drop[first])
    axis.legend(frameon=False, loc="best", fontsize=9)
    near = f"correlation {correlation(values, drop):+.2f}".replace("-", "−")
    tidy(axis, f"{name}: {near}", f"{name}, summed over positions")


def highest_first(values):
    """The filters' numbers, the one of the highest value first."""
    return np.argsort(-values, kind="stable")


def correlation(values, drop):
    """Pearson's, of a measure of the filters and what ablating each of them costs."""
    return np.corrcoef(values, drop)[0, 1]


def number_filters(axis, filters, x, y):
    """Each filter's number above its marker, or below where it would meet another's number."""
    # a number may lie over another filter's marker
    outlined = [withStroke(linewidth=2, foreground="white")]
    near_x, near_y = 0.07 * np.ptp(axis.get_xlim()), 0.07 * np.ptp(axis.get_ylim())
    for filter, *place in zip(filters, x, y):
        higher = (abs(x - place[0]) < near_x) & (abs(y - place[1]) < near_y) & (y > place[1])
        side, align = (-7, "top") if higher.any() else (7, "bottom")
        offset = {"xytext": (0, side), "textcoords": "offset points", "ha": "center", "va": align}
        axis.annotate(str(filter), place, **offset, fontsize=9, path_effects=outlined)


def print_ablations(found, drops, count, layer):
    """The mean drop when one of each measure's first filters is ablated, scene by scene.

    Parameters
    ----------
    found, drops, count, layer
        As for `show_ablations`.
    """
    scenes, filters = drops.shape
    print(
        f"{layer}, {filters} filters: mean drop of the score when one of the first {count} is "
        "ablated; correlation over all"
    )
    heads = "".join(f"{f'scene {scene}':>10}" for scene in range(scenes))
    print(f"{'ranked by':24}{heads}      mean    correlation")
    for name, ranking in {"the drop itself": drops, **found}.items():
        pairs = list(zip(ranking, drops))
        means = [drop[highest_first(values)[:count]].mean() for values, drop in pairs]
        near = np.mean([correlation(values, drop) for values, drop in pairs])
        columns = "".join(f"{mean:+10.3f}" for mean in (*means, np.mean(means)))
        print(f"{name:24}{columns}{near:+15.2f}".replace("-", "−"))
    print()
