"""What lesson 2 draws, prints and compares: grids coloured by a derivative, counts of a Jacobian,
examples of an exercise.
"""

from inspect import signature

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

import minigrad as mg

from ..classroom.checking import require
from .drawing import BLACK, BLUE, VERMILION, save

# how strong a colour the smallest and the largest derivative get; black is legible on both
LOW, HIGH = 0.25, 0.6
SIDE = 6.3  # of a panel, in cells
DASHED = {"linestyle": (0, (3, 2)), "linewidth": 1.6}


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
        words_of_rows = words.get(case, ((), ())) * 2
        for panel, array, what, labels in zip(panels, (x, y, x, y), "xyxy", words_of_rows):
            text = f"{what}, {array.shape[0]} × {array.shape[1]}"
            panel.text(
                array.shape[1] / 2, array.shape[0] + 0.15, text, ha="center", va="top", fontsize=10
            )
            for row, word in enumerate(labels):
                panel.text(-0.12, row + 0.5, word, ha="right", va="center", fontsize=9)
        panels[0].annotate(
            case,
            (-0.03, 0.5),
            xycoords="axes fraction",
            rotation=90,
            va="center",
            ha="right",
            fontsize=12,
        )
        for left, right, style in ((*panels[:2], "<|-"), (*panels[2:], "-|>")):
            arrow = {
                "arrowstyle": style,
                "color": BLACK,
                "linewidth": 1.5,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            start, end = (
                (x.shape[1] + 0.2, x.shape[0] / 2),
                (-1.2 if case in words else -0.2, y.shape[0] / 2),
            )
            right.annotate(
                "",
                end,
                start,
                xycoords=right.transData,
                textcoords=left.transData,
                arrowprops=arrow,
            )
    axes[0, 0].set_title("One y: ∂y/∂x for every x (a row of J)", loc="left", fontsize=12)
    axes[0, 2].set_title("One x: ∂y/∂x of every y (a column of J)", loc="left", fontsize=12)
    figure.supxlabel(
        "Small: the values of x and y. Large: ∂y/∂x where it is not 0. Heavy frame: the one y or "
        "x. Dashed: the window of y.",
        fontsize=10,
    )
    save(figure, "02_which_input_touched_which_output.png")


def draw_grid(axis, values, derivative=None):
    """An array as cells: values small and grey, and a derivative that is not 0 large and coloured
    by its sign.
    """
    rows, columns = values.shape
    derivative = np.zeros(values.shape) if derivative is None else derivative
    strength = LOW + (HIGH - LOW) * np.abs(derivative) / max(np.abs(derivative).max(), 1e-30)
    hue = np.where(derivative[..., None] > 0, to_rgb(BLUE), to_rgb(VERMILION))
    colours = 1 - (strength * (derivative != 0))[..., None] * (1 - hue)
    axis.imshow(colours, extent=(0, columns, rows, 0), interpolation="nearest")
    for (row, column), value in np.ndenumerate(values):
        frame(
            axis, (row, column), (row + 1, column + 1), edgecolor="#C8C8C8", linewidth=0.6, zorder=1
        )
        axis.text(
            column + 0.07, row + 0.08, written(value), fontsize=7.5, color="#505050", va="top"
        )
        if derivative[row, column]:
            slope = written(derivative[row, column])
            axis.text(
                column + 0.56,
                row + 0.65,
                slope,
                fontsize=10.5,
                weight="bold",
                ha="center",
                va="center",
            )
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
    """For each operation's Jacobian, shaped (*y, *x): its size, and how many x one y depends on,
    and how many y one x feeds.
    """
    print("operation          y × x     not 0   x for one y   y for one x")
    for name, J in jacobians.items():
        J = J.reshape(np.prod(J.shape[:2]), -1) != 0
        counts = [
            f"{n.min()} to {n.max()}" if n.min() < n.max() else str(n.min())
            for n in (J.sum(axis=1), J.sum(axis=0))
        ]
        print(f"{name:18} {len(J)} × {J.shape[1]} {J.sum():7}{counts[0]:>14}{counts[1]:>14}")


def outcome(call, *given, **options):
    """What a call returns, or the message of the error that it raises."""
    try:
        return call(*given, **options)
    except (AssertionError, TypeError) as error:
        return str(error)


def require_examples(answer, examples):
    """Each example is the name of a property, what is given to the answer (a tuple is whole
    numbers), and what is right.
    """
    for broken, *given, right in examples:
        kinds = {list: float, tuple: int}
        got = answer(
            *(np.array(part, kinds[type(part)]) if type(part) in kinds else part for part in given)
        )
        named = ", ".join(
            f"{name} = {part}" for name, part in zip(signature(answer).parameters, given)
        )
        require(
            agree(got, right),
            broken,
            f"For {named} it gave {plain(got)}, not {right}.",
            *first_difference(got, right),
        )


def require_limit(f, inputs, u, grads):
    """⟨u, f(x + hv) − f(x − hv)⟩ / 2h = ⟨∂F/∂x, v⟩, where ∂F/∂y = u, for one input after another
    and a random v.
    """
    for position, (x, grad) in enumerate(zip(inputs, grads)):
        v, h = np.random.default_rng(2).standard_normal(x.shape), 1e-6
        above, below = (
            f(
                *(
                    mg.Tensor(other + step * v if k == position else other)
                    for k, other in enumerate(inputs)
                )
            ).data
            for step in (h, -h)
        )
        limit, ours = np.sum(u * (above - below)) / (2 * h), np.sum(grad * v)
        seen = (
            f"Along a random direction v, ⟨gradient {position}, v⟩ is {ours:.6f}, but by "
            f"differences {limit:.6f}."
        )
        require(abs(limit - ours) < 1e-6, "finite differences", seen)


def agree(got, right):
    """Whether two arrays, or two tuples of them, have the same shapes and numbers."""
    if isinstance(right, tuple):
        return isinstance(got, tuple) and len(got) == len(right) and all(map(agree, got, right))
    return np.shape(got) == np.shape(right) and np.allclose(got, right)


def first_difference(got, right):
    """What came and what is right, to draw: of two tuples the first parts that differ."""
    if not isinstance(right, tuple):
        return got, right
    pairs = zip(got, right) if isinstance(got, tuple) else ()
    return next(((one, other) for one, other in pairs if not agree(one, other)), (None, None))


def plain(got):
    """Arrays as lists, for a message on one line."""
    if isinstance(got, tuple):
        return "(" + ", ".join(str(plain(part)) for part in got) + ")"
    return got.tolist() if isinstance(got, np.ndarray) else got
