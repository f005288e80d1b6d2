"""What lesson 13 draws and prints: ways through a layer, and one filter against many."""

import matplotlib.pyplot as plt
import numpy as np

import models
from minigrad.attribution import ClassScore
from models.scenes import CLASSES, random_scene

from .drawing import BLACK, BLUE, GREY, ORANGE, PURPLE, SKY, tidy
from .lesson_07 import written
from .lesson_10 import FIRST_SEED

# as in the studies' figures
COLOURS = {
    "gradient × (y − y′)": BLACK,
    "influence × (y − y′)": PURPLE,
    "layer integrated gradients": SKY,
    "conductance": BLUE,
}
STYLES = dict(zip(COLOURS, ("--", ":", "-.", "-")))


def example(name):
    """The embedded network's score of a drawn scene's class, the scene, and the black picture."""
    model = models.load("mini-inception")
    x = model.preprocess(random_scene(name, FIRST_SEED + CLASSES.index(name)).draw())
    return ClassScore(model, CLASSES.index(name)), x, model.baseline()


def print_measures(found):
    """What each measure says of the two neurons, and the sum."""
    print("measure                          y₁       y₂      sum")
    for name, values in found.items():
        one, other = values[0]
        cells = "".join(f"{written(value):>9}" for value in (one, other, one + other))
        print(f"{name:26}{cells}")
    print()


def draw_ways(curve):
    """Two ways from y′ to y over the landscape F = y₁ · y₂.

    Parameters
    ----------
    curve : numpy.ndarray, shape (points, 2)
        y(x(α)) at even α, fifths among them.
    """
    figure, axis = plt.subplots(figsize=(6.4, 5.6), layout="constrained")
    grid = np.linspace(0, 2.1, 100)
    heights = axis.contour(
        grid,
        grid,
        grid[:, None] * grid,
        levels=np.arange(0.5, 4.5, 0.5),
        colors=GREY,
        linewidths=0.8,
    )
    axis.clabel(heights, fmt="F = %g", fontsize=8)
    axis.plot([0, 2], [0, 2], color=SKY, linewidth=2, label="layer integrated gradients: a line")
    axis.plot(*curve.T, color=BLUE, linewidth=2.5, label="conductance: where the layer has been")
    marks = curve[:: len(curve) // 5]  # at α = 0, 0.2, …, 1
    axis.plot(*marks.T, "o", color=BLUE, markersize=5)
    for alpha, (one, other) in zip(np.linspace(0, 1, 6), marks, strict=True):
        beside = {"textcoords": "offset points", "xytext": (8, -4), "fontsize": 8, "color": BLUE}
        axis.annotate(f"α = {alpha:.1f}", (one, other), **beside)
    axis.plot(2, 2, "X", color=ORANGE, markersize=11, label="gradient × (y − y′): the slope here")
    axis.set(xlim=(-0.05, 2.3), ylim=(-0.05, 2.15))
    axis.legend(frameon=False, fontsize=9, loc="lower right")
    tidy(axis, "Ways from y′ = (0, 0) to y = (2, 2)", "y₁", "y₂")
    return figure


def print_gaps(gaps, sizes):
    """Each measure's gap by the size of the part, in percent."""
    print("|said − lost| in percent of F(x) − F(x′); filters set together:")
    print(" " * 28 + "".join(f"{size:>7}" for size in sizes))
    for name, values in gaps.items():
        print(f"{name:28}" + "".join(f"{100 * value:7.1f}" for value in values))
    print()


def draw_gaps(gaps, sizes, layer, scenes):
    """The same against the size of the part, a line for each measure."""
    figure, axis = plt.subplots(figsize=(8, 4.8), layout="constrained")
    places = np.arange(len(sizes))
    for name, values in gaps.items():
        style = {"color": COLOURS[name], "linestyle": STYLES[name], "linewidth": 2}
        axis.plot(places, values, "o", **style, markersize=4, label=name)
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axis.set_xticks(places, [*map(str, sizes[:-1]), f"all {sizes[-1]}"])
    axis.legend(frameon=False, fontsize=10)
    title = (
        f"{layer}: what is said of a part, against what the score loses (mean of {scenes} scenes)"
    )
    tidy(axis, title, "filters set to what they are for the black picture", "gap, of F(x) − F(x′)")
    return figure
