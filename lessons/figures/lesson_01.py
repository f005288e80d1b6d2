"""What lesson 1 prints and draws: the loop tried on small graphs, two neurons before and after."""

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg

from . import drawing as figures

X = 2.0
EDGE = 2.0  # points lie from -EDGE to EDGE
FORMULAS = {
    "x · x": (lambda x: x * x, 2 * X),
    "y · y + y": (lambda x: plus_itself(3 * x, square_first=True), 3 * (2 * 3 * X + 1)),
    "y + y · y": (lambda x: plus_itself(3 * x, square_first=False), 3 * (2 * 3 * X + 1)),
}


def plus_itself(y, square_first):
    """y · y + y, in either order."""
    square = y * y
    return square + y if square_first else y + square


def try_loop(walk_back, receive, pick, formula):
    """Print what a loop finds for ∂F/∂x of a formula, beside what is right."""
    compute, right = FORMULAS[formula]
    x = mg.Tensor(X, requires_grad=True, name="x")
    try:
        found = f"{float(walk_back(compute(x), receive, pick)[x]):g}"
    except NotImplementedError:
        found = "(not yet: the exercise above comes first)"
    print(f"F = {formula:10} the loop: ∂F/∂x = {found}   right: {right:g}")


def points_of_a_region(count=200):
    """Points (N, 2), and 1 for those of a region with two straight edges, 0 for the others."""
    points = np.random.default_rng(1).uniform(-EDGE, EDGE, (count, 2))
    x1, x2 = points.T
    return points, ((x1 + 2 * x2 > 1) & (3 * x1 - x2 > 0)).astype(float)


def random_weights(seed):
    """W, (inputs, neurons), at random, and b, (neurons,): both ask for their gradient."""
    W = np.random.default_rng(seed).standard_normal((2, 2))
    return mg.Tensor(W, requires_grad=True), mg.Tensor([0.5, 0.5], requires_grad=True)


def snapshot(network, W, b):
    """What a network says on a grid, with copies of its weights."""
    line = np.linspace(-EDGE, EDGE, 121)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    said = network(grid).data.reshape(len(line), -1)
    return line, said, W.data.copy(), b.data.copy()


def draw_training(before, after, points, region):
    """Before and after: what the network says, the points, and where each neuron wakes."""
    figure, axes = plt.subplots(1, 2, figsize=(10.4, 4.9), layout="constrained", sharey=True)
    for axis, title, seen in zip(axes, ("before", "after 300 steps"), (before, after)):
        line, said, W, b = seen
        shown = axis.contourf(line, line, said, levels=np.linspace(0, 1, 11), cmap="cividis")
        for inside, marker, colour in ((1, "o", figures.ORANGE), (0, "x", "white")):
            x1, x2 = points[region == inside].T
            axis.plot(x1, x2, marker, color=colour, markersize=4, label=f"should be {inside}")
        for neuron, style in enumerate(("-", "--")):
            draw_edge(axis, W[:, neuron], b[neuron], style, neuron)
        right = np.mean((value_at(seen, points) > 0.5) == region)
        axis.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), xlabel="x₁")
        axis.set_title(f"{title}: {right:.0%} of the points right")
    axes[0].set_ylabel("x₂")
    axes[0].legend(loc="lower left", fontsize=8, framealpha=0.9, facecolor="#555555",
                   labelcolor="white")  # fmt: skip
    figure.colorbar(shown, ax=axes, label="what the network says")
    figures.save(figure, "01_two_neurons_learn.png")


def draw_edge(axis, weights, bias, style, neuron):
    """The line on which one neuron wakes: weights · x + bias = 0."""
    x1 = np.array([-2 * EDGE, 2 * EDGE])
    label = ("y₁ wakes", "y₂ wakes")[neuron]
    axis.plot(x1, -(bias + weights[0] * x1) / weights[1], style, color=figures.SKY, label=label)


def value_at(seen, points):
    """What the network of a snapshot says of some points."""
    _, _, W, b = seen
    y = np.maximum(points @ W + b, 0)
    return np.tanh(y.prod(axis=1))
