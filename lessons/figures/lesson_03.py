"""The table and the picture of lesson 3: tangent lines, errors of differences, values above
tangents layer by layer.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from lessons.figures.drawing import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, tidy

SIGNED = LinearSegmentedColormap.from_list("falls, stands still, rises", [VERMILION, "white", BLUE])
ESTIMATES = (
    ("one-sided difference", "o", ORANGE),
    ("central difference", "s", BLUE),
    ("complex step", "D", GREEN),
)
FILTER = 1  # the filter shown of each layer


def print_table(alphas, y, F, by_hand, by_difference):
    """Values and tangents of the two neurons and of F, a row for each α."""
    print("α            y₁  dy₁/dα      y₂  dy₂/dα       F   dF/dα   by difference   hand − sweep")
    for row, alpha in enumerate(alphas):
        swept = np.transpose(
            [(*y.data[row], F.data[row]), (*y.tangent[row], F.tangent[row])]
        ).ravel()
        off = np.abs(np.subtract(by_hand[row], swept)).max()
        print(
            f"{alpha:.4f} "
            + " ".join(f"{number:7.3f}" for number in swept)
            + f"{by_difference[row]:16.3f} {off:14.1g}"
        )


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
    dense, few, middle, h = (
        np.linspace(0, 1, 301),
        (0.15, 0.5, 0.85),
        (0.5,),
        np.logspace(-15, 0, 31),
    )
    neurons, neurons_at = ((alphas, sweep(*two_neurons, alphas)) for alphas in (dense, few))
    network, network_along = (
        (alphas, sweep(*small_network, alphas)) for alphas in (middle, dense[::6])
    )
    figure = plt.figure(figsize=(13, 10), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1, 1.45), hspace=0.05)
    two, product, differences = upper.subplots(1, 3)
    draw_tangent_lines(two, neurons, neurons_at, ("y", 0), "y₁", BLUE, (-4, -18))
    draw_tangent_lines(two, neurons, neurons_at, ("y", 1), "y₂", ORANGE, (-14, 10))
    draw_tangent_lines(product, neurons, neurons_at, ("F",), "F = y₁ · y₂", PURPLE, (10, -12))
    for axis, title in (
        (two, "Two neurons: a slope is dy/dα"),
        (product, "Their product: a slope is dF/dα"),
    ):
        axis.axvline(1 / 3, color=GREY, linestyle=":", linewidth=1.2)
        axis.annotate("α = 1/3: y₁ wakes", (1 / 3, 0.97), (4, 0), xycoords=("data", "axes "
                                                                                    "fraction"),
                      textcoords="offset points", color=GREY, va="top")  # fmt: skip
        axis.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 0.92))
        axis.set_ylim(bottom=-0.13 * axis.get_ylim()[1])
        tidy(axis, title, "α (0: baseline x′, 1: input x)", "value")
    draw_errors(differences, h, errors(small_network, 0.5, h))
    lower.suptitle("A tangent travels the small network in one sweep: values above, tangents "
                   "below; black line: what moves in x",
                   x=0.01, ha="left", fontsize=11)  # fmt: skip
    draw_journey(lower.subplots(2, 5), network, network_along)
    return figure


def draw_tangent_lines(axis, curve, points, unit, label, colour, offset, reach=0.11):
    """One unit over α, and at a few points the line whose slope is the tangent found there, with
    that number beside it.
    """
    name, *which = unit
    alphas, tensors = curve
    axis.plot(alphas, tensors[name].data[:, *which], color=colour, linewidth=2.2, label=label)
    alphas, tensors = points
    for alpha, value, tangent in zip(
        alphas, tensors[name].data[:, *which], tensors[name].tangent[:, *which]
    ):
        ends = np.array([alpha - reach, alpha + reach])
        axis.plot(ends, value + tangent * (ends - alpha), color=BLACK, linewidth=1.3)
        axis.plot(alpha, value, "o", color=colour, markeredgecolor=BLACK)
        text = f"{tangent:.3g}".replace("-", "−")
        axis.annotate(
            text, (alpha, value), offset, textcoords="offset points", color=colour, weight="bold"
        )


def draw_errors(axis, h, errors):
    """Relative errors against h on logarithmic axes, and the line where rounding begins."""
    rounding = np.finfo(float).eps
    for (name, marker, colour), values in zip(ESTIMATES, errors):
        best = f"best {values.min():.0e}" if values.min() > rounding else "best: rounding"
        shown, label = np.maximum(values, rounding / 2), f"{name}, {best}"  # 0 has no logarithm
        axis.loglog(h, shown, marker=marker, markersize=4, linewidth=1.2, color=colour, label=label)
    axis.axhline(rounding, color=GREY, linestyle=":", linewidth=1.2)
    axis.annotate(
        "rounding, 2e-16",
        (h.max(), rounding),
        (0, 4),
        textcoords="offset points",
        color=GREY,
        ha="right",
    )
    axis.set_ylim(rounding / 20, 1e4)
    axis.legend(frameon=False, loc="upper center")
    tidy(
        axis,
        "Small network: dF/dα without a tangent",
        "h (in units of α)",
        "|estimate − tangent| / |tangent|",
    )


def draw_journey(axes, network, along):
    """Values in the upper row, tangents in the lower one, from the picture to the score."""
    (alpha,), tensors = network
    outline = (tensors["x"].tangent != 0).any(axis=-1)[0]
    draw_map(axes[0, 0], tensors["x"].data[0], outline, f"x(α), α = {alpha}", signed=False)
    draw_map(
        axes[1, 0],
        tensors["x"].tangent[0].sum(axis=-1),
        outline,
        "dx/dα = x − x′ (sum of colours)",
        signed=True,
    )
    for column, name in ((1, "conv"), (2, "deep")):
        y = tensors[name]
        draw_map(
            axes[0, column],
            y.data[0, ..., FILTER],
            outline,
            f"y: {name}, filter {FILTER}",
            signed=False,
        )
        draw_map(
            axes[1, column],
            y.tangent[0, ..., FILTER],
            outline,
            f"dy/dα: {name}, filter {FILTER}",
            signed=True,
        )
    draw_bars(axes[0, 3], tensors["average"].data[0], "y: average", GREY)
    slopes = tensors["average"].tangent[0]
    draw_bars(axes[1, 3], slopes, "dy/dα: average", np.where(slopes < 0, VERMILION, BLUE))
    alphas, curves = along
    ends, slope = np.array([-0.25, 0.25]), tensors["F"].tangent
    axes[0, 4].plot(alpha + ends, tensors["F"].data + slope * ends, color=BLACK, linewidth=1.3)
    for axis, title, curve, dot, offset in (
        (axes[0, 4], "F(α), and the tangent's line", curves["F"].data, tensors["F"].data, (8, 6)),
        (axes[1, 4], "dF/dα", curves["F"].tangent, slope, (8, -14)),
    ):
        axis.plot(alphas, curve, color=PURPLE, linewidth=2.2)
        axis.plot(alpha, dot, "o", color=PURPLE, markeredgecolor=BLACK)
        text = f"{dot.item():.3f}".replace("-", "−")
        axis.annotate(text, (alpha, dot.item()), offset, textcoords="offset points", color=PURPLE)
        tidy(axis, "", "α")
        axis.set_title(title, fontsize=10)


def draw_map(axis, pixels, outline, title, signed):
    """One filter, or the picture, drawn as large as the picture; if ``signed``, white is zero and
    the sign a colour.
    """
    side, extreme = len(outline), np.abs(pixels).max()
    colours = {"cmap": SIGNED, "vmin": -extreme, "vmax": extreme} if signed else {"cmap": "gray"}
    image = axis.imshow(pixels, extent=(0, side, side, 0), interpolation="nearest", **colours)
    centres = np.arange(side) + 0.5
    axis.contour(centres, centres, outline, levels=[0.5], colors=BLACK, linewidths=1)
    axis.set(xticks=[], yticks=[])
    axis.set_title(title, fontsize=10)
    if pixels.ndim == 2:
        bar = axis.figure.colorbar(
            image, cax=axis.inset_axes((0.1, -0.11, 0.8, 0.05)), orientation="horizontal"
        )
        bar.ax.tick_params(labelsize=8)


def draw_bars(axis, heights, title, colours):
    """One bar for each unit of a layer."""
    axis.bar(range(len(heights)), heights, color=colours)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.set_xticks(range(len(heights)))
    tidy(axis, "", "filter")
    axis.set_title(title, fontsize=10)
