"""What lesson 18 draws and prints: ways through a layer, and one filter against many."""

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
import models
from minigrad.attribution import ClassScore, activation
from models.scenes import CLASSES, random_scene

from ..networks import two_neurons
from .drawing import BLACK, BLUE, GREY, ORANGE, PURPLE, SKY, save, tidy
from .lesson_10 import written
from .lesson_14 import FIRST_SEED

# as in the studies' figures
COLOURS = {
    "gradient × (y − y′)": BLACK,
    "influence × (y − y′)": PURPLE,
    "layer integrated gradients": SKY,
    "conductance": BLUE,
}
STYLES = dict(zip(COLOURS, ("--", ":", "-.", "-")))
LAYER = "y"  # of the two neurons
FINE = {"steps": 600, "rule": "midpoint"}  # no kink falls inside a cell: exact
EXACT = {name: FINE for name in COLOURS if name != "gradient × (y − y′)"}  # which has no path
SCENES = ("sailboat", "giraffe", "lighthouse", "submarine")
SUBJECT, FILTERS, DRAWS = "mixed3a", 56, 6


def example(name):
    """The embedded network's score of a drawn scene's class, the scene, and the black picture."""
    model = models.load("mini-inception")
    x = model.preprocess(random_scene(name, FIRST_SEED + CLASSES.index(name)).draw())
    return ClassScore(model, CLASSES.index(name)), x, model.baseline()


def show_ways(predictions):
    """Print what each measure says of the two neurons, and draw the ways through their layer.

    Parameters
    ----------
    predictions : dict of str to callable
        By name: from F, x and baseline to an `Attribution`.
    """
    path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    print("prediction                       y₁       y₂      sum   (F loses 4 with both)")
    for name, measure in predictions.items():
        one, other = measure(*path, layers=[LAYER], **EXACT.get(name, {}))[LAYER][0]
        cells = "".join(f"{written(value):>9}" for value in (one, other, one + other))
        print(f"{name:26}{cells}")
    print()
    alphas = np.linspace(0, 1, 301)[:, None]  # 1/3 is one of them
    curve = activation(two_neurons.F, alphas * two_neurons.X)[LAYER]
    save(draw_ways(curve), "18_ways_through_a_layer.png")


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
        levels=np.arange(0.5, 4.0, 0.5),
        colors=GREY,
        linewidths=0.8,
    )
    axis.clabel(heights, fmt="F = %g", fontsize=8)
    axis.plot([0, 2], [0, 2], color=SKY, linewidth=2, label="layer integrated gradients: a line")
    axis.plot(*curve.T, color=BLUE, linewidth=2.5, label="conductance: where the layer has been")
    marks = curve[:: len(curve) // 5]  # at α = 0, 0.2, …, 1
    axis.plot(*marks.T, "o", color=BLUE, markersize=5)
    for alpha, (one, other) in zip(np.linspace(0, 1, 6), marks, strict=True):
        beside = {"textcoords": "offset points", "fontsize": 9, "color": BLUE}
        left = {"xytext": (-8, 3), "ha": "right"} if one > 0 else {"xytext": (9, -4)}
        axis.annotate(f"α = {alpha:.1f}", (one, other), **beside, **left)
    axis.plot(2, 2, "X", color=ORANGE, markersize=11, label="gradient × (y − y′): the slope here")
    axis.set(xlim=(-0.05, 2.3), ylim=(-0.05, 2.15))
    axis.legend(edgecolor="none", framealpha=1, fontsize=10, loc="lower right")
    tidy(axis, "Ways from y′ = (0, 0) to y = (2, 2)", "y₁", "y₂")
    return figure


def show_gaps(predictions, loss_of, sizes):
    """Print and draw, for drawn scenes, how far each prediction is from what the score loses.

    Parameters
    ----------
    predictions : callable
        From F, x, baseline and layer to the units of that layer, by the measure's name.
    loss_of : callable
        From F, x, values, layer and filters to what the score loses, (1,).
    sizes : sequence of int
        How many filters are set together.
    """
    random, found = np.random.default_rng(0), []
    for name in SCENES:
        F, x, baseline = example(name)
        said = predictions(F, x, baseline, SUBJECT)
        said = {of: units.sum(axis=(0, 1, 2)) for of, units in said.items()}
        values = activation(F, baseline, layers=[SUBJECT])
        scores = [F(mg.Tensor(picture)).data[0] for picture in (x, baseline)]
        found.append(gaps_by_size(said, loss_of, (F, x, values), sizes, random))
        found[-1] = {of: gap / abs(scores[0] - scores[1]) for of, gap in found[-1].items()}
    gaps = {of: np.mean([one[of] for one in found], axis=0) for of in found[0]}
    print_gaps(gaps, sizes)
    save(draw_gaps(gaps, sizes), "18_one_filter_and_many.png")


def gaps_by_size(said, loss_of, subject, sizes, random):
    """The mean of |said − lost| over random parts of each size, by the measure's name: (sizes,).

    Parameters
    ----------
    said : dict of str to numpy.ndarray, shape (filters,)
    loss_of, sizes
        As in `show_gaps`.
    subject : tuple
        F, x and the values that filters are set to.
    random : numpy.random.Generator
    """
    filters = len(next(iter(said.values())))
    gaps = {name: np.zeros(len(sizes)) for name in said}
    for _ in range(DRAWS):
        order = random.permutation(filters)
        for place, size in enumerate(sizes):
            part = order[:size]
            lost = loss_of(*subject, SUBJECT, part)[0]
            for name, one in said.items():
                gaps[name][place] += abs(one[part].sum() - lost) / DRAWS
    return gaps


def print_gaps(gaps, sizes):
    """Each measure's gap by the size of the part, in percent."""
    print(f"gap in percent of F(x) − F(x′), mean of {len(SCENES)} scenes; filters set together:")
    print(" " * 28 + "".join(f"{size:>7}" for size in sizes))
    for name, values in gaps.items():
        print(f"{name:28}" + "".join(f"{100 * value:7.1f}" for value in values))
    print()


def draw_gaps(gaps, sizes):
    """The same against the size of the part, a line for each measure."""
    figure, axis = plt.subplots(figsize=(8, 4.8), layout="constrained")
    places = np.arange(len(sizes))
    for name, values in gaps.items():
        style = {"color": COLOURS[name], "linestyle": STYLES[name], "linewidth": 2}
        axis.plot(places, values, "o", **style, markersize=5, label=name)
    axis.set_yscale("log")
    axis.set_yticks([0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
    axis.minorticks_off()
    axis.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axis.set_xticks(places, [str(size) if size < FILTERS else f"all {size}" for size in sizes])
    axis.legend(frameon=False, fontsize=10)
    title = f"{SUBJECT}: how far predictions are from what the score loses ({len(SCENES)} scenes)"
    tidy(axis, title, "filters set to what they are for the black picture", "gap, of F(x) − F(x′)")
    return figure
