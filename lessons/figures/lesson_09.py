"""What lesson 9 draws and prints."""

import tracemalloc

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
from minigrad.attribution import (
    conductance,
    conductance_map,
    conductance_maps,
    integrated_gradients,
)
from models.inception.images import deprocess

from ..networks.two_neurons import BASELINE, B, W, X
from ..networks.two_neurons import F as with_new_tensors
from .drawing import BLACK, BLUE, GREY, ORANGE, for_and_against, save, tidy

# a map is shown as 16 × 16 blocks, each the sum over its pixels: single pixels are hard to see
SHOWN_SIDE = 16
FOR_AND_AGAINST = for_and_against()


def strongest_maps(F, x, baseline, result, layers, steps, count=3):
    """For each layer the filters that add most, as a list of (layer, filter, conductance, map
    (side, side)).
    """
    chosen = [(layer, *found) for layer in layers for found in result.strongest(layer, count)[0]]
    maps = conductance_maps(
        F, x, baseline, selections=[(layer, filter) for layer, filter, _ in chosen], steps=steps
    )
    filters = [(*which, one_map[0].sum(axis=-1)) for which, one_map in zip(chosen, maps)]
    return [[found for found in filters if found[0] == layer] for layer in layers]


def draw_googlenet(F, x, baseline, layers, steps):
    """The strongest filters of three of GoogLeNet's layers over a photo."""
    layers, pixels = layers[1::3], deprocess(x, F.model.specification)
    found = conductance(F, x, baseline, layers=layers, steps=steps)
    rows = strongest_maps(F, x, baseline, found, layers, steps)
    all_filters = integrated_gradients(F, x, baseline, steps=steps)[0].sum(axis=-1)
    save(
        draw(pixels, (("x", pixels), ("all filters of a layer", all_filters)), rows),
        "09_googlenet.png",
    )


