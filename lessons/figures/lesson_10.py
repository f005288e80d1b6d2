"""What lesson 10 prints and draws: networks of one unit, and what each measure says of it."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
from minigrad.attribution import activation, conductance

from ..networks import one_unit
from ..networks.one_unit import BASELINE, Case, X
from .drawing import BLUE, GREEN, GREY, PURPLE, VERMILION, save

# As in the studies' figures.
COLOURS = {
    "activation": GREEN,
    "gradient × activation": VERMILION,
    "internal influence": PURPLE,
    "conductance": BLUE,
}
# What stands above the columns: a measure, its definition, what its panels show over α.
HEADS = (
    ("the score", "F(x) − F(x′)", "F"),
    ("activation", "y(x)", "y, its end marked"),
    ("gradient × activation", "y(x) · ∂F/∂y(x)", "∂F/∂y, its end marked"),
    ("internal influence", "∫ ∂F/∂y dα", "∂F/∂y, its area"),
    ("conductance", "∫ ∂F/∂y · dy/dα dα", "∂F/∂y · dy/dα, its area"),
)
NOT_YET = "(not yet: the exercise above comes first)"
# What a learner's function may raise: the check has said why.
STOPPED = (NotImplementedError, TypeError, ValueError, IndexError, AttributeError)
POINTS = 2200  # even: a kink at 1/2 falls between two cells of the midpoint rule


def written(value):
    """'−1/4', '2', '11/10': a fraction of small denominator if one is near, else four decimals."""
    near = Fraction(float(value)).limit_denominator(60)
    text = str(near) if abs(near - value) < 1e-6 else f"{value:.4f}"
    return text.replace("-", "−")


def print_walk(alphas, weights, y):
    """What a walk saw of one unit: a row for each α.

    Parameters
    ----------
    alphas, weights : numpy.ndarray, shape (points,)
    y : minigrad.Tensor, shape (points, 1)
        With ∂F/∂y in ``.grad`` and dy/dα in ``.tangent``.
    """
    print(f"{'':10}{'α':>6}{'weight':>9}{'y':>8}{'∂F/∂y':>8}{'dy/dα':>8}")
    for point, alpha in enumerate(alphas):
        place = {0: "x′", len(alphas) - 1: "x"}.get(point, "")
        row = alpha, weights[point], y.data[point, 0], y.grad[point, 0], y.tangent[point, 0]
        cells = "".join(f"{written(value):>8}" for value in row[1:])
        print(f"{place:10}{written(row[0]):>6} {cells}")


def try_measures(at_x, on_the_path, weights, y):
    """Print what a learner's two functions find for every unit of a walk.

    Parameters
    ----------
    at_x, on_the_path : callable
        As in the lesson.
    weights, y
        As for `print_walk`; of any number of units.
    """
    found = tried(at_x, y.data, y.grad) + tried(on_the_path, weights, y.grad, y.tangent)
    for name, numbers in zip(COLOURS, found):
        said = NOT_YET
        if numbers is not None:
            said = "".join(f"{value:8.3g}" for value in np.ravel(numbers)).replace("-", "−")
        print(f"{name:24}{said}")


def tried(function, *arrays):
    """Two results of a learner's function; twice None if there are none."""
    try:
        found = function(*arrays)
    except STOPPED:
        return None, None
    # one array of two rows would unpack, too
    return found if isinstance(found, tuple) and len(found) == 2 else (None, None)


def show_saturation():
    """The row of the saturation alone, with question marks for the pencil."""
    save(draw_cases(one_unit.CASES[:1], show_numbers=False), "10_saturation.png")


def show_cases():
    """All five networks, with every number."""
    save(draw_cases(one_unit.CASES), "10_three_rivals.png")


def show_own(saturates, misleads):
    """A row for each of the learner's own failures, of those that are written."""
    own = (
        Case("your saturation", "y = x", "F = saturates(y)", one_unit.saturating(saturates)),
        Case("your wrong sign", "y = misleads(x)", "F = y² − y/2", one_unit.misleading(misleads)),
    )
    ready = [case for case in own if is_written(case.F)]
    if ready:
        save(draw_cases(ready), "10_your_own.png")
    else:
        print(NOT_YET)


def is_written(F):
    """Whether the exercise that a network is made of has been answered, so that it runs."""
    try:
        conductance(F, X, BASELINE, steps=2)
    except STOPPED:
        return False
    return True


