"""What lesson 3 draws and prints: tangent lines, errors of differences, a tangent's journey."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from .drawing import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, tidy

SIGNED = LinearSegmentedColormap.from_list("falls, stands still, rises", [VERMILION, "white", BLUE])
ESTIMATES = (
    ("one-sided difference", "o", ORANGE),
    ("central difference", "s", BLUE),
    ("complex step", "D", GREEN),
)
FILTER = 1  # the filter shown of each layer
JOURNEY = (
    "A tangent travels the small network in one sweep: "
    "values above, tangents below; black line: what moves in x"
)


def print_table(alphas, y, F, by_hand, by_difference):
    """Values and tangents of the two neurons and of F, a row for each α."""
    print("α            y₁  dy₁/dα      y₂  dy₂/dα       F   dF/dα   by difference   hand − sweep")
    for row, alpha in enumerate(alphas):
        values, tangents = (*y.data[row], F.data[row]), (*y.tangent[row], F.tangent[row])
        swept = np.transpose([values, tangents]).ravel()  # each tangent after its value
        off = np.abs(np.subtract(by_hand[row], swept)).max()
        numbers = " ".join(f"{number:7.3f}" for number in swept)
        print(f"{alpha:.4f} {numbers}{by_difference[row]:16.3f} {off:14.1g}")


def draw(sweep, errors, two_neurons, small_network):
    """The whole figure.

    Parameters
    ----------
    sweep, errors : callable
        The lesson's functions.
    two_neurons, small_network : (F, x, baseline)

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = plt.figure(figsize=(13, 10), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1, 1.45), hspace=0.05)
    two, product, differences = upper.subplots(1, 3)
    draw_two_neurons(two, product, sweep, two_neurons)
    h = np.logspace(-15, 0, 31)
    draw_errors(differences, h, errors(small_network, 0.5, h))
    lower.suptitle(JOURNEY, x=0.01, ha="left", fontsize=11)
    network, along = (
        (alphas, sweep(*small_network, alphas)) for alphas in ((0.5,), np.linspace(0, 1, 51))
    )
    draw_journey(lower.subplots(2, 5), network, along)
    return figure


def draw_two_neurons(two, product, sweep, path):
    """The two neurons in one panel, their product in another, each with tangent lines."""
    curve, points = (
        (alphas, sweep(*path, alphas)) for alphas in (np.linspace(0, 1, 301), (0.15, 0.5, 0.85))
    )
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
        tidy(axis, title, "α (0: baseline x′, 1: input x)", "value")


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


def draw_errors(axis, h, errors):
    """Relative errors against h on logarithmic axes, and the line where rounding begins."""
    rounding = np.finfo(float).eps
    for (name, marker, colour), values in zip(ESTIMATES, errors):
        best = f"best {values.min():.0e}" if values.min() > rounding else "best: rounding"
        shown = np.maximum(values, rounding / 2)  # 0 has no logarithm
        look = {"marker": marker, "markersize": 4, "linewidth": 1.2, "color": colour}
        axis.loglog(h, shown, label=f"{name}, {best}", **look)
    axis.axhline(rounding, color=GREY, linestyle=":", linewidth=1.2)
    look = {"textcoords": "offset points", "color": GREY, "ha": "right"}
    axis.annotate("rounding, 2e-16", (h.max(), rounding), (0, 4), **look)
    axis.set_ylim(rounding / 20, 1e4)
    axis.legend(frameon=False, loc="upper center")
    title = "Small network: dF/dα without a tangent"
    tidy(axis, title, "h (in units of α)", "|estimate − tangent| / |tangent|")


def draw_journey(axes, network, along):
    """Values in the upper row, tangents in the lower one, from the picture to the score."""
    (alpha,), tensors = network
    x, average = tensors["x"], tensors["average"]
    outline = (x.tangent != 0).any(axis=-1)[0]
    draw_map(axes[0, 0], x.data[0], outline, f"x(α), α = {alpha}")
    change = x.tangent[0].sum(axis=-1)
    draw_map(axes[1, 0], change, outline, "dx/dα = x − x′ (sum of colours)", signed=True)
    for column, name in ((1, "conv"), (2, "deep")):
        y, tangent = tensors[name].data[0, ..., FILTER], tensors[name].tangent[0, ..., FILTER]
        shown = f"{name}, filter {FILTER}"
        draw_map(axes[0, column], y, outline, f"y: {shown}")
        draw_map(axes[1, column], tangent, outline, f"dy/dα: {shown}", signed=True)
    slopes = average.tangent[0]
    draw_bars(axes[0, 3], average.data[0], "y: average", GREY)
    draw_bars(axes[1, 3], slopes, "dy/dα: average", np.where(slopes < 0, VERMILION, BLUE))
    draw_score(axes[:, 4], alpha, tensors["F"], along)


def draw_score(axes, alpha, F, along):
    """F over α with the tangent's line at one α, and dF/dα over α."""
    alphas, curves = along
    ends = np.array([-0.25, 0.25])
    axes[0].plot(alpha + ends, F.data + F.tangent * ends, color=BLACK, linewidth=1.3)
    for axis, title, curve, dot, offset in (
        (axes[0], "F(α), and the tangent's line", curves["F"].data, F.data, (8, 6)),
        (axes[1], "dF/dα", curves["F"].tangent, F.tangent, (8, -14)),
    ):
        axis.plot(alphas, curve, color=PURPLE, linewidth=2.2)
        axis.plot(alpha, dot, "o", color=PURPLE, markeredgecolor=BLACK)
        text = f"{dot.item():.3f}".replace("-", "−")
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