def draw(pixels, left, rows, mask=None, bars=None):
    """Photo × filter maps: a layer a row, on one colour scale; below, if asked for, the shares as
    bars.

    Parameters
    ----------
    pixels : numpy.ndarray, uint8, (side, side, 3)
        The picture that is explained.
    left : sequence of (title, array)
        The first column: pictures (side, side, 3) or maps (side, side).
    rows : sequence of sequence of (layer, filter, conductance, map)
        As from `strongest_maps`.
    mask : numpy.ndarray, bool, (side, side), optional
        A part to outline in every panel.
    bars : tuple, optional
        What `draw_shares` takes.

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = 1 + max(map(len, rows))
    figure = plt.figure(
        figsize=(2.75 * columns + 1.4, 2.95 * len(rows) + (3.6 if bars else 0)),
        layout="constrained",
    )
    grid = figure.add_gridspec(
        len(rows) + bool(bars), columns, height_ratios=[1] * len(rows) + [1.15] * bool(bars)
    )
    strength = np.quantile(np.abs([blocks(one) for row in rows for *_, one in row]), 0.995)
    panels = []
    for number, row in enumerate(rows):
        titled = [
            (f"{layer}, filter {filter}\nCond = {value:+.2f}".replace("-", "−"), one)
            for layer, filter, value, one in row
        ]
        for column, (title, shown) in enumerate(
            [left[number] if number < len(left) else ("", None), *titled]
        ):
            axis = figure.add_subplot(grid[number, column])
            axis.set_axis_off()
            axis.set_title(title, fontsize=10)
            panels.append(axis)
            if shown is not None:
                image = draw_one(axis, pixels, shown, strength, mask)
    block = pixels.shape[0] // SHOWN_SIDE
    bar = figure.colorbar(image, ax=panels, aspect=40, pad=0.01, extend="both")
    bar.set_label(
        f"conductance, in units of the score per block of {block} × {block} pixels "
        "(blue: for, red: against)"
    )
    if bars:
        draw_shares(figure.add_subplot(grid[-1, :]), *bars)
    return figure


def draw_one(axis, pixels, shown, strength, mask):
    """A picture as it is, or a map over the greyed picture; the part's outline on top. Returns the
    map's image, if any.
    """
    side, image = pixels.shape[0], None
    if shown.ndim == 3:
        axis.imshow(shown)
    else:
        summed = blocks(shown)
        axis.imshow(pixels.mean(axis=-1), cmap="gray", vmin=-255, vmax=400)
        image = axis.imshow(
            summed, cmap=FOR_AND_AGAINST, vmin=-strength, vmax=strength, extent=(-0.5, side - 0.5, side - 0.5, -0.5),
            alpha=np.clip(np.abs(summed) / strength, 0, 1) ** 0.6, interpolation="nearest",
        )  # fmt: skip
    if mask is not None:
        axis.contour(mask, levels=[0.5], colors=[BLACK], linewidths=1)
    return image


def blocks(one):
    """A map (side, side) summed over blocks of pixels: (SHOWN_SIDE, SHOWN_SIDE), with the same sum."""
    block = one.shape[0] // SHOWN_SIDE
    return one.reshape(SHOWN_SIDE, block, SHOWN_SIDE, block).sum(axis=(1, 3))


def draw_shares(axis, entries, area, part):
    """Two bars for each filter: its map's share on the part, and its fall without the part; a line
    at the part's area.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    entries : sequence of (label, share, fall)
    area : float
        The part's share of the picture's pixels.
    part : str
    """
    labels, shares, falls = zip(*entries)
    position = np.arange(len(entries))
    axis.bar(position - 0.2, shares, 0.38, color=BLUE, label=f"share of the map on the {part}")
    axis.bar(
        position + 0.2,
        falls,
        0.38,
        color=ORANGE,
        label=f"fall of the conductance without the {part}",
    )
    for place, heights in ((-0.2, shares), (0.2, falls)):
        for x, height in zip(position + place, heights):
            text = f"{height:.0%}".replace("-", "−")
            axis.text(
                x, height, text, ha="center", va="bottom" if height >= 0 else "top", fontsize=9
            )
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.axhline(
        area,
        color=GREY,
        linestyle="--",
        linewidth=1.2,
        label=f"the {part}'s share of the picture's area, {area:.0%}",
    )
    axis.set_xticks(position, labels, fontsize=9)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}".replace("-", "−"))
    axis.margins(y=0.12)
    axis.legend(
        frameon=False,
        fontsize=9,
        ncols=3,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        borderaxespad=0,
    )
    tidy(axis, "", "", "of the filter's conductance")


def print_sums(result):
    """For each layer its units, what its filters add and take away, their total, and the strongest
    filter.
    """
    print(
        "layer      units: rows, columns, filters       for   against     total   strongest filter"
    )
    for layer in result:
        sums, shape = result.per_filter(layer)[0], result[layer].shape[1:]
        numbers = (
            f"{sums[sums > 0].sum():9.3f} {sums[sums < 0].sum():9.3f} {result.total(layer)[0]:9.3f}"
        )
        units = f"{np.prod(shape):6} = {' × '.join(map(str, shape)):20}"
        print(f"{layer:10} {units} {numbers}   {sums.argmax()} with {sums.max():.3f}")
    print(
        f"F(x) − F(x′) = {result.difference[0]:.3f}, completeness error "
        f"{result.completeness_error(layer)[0]:.2%}\n"
    )


def print_scenes(model, F, scenes, part, layer, filter, steps):
    """One filter on several scenes: its conductance, the share of its map on a part, and its fall
    without the part.
    """
    x, x_without = (
        np.concatenate([model.preprocess(scene.draw(without)) for scene in scenes])
        for without in ((), (part,))
    )
    result, without = (
        conductance(F, pictures, model.baseline(), layers=[layer], steps=steps)
        for pictures in (x, x_without)
    )
    maps = conductance_map(F, x, model.baseline(), layer=layer, select=filter, steps=steps).sum(
        axis=-1
    )
    headings = f"   F(x) − F(x′)   conductance   area of the {part}   share on it   fall without it"
    print(f"{layer}, filter {filter}{headings}")
    for n, scene in enumerate(scenes):
        value, mask = result.per_filter(layer)[n, filter], scene.mask(part)
        shares = (
            mask.mean(),
            maps[n][mask].sum() / maps[n].sum(),
            1 - without.per_filter(layer)[n, filter] / value,
        )
        print(
            f"scene {scene.seed:<12} {result.difference[n]:15.2f} {value:13.3f}"
            + "{:18.0%} {:13.0%} {:16.0%}".format(*shares)
        )
    print()


def print_two_sides(two_sides, y, pullback, velocity):
    """``two_sides`` for a u of random numbers and for ∂F/∂y of the whole layer."""
    noise = np.random.default_rng(0).standard_normal(y.shape).astype(y.dtype)
    for what, u in (("a random u", noise), ("u = ∂F/∂y", y.grad)):
        print(
            "{}: {:.4f} over units, {:.4f} over pixels".format(
                what, *two_sides(u, y, pullback, velocity)
            )
        )
    print()


def apart(one, other):
    """The largest difference between two results' units, relative to the largest unit of the layer,
    over all layers.
    """
    return max(np.abs(one[layer] - other[layer]).max() / np.abs(one[layer]).max() for layer in one)


def print_invariances(F, x, baseline, steps=8):
    """How far the numbers are apart with other batch sizes, with other workers, and for an example
    alone.
    """
    usual, alone = (
        conductance(F, x, baseline, steps=steps),
        conductance(F, x[1:2], baseline, steps=steps),
    )
    found = {"example 1 alone": apart(alone, {layer: usual[layer][1:2] for layer in usual})}
    for option, value in (("batch_size", 6), ("batch_size", 100), ("workers", 1), ("workers", 2)):
        found[f"{option} {value}"] = apart(
            usual, conductance(F, x, baseline, steps=steps, **{option: value})
        )
    print(
        f"{x.dtype}, apart by:", *(f"{change} {by:.0e}" for change, by in found.items()), sep="   "
    )


def peak(*arguments, **options):
    """The most bytes that arrays took at once during a conductance in one thread."""
    tracemalloc.start()
    conductance(*arguments, workers=1, **options)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def print_memory(F, x, baseline):
    """Peak memory for several steps and batch sizes, with and without the terms kept."""
    print("\nsteps   batch_size   keep_terms   peak memory in MB")
    cases = (
        (12, 3, False),
        (48, 3, False),
        (48, 6, False),
        (48, 12, False),
        (12, 3, True),
        (48, 3, True),
    )
    for steps, batch_size, keep_terms in cases:
        most = peak(F, x, baseline, steps=steps, batch_size=batch_size, keep_terms=keep_terms)
        print(f"{steps:5} {batch_size:12} {'yes' if keep_terms else 'no':>12} {most / 1e6:19.1f}")
    print()


def in_place(x):
    """y₁ · y₂ of lesson 6, with a relu that neither reverse nor forward mode sees."""
    y = mg.linear(x, W, B).named("y")
    np.maximum(y.data, 0, out=y.data)  # the tape still holds what `linear` recorded
    return y[:, 0] * y[:, 1]


def print_in_place():
    """Conductance and both errors of the two neurons, with a new tensor at every step and with a
    relu in place.
    """
    for what, network in (("a new tensor", with_new_tensors), ("in place", in_place)):
        r = conductance(network, X, BASELINE, steps=300, rule="midpoint")
        errors = (
            f"conservation error {r.conservation_error()[0]:.0e}, completeness error "
            f"{r.completeness_error('y')[0]:.2%}"
        )
        print(
            f"{what:13} F(x) − F(x′) = {r.difference[0]:.3f}, Cond = {r['y'][0].round(3)}, {errors}"
        )
    print()
