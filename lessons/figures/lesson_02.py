"""What lesson 2 draws and prints: grids coloured by a derivative, counts of a Jacobian."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from .drawing import BLACK, BLUE, VERMILION, save

# how strong a colour the smallest and the largest derivative get; black is legible on both
LOW, HIGH = 0.25, 0.6
SIDE = 6.3  # of a panel, in cells
DASHED = {"linestyle": (0, (3, 2)), "linewidth": 1.6}
HEADINGS = "One y: ∂y/∂x for every x (a row of J)", "One x: ∂y/∂x of every y (a column of J)"
LEGEND = (
    "Small: the values of x and y. Large: ∂y/∂x where it is not 0. "
    "Heavy frame: the one y or x. Dashed: the window of y."
)


def draw_touch(cases, frames, words):
    """One operation a row: every x for one y, that y; one x, every y for it.

    Parameters
    ----------
    cases : dict of str to tuple
        x, y, the Jacobian shaped (*y, *x), the position of the one y, that of the one x.
    frames : dict of str to numpy.ndarray of bool
        For some operations, which x to put a dashed frame around in the first panel.
    words : dict of str to (sequence of str, sequence of str)
        For some operations, what the rows of x and of y are called.
    """
    figure, axes = plt.subplots(len(cases), 4, figsize=(11, 8.8), layout="constrained")
    for panels, (case, (x, y, J, output, entry)) in zip(axes, cases.items()):
        draw_grid(panels[0], x, J[output])
        draw_grid(panels[1], y)
        draw_grid(panels[2], x)
        draw_grid(panels[3], y, J[..., *entry])
        frame(panels[1], output, np.add(output, 1), linewidth=3)
        frame(panels[2], entry, np.add(entry, 1), linewidth=3)
        if case in frames:
            inside = np.argwhere(frames[case])
            frame(panels[0], inside.min(axis=0), inside.max(axis=0) + 1, **DASHED)
        label_panels(panels, case, x.shape, y.shape, words.get(case, ((), ())))
        start = (x.shape[1] + 0.2, x.shape[0] / 2)  # right of x
        end = (-1.2 if case in words else -0.2, y.shape[0] / 2)  # left of y, or of its words
        draw_arrow(panels[0], panels[1], start, end, "<|-")
        draw_arrow(panels[2], panels[3], start, end, "-|>")
    axes[0, 0].set_title(HEADINGS[0], loc="left", fontsize=12)
    axes[0, 2].set_title(HEADINGS[1], loc="left", fontsize=12)
    figure.supxlabel(LEGEND, fontsize=10)
    save(figure, "02_which_input_touched_which_output.png")


def label_panels(panels, case, shape_x, shape_y, words):
    """The operation at the left; below each panel its array's shape, beside its rows the words."""
    shapes = (shape_x, shape_y) * 2
    for panel, (rows, columns), what, labels in zip(panels, shapes, "xyxy", words * 2):
        text = f"{what}, {rows} × {columns}"
        panel.text(columns / 2, rows + 0.15, text, ha="center", va="top", fontsize=10)
        for row, word in enumerate(labels):
            panel.text(-0.12, row + 0.5, word, ha="right", va="center", fontsize=9)
    look = {"rotation": 90, "va": "center", "ha": "right", "fontsize": 12}
    panels[0].annotate(case, (-0.03, 0.5), xycoords="axes fraction", **look)


def draw_arrow(left, right, start, end, style):
    """An arrow from a place of the left panel to one of the right, each in its panel's cells."""
    arrow = {"arrowstyle": style, "color": BLACK, "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}
    places = {"xycoords": right.transData, "textcoords": left.transData}
    right.annotate("", end, start, arrowprops=arrow, **places)


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
    thin = {"edgecolor": "#C8C8C8", "linewidth": 0.6, "zorder": 1}
    for (row, column), value in np.ndenumerate(values):
        frame(axis, (row, column), (row + 1, column + 1), **thin)
        axis.text(column + 0.07, row + 0.08, written(value), **small)
        if derivative[row, column]:
            slope = written(derivative[row, column])
            axis.text(column + 0.56, row + 0.65, slope, **large)
    across, down = (SIDE - columns) / 2, (SIDE - rows) / 2  # all panels with cells of one size
    axis.set(xticks=[], yticks=[], xlim=(-across, columns + across), ylim=(rows + down, -down))
    axis.spines[:].set_visible(False)


def frame(axis, first, end, **look):
    """A rectangle around the cells from (row, column) ``first`` up to, not including, ``end``."""
    look = {"edgecolor": BLACK, "fill": False, "clip_on": False, "zorder": 3} | look
    axis.add_patch(Rectangle(first[::-1], end[1] - first[1], end[0] - first[0], **look))


def written(value):
    """A number as people write it."""
    return f"{value:g}".replace("-", "−")


def print_counts(jacobians):
    """How many x one y depends on, how many y one x feeds, in each operation's Jacobian.

    A Jacobian is shaped (*y, *x); x and y have two axes.
    """
    print("operation          y × x     not 0   x for one y   y for one x")
    for name, J in jacobians.items():
        touched = J.reshape(np.prod(J.shape[:2]), -1) != 0
        outputs, inputs = touched.shape
        for_one_y, for_one_x = (least_to_most(touched.sum(axis=axis)) for axis in (1, 0))
        size = f"{outputs} × {inputs} {touched.sum():7}"
        print(f"{name:18} {size}{for_one_y:>14}{for_one_x:>14}")


def least_to_most(counts):
    """'1 to 4', or '4' where all are the same."""
    least, most = counts.min(), counts.max()
    return f"{least} to {most}" if least < most else str(least)


def outcome(call, *given, **options):
    """What a call returns, or the message of the error that it raises."""
    try:
        return call(*given, **options)
    except (AssertionError, TypeError) as error:
        return str(error)
