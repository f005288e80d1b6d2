"""What lesson 12 draws and prints: sums of layers, maps over a scene, shares and falls."""

import matplotlib.pyplot as plt
import numpy as np

from minigrad.attribution import (
    conductance,
    conductance_map,
    conductance_maps,
    integrated_gradients,
    quadrature,
)
from models.inception.images import deprocess
from models.scenes import random_scene

from .drawing import BLACK, BLUE, GREEN, GREY, for_and_against, save, tidy

STEPS = 50  # points on the path, as `conductance` has them unless told
PART, LAYERS = "sail", ("mixed3b", "mixed5a")
# a map is shown as 16 × 16 blocks, each the sum over its pixels: single pixels are hard to see
SHOWN_SIDE = 16
FOR_AND_AGAINST = for_and_against()


def print_sums(result):
    """For each layer its units, what its filters add and take away, and the strongest filter."""
    print("layer    units: rows, columns, filters      for   against    total   strongest filter")
    for layer in result:
        sums, shape = result.per_filter(layer)[0], result[layer].shape[1:]
        units = f"{np.prod(shape):6} = {' × '.join(map(str, shape)):18}"
        numbers = (sums[sums > 0].sum(), sums[sums < 0].sum(), result.total(layer)[0])
        shown = " ".join(f"{number:8.3f}" for number in numbers).replace("-", "−")
        print(f"{layer:8} {units} {shown}   {sums.argmax()} with {sums.max():.3f}")
    error = result.completeness_error(layer)[0]
    print(f"F(x) − F(x′) = {result.difference[0]:.3f}, completeness error {error:.2%}\n")


def strongest_maps(F, x, baseline, result, layers=LAYERS, steps=STEPS, count=3):
    """For each layer the filters that add most: (layer, filter, conductance, map (side, side)).

    The first of all is (None, None, F(x) − F(x′), map): all filters of a layer together.
    """
    chosen = [(layer, *found) for layer in layers for found in result.strongest(layer, count)[0]]
    selections = [(layer, filter) for layer, filter, _ in chosen]
    maps = conductance_maps(F, x, baseline, selections=selections, steps=steps)
    all_filters = integrated_gradients(F, x, baseline, steps=steps)
    found = [(None, None, result.difference[0], all_filters[0].sum(axis=-1))]
    return found + [(*which, one[0].sum(axis=-1)) for which, one in zip(chosen, maps)]


def draw_maps(scene, maps):
    """The maps over a drawn scene, a layer a row, with the sail outlined."""
    return draw(scene.draw(), maps, scene.mask(PART))


