"""What lesson 1 draws and prints: the graph with values and gradients, the steps of reverse mode,
differences against h.
"""

import inspect

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

import minigrad as mg
from minigrad import autodiff

from ..networks import two_neurons
from . import drawing as figures

# How far down each tensor of the two-neuron network stands; an operation stands beside the tensor
# it makes.
ROWS = {"x₁": 0, "b": 0, "z₁": 0, "y₁": 0, "a": 1, "F": 1.5, "c": 2, "x₂": 3, "z₂": 3, "y₂": 3}
HALF = 0.45  # of a tensor's width
SIGNS = {"add": "+", "subtract": "−", "multiply": "×"}


def number(value):
    """Four digits, with a real minus sign."""
    return f"{float(value) + 0.0:.4g}".replace("-", "−")  # + 0.0 makes 0 of −0


def print_steps(steps):
    """One line for each operation: what it made, ∂F/∂(that), and what it hands to each input."""
    print("backward: ∂F/∂(output) × local slope = contribution")
    for position, (tensor, grad, slopes) in enumerate(steps, 1):
        handed = [
            f"to {parent.name}: {number(grad)} × {number(slope)} = {number(grad * slope)}"
            for parent, slope in slopes
        ]
        made = f"{tensor.creator.name} made {tensor.name}"
        print(
            f"  {position}. {made:16}  ∂F/∂{tensor.name:2} = {number(grad):3}  {'   '.join(handed)}"
        )


def print_breakpoint():
    """The line of `gradients` that asks an operation, as pdb wants it."""
    lines, first = inspect.getsourcelines(autodiff.gradients)
    (offset,) = (n for n, line in enumerate(lines) if "gradients_of_inputs(" in line)
    print(f'the breakpoint:\nb {autodiff.__file__}:{first + offset}, tensor.name == "F"')


def draw_graph(steps):
    """Boxes for tensors and circles for operations, from left to right; along the arrows, what
    flows back.

    Parameters
    ----------
    steps : iterable of (Tensor, array, list of (Tensor, array))
        For every operation, the last first: the tensor it made, ∂F/∂tensor, and its inputs with the
        local slopes.
    """
    figure, axis = plt.subplots(figsize=(12, 6), layout="constrained")
    gradient, place = {}, {}
    for tensor, grad, slopes in steps:
        for end in (tensor, *(parent for parent, _ in slopes)):
            place[end] = np.array([2 * end.rank, -ROWS.get(end.name, len(ROWS))])
        circle = place[tensor] - (0.82, 0)
        draw_arrow(axis, circle, place[tensor] - (HALF, 0), (13, 0))
        for parent, slope in slopes:
            gradient[parent] = gradient.get(parent, 0) + grad * slope
            start = place[parent] + (HALF, 0)
            draw_arrow(axis, start, circle, (0, 13))
            # above a level arrow, on a slanting one
            middle = 0.55 * start + 0.45 * circle + (0, 0.13 * (start[1] == circle[1]))
            factors = f"{number(grad)} × {number(slope)}"
            draw_text(
                axis, middle, factors, figures.VERMILION, 11, ("round,pad=0.1", "white", "none")
            )
        gradient.setdefault(tensor, grad)
        maker = tensor.creator
        constants = [
            number(t.item()) for t, asked in zip(maker.inputs, maker.needs_grad) if not asked
        ]
        sign = " ".join([SIGNS.get(maker.name, maker.name), *constants])
        draw_text(
            axis, circle, sign, figures.BLACK, 11, ("circle,pad=0.28", "#E8E8E8", figures.GREY)
        )
    for tensor, centre in place.items():
        box = FancyBboxPatch(
            centre - (HALF, 0.35),
            2 * HALF,
            0.7,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor="white",
        )
        axis.add_patch(box)
        draw_text(
            axis, centre + (0, 0.2), f"{tensor.name} = {number(tensor.item())}", figures.BLUE, 11.5
        )
        draw_text(
            axis,
            centre - (0, 0.1),
            f"∂F/∂{tensor.name}\n= {number(gradient[tensor])}",
            figures.VERMILION,
            11.5,
        )
    axis.text(-HALF, 0.6, "values: computed from left to right", color=figures.BLUE, fontsize=12)
    text = (
        "gradients: from right to left; on an arrow, ∂F/∂(output) × local slope; what meets in "
        "a tensor adds"
    )
    axis.text(10 + HALF, 0.6, text, color=figures.VERMILION, fontsize=12, ha="right")
    axis.set(xlim=(-HALF - 0.05, 10 + HALF + 0.05), ylim=(-3.4, 0.8))
    axis.axis("off")
    tensors = (
        f"{one.name} = {number(one.item())}, ∂F/∂{one.name} = {number(gradient[one])}"
        for one in place
    )
    figures.save(
        figure,
        "01_graph.png",
        f"The graph from the inputs on the left to F on the right. {'; '.join(tensors)}.",
    )


