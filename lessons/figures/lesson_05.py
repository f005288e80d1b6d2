"""What lesson 5 prints and draws: tangents in a table, tangent lines, a tangent's journey."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

import minigrad as mg

from ..networks import two_neurons
from .drawing import BLACK, BLUE, GREY, ORANGE, PURPLE, VERMILION, tidy

SIGNED = LinearSegmentedColormap.from_list("falls, stands still, rises", [VERMILION, "white", BLUE])
FILTER = 1  # the filter shown of each layer
ALPHA = "α (0: baseline x′, 1: input x)"
ALPHAS = (Fraction(1, 5), Fraction(1, 3), Fraction(1, 2), Fraction(4, 5))  # the table's
HEADS = ("y₁", "dy₁/dα", "y₂", "dy₂/dα", "F", "dF/dα")
JOURNEY = (
    "A tangent travels the small network in one sweep: "
    "values above, tangents below; black line: what moves in x"
)


def print_by_hand(by_hand):
    """The table of values and tangents, by the lesson's `by_hand`."""
    try:
        print_table([by_hand(float(alpha)) for alpha in ALPHAS])
    except NotImplementedError:
        print("(not yet: the exercise above comes first)\n")


def print_sweeps(sweep, network):
    """The same table, by the lesson's `sweep`."""
    rows = []
    for alpha in ALPHAS:
        tensors = sweep(network.F, network.X, network.BASELINE, float(alpha))
        y, F = tensors["y"], tensors["F"]
        rows.append((*zip(y.data[0], y.tangent[0]), (F.item(), F.tangent.item())))
    print_table([np.ravel(row) for row in rows])


def print_table(rows):
    """A row for each of ALPHAS: y₁, y₂ and F, each with its tangent after it."""
    print("α    " + "".join(f"{head:>9}" for head in HEADS))
    for alpha, row in zip(ALPHAS, rows):
        print(f"{alpha!s:5}" + "".join(f"{number:9.3f}" for number in row))
    print()


def swept(alphas):
    """The two neurons' layer and score at some α, a row for each."""
    X, BASELINE = two_neurons.X, two_neurons.BASELINE
    tangent = np.repeat(X - BASELINE, len(alphas), axis=0)
    points = BASELINE + np.reshape(alphas, (-1, 1)) * (X - BASELINE)
    with mg.watch_layers() as hidden:
        score = two_neurons.F(mg.Tensor(points, tangent=tangent))
    return {"y": hidden.tensors["y"], "F": score}


def draw_two_neurons():
    """The two neurons in one panel, their product in another, each with tangent lines."""
    figure, (two, product) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    line, dots = np.linspace(0, 1, 301), (0.15, 0.5, 0.85)
    curve, points = (line, swept(line)), (dots, swept(dots))
    draw_tangent_lines(two, curve, points, ("y", 0), "y₁", BLUE, (-4, -18))
    draw_tangent_lines(two, curve, points, ("y", 1), "y₂", ORANGE, (-14, 10))
    draw_tangent_lines(product, curve, points, ("F",), "F = y₁ · y₂", PURPLE, (10, -12))
    within = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    for axis, title in (
        (two, "Two neurons: a slope is dy/dα"),
        (product, "Their product: a slope is dF/dα"),
    ):
        axis.axvline(1 / 3, color=GREY, linestyle=":", linewidth=1.2)
        axis.annotate("α = 1/3: y₁ wakes", (1 / 3, 0.97), (4, 0), **within, color=GREY, va="top")
        axis.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 0.92))
        axis.set_ylim(bottom=-0.13 * axis.get_ylim()[1])
        tidy(axis, title, ALPHA, "value")
    return figure


def draw_tangent_lines(axis, curve, points, unit, label, colour, offset, reach=0.11):
    """One unit over α, and at a few points the line whose slope is the tangent found there.

    That number stands beside it, ``offset`` points away.
    """
    name, *which = unit
    alphas, tensors = curve
    axis.plot(alphas, tensors[name].data[:, *which], color=colour, linewidth=2.2, label=label)
    alphas, tensors = points
    values, tangents = tensors[name].data[:, *which], tensors[name].tangent[:, *which]
    for alpha, value, tangent in zip(alphas, values, tangents):
        ends = np.array([alpha - reach, alpha + reach])
        axis.plot(ends, value + tangent * (ends - alpha), color=BLACK, linewidth=1.3)
        axis.plot(alpha, value, "o", color=colour, markeredgecolor=BLACK)
        text = f"{tangent:.3g}".replace("-", "−")
        look = {"textcoords": "offset points", "color": colour, "weight": "bold"}
        axis.annotate(text, (alpha, value), offset, **look)