def draw_cases(cases, show_numbers=True):
    """A row for each network: F, and for each measure what it looks at and what it says.

    Parameters
    ----------
    cases : sequence of lessons.networks.one_unit.Case
    show_numbers : bool
        If not, a question mark stands for each measure's number.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shape, size = (len(cases), len(HEADS)), (12, 1.75 * len(cases) + 1.1)
    figure, axes = plt.subplots(*shape, figsize=size, squeeze=False, layout="constrained")
    for row, case in zip(axes, cases):
        draw_case(row, case, show_numbers)
    colours = ("black", *COLOURS.values())
    for axis, (name, definition, shown), colour in zip(axes[0], HEADS, colours):
        axis.set_title(f"{name}\n{definition}", fontsize=11, color=colour, pad=26)
        above = {"xytext": (0, 10), "textcoords": "offset points", "xycoords": "axes fraction"}
        axis.annotate(shown, (0.5, 1), **above, ha="center", fontsize=9, color=GREY)
    for axis in axes[-1]:
        axis.set_xlabel("α (0: x′, 1: x)", fontsize=9)
    return figure


def draw_case(row, case, show_numbers):
    """The five panels of one network, its name and formula at the left."""
    found = conductance(
        case.F, X, BASELINE, layers=["y"], steps=POINTS, rule="midpoint", keep_terms=True
    )
    terms, alphas = found.terms["y"], found.along.alpha
    y = activation(case.F, alphas[:, None], layers=["y"])["y"][:, 0]
    dF_dy, product = terms.dF_dy[:, 0, 0], terms.term[:, 0, 0]
    end, slope = slope_at_x(case.F)
    difference = found.difference.item()
    numbers = (end, end * slope, terms.weight @ dF_dy, terms.weight @ product)
    curves = (found.along.score[:, 0], y, dF_dy, dF_dy, product)
    for axis, curve, colour in zip(row, curves, ("black", *COLOURS.values())):
        draw_curve(axis, alphas, curve, colour)
    write_number(row[0], written(difference), "black")
    carries_all = show_numbers and abs(numbers[-1] - difference) < 1e-4
    for axis, number, colour in zip(row[1:], numbers, COLOURS.values()):
        right = carries_all and abs(number - difference) < 1e-4
        write_number(axis, written(number) if show_numbers else "?", colour, right)
    for axis, marked, colour in ((row[1], end, GREEN), (row[2], slope, VERMILION)):
        axis.plot(1, marked, "o", color=colour, markersize=8, clip_on=False, zorder=5)
    for axis, curve, colour in ((row[3], dF_dy, PURPLE), (row[4], product, BLUE)):
        axis.fill_between(alphas, curve, color=colour, alpha=0.25, linewidth=0)
    named = f"{case.name}\n{case.y}\n{case.score}"
    row[0].set_ylabel(named, rotation=0, ha="right", va="center", fontsize=10)


def slope_at_x(F):
    """The unit and ∂F/∂y at x: two numbers."""
    with mg.watch_layers() as hidden:
        F(mg.Tensor(X)).sum().backward()
    y = hidden.tensors["y"]
    return y.data.item(), y.grad.item()


def draw_curve(axis, alphas, values, colour):
    """One quantity along the path."""
    axis.axhline(0, color=GREY, linewidth=0.8)
    axis.plot(alphas, values, color=colour, linewidth=1.8)
    low, high = min(0, values.min()), max(0, values.max())
    room = (high - low) or 1.0
    axis.set(xlim=(0, 1), ylim=(low - 0.12 * room, high + 0.55 * room))
    axis.set_xticks((0, 0.5, 1), ("0", "½", "1"))
    ticks = [0, *(end for end in (low, high) if abs(end) > 0.15 * room)]
    axis.set_yticks(ticks, [f"{tick:.2g}".replace("-", "−") for tick in ticks])
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)


def write_number(axis, text, colour, right=False):
    """A panel's number in its upper part; framed where the unit's share is told."""
    frame = {"facecolor": "white", "edgecolor": colour if right else "none", "pad": 3}
    place = {"transform": axis.transAxes, "ha": "center", "va": "top"}
    axis.text(0.5, 0.96, text, **place, fontsize=13, weight="bold", color=colour, bbox=frame)
