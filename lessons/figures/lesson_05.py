"""What lesson 5 draws and prints: one scene explained from several baselines, tables."""

from fractions import Fraction
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageFilter

from .drawing import BLACK, BLUE, GREY, ORANGE, for_and_against, mask_of, tidy


class Explanation(NamedTuple):
    """What one baseline makes of F(x): Eq. 1 of every pixel, Eq. 3 of every filter.

    The colours of a pixel are summed.
    """

    F_baseline: float
    F_x: float
    pixels: np.ndarray
    filters: np.ndarray

    @property
    def difference(self):
        """What is shared out."""
        return self.F_x - self.F_baseline


def blurred(picture, width):
    """A picture, uint8, blurred by a bell curve of this standard deviation in pixels."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(width)))


def signed(value, form=".2f"):
    """A number with a real minus sign."""
    return format(value, form).replace("-", "−")


def top(explanation, count):
    """The filters with the largest conductance, strongest first."""
    return np.argsort(-explanation.filters, kind="stable")[:count]


def compared(one, other, count):
    """How many strongest filters two explanations share; the rank correlation of all filters."""
    shared = np.intersect1d(top(one, count), top(other, count)).size
    from scipy.stats import spearmanr  # slow to import, and nobody else needs it

    return shared, float(spearmanr(one.filters, other.filters).statistic)


def draw_baselines(scene, pictures, found, count, layer):
    """The scene beside its baselines; below the pixels, and the layer's filters, that each finds.

    ``pictures`` (the baselines) and ``found`` (Explanations) are dictionaries by the same names.
    """
    # that one is for the table
    found = {name: each for name, each in found.items() if name != "other noise"}
    figure, axes = plt.subplots(3, 1 + len(found), figsize=(13, 8.6), layout="constrained")
    first, pixels = next(iter(found)), [each.pixels for each in found.values()]
    known, strength = set(top(found[first], count)), np.quantile(np.abs(pixels), 0.99)
    draw_picture(axes[0, 0], scene.draw(), "x", f"F(x) = {signed(found[first].F_x)}")
    gained = signed(np.mean([each.difference for each in found.values()]))
    average, below = np.mean(pixels, axis=0), f"F(x) − mean F(x′) = {gained}"
    draw_pixels(axes[1, 0], average, strength, scene, "mean of the four", below)
    draw_agreement(axes[2, 0], found, count)
    for column, (name, each) in zip(axes.T[1:], found.items()):
        draw_picture(column[0], pictures[name], f"x′: {name}", f"F(x′) = {signed(each.F_baseline)}")
        below = f"F(x) − F(x′) = {signed(each.difference)}"
        image = draw_pixels(column[1], each.pixels, strength, scene, f"IG from {name}", below)
        draw_top(column[2], each, count, known)
    heading = f"the {count} strongest filters of {layer}, by number; "
    heading += f"blue: also among those from {first}"
    text = axes[2, 1].text(0, 1.04, heading, transform=axes[2, 1].transAxes, fontsize=11)
    text.set_in_layout(False)  # it may reach over the next panels
    draw_scale(figure, image, axes[1])
    return figure


def draw_scale(figure, image, axes):
    """A colour bar beside some panels."""
    look = {"shrink": 0.85, "extend": "both", "pad": 0.01}
    figure.colorbar(image, ax=axes, label="IG of a pixel (score)", **look)


def draw_picture(axis, picture, title, below):
    """A picture without ticks."""
    axis.imshow(picture)
    frameless(axis, title, below)


def draw_pixels(axis, pixels, strength, scene, title, below):
    """IG summed over colours, with the boat's outline; returns the image, for a colour bar."""
    side = np.arange(len(pixels))
    colours = {"cmap": for_and_against(), "vmin": -strength, "vmax": strength}
    image = axis.imshow(pixels, interpolation="nearest", **colours)
    axis.contour(side, side, mask_of(scene), levels=[0.5], colors=BLACK, linewidths=0.8)
    frameless(axis, title, below)
    return image


def frameless(axis, title, below):
    """Title, a line of text below, and no axes."""
    tidy(axis, title, below)
    axis.set(xticks=[], yticks=[])
    axis.spines[["left", "bottom"]].set_visible(False)