def draw_journey(sweep, network):
    """Values in the upper row, tangents in the lower one, from the picture to the score.

    Parameters
    ----------
    sweep : callable
        The lesson's.
    network : module
        With F, X and BASELINE.
    """
    figure, axes = plt.subplots(2, 5, figsize=(13, 5.9), layout="constrained")
    figure.suptitle(JOURNEY, x=0.01, ha="left", fontsize=11)
    path = network.F, network.X, network.BASELINE
    alpha, alphas = 0.5, np.linspace(0, 1, 51)
    tensors = sweep(*path, alpha)
    x, average = tensors["x"], tensors["average"]
    outline = (network.X != network.BASELINE).any(axis=-1)[0]
    draw_map(axes[0, 0], x.data[0], outline, f"x(α), α = {alpha}")
    change = x.tangent[0].sum(axis=-1)
    draw_map(axes[1, 0], change, outline, "dx/dα (sum of colours)", signed=True)
    for column, name in ((1, "conv"), (2, "deep")):
        y, tangent = tensors[name].data[0, ..., FILTER], tensors[name].tangent[0, ..., FILTER]
        shown = f"{name}, filter {FILTER}"
        draw_map(axes[0, column], y, outline, f"y: {shown}")
        draw_map(axes[1, column], tangent, outline, f"dy/dα: {shown}", signed=True)
    slopes = average.tangent[0]
    draw_bars(axes[0, 3], average.data[0], "y: average", GREY)
    draw_bars(axes[1, 3], slopes, "dy/dα: average", np.where(slopes < 0, VERMILION, BLUE))
    scores = [sweep(*path, each)["F"] for each in alphas]
    draw_score(axes[:, 4], alpha, tensors["F"], alphas, scores)
    return figure


def draw_score(axes, alpha, F, alphas, scores):
    """F over α with the tangent's line at one α, and dF/dα over α."""
    values, tangents = ([getattr(F, of).item() for F in scores] for of in ("data", "tangent"))
    ends = np.array([-0.25, 0.25])
    axes[0].plot(alpha + ends, F.data + F.tangent * ends, color=BLACK, linewidth=1.3)
    for axis, title, name, curve, dot, offset in (
        (axes[0], "F(α), and the tangent's line", "F = ", values, F.data, (8, 6)),
        (axes[1], "dF/dα", "", tangents, F.tangent, (8, -14)),
    ):
        axis.plot(alphas, curve, color=PURPLE, linewidth=2.2)
        axis.plot(alpha, dot, "o", color=PURPLE, markeredgecolor=BLACK)
        text = f"{name}{dot.item():.3f}".replace("-", "−")
        axis.annotate(text, (alpha, dot.item()), offset, textcoords="offset points", color=PURPLE)
        tidy(axis, "", "α")
        axis.set_title(title, fontsize=10)


def draw_map(axis, pixels, outline, title, signed=False):
    """One filter, or the picture, as large as the picture; if ``signed``, white is zero."""
    side, extreme = len(outline), np.abs(pixels).max()
    colours = {"cmap": SIGNED, "vmin": -extreme, "vmax": extreme} if signed else {"cmap": "gray"}
    image = axis.imshow(pixels, extent=(0, side, side, 0), interpolation="nearest", **colours)
    centres = np.arange(side) + 0.5
    axis.contour(centres, centres, outline, levels=[0.5], colors=BLACK, linewidths=1)
    axis.set(xticks=[], yticks=[])
    axis.set_title(title, fontsize=10)
    if pixels.ndim == 2:
        place = axis.inset_axes((0.1, -0.11, 0.8, 0.05))
        bar = axis.figure.colorbar(image, cax=place, orientation="horizontal")
        bar.ax.tick_params(labelsize=8)


def draw_bars(axis, heights, title, colours):
    """One bar for each unit of a layer."""
    axis.bar(range(len(heights)), heights, color=colours)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.set_xticks(range(len(heights)))
    tidy(axis, "", "filter")
    axis.set_title(title, fontsize=10)
