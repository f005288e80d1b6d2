"""What lesson 9's answers are held to: the trapezoid rule, doubts of panels, areas over y."""

from fractions import Fraction

import numpy as np

from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from lessons.networks.two_neurons import CONDUCTANCE


def check_PENCIL(answers):
    """Two trapezoids under g, which is 0, 3, 6 at α = 0, 1/2, 1."""
    width, g = Fraction(1, 2), (0, 3, 6)
    first, second = (width * (left + right) / 2 for left, right in zip(g, g[1:]))
    right = {
        "first panel": first,
        "second panel": second,
        "sum − 8/3": first + second - CONDUCTANCE[0],
    }
    traps = {
        "first panel": [
            (1.5, "That is width · g at the right end, or the mean of g without the width."),
            (0, "That is width · g at the left end. The line rises to 3."),
            (3, "That is g at the right end. An area is width · height."),
            (Fraction(5, 12), "That is the area under the true g. Take the straight line."),
        ],
        "second panel": [
            (1.5, "That is width · g at the left end. The line rises to 6."),
            (3, "That is width · g at the right end. The line begins at 3."),
            (4.5, "That is the mean of both ends. The panel is 1/2 wide."),
            (0.75, "That is the triangle above 3. Below it is a rectangle."),
        ],
        "sum − 8/3": [
            (3, "That is the sum. How much more is it than 8/3?"),
            (Fraction(-1, 3), "Is the sum larger or smaller than 8/3?"),
            (0.33, "Nearly. Write three digits, or a fraction such as 5 / 7."),
            (Fraction(1, 8), "That is the error relative to 8/3. Give the difference."),
        ],
    }
    return require_pencil(answers, right, traps) + " That was the trapezoid rule with three points."


def check_trapezoid_rule(trapezoid_rule):
    """Points at both ends and evenly between; weights by the panels that a point takes part in."""
    for steps in (2, 3, 9):
        given = f"{steps} points."
        alphas, weights = (np.asarray(part, float) for part in trapezoid_rule(steps))
        shapes = (
            f"{given} Yours: shapes {alphas.shape} and {weights.shape}. Right: {(steps,)} for both."
        )
        paired = alphas.shape == weights.shape == (steps,)
        require(paired, "as many points and weights as asked for", shapes)
        require_same(alphas, np.linspace(0, 1, steps), "points evenly from 0 to 1", given)
        written = in_brief(weights)
        given = f"{steps} points, weights {written}: their sum."
        require_same(weights.sum(), 1, "weights that sum to 1 (exact for g = 1)", given)
        given = f"{steps} points, weights {written}: the sum for g = α."
        require_same(weights @ alphas, 0.5, "exact for g = α (both ends alike)", given)
        right = np.diff((alphas[1:] + alphas[:-1]) / 2, prepend=0, append=1)  # what is nearest
        given = (
            f"{steps} points: the weights sum to 1, as they must. But an end takes part in one "
            "panel, every other point in two."
        )
        require_same(weights, right, "the ends count half", given)
    return "With it you can integrate any g that you can compute at even points."


# the property, the points, g there, and the doubts
DOUBTS = (
    ("no doubt where both ends agree", [0, 0.5, 1], [3, 3, 3], [0, 0]),
    ("half of the box (g = 1 from the jump on: the area is 0 to 1)", [0, 1], [0, 1], [0.5]),
    ("each panel's own width", [0, 0.1, 1], [0, 2, 4], [0.1, 0.9]),
    ("each panel's own ends", [0, 0.5, 1], [0, 4, 4], [1, 0]),
    ("a size, whether g rises or falls", [0, 0.5, 1], [1, -1, 3], [0.5, 1]),
)


def check_doubts(doubts):
    """By hand."""
    for broken, alphas, g, expected in DOUBTS:
        given = f"α = {alphas}, g = {g}."
        got = doubts(np.array(alphas, float), np.array(g, float))
        said = f"{given} Yours: {in_brief(got)}, of shape {np.shape(got)}. Right: {expected}."
        require(np.shape(got) == np.shape(expected), "one doubt for each panel", said)
        require_same(got, expected, broken, given)
    return "Now a sum can say how wrong it may be, and where the next point belongs."


EVEN = np.linspace(0, 1, 7)[:, None]
NEURONS = np.hstack([np.maximum(3 * EVEN - 1, 0), 2 * EVEN])
# the property, ∂F/∂y and y at the points, and Cond(y)
AREAS = (
    ("height times Δy (here both ends are equally high)",
        [[1, 2], [1, 2]], [[0, 0], [1, 1]], [1, 2]),
    ("where y stands still there is no area", [[0], [2]], [[1], [1]], [0]),
    ("the way back counts negative", [[1], [1], [1]], [[0], [3], [1]], [1]),
    ("both ends of a panel", [[0], [2]], [[0], [1]], [1]),
    ("each panel's own Δy", [[2], [2], [0]], [[0], [1], [4]], [5]),
    ("the two neurons by pencil", NEURONS[:, ::-1], NEURONS, CONDUCTANCE),
)  # fmt: skip


def check_area_over_y(area_over_y):
    """By hand, and of the two neurons at points that their kink is one of."""
    for broken, *parts, expected in AREAS:
        dF_dy, y = (np.array(part, float) for part in parts)
        right = np.array(expected, float)
        given = f"Rows are points: ∂F/∂y = {dF_dy.round(3).tolist()}, y = {y.tolist()}."
        got = area_over_y(dF_dy, y)
        said = f"{given} Yours: of shape {np.shape(got)}. Right: of shape {right.shape}."
        require(np.shape(got) == right.shape, "one number for each unit", said)
        require_same(got, right, broken, given)
    return "Conductance without forward mode, from points that may lie anywhere on the path."
