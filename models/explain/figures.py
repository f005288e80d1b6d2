"""Figures of an explained picture, drawn with matplotlib, which is imported only here."""

import numpy as np

from ..output.figures import BLUE, GREY, ORANGE, check_figure_path, new_figure, save
from .filters import with_error


def draw_explanation(explanation, path):
    """Draw the picture, the sums of every layer, and the maps of the strongest filters.

    Parameters
    ----------
    explanation : models.explain.Explanation
    path : str or os.PathLike
        A .png, .svg or .pdf file.
    """
    check_figure_path(path)
    maps = [one for one in explanation.maps if one.value > 0]
    map_rows = -(-len(maps) // 5)
    height = 4.6 * map_rows
    figure = new_figure((11, 4.2 + height))
    above, below = figure.subfigures(2, 1, height_ratios=[4.2, max(height, 0.01)])
    picture, bars = above.subplots(1, 2, width_ratios=[1, 2.1])
    draw_picture(picture, explanation)
    draw_bars(bars, explanation)
    if maps:
        draw_maps(below, explanation, maps, map_rows)
    save(figure, path)


def draw_picture(axes, explanation):
    """The picture as the network saw it, with the label that is explained."""
    label, name, score, probability = explanation.top[0]
    axes.imshow(explanation.pixels)
    axes.set_axis_off()
    axes.set_title(
        f"strongest label: {name}\nscore {score:.2f}, probability {probability:.1%}", fontsize=10
    )


def draw_bars(axes, explanation):
    """For each layer what its filters add and take away, and their total against F(x) − F(x')."""
    found, difference = explanation.conductance, explanation.difference
    position = np.arange(len(found))
    sums = [found.per_filter(layer)[0] for layer in found]
    added, taken = [s[s > 0].sum() for s in sums], [s[s < 0].sum() for s in sums]
    totals = [found.total(layer)[0] for layer in found]
    axes.barh(position, added, 0.62, color=BLUE, label="filters for the score")
    axes.barh(position, taken, 0.62, color=ORANGE, label="filters against")
    axes.plot(totals, position, "D", color="black", markersize=6, label="total of the layer")
    told = f"F(x) − F(x′) = {difference:.2f}"
    axes.axvline(difference, color=GREY, linestyle="--", linewidth=1.2, label=told)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(position, [f"{layer} ({s.size})" for layer, s in zip(found, sums)])
    axes.invert_yaxis()
    axes.set_xlabel("sum of the filters' conductance (units of the score before the softmax)")
    total = max(found.completeness_error(layer)[0] for layer in found)
    single = max(found.relative_error(layer)[0] for layer in found)
    axes.set_title(
        f"Conductance for “{explanation.name}”: every layer sums to the same\n"
        f"(to {total:.1%}; {sum(s.size for s in sums)} filters, those of a layer to {single:.1%})",
        fontsize=10,
    )
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=4, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def draw_maps(figure, explanation, maps, rows):
    """For each layer, where its strongest filter gets its conductance from, in two ways."""
    axes = figure.subplots(2 * rows, 5, squeeze=False)
    for one in axes.flat:
        one.set_axis_off()
    found = explanation.conductance
    for k, (layer, index, value, pixels, places) in enumerate(maps):
        above, below = axes[k // 5 * 2 : k // 5 * 2 + 2, k % 5]
        number = with_error(value, found.error(layer)[0, index])
        above.set_title(f"{layer}, filter {index}\n{number}", fontsize=9)
        draw_map(above, explanation.pixels, smoothed(pixels))
        shown, strength = draw_map(below, explanation.pixels, places)
    ticks = [-strength, 0, strength]
    bar = figure.colorbar(shown, ax=list(axes.flat), shrink=0.75, aspect=28, ticks=ticks)
    bar.ax.set_yticklabels(["against", "0", "for"], fontsize=9)
    figure.suptitle(
        "Where each layer's strongest filter gets its conductance (the number) from. Above: through"
        " which pixels\n(Eq. 2, over colours, blurred by 1.5 % of the side). Below: at which "
        "positions of the layer (Eq. 3, whose sum it is). Each map has its own scale",
        fontsize=9,
    )


def draw_map(axes, pixels, conductance_map):
    """A map over the greyed picture, as large as it, on its own scale.

    Returns
    -------
    image : matplotlib.image.AxesImage
    strength : float
        The value at which its colours end.
    """
    strength = np.quantile(np.abs(conductance_map), 0.995)
    strength = max(strength, np.finfo(conductance_map.dtype).tiny)
    axes.imshow(pixels.mean(axis=-1), cmap="gray", vmin=-255, vmax=400)
    height, width, _ = pixels.shape
    return axes.imshow(
        conductance_map,
        cmap=for_and_against(),
        vmin=-strength,
        vmax=strength,
        alpha=np.clip(np.abs(conductance_map) / strength, 0, 1),
        extent=(-0.5, width - 0.5, height - 0.5, -0.5),
        interpolation="nearest",
    ), strength


def for_and_against():
    """The colour map of signed numbers: orange, against the score; white, nothing; blue, for it."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("for and against", [ORANGE, "white", BLUE])


def smoothed(conductance_map):
    """The map under a Gaussian of 1.5 % of its side, since single pixels are hard to see."""
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(conductance_map, 0.015 * conductance_map.shape[0])
