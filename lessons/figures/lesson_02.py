"""What lesson 2 draws: the graph of two neurons with its gradients, and differences."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch

import minigrad as mg
from minigrad import autodiff

from ..networks import two_neurons as network
from . import drawing as figures

# How far down each tensor of the two-neuron network stands;
# an operation stands beside the tensor it makes.
ROWS = {"x₁": 0, "b": 0, "z₁": 0, "y₁": 0, "a": 1, "F": 1.5, "c": 2, "x₂": 3, "z₂": 3, "y₂": 3}
HALF = 0.45  # of a tensor's width
SIGNS = {"add": "+", "subtract": "−", "multiply": "×"}


def number(value):
    """Four digits, with a real minus sign."""
    return f"{float(value) + 0.0:.4g}".replace("-", "−")  # + 0.0 makes 0 of −0


def score_of(x1, x2):
    """The score, one operation a line, every tensor with a name."""
    a = (2 * x2).named("a")
    b = (x1 + a).named("b")
    z1 = (b - 1).named("z₁")
    y1 = mg.relu(z1).named("y₁")
    c = (3 * x1).named("c")
    z2 = (c - x2).named("z₂")
    y2 = mg.relu(z2).named("y₂")
    return (y1 * y2).named("F")


def steps_back(output):
    """For every operation, the last first: its tensor, ∂F/∂tensor, and (input, local slope) …"""
    tape = autodiff.topological_order(output)
    gradient = autodiff.gradients(output, wanted=tape)
    for tensor in tape:
        if tensor.creator is not None:
            # asked with 1, an operation answers with its local slopes
            ones = np.ones(tensor.shape)
            slopes = autodiff.gradients_of_inputs(tensor.creator, ones, tensor)
            yield tensor, gradient[tensor], slopes


def draw_graph(output):
    """Boxes for tensors and circles for operations; along the arrows, what flows back.

    Parameters
    ----------
    output : Tensor
        F, as `score_of` makes it.
    """
    figure, axis = plt.subplots(figsize=(12, 6), layout="constrained")
    gradient, place = {}, {}
    for tensor, grad, slopes in steps_back(output):
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
    figures.save(figure, "02_graph.png", alt)


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


POINT = 2.0, 1.0
ANOTHER_CALL = "the figure needs `central`: write it first"


def smooth(x1, dtype=np.float64):
    """The network with softplus, log(1 + eᶻ), for relu, as a function of x₁ alone."""
    x = np.array([[x1, POINT[1]]], dtype)
    return network.smooth(mg.Tensor(x)).item()


def slope_by_hand():
    """dF/dx₁ of `smooth` at the point."""
    z = (np.array(POINT) @ network.W) + network.B
    y = np.logaddexp(0, z)  # softplus
    dy_dx1 = network.W[0] * np.exp(-np.logaddexp(0, -z))
    return y[1] * dy_dx1[0] + y[0] * dy_dx1[1]


def errors_of_differences(central, steps):
    """Relative errors of three differences of `smooth`, for each h of ``steps``."""
    x1, right = POINT[0], slope_by_hand()

    def single(x1):
        return smooth(x1, np.float32)

    found = {
        "(F(x + h) − F(x)) / h": [(smooth(x1 + h) - smooth(x1)) / h for h in steps],
        "central": [central(smooth, x1, h) for h in steps],
        "central, in float32": [central(single, np.float32(x1), np.float32(h)) for h in steps],
    }
    return {label: abs(np.array(values) / right - 1) for label, values in found.items()}


def draw_differences(central):
    """Left, F against x₁ with its slope; right, the errors of differences against h."""
    steps = 10.0 ** np.arange(-12, 0.1, 0.5)
    try:
        errors = errors_of_differences(central, steps)
    except NotImplementedError:
        print(ANOTHER_CALL)
        return
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
    draw_slope(left)
    draw_errors(right, errors, steps)
    figures.save(figure, "02_differences.png")


def draw_slope(axis):
    """F against x₁, and a line with the slope that reverse mode finds at the point."""
    x1 = mg.Tensor(POINT[0], requires_grad=True)
    score = score_of(x1, mg.Tensor(POINT[1]))
    score.backward()
    at = POINT[0] + np.linspace(-2.5, 1, 141)
    F = score_of(mg.Tensor(at), mg.Tensor(POINT[1])).data
    axis.plot(at, F, color=figures.BLUE, label="F, computed at 141 points")
    line = score.item() + x1.grad * (at - POINT[0])
    label = f"slope {number(x1.grad)}, from one backward"
    axis.plot(at, line, "--", color=figures.VERMILION, label=label)
    axis.plot(POINT[0], score.item(), "o", color=figures.BLACK)
    axis.set_ylim(-2, 1.05 * F.max())
    axis.legend(frameon=False)
    figures.tidy(axis, "What ∂F/∂x₁ says", f"x₁ (x₂ stays at {number(POINT[1])})", "F (score)")


def draw_errors(axis, found, steps):
    """The relative errors of differences against h, on logarithmic axes."""
    styles = (("s", figures.ORANGE), ("o", figures.BLUE), ("^", figures.PURPLE))
    for (label, errors), (marker, colour) in zip(found.items(), styles):
        shown = np.maximum(errors, np.finfo(float).eps / 2)  # 0 has no logarithm
        look = {"marker": marker, "markersize": 4, "linewidth": 1.2, "color": colour}
        axis.loglog(steps, shown, label=label, **look)
    axis.legend(frameon=False, loc="lower left")
    title = "Too small a nudge is as bad as too large"
    figures.tidy(axis, title, "h, the nudge", "relative error of the slope")
