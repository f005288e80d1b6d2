"""What lesson 1 draws and prints: a graph with its gradients, reverse mode, differences."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

import minigrad as mg
from minigrad import autodiff

from ..networks import two_neurons
from . import drawing as figures

# How far down each tensor of the two-neuron network stands;
# an operation stands beside the tensor it makes.
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
        found = f"∂F/∂{tensor.name:2} = {number(grad):3}"
        print(f"  {position}. {made:16}  {found}  {'   '.join(handed)}")


def print_breakpoint():
    """The line of `gradients` that asks an operation, as pdb wants it."""
    lines, first = inspect.getsourcelines(autodiff.gradients)
    (offset,) = (n for n, line in enumerate(lines) if "gradients_of_inputs(" in line)
    print(f'the breakpoint:\nb {autodiff.__file__}:{first + offset}, tensor.name == "F"')


def draw_graph(steps):
    """Boxes for tensors and circles for operations; along the arrows, what flows back.

    Parameters
    ----------
    steps : iterable of (Tensor, array, list of (Tensor, array))
        For every operation, the last first: the tensor it made, ∂F/∂tensor, and its inputs with the
        local slopes.
    """
    figure, axis = plt.subplots(figsize=(12, 6), layout="constrained")
    gradient, place = {}, {}
    for tensor, grad, slopes in steps:
        gradient.setdefault(tensor, grad)
        for parent, slope in slopes:
            gradient[parent] = gradient.get(parent, 0) + grad * slope
        for end in (tensor, *(parent for parent, _ in slopes)):
            place[end] = np.array([2 * end.rank, -ROWS.get(end.name, len(ROWS))])
        draw_operation(axis, tensor, grad, slopes, place)
    for tensor, centre in place.items():
        draw_tensor(axis, tensor, gradient[tensor], centre)
    axis.text(-HALF, 0.6, "values: computed from left to right", color=figures.BLUE, fontsize=12)
    text = (
        "gradients: from right to left; on an arrow, ∂F/∂(output) × local slope; "
        "what meets in a tensor adds"
    )
    axis.text(10 + HALF, 0.6, text, color=figures.VERMILION, fontsize=12, ha="right")
    axis.set(xlim=(-HALF - 0.05, 10 + HALF + 0.05), ylim=(-3.4, 0.8))
    axis.axis("off")
    tensors = (
        f"{one.name} = {number(one.item())}, ∂F/∂{one.name} = {number(gradient[one])}"
        for one in place
    )
    alt = f"The graph from the inputs on the left to F on the right. {'; '.join(tensors)}."
    figures.save(figure, "01_graph.png", alt)


def draw_operation(axis, tensor, grad, slopes, place):
    """The circle of what made a tensor, arrows from its inputs and to the tensor, the factors."""
    circle = place[tensor] - (0.82, 0)
    draw_arrow(axis, circle, place[tensor] - (HALF, 0), (13, 0))
    for parent, slope in slopes:
        start = place[parent] + (HALF, 0)
        draw_arrow(axis, start, circle, (0, 13))
        # above a level arrow, on a slanting one
        middle = 0.55 * start + 0.45 * circle + (0, 0.13 * (start[1] == circle[1]))
        factors = f"{number(grad)} × {number(slope)}"
        box = ("round,pad=0.1", "white", "none")
        draw_text(axis, middle, factors, figures.VERMILION, 11, box)
    maker = tensor.creator
    constants = [one.item() for one, asked in zip(maker.inputs, maker.needs_grad) if not asked]
    sign = " ".join([SIGNS.get(maker.name, maker.name), *map(number, constants)])
    draw_text(axis, circle, sign, figures.BLACK, 11, ("circle,pad=0.28", "#E8E8E8", figures.GREY))


def draw_tensor(axis, tensor, gradient, centre):
    """The box of a tensor: its name and value, and below them its gradient."""
    corner, rounded = centre - (HALF, 0.35), "round,pad=0,rounding_size=0.08"
    axis.add_patch(FancyBboxPatch(corner, 2 * HALF, 0.7, boxstyle=rounded, facecolor="white"))
    value = f"{tensor.name} = {number(tensor.item())}"
    draw_text(axis, centre + (0, 0.2), value, figures.BLUE, 11.5)
    slope = f"∂F/∂{tensor.name}\n= {number(gradient)}"
    draw_text(axis, centre - (0, 0.1), slope, figures.VERMILION, 11.5)


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
    return two_neurons.smooth(mg.Tensor(x)).item()


def errors_of_differences(point, by_difference, steps):
    """Relative errors of three differences of `smooth` by x₁, for each h of ``steps``.

    They are measured against the derivative by hand.
    """
    x, towards_x1 = np.array([point], float), np.array([[1.0, 0.0]])
    single = x.astype(np.float32)
    z = (x @ two_neurons.W + two_neurons.B)[0]
    y = np.logaddexp(0, z)  # softplus
    dy_dx1 = two_neurons.W[0] * np.exp(-np.logaddexp(0, -z))
    right = y[1] * dy_dx1[0] + y[0] * dy_dx1[1]
    found = {
        "(F(x + h) − F(x)) / h": [(smooth(x + h * towards_x1) - smooth(x)) / h for h in steps],
        "(F(x + h) − F(x − h)) / 2h": [by_difference(smooth, [x], 0, h)[0, 0] for h in steps],
        "the same in float32": [by_difference(smooth, [single], 0, h)[0, 0] for h in steps],
    }
    return {
        label: abs(np.array(values) - right) / (abs(right) or 1.0)
        for label, values in found.items()
    }


def draw_differences(score_at, point, by_difference):
    """Left, F against x₁ with its slope; right, the errors of differences against h."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
    draw_slope(left, score_at, point)
    draw_errors(right, point, by_difference)
    figures.save(figure, "01_differences.png")


