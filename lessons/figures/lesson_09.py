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
from models.scenes import random_scene

from ..networks.two_neurons import BASELINE, B, W, X
from ..networks.two_neurons import F as with_new_tensors
from .drawing import BLACK, BLUE, GREY, ORANGE, for_and_against, save, tidy

# a map is shown as 16 × 16 blocks, each the sum over its pixels: single pixels are hard to see
SHOWN_SIDE = 16
FOR_AND_AGAINST = for_and_against()


def sailboats(count):
    """Drawn scenes with a sailboat, those of the seeds from 1 on."""
    return [random_scene("sailboat", 1 + place) for place in range(count)]


def strongest_maps(F, x, baseline, result, layers, steps, count=3):
    """For each layer the filters that add most: (layer, filter, conductance, map (side, side))."""
    chosen = [(layer, *found) for layer in layers for found in result.strongest(layer, count)[0]]
    selections = [(layer, filter) for layer, filter, _ in chosen]
    maps = conductance_maps(F, x, baseline, selections=selections, steps=steps)
    filters = [(*which, one_map[0].sum(axis=-1)) for which, one_map in zip(chosen, maps)]
    return [[found for found in filters if found[0] == layer] for layer in layers]


def draw_scene(scene, part, all_filters, rows, bars):
    """The lesson's picture: a drawn scene with the part outlined, and the shares on it as bars."""
    pixels, mask = scene.draw(), scene.mask(part)
    left = (
        ("x", pixels),
        (f"x without the {part}", scene.draw(without=(part,))),
        ("all filters of a layer", all_filters),
    )
    return draw(pixels, left, rows, mask, (bars, mask.mean(), part))


def draw_googlenet(F, x, baseline, layers, steps):
    """The strongest filters of three of GoogLeNet's layers over a photo."""
    layers, pixels = layers[1::3], deprocess(x, F.model.specification)
    result = conductance(F, x, baseline, layers=layers, steps=steps)
    rows = strongest_maps(F, x, baseline, result, layers, steps)
    all_filters = integrated_gradients(F, x, baseline, steps=steps)[0].sum(axis=-1)
    left = ("x", pixels), ("all filters of a layer", all_filters)
    save(draw(pixels, left, rows), "09_googlenet.png")


def draw(pixels, left, rows, mask=None, bars=None):
    """Photo × filter maps, a layer a row, on one colour scale; shares as bars below, if asked for.

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
    count, columns = len(rows), 1 + max(map(len, rows))
    size = (2.75 * columns + 1.4, 2.95 * count + (3.6 if bars else 0))
    figure = plt.figure(figsize=size, layout="constrained")
    heights = [1] * count + [1.15] * bool(bars)
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    strength = np.quantile(np.abs([blocks(one) for row in rows for *_, one in row]), 0.995)
    panels = []
    for number, row in enumerate(rows):
        first = left[number] if number < len(left) else ("", None)
        for column, (title, shown) in enumerate([first, *map(titled, row)]):
            axis = figure.add_subplot(grid[number, column])
            axis.set_axis_off()
            axis.set_title(title, fontsize=10)
            panels.append(axis)
            if shown is not None:
                image = draw_one(axis, pixels, shown, strength, mask)
    block = pixels.shape[0] // SHOWN_SIDE
    unit = f"the score per block of {block} × {block} pixels"
    bar = figure.colorbar(image, ax=panels, aspect=40, pad=0.01, extend="both")
    bar.set_label(f"conductance, in units of {unit} (blue: for, red: against)")
    if bars:
        draw_shares(figure.add_subplot(grid[-1, :]), *bars)
    return figure


def titled(found):
    """A filter's map under its name and conductance."""
    layer, filter, value, one_map = found
    return f"{layer}, filter {filter}\nCond = {value:+.2f}".replace("-", "−"), one_map


def draw_one(axis, pixels, shown, strength, mask):
    """A picture as it is, or a map over the greyed picture; returns the map's image, if any."""
    side, image = pixels.shape[0], None
    if shown.ndim == 3:
        axis.imshow(shown)
    else:
        summed = blocks(shown)
        alpha = np.clip(np.abs(summed) / strength, 0, 1) ** 0.6
        extent = (-0.5, side - 0.5, side - 0.5, -0.5)
        scale = {"cmap": FOR_AND_AGAINST, "vmin": -strength, "vmax": strength}
        axis.imshow(pixels.mean(axis=-1), cmap="gray", vmin=-255, vmax=400)
        image = axis.imshow(summed, **scale, extent=extent, alpha=alpha, interpolation="nearest")
    if mask is not None:
        axis.contour(mask, levels=[0.5], colors=[BLACK], linewidths=1)
    return image


def blocks(one):
    """A map (side, side) summed over blocks of pixels, (SHOWN_SIDE, SHOWN_SIDE)."""
    block = one.shape[0] // SHOWN_SIDE
    return one.reshape(SHOWN_SIDE, block, SHOWN_SIDE, block).sum(axis=(1, 3))


def draw_shares(axis, entries, area, part):
    """Two bars for each filter: its map's share on the part, and its fall without the part.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    entries : sequence of (label, share, fall)
    area : float
        The part's share of the picture's pixels, a line across.
    part : str
    """
    labels, shares, falls = zip(*entries)
    position = np.arange(len(entries))
    for offset, heights, colour, label in (
        (-0.2, shares, BLUE, f"share of the map on the {part}"),
        (0.2, falls, ORANGE, f"fall of the conductance without the {part}"),
    ):
        axis.bar(position + offset, heights, 0.38, color=colour, label=label)
        for x, height in zip(position + offset, heights):
            align = "bottom" if height >= 0 else "top"
            axis.text(x, height, percent(height), ha="center", va=align, fontsize=9)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    line = {"color": GREY, "linestyle": "--", "linewidth": 1.2}
    axis.axhline(area, **line, label=f"the {part}'s share of the picture's area, {area:.0%}")
    axis.set_xticks(position, labels, fontsize=9)
    axis.yaxis.set_major_formatter(percent)
    axis.margins(y=0.12)
    above = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0}
    axis.legend(frameon=False, fontsize=9, ncols=3, **above)
    tidy(axis, "", "", "of the filter's conductance")


