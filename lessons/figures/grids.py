"""Small arrays as cells on paper: numbers, frames around some, a derivative as colour."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from .drawing import BLACK, BLUE, VERMILION

# how strong a colour the smallest and the largest derivative get; black is legible on both
LOW, HIGH = 0.25, 0.6
SIDE = 6.3  # of a panel, in cells
THIN = {"edgecolor": "#C8C8C8", "linewidth": 0.6, "zorder": 1}


def draw_numbers(axis, values, hidden=None):
    """An array as cells with a number in each; ``hidden``, (row, column), has a question mark."""
    for place, value in np.ndenumerate(values):
        row, column = place
        text = "?" if place == hidden else written(value)
        frame(axis, place, (row + 1, column + 1), **THIN)
        axis.text(column + 0.5, row + 0.5, text, fontsize=12, ha="center", va="center")
    of_one_size(axis, values.shape)


def draw_grid(axis, values, derivative=None):
    """An array as cells: its values small, a derivative that is not 0 large, coloured by sign."""
    rows, columns = values.shape
    derivative = np.zeros(values.shape) if derivative is None else derivative
    strength = LOW + (HIGH - LOW) * np.abs(derivative) / max(np.abs(derivative).max(), 1e-30)
    hue = np.where(derivative[..., None] > 0, to_rgb(BLUE), to_rgb(VERMILION))
    colours = 1 - (strength * (derivative != 0))[..., None] * (1 - hue)
    axis.imshow(colours, extent=(0, columns, rows, 0), interpolation="nearest")
    small = {"fontsize": 7.5, "color": "#505050", "va": "top"}
    large = {"fontsize": 10.5, "weight": "bold", "ha": "center", "va": "center"}
    for (row, column), value in np.ndenumerate(values):
        frame(axis, (row, column), (row + 1, column + 1), **THIN)
        axis.text(column + 0.07, row + 0.08, written(value), **small)
        if derivative[row, column]:
            slope = written(derivative[row, column])
            axis.text(column + 0.56, row + 0.65, slope, **large)
    of_one_size(axis, values.shape)


def of_one_size(axis, shape):
    """No box, no ticks, and cells as large as in every other panel."""
    rows, columns = shape
    across, down = (SIDE - columns) / 2, (SIDE - rows) / 2
    limits = {"xlim": (-across, columns + across), "ylim": (rows + down, -down)}
    axis.set(xticks=[], yticks=[], aspect="equal", **limits)
    axis.spines[:].set_visible(False)


def frame(axis, first, end, **look):
    """A rectangle around the cells from (row, column) ``first`` up to, not including, ``end``."""
    look = {"edgecolor": BLACK, "fill": False, "clip_on": False, "zorder": 3} | look
    axis.add_patch(Rectangle(first[::-1], end[1] - first[1], end[0] - first[0], **look))


def draw_arrow(left, right, start, end, style):
    """An arrow from a place of the left panel to one of the right, each in its panel's cells."""
    arrow = {"arrowstyle": style, "color": BLACK, "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}
    places = {"xycoords": right.transData, "textcoords": left.transData}
    right.annotate("", end, start, arrowprops=arrow, **places)


def written(value):
    """A number as people write it."""
    return f"{value:g}".replace("-", "−")