def draw_text(axis, place, text, colour, size, box=None):
    """Centred text, in a box of some (style, face, edge) or in none."""
    box = box and dict(zip(("boxstyle", "facecolor", "edgecolor"), box))
    axis.text(*place, text, color=colour, fontsize=size, ha="center", va="center", bbox=box)


def draw_arrow(axis, start, end, shrink):
    """An arrow that leaves room, in points, for what stands at its two ends."""
    style = {"arrowstyle": "-|>", "color": figures.GREY, "shrinkA": shrink[0], "shrinkB": shrink[1]}
    axis.annotate("", end, start, arrowprops=style, zorder=1)


def smooth(x):
    """The two-neuron network with softplus for relu, at an array of shape (1, 2): a number."""
    y = mg.softplus(
        mg.linear(mg.Tensor(x), two_neurons.W.astype(x.dtype), two_neurons.B.astype(x.dtype))
    )
    return (y[:, 0] * y[:, 1]).item()


def errors_of_differences(point, by_difference, steps):
    """Relative errors of three differences of `smooth` by x₁ for each h of ``steps``, against the
    derivative by hand.
    """
    x, towards_x1 = np.array([point], float), np.array([[1.0, 0.0]])
    z = (x @ two_neurons.W + two_neurons.B)[0]
    # softplus and its derivative
    y, slope = np.logaddexp(0, z), two_neurons.W[0] * np.exp(-np.logaddexp(0, -z))
    right = y[1] * slope[0] + y[0] * slope[1]
    found = {
        "(F(x + h) − F(x)) / h": [(smooth(x + h * towards_x1) - smooth(x)) / h for h in steps],
        "(F(x + h) − F(x − h)) / 2h": [by_difference(smooth, [x], 0, h)[0, 0] for h in steps],
        "the same in float32": [
            by_difference(smooth, [x.astype(np.float32)], 0, h)[0, 0] for h in steps
        ],
    }
    return {
        label: abs(np.array(values) - right) / (abs(right) or 1.0)
        for label, values in found.items()
    }


def draw_differences(score_at, point, by_difference):
    """Left, F against x₁ with the slope that reverse mode finds; right, the errors of differences
    against h.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
    score, x1 = score_at(point), point[0] + np.linspace(-2.5, 1, 141)
    slope = next(
        (grad.item() for tensor, grad in autodiff.gradients(score).items() if tensor.name == "x₁"),
        0.0,
    )
    F = np.array([score_at((value, *point[1:])).item() for value in x1])
    left.plot(x1, F, color=figures.BLUE, label="F, computed at 141 points")
    line = score.item() + slope * (x1 - point[0])
    left.plot(
        x1, line, "--", color=figures.VERMILION, label=f"slope {number(slope)}, from one backward"
    )
    left.plot(point[0], score.item(), "o", color=figures.BLACK)
    left.set_ylim(F.min() - 0.2 * np.ptp(F) - 0.1, F.max() + 0.05 * np.ptp(F) + 0.1)
    left.legend(frameon=False)
    figures.tidy(left, "What ∂F/∂x₁ says", f"x₁ (x₂ stays at {number(point[1])})", "F (score)")
    steps = 10.0 ** np.arange(-12, 0.1, 0.5)
    styles = (("s", figures.ORANGE), ("o", figures.BLUE), ("^", figures.PURPLE))
    for (label, errors), (marker, colour) in zip(
        errors_of_differences(point, by_difference, steps).items(), styles
    ):
        shown = np.maximum(errors, np.finfo(float).eps / 2)  # 0 has no logarithm
        right.loglog(
            steps, shown, marker=marker, markersize=4, linewidth=1.2, color=colour, label=label
        )
    right.legend(frameon=False, loc="lower left")
    figures.tidy(
        right,
        "Too small a step is as bad as too large",
        "h, the step",
        "relative error of the difference by x₁",
    )
    figures.save(figure, "01_differences.png")