def draw_slope(axis, score_at, point):
    """F against x₁, and a line with the slope that reverse mode finds at the point."""
    score, x1 = score_at(point), point[0] + np.linspace(-2.5, 1, 141)
    by_name = {tensor.name: grad.item() for tensor, grad in autodiff.gradients(score).items()}
    slope = by_name.get("x₁", 0.0)  # not there if F, changed, does not use it
    F = np.array([score_at((value, *point[1:])).item() for value in x1])
    axis.plot(x1, F, color=figures.BLUE, label="F, computed at 141 points")
    line = score.item() + slope * (x1 - point[0])
    label = f"slope {number(slope)}, from one backward"
    axis.plot(x1, line, "--", color=figures.VERMILION, label=label)
    axis.plot(point[0], score.item(), "o", color=figures.BLACK)
    axis.set_ylim(F.min() - 0.2 * np.ptp(F) - 0.1, F.max() + 0.05 * np.ptp(F) + 0.1)
    axis.legend(frameon=False)
    figures.tidy(axis, "What ∂F/∂x₁ says", f"x₁ (x₂ stays at {number(point[1])})", "F (score)")


def draw_errors(axis, point, by_difference):
    """The relative errors of three differences against h, on logarithmic axes."""
    steps = 10.0 ** np.arange(-12, 0.1, 0.5)
    found = errors_of_differences(point, by_difference, steps)
    styles = (("s", figures.ORANGE), ("o", figures.BLUE), ("^", figures.PURPLE))
    for (label, errors), (marker, colour) in zip(found.items(), styles):
        shown = np.maximum(errors, np.finfo(float).eps / 2)  # 0 has no logarithm
        look = {"marker": marker, "markersize": 4, "linewidth": 1.2, "color": colour}
        axis.loglog(steps, shown, label=label, **look)
    axis.legend(frameon=False, loc="lower left")
    title = "Too small a step is as bad as too large"
    figures.tidy(axis, title, "h, the step", "relative error of the difference by x₁")
