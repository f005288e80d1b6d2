"""What the exercises of lesson 13 are held to: a patch, a line through a layer, two in need."""

import numpy as np

import minigrad as mg
from lessons import two_neurons
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import (
    ablate,
    activation,
    gradient_times_difference,
    layer_integrated_gradients,
)

STEPS = 400
X, BASELINE = np.ones((1, 1)), np.zeros((1, 1))
# of the network below, at x = (2, 1) and x′ = (1, 3), where y = (2, 1, 3) and y′ = (1, 3, 4):
# the property, the filters, what the score y₁ y₂ + y₃ loses
PATCHES = (
    ("nothing set, nothing lost", [], 0),
    ("the baseline's values, not zero", [1], -4),
    ("only those filters", [0], 1),
    ("a loss is positive", [0, 2], 0),
    ("all of a cut take F(x) − F(x′)", [0, 1, 2], -2),
)


def three_units(x):
    """y = (x₁, x₂, x₁ + x₂) and F = y₁ y₂ + y₃, for each row of x (N, 2)."""
    y = mg.concatenate([x, x.sum(axis=1, keepdims=True)], axis=1).named("y")
    return y[:, 0] * y[:, 1] + y[:, 2]


def check_patch_loss(patch_loss):
    """Exercise 1: what the score loses with some filters as for the baseline."""
    x, baseline = np.array([[2.0, 1.0]]), np.array([[1.0, 3.0]])
    for broken, filters, right in PATCHES:
        got = patch_loss(three_units, x, baseline, "y", filters)
        said = f"F = y₁ y₂ + y₃, y = (2, 1, 3), y′ = (1, 3, 4), filters {filters}: "
        said += f"it gave {got}, not {right}."
        require(np.shape(got) == (1,), "a number for each example", said)
        require_equal(got, [right], broken, said)
    path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    got = patch_loss(*path, "y", [0])
    require_equal(got, [4], "a loss is positive", f"Without y₁ F = y₁ y₂ loses 4; it gave {got}.")


def bent(y):
    """A score of three units that bends: y₁² y₂ + y₃."""
    return y[:, 0] * y[:, 0] * y[:, 1] + y[:, 2]


def check_along_the_line(along_the_line):
    """Exercise 2: the layer's own integrated gradients, by hand and as minigrad has them."""
    y, y_baseline = np.array([2.0, 1.0, 5.0]), np.array([0.0, 1.0, 3.0])
    got = along_the_line(bent, y, y_baseline, STEPS)
    # ∂F/∂y₁ = 2 y₁ y₂ = 4t, whose mean is 2; y₂ stands still; ∂F/∂y₃ = 1
    said = f"F = y₁² y₂ + y₃ from (0, 1, 3) to (2, 1, 5): it gave {got}, not (4, 0, 2)."
    require(np.shape(got) == (3,), "a share for each unit", said)
    require(abs(got[1]) < 1e-9, "a unit that stands still has none", said)
    shares = [got.sum(), 6]
    require_equal(*shares, "shares add up to the climb", said, atol=1e-3)
    require_equal(got, [4, 0, 2], "the whole line, not its end", said, atol=1e-3)
    y, y_baseline = np.array([1.0, 3.0, 0.0]), np.array([2.0, 1.0, 1.0])
    got = along_the_line(bent, y, y_baseline, STEPS)

    def F(x):
        return bent(x.named("y"))

    path = y[None], y_baseline[None]
    right = layer_integrated_gradients(F, *path, steps=STEPS, rule="midpoint")["y"][0]
    said = f"From {y_baseline} to {y} it gave {got}, minigrad {right}."
    require_equal(got, right, "from the baseline", said, atol=1e-9)


def check_right_alone(right_alone):
    """Exercise 3: the gradient says what patching either unit takes, and not what both do."""
    y = activation(right_alone, X, layers=["y"])["y"]
    require(y.shape == (1, 2), "two units", f"The layer has shape {y.shape}; expected (1, 2).")
    values = activation(right_alone, BASELINE, layers=["y"])
    score = right_alone(mg.Tensor(X)).data
    climb = float((score - right_alone(mg.Tensor(BASELINE)).data)[0])
    said = f"F(x) − F(x′) is {climb:.4g}; expected a score that changes."
    require(abs(climb) > 1e-3, "something to explain", said)
    lost = []
    for filters in ([0], [1], [0, 1]):
        with mg.no_grad(), ablate({"y": filters}, values):
            lost.append(float((score - right_alone(mg.Tensor(X)).data)[0]))
    said = f"With both units set F loses {lost[2]:.4g} of {climb:.4g}: a way past them?"
    require(abs(lost[2] - climb) < 1e-9 * abs(climb), "both together", said)
    told = gradient_times_difference(right_alone, X, BASELINE, layers=["y"])["y"][0]
    said = f"(y − y′) · ∂F/∂y is {told}; patching either takes {lost[:2]}."
    require(np.allclose(told, lost[:2], rtol=1e-9, atol=1e-12), "right alone", said)
    said = f"The two say {told.sum():.4g} together, and F loses {climb:.4g}."
    require(abs(told.sum() - climb) > 0.999 * abs(climb), "wrong together", said)