def draw_googlenet(F, x, baseline, layers, steps=STEPS // 2):
    """The strongest filters of three of GoogLeNet's layers over a photo."""
    layers, pixels = layers[1::3], deprocess(x, F.model.specification)
    result = conductance(F, x, baseline, layers=layers, steps=steps)
    maps = strongest_maps(F, x, baseline, result, layers, steps)
    save(draw(pixels, maps), "12_googlenet.png")


def draw(pixels, maps, mask=None):
    """Photo × filter maps, a layer a row, on one colour scale.

    Parameters
    ----------
    pixels : numpy.ndarray, uint8, (side, side, 3)
        The picture that is explained.
    maps : list of (layer, filter, conductance, map)
        As from `strongest_maps`.
    mask : numpy.ndarray, bool, (side, side), optional
        A part to outline in every panel.

    Returns
    -------
    matplotlib.figure.Figure
    """
    (*_, all_filters), *of_filters = maps
    layers = list(dict.fromkeys(layer for layer, *_ in of_filters))
    columns = 1 + len(of_filters) // len(layers)
    figure = plt.figure(figsize=(2.75 * columns + 1.4, 3.1 * len(layers)), layout="constrained")
    axes = figure.subplots(len(layers), columns, squeeze=False)
    strength = np.quantile(np.abs([blocks(one) for *_, one in of_filters]), 0.995)
    left = [("x", pixels), ("all filters of a layer", all_filters)] + [("", None)] * len(layers)
    for axis, (title, shown) in zip(axes[:, 0], left):
        draw_one(axis, title, pixels, shown, strength, mask)
    for axis, found in zip(axes[:, 1:].flat, of_filters):
        image = draw_one(axis, titled(found), pixels, found[-1], strength, mask)
    block = pixels.shape[0] // SHOWN_SIDE
    bar = figure.colorbar(image, ax=axes, aspect=30, pad=0.01, extend="both")
    bar.set_label(f"score per block of {block} × {block} pixels\n(blue: for, orange: against)")
    return figure


def titled(found):
    """What stands over a filter's map."""
    layer, filter, value, _ = found
    return f"{layer}, filter {filter}\nCond = {value:+.2f}".replace("-", "−")


def draw_one(axis, title, pixels, shown, strength, mask=None):
    """A picture as it is, or a map over the greyed picture; returns the map's image, if any."""
    axis.set_axis_off()
    axis.set_title(title, fontsize=11)
    if shown is None:
        return None
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


def try_map(filter_map, seed, layer_at, velocity, result, layer=LAYERS[-1]):
    """Print the sum of a learner's map of the strongest filter beside what is right."""
    filter, value = result.strongest(layer)[0][0]
    try:
        points = []
        for alpha, weight in zip(*quadrature(STEPS)):
            y, pullback = layer_at(float(alpha), layer)  # float32 stays float32
            points.append((weight, seed(y.grad, filter), pullback))
        found = f"{filter_map(points, velocity).sum():.3f}"
    except NotImplementedError:
        found = "(not yet: the exercises above come first)"
    print(f"{layer}, filter {filter}: your map sums to {found}   conductance: {value:.3f}")


def shares_and_falls(F, model, scene, maps):
    """For each filter, and all together, a label, its map's share on the sail, its fall without."""
    pixels, baseline = scene.draw(without=(PART,)), model.baseline()
    without = conductance(F, model.preprocess(pixels), baseline, steps=STEPS)
    mask, found = scene.mask(PART), []
    for layer, filter, value, one_map in maps:
        left = without.per_filter(layer)[0, filter] if layer else without.difference[0]
        label = f"{layer}\nfilter {filter}" if layer else "all filters\nof a layer"
        found.append((label, one_map[mask].sum() / one_map.sum(), 1 - left / value))
    return found


def draw_two_questions(F, model, scene, maps):
    """A scene with and without its sail, and two bars for each filter.

    Parameters
    ----------
    F : ClassScore
    model : models.inception.Inception
    scene : models.scenes.Scene
    maps : list of (layer, filter, conductance, map)
        As from `strongest_maps`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    entries, mask = shares_and_falls(F, model, scene, maps), scene.mask(PART)
    figure = plt.figure(figsize=(12.4, 5.2), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1, 3.6])
    pictures = {"x": scene.draw(), f"x without the {PART}": scene.draw(without=(PART,))}
    for axis, (title, pixels) in zip(left.subplots(2, 1), pictures.items()):
        draw_one(axis, title, pixels, pixels, 1, mask)
    axis = right.subplots()
    draw_pairs(axis, entries)
    line = {"color": GREY, "linestyle": "--", "linewidth": 1.2, "zorder": 0}
    axis.axhline(mask.mean(), **line, label=f"area of the {PART}, {mask.mean():.0%}")
    above = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0}
    axis.legend(frameon=False, fontsize=10, ncols=3, **above)
    return figure


def draw_pairs(axis, entries):
    """Two bars for each filter: its map's share on the sail, and its fall without the sail."""
    labels, shares, falls = zip(*entries)
    position = np.arange(len(entries))
    for offset, heights, colour, label in (
        (-0.2, shares, BLUE, f"share of the map on the {PART}"),
        (0.2, falls, GREEN, f"fall of the conductance without the {PART}"),
    ):
        axis.bar(position + offset, heights, 0.38, color=colour, label=label)
        for x, height in zip(position + offset, heights):
            above = height >= 0
            place = {"xytext": (0, 2 if above else -2), "textcoords": "offset points"}
            style = {"ha": "center", "va": "bottom" if above else "top", "fontsize": 10}
            behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
            axis.annotate(percent(height), (x, height), **place, **style, bbox=behind)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.set_xticks(position, labels, fontsize=10)
    axis.yaxis.set_major_formatter(percent)
    axis.margins(y=0.12)
    tidy(axis, "", "", "of the filter's conductance")


def percent(share, _=None):
    """'−3%', also as the formatter of an axis."""
    return f"{share:.0%}".replace("-", "−")


def print_scenes(F, model, count=6, layer=LAYERS[-1], filter=137):
    """One filter on several sailboats: its conductance, its share on the sail, its fall without."""
    scenes = [random_scene("sailboat", 1 + place) for place in range(count)]
    baseline, path = model.baseline(), {"layers": [layer], "steps": STEPS}
    x = np.concatenate([model.preprocess(scene.draw()) for scene in scenes])
    x_without = np.concatenate([model.preprocess(scene.draw(PART)) for scene in scenes])
    result, without = (conductance(F, one, baseline, **path) for one in (x, x_without))
    maps = conductance_map(F, x, baseline, layer=layer, select=filter, steps=STEPS).sum(axis=-1)
    headings = f"   conductance   area of the {PART}   share on it   fall without it"
    print(f"{layer}, filter {filter}{headings}")
    for n, scene in enumerate(scenes):
        value, mask = result.per_filter(layer)[n, filter], scene.mask(PART)
        share = maps[n][mask].sum() / maps[n].sum()
        fall = 1 - without.per_filter(layer)[n, filter] / value
        numbers = f"{value:17.2f}{mask.mean():19.0%} {share:13.0%} {fall:17.0%}"
        print(f"scene {scene.seed:<12}{numbers}")
    print()