def percent(share, _=None):
    """'−3%', also as the formatter of an axis."""
    return f"{share:.0%}".replace("-", "−")


def print_sums(result):
    """For each layer its units, what its filters add and take away, and the strongest filter."""
    print(
        "layer      units: rows, columns, filters       for   against     total   strongest filter"
    )
    for layer in result:
        sums, shape = result.per_filter(layer)[0], result[layer].shape[1:]
        units = f"{np.prod(shape):6} = {' × '.join(map(str, shape)):20}"
        added, taken = sums[sums > 0].sum(), sums[sums < 0].sum()
        numbers = f"{added:9.3f} {taken:9.3f} {result.total(layer)[0]:9.3f}"
        print(f"{layer:10} {units} {numbers}   {sums.argmax()} with {sums.max():.3f}")
    error = result.completeness_error(layer)[0]
    print(f"F(x) − F(x′) = {result.difference[0]:.3f}, completeness error {error:.2%}\n")


def print_scenes(model, F, scenes, part, layer, filter, steps):
    """One filter on several scenes: its conductance, its share on a part, its fall without it."""
    baseline, path = model.baseline(), {"layers": [layer], "steps": steps}
    x = np.concatenate([model.preprocess(scene.draw()) for scene in scenes])
    x_without = np.concatenate([model.preprocess(scene.draw(part)) for scene in scenes])
    result, without = (conductance(F, one, baseline, **path) for one in (x, x_without))
    maps = conductance_map(F, x, baseline, layer=layer, select=filter, steps=steps).sum(axis=-1)
    headings = f"   F(x) − F(x′)   conductance   area of the {part}   share on it   fall without it"
    print(f"{layer}, filter {filter}{headings}")
    for n, scene in enumerate(scenes):
        value, mask = result.per_filter(layer)[n, filter], scene.mask(part)
        share = maps[n][mask].sum() / maps[n].sum()
        fall = 1 - without.per_filter(layer)[n, filter] / value
        numbers = f"{result.difference[n]:15.2f} {value:13.2f}"
        print(f"scene {scene.seed:<12} {numbers}{mask.mean():18.0%} {share:13.0%} {fall:16.0%}")
    print()


def print_two_sides(two_sides, y, pullback, velocity):
    """``two_sides`` for a u of random numbers and for ∂F/∂y of the whole layer."""
    noise = np.random.default_rng(0).standard_normal(y.shape).astype(y.dtype)
    for what, u in (("a random u", noise), ("u = ∂F/∂y", y.grad)):
        over_units, over_pixels = two_sides(u, y, pullback, velocity)
        print(f"{what}: {over_units:.2f} over units, {over_pixels:.2f} over pixels")
    print()


def apart(one, other):
    """How far two results are apart: of all layers, the most in terms of the layer's largest."""
    return max(np.abs(one[layer] - other[layer]).max() / np.abs(one[layer]).max() for layer in one)


def print_invariances(F, x, baseline, steps=8):
    """How far numbers are apart with other batch sizes, other workers, and for an example alone."""
    usual = conductance(F, x, baseline, steps=steps)
    alone = conductance(F, x[1:2], baseline, steps=steps)
    found = {"example 1 alone": apart(alone, {layer: usual[layer][1:2] for layer in usual})}
    for option, value in (("batch_size", 6), ("batch_size", 100), ("workers", 1), ("workers", 2)):
        changed = conductance(F, x, baseline, steps=steps, **{option: value})
        found[f"{option} {value}"] = apart(usual, changed)
    said = (f"{change} {by:.0e}" for change, by in found.items())
    print(f"{x.dtype}, apart by:", *said, sep="   ")


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
    summed, kept = ((12, 3), (48, 3), (48, 6), (48, 12)), ((12, 3), (48, 3))
    for keep_terms, sizes in (False, summed), (True, kept):
        for steps, batch_size in sizes:
            most = peak(F, x, baseline, steps=steps, batch_size=batch_size, keep_terms=keep_terms)
            said = "yes" if keep_terms else "no"
            print(f"{steps:5} {batch_size:12} {said:>12} {most / 1e6:19.1f}")
    print()


def in_place(x):
    """y₁ · y₂ of lesson 6, with a relu that neither reverse nor forward mode sees."""
    y = mg.linear(x, W, B).named("y")
    np.maximum(y.data, 0, out=y.data)  # the tape still holds what `linear` recorded
    return y[:, 0] * y[:, 1]


def print_in_place():
    """Conductance and both errors of the two neurons, with new tensors and with a relu in place."""
    for what, network in (("a new tensor", with_new_tensors), ("in place", in_place)):
        r = conductance(network, X, BASELINE, steps=300, rule="midpoint")
        conservation, completeness = r.conservation_error()[0], r.completeness_error("y")[0]
        print(
            f"{what:13} F(x) − F(x′) = {r.difference[0]:.3f}, Cond = {r['y'][0].round(3)}, "
            f"conservation error {conservation:.0e}, completeness error {completeness:.2%}"
        )
    print()