def draw_top(axis, explanation, count, known):
    """The strongest filters by number; blue are those that the first baseline finds too."""
    filters = top(explanation, count)
    colours = [BLUE if number in known else ORANGE for number in filters]
    axis.barh(range(count), explanation.filters[filters], color=colours, height=0.72)
    axis.axvline(0, color=GREY, linewidth=0.8)
    axis.set_yticks(range(count), filters, fontsize=8)
    axis.set_ylim(count - 0.4, -0.6)
    tidy(axis, " ", "conductance (score)")


def draw_agreement(axis, found, count):
    """How far every two baselines agree on the filters: on their ranks, on the strongest."""
    names = list(found)
    pairs = [[compared(one, other, count) for other in found.values()] for one in found.values()]
    ranks = [[rank for _, rank in row] for row in pairs]
    axis.imshow(ranks, cmap=for_and_against(), vmin=-1.6, vmax=1.6)
    for row, column in np.ndindex(len(names), len(names)):
        shared, rank = pairs[row][column]
        text = f"{signed(rank)}\n{shared}/{count}"
        axis.text(column, row, text, ha="center", va="center", fontsize=8)
    axis.set_xticks(range(len(names)), names, fontsize=8, rotation=30)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    title = f"all filters: rank correlation\n{count} strongest: shared"
    axis.set_title(title, loc="left", fontsize=11)
    axis.tick_params(length=0, colors=GREY)


def draw_blind_spots(scene, rows):
    """The scene with its boat repainted, explained, one paint a row.

    ``rows`` has for each paint the picture, and Explanations by their baselines.
    """
    columns = 1 + len(next(iter(rows.values()))[1])
    size = (13, 2.9 * len(rows))
    figure, axes = plt.subplots(
        len(rows), columns, figsize=size, layout="constrained", squeeze=False
    )
    everything = [each.pixels for _, found in rows.values() for each in found.values()]
    strength = np.quantile(np.abs(everything), 0.99)
    boat = mask_of(scene)
    for line, (paint, (picture, found)) in zip(axes, rows.items()):
        F_x = signed(next(iter(found.values())).F_x)
        draw_picture(line[0], picture, f"a {paint} boat", f"F(x) = {F_x}")
        for axis, (name, each) in zip(line[1:], found.items()):
            share = np.abs(each.pixels[boat]).sum() / np.abs(each.pixels).sum()
            below = f"{share:.0%} of Σ|IG| on the boat"
            image = draw_pixels(axis, each.pixels, strength, scene, f"IG from {name}", below)
    draw_scale(figure, image, axes)
    return figure


def print_two_neurons(found):
    """Inputs and neurons from each baseline, as fractions, for dict of tuple to Explanation."""
    print("x′        F(x′)   F(x) − F(x′)      IG₁      IG₂   Cond y₁   Cond y₂")
    for baseline, each in found.items():
        values = (float(value) for value in (*each.pixels, *each.filters))
        exact = (str(Fraction(value).limit_denominator(30)) for value in values)
        shares = "".join(f"{text:>9}" for text in exact).replace("-", "−")
        print(f"{baseline!s:9}{each.F_baseline:6.0f}{each.difference:15.0f}{shares}")
    print()


def print_baselines(seen, found, count):
    """What the network sees at x′, what is shared out, and how far the first baseline agrees."""
    first = next(iter(found.values()))
    heads = "x′ as seen     F(x′)  F(x) − F(x′)     Σ IG"
    print(f"{'':13} {heads}   other sign   of the {count}   rank correlation")
    for name, each in found.items():
        shared, rank = compared(first, each, count)
        turned = np.mean(each.pixels * first.pixels < 0)
        least, most = seen[name].min(), seen[name].max()
        sums = f"{each.F_baseline:9.2f}{each.difference:14.2f}{each.pixels.sum():9.1f}"
        agrees = f"{turned:13.0%}{shared:11}{rank:19.2f}"
        print(f"{name:12}{least:6.0f} to {most:3.0f}{sums}{agrees}".replace("-", "−"))
    print()
