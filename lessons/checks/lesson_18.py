"""What lesson 18's answers are held to: a patch, a line through a layer, three in need."""

import numpy as np

import minigrad as mg
from lessons import two_neurons
from lessons.classroom.properties import require, require_pencil, require_same
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
    ("every filter that was asked", [0, 2], 0),
    ("all of a cut take F(x) − F(x′)", [0, 1, 2], -2),
)


def lost(F, x, baseline, filters):
    """What a score loses with some units of its layer "y" as for the baseline: a number."""
    values = activation(F, baseline, layers=["y"])
    with mg.no_grad():
        intact = F(mg.Tensor(x)).data
        with ablate({"y": filters}, values):
            return float((intact - F(mg.Tensor(x)).data)[0])


def check_PENCIL(answers):
    """The two neurons: what patches take, and what the gradient says."""
    path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    told = gradient_times_difference(*path, layers=["y"])["y"][0]
    right = {
        "F loses, y₁ patched": lost(*path, [0]),
        "F loses, both patched": lost(*path, [0, 1]),
        "(y₁ − y₁′) · ∂F/∂y₁": told[0],
        "the same for y₂, added": told.sum(),
    }
    traps = {
        "F loses, y₁ patched": [
            (2, "That is what y₁ loses. What is 0 · 2, and what was 2 · 2?"),
            (0, "That is what is left of F. How much was there before?"),
            (8 / 3, "That is its conductance, a share of 4. Here y₁ alone is set to 0."),
        ],
        "F loses, both patched": [
            (8, "F is 4: it cannot lose more than it gained. Losses of single patches do not add."),
            (0, "That is what is left of F. How much was there before?"),
        ],
        "(y₁ − y₁′) · ∂F/∂y₁": [
            (2, "That is one of the two factors. Each of them is 2."),
            (1, "The slope is taken at x: ∂F/∂y₁ = y₂ = 2."),
            (0, "The slope is taken at x, not at x′: ∂F/∂y₁ = y₂ = 2."),
            (8, "That is said of both neurons. Take y₁ alone."),
        ],
        "the same for y₂, added": [
            (4, "That is for y₂ alone, or what F loses. Add what is said of y₁ and of y₂."),
            (16, "Predictions for two units are added, not multiplied."),
        ],
    }
    said = require_pencil(answers, right, traps)
    return f"{said} Right alone, wrong together: this lesson is about that."


def three_units(x):
    """y = (x₁, x₂, x₁ + x₂) and F = y₁ y₂ + y₃, for each row of x (N, 2)."""
    y = mg.concatenate([x, x.sum(axis=1, keepdims=True)], axis=1).named("y")
    return y[:, 0] * y[:, 1] + y[:, 2]


def check_patch_loss(patch_loss):
    """What the score loses with some filters as for the baseline."""
    x, baseline = np.array([[2.0, 1.0]]), np.array([[1.0, 3.0]])
    got = patch_loss(two_neurons.F, two_neurons.X, two_neurons.BASELINE, "y", [0])
    given = "F = y₁ y₂ of lesson 8, y₁ patched."
    shape = f"{given} Yours: {got}. Right: an array of shape (1,)."
    require(np.shape(got) == (1,), "a number for each example", shape)
    require_same(got, [4], "what F loses", given)
    for broken, filters, right in PATCHES:
        got = patch_loss(three_units, x, baseline, "y", filters)
        given = f"F = y₁ y₂ + y₃, y = (2, 1, 3), y′ = (1, 3, 4), filters {filters}."
        require_same(got, [right], broken, given)
    return "With it every prediction of this lesson can be judged."


def bent(y):
    """A score of three units that bends: y₁² y₂ + y₃."""
    return y[:, 0] * y[:, 0] * y[:, 1] + y[:, 2]


def check_along_the_line(along_the_line):
    """The layer's own integrated gradients, by hand and as minigrad has them."""
    y, y_baseline = np.array([2.0, 1.0, 5.0]), np.array([0.0, 1.0, 3.0])
    got = along_the_line(bent, y, y_baseline, STEPS)
    # ∂F/∂y₁ = 2 y₁ y₂ = 4t, whose mean is 2; y₂ stands still; ∂F/∂y₃ = 1
    given = "F = y₁² y₂ + y₃ from y′ = (0, 1, 3) to y = (2, 1, 5), a climb of 6."
    both = f"{given} Yours: {got}. Right: [4 0 2]."
    require(
        np.shape(got) == (3,),
        "a share for each unit",
        f"{given} Yours: {np.shape(got)}. Right: (3,).",
    )
    require(abs(got[1]) < 1e-9, "a unit that stands still has none", both)
    require(abs(np.sum(got) - 6) < 1e-3, "shares add up to the climb", both)
    require_same(got, [4, 0, 2], "the whole line, not its end", given, atol=1e-3)
    y, y_baseline = np.array([1.0, 3.0, 0.0]), np.array([2.0, 1.0, 1.0])
    got = along_the_line(bent, y, y_baseline, STEPS)

    def F(x):
        return bent(x.named("y"))

    path = y[None], y_baseline[None]
    right = layer_integrated_gradients(F, *path, steps=STEPS, rule="midpoint")["y"][0]
    require_same(got, right, "from the baseline", "y′ = (2, 1, 1), y = (1, 3, 0).")
    return "These are layer integrated gradients. On the blue line they would be conductance."


def check_right_alone(right_alone):
    """The gradient says what patching any one of three takes, and not what all do."""
    y = activation(right_alone, X, layers=["y"])["y"]
    require(y.shape == (1, 3), "three units", f"Yours: {y.shape}. Right: (1, 3).", y.shape)
    with mg.no_grad():
        ends = [right_alone(mg.Tensor(one)).data for one in (X, BASELINE)]
    require(
        np.shape(ends[0]) == (1,),
        "a score for each row",
        f"Yours: {np.shape(ends[0])}. Right: (1,).",
    )
    climb = float((ends[0] - ends[1])[0])
    said = f"Yours: F(x) − F(x′) is {climb:.4g}. Right: a score that changes."
    require(abs(climb) > 1e-3, "something to explain", said)
    together = lost(right_alone, X, BASELINE, [0, 1, 2])
    said = f"All three are patched. Yours: F loses {together:.4g}. Right: all of {climb:.4g}."
    require(abs(together - climb) < 1e-9 * abs(climb), "all together", said)
    told = gradient_times_difference(right_alone, X, BASELINE, layers=["y"])["y"][0]
    takes = [lost(right_alone, X, BASELINE, [unit]) for unit in range(3)]
    require_same(
        told,
        takes,
        "right alone",
        "What the gradient says of each unit; right is what its patch takes.",
    )
    off = abs(told.sum() - climb)
    said = f"All three are patched and F loses {climb:.4g}. Yours: the gradient says "
    said += f"{told.sum():.4g}, off by {off:.4g}. Right: off by {2 * abs(climb):.4g} or more."
    require(abs(told.sum() - climb) > 1.999 * abs(climb), "wrong together", said)
    return "With k units that need each other the gradient says k times what F loses."
