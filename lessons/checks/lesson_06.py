"""What lesson 6's answers are held to: areas by pencil, parts of a slope, Eq. 1 as a sum.

What is right is known by pencil, from areas that the midpoints give exactly, and by forward mode.
"""

from fractions import Fraction

import numpy as np

import minigrad as mg
from lessons.classroom.properties import (
    as_numbers,
    in_brief,
    require,
    require_pencil,
    require_same,
)
from lessons.networks.two_neurons import BASELINE, BY_INPUT, F, X, smooth


def gradient_of(F):
    """∂F/∂x as a function of a point, (1, inputs)."""
    return lambda x: mg.vjp(F, x)[1](np.ones(1))[0]


def check_PENCIL(answers):
    """The areas under both parts, from the exact numbers of the two neurons."""
    right = dict(zip(("area under ∂F/∂x₁", "area under ∂F/∂x₂"), map(sum, BY_INPUT)))
    right["both together"] = sum(map(sum, BY_INPUT))
    traps, width = {}, Fraction(2, 3)
    for name, begin, end in (
        ("area under ∂F/∂x₁", Fraction(2, 3), 8),
        ("area under ∂F/∂x₂", Fraction(4, 3), 2),
    ):
        mean, rise = (begin + end) / 2, end - begin
        line_from_0 = end - rise / width / 2  # the same line, drawn down to α = 0
        traps[name] = [
            (end, "That is the height at α = 1. An area is a width times a mean height."),
            (mean, "That is the mean height. The width is not 1: until α = 1/3 both are 0."),
            (mean / 3, "You took the width 1/3, where both are 0. The line begins at α = 1/3."),
            (end * width, "That is a rectangle of the last height. The line rises to it."),
            (begin * width, "That is a rectangle of the first height. The line rises from it."),
            (end * width / 2, "That is a triangle. The line does not begin at 0."),
            (rise * width / 2, "That is the triangle alone. Below it lies a rectangle."),
            (round(float(mean * width), 1), "Nearly. Give three digits, or the fraction."),
            (line_from_0, "That is from α = 0 on, where y₁ sleeps and both parts are 0."),
        ]
    traps["both together"] = [
        (10, "That is the slope at x. What are both areas together?"),
    ]
    return require_pencil(answers, right, traps) + " Together they are what F has gained."


TURNED = "the path goes from x′ to x"


def turned_round(got, expected):
    """Whether an answer has all signs wrong, where none should be negative."""
    ours = as_numbers(got)
    alike = ours is not None and ours.shape == np.shape(expected)
    positive = np.min(expected) >= 0 and np.any(expected)  # else a lost sign looks the same
    return bool(alike and positive and np.allclose(ours, np.negative(expected)))


def from_x(given, got, expected):
    """What is said of an answer with all signs turned round, and both arrays."""
    said = f"{given} Yours: {in_brief(got)}: x′ − x for x − x′. Right: {in_brief(expected)}."
    return said, got, expected


# the property, ∂F/∂x, x, x′, and the parts
PARTS = (
    ("an input that does not change has no part", [2, 3], [1, 5], [0, 5], [2, 0]),
    ("score, not slope: times x − x′", [3, 1], [4, 2], [1, 1], [9, 1]),
    ("a part has a sign", [1, -2], [0, 3], [2, 1], [-2, -4]),
)


def check_input_parts(input_parts):
    """By hand; and that the sum is dF/dα, as forward mode finds it."""
    for broken, *arrays, expected in PARTS:
        slope, x, baseline = (np.array(each, float) for each in arrays)
        given = f"∂F/∂x = {in_brief(slope)}, x = {in_brief(x)}, x′ = {in_brief(baseline)}."
        got = input_parts(slope, x, baseline)
        shape = f"{given} Yours: shape {np.shape(got)}. Right: (2,)."
        require(np.shape(got) == (2,), "a part for each input", shape)
        require(not turned_round(got, expected), TURNED, *from_x(given, got, expected))
        require_same(got, expected, broken, given)
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    _, tangent = mg.jvp(smooth, (x,), (x - baseline,))
    given = "The sum of the parts, for the smooth neurons at x = [[2, 1]], x′ = [[0.5, −1]]."
    parts = input_parts(gradient_of(smooth)(x), x, baseline)
    require_same(np.sum(parts), tangent[0], "all parts together are dF/dα", given)
    return "One half of Eq. 1. The other half is an area."


def check_midpoints(midpoints):
    """How many, where they lie, and that they are the middles."""
    for steps in (2, 5, 1):
        given = f"steps = {steps}."
        got = np.asarray(midpoints(steps))
        said = f"{given} Yours: shape {got.shape}. Right: ({steps},)."
        require(got.shape == (steps,), "a point for each cell", said)
        expected = [(2 * cell + 1) / (2 * steps) for cell in range(steps)]
        require_same(
            np.mean(got), 0.5, "as many on the left as on the right", f"The mean for {given}"
        )
        require_same(got, expected, "in the middle of each cell", given)
    return "At these points you ask for the gradient."


# the property, ∂F/∂x, x, x′, steps, and IG
INTEGRALS = (
    ("the mean over the points (F = x)", lambda x: 0 * x + 1, [1], [0], 4, [1]),
    ("an input that does not change has no share", lambda x: 0 * x + [2, 3],
        [1, 5], [0, 5], 4, [2, 0]),
    ("score, not slope (F = 3x: times x − x′)", lambda x: 0 * x + 3, [2], [4], 4, [-6]),
    ("sensitivity (F = min(2x, 1) is flat at x)", lambda x: 2.0 * (x < 0.5), [1], [0], 4, [1]),
    ("the path begins at x′ (F = x²)", lambda x: 2 * x, [3], [1], 4, [8]),
    ("in the middle of each cell (F = x³)", lambda x: 3 * x**2, [1], [0], 2, [15 / 16]),
)  # fmt: skip
EXACT = np.array([[sum(row) for row in BY_INPUT]], float)


def check_integrate_gradients(integrate_gradients):
    """Eq. 1 of F that are known, of the two neurons, and completeness of smooth ones."""
    for broken, gradient, x, baseline, steps, expected in INTEGRALS:
        given = f"x = {x}, x′ = {baseline}, {steps} steps."
        got = integrate_gradients(gradient, np.array(x, float), np.array(baseline, float), steps)
        require(not turned_round(got, expected), TURNED, *from_x(given, got, expected))
        require_same(got, expected, broken, given)
    given = "x = [[1, 1]], x′ = [[0, 0]], 6 steps."
    got = integrate_gradients(gradient_of(F), X, BASELINE, 6)
    require_same(got, EXACT, "the two neurons by pencil", given)
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    gained = (smooth(mg.Tensor(x)) - smooth(mg.Tensor(baseline))).item()
    given = "Σ IG and F(x) − F(x′) for x = [[2, 1]], x′ = [[0.5, −1]], 1000 steps."
    total = np.sum(integrate_gradients(gradient_of(smooth), x, baseline, 1000))
    require_same(total, gained, "completeness", given, rtol=1e-5)
    return "Eq. 1 is yours. minigrad's is `integrated_gradients`."
