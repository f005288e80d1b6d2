"""The checks of lesson 6."""

import numpy as np

import minigrad as mg
from lessons import two_neurons
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import (
    quadrature,
)
from minigrad.attribution.definition import jacobians

BASELINE, BY_INPUT, CONDUCTANCE, F, X = (
    two_neurons.BASELINE,
    two_neurons.BY_INPUT,
    two_neurons.CONDUCTANCE,
    two_neurons.F,
    two_neurons.X,
)


def look(F, x, baseline, alpha):
    """The layer "y" at x(α), with ∂F/∂y in ``y.grad`` and dy/dα in ``y.tangent``, both shaped (1,
    units).
    """
    x_alpha = mg.Tensor(baseline + alpha * (x - baseline), tangent=x - baseline)
    with mg.watch_layers() as hidden:
        F(x_alpha).sum().backward()
    return hidden.tensors["y"]


STEPS, RULE = 6, "midpoint"


def check_term(term):
    for broken, *given, expected in (
        (
            "insensitivity (a unit that does not move has no share)",
            [3],
            [[0, 0]],
            [1, 1],
            [0, 0],
            [0],
        ),
        ("the path (x_i − x′_i belongs in the sum)", [1], [[1]], [5], [2], [3]),
        ("one number for each unit", [1, 1, 1], [[1], [1], [1]], [1], [0], [1, 1, 1]),
        (
            "product before sum (each input meets its own x_i − x′_i)",
            [1],
            [[1, -1]],
            [1, -1],
            [0, 0],
            [2],
        ),
        ("each unit meets its own gradient", [1, -1], [[1], [-1]], [1], [0], [1, 1]),
    ):
        got = term(*(np.array(factor, float) for factor in given))
        said = f"For (∂F/∂y, ∂y/∂x, x, x′) = {given} it gave {got}, not {expected}."
        require(
            np.shape(got) == np.shape(expected), "one number for each unit", said, got, expected
        )
        require_equal(got, expected, broken, said)
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    factors = jacobians(F, mg.Tensor(baseline + 0.75 * (x - baseline), requires_grad=True), "y")
    y, got = look(F, x, baseline, 0.75), term(*factors, x[0], baseline[0])
    said = f"{got} is not {y.grad[0]} · {y.tangent[0]}."
    require_equal(got, (y.grad * y.tangent)[0], "reverse mode · forward mode", said)


def check_conductance_of_unit(conductance_of_unit):
    mid, gauss = "midpoint", "gauss_legendre"
    # each rule is exact for its integrand
    for broken, network, x, baseline, unit, rule, expected in (
        (
            "insensitivity (this y does not move)",
            lambda x: (0 * x + 3).named("y")[:, 0],
            1,
            0,
            0,
            (2, mid),
            0,
        ),
        (
            "weights that sum to 1 (F = y = x)",
            lambda x: (1 * x).named("y")[:, 0],
            1,
            0,
            0,
            (2, mid),
            1,
        ),
        (
            "product before sum (y = (x, −x))",
            lambda x: (x @ [[1.0, -1.0]]).named("y") @ [1.0, -1.0],
            1,
            0,
            0,
            (2, mid),
            1,
        ),
        (
            "insensitivity (F does not depend on this y)",
            lambda x: (x @ [[1.0, 1.0]]).named("y")[:, 0],
            1,
            0,
            1,
            (2, mid),
            0,
        ),
        (
            "the path (F = y = 2x, from x′ to x)",
            lambda x: (2 * x).named("y")[:, 0],
            4,
            1,
            0,
            (2, mid),
            6,
        ),
        (
            "saturation (y = 2x, F = min(y, 1))",
            lambda x: mg.minimum((2 * x).named("y"), 1.0)[:, 0],
            1,
            0,
            0,
            (4, mid),
            1,
        ),
        (
            "overshoot (y = x, F = max(y − 1, 0))",
            lambda x: mg.relu((1 * x).named("y") - 1)[:, 0],
            1.1,
            0,
            0,
            (11, mid),
            0.1,
        ),
        (
            "linearity (F = 2x² − 3y, y = x³)",
            lambda x: (x ** [2.0, 3.0]).named("y") @ [2.0, -3.0],
            1,
            0,
            1,
            (2, gauss),
            -3,
        ),
        ("wrong sign (y = −x, F = −y)", lambda x: -(-x).named("y")[:, 0], 1, 0, 0, (2, mid), 1),
        (
            "curved path (y = x², F = y²)",
            lambda x: ((x * x).named("y") ** 2)[:, 0],
            1,
            0,
            0,
            (2, gauss),
            1,
        ),
        (
            "zero at both ends (F = x y)",
            lambda x: (x * mg.minimum(x, 1 - x).named("y"))[:, 0],
            1,
            0,
            0,
            (4, mid),
            -0.25,
        ),
        (
            "the rule's own weights (y = x, F = y⁴)",
            lambda x: ((1 * x).named("y") ** 4)[:, 0],
            1,
            0,
            0,
            (3, gauss),
            1,
        ),
    ):
        got = conductance_of_unit(
            network, np.array([[float(x)]]), np.array([[float(baseline)]]), unit, *quadrature(*rule)
        )
        require(
            np.shape(got) == (),
            "one number for one unit",
            f"For unit {unit} it gave {got}, of shape {np.shape(got)}.",
        )
        require_equal(
            got,
            expected,
            broken,
            f"For unit {unit}, x = {x}, x′ = {baseline} it gave {got}, not {expected}.",
        )


def check_matrix_of_eq2(matrix_of_eq2):
    for broken, *given, expected in (
        ("each input's own x_i − x′_i", [[1]], [[[1, 1]]], [1], [2, 5], [1, 1], [[1], [4]]),
        (
            "insensitivity (no share where y does not depend on x_i)",
            [[1]],
            [[[0, 1]]],
            [1],
            [1, 1],
            [0, 0],
            [[0], [1]],
        ),
        ("each unit meets its own gradient", [[1, -1]], [[[1], [-1]]], [1], [1], [0], [[1, 1]]),
        (
            "each input's own x_i − x′_i",
            [[1, 1]],
            [[[1, 1], [1, 1]]],
            [1],
            [2, 5],
            [1, 1],
            [[1, 1], [4, 4]],
        ),
        (
            "weights that sum to 1 (a constant is integrated exactly)",
            [[1], [1]],
            [[[1]], [[1]]],
            [0.5, 0.5],
            [1],
            [0],
            [[1]],
        ),
        (
            "product before integral (at each α)",
            [[0], [2]],
            [[[0]], [[2]]],
            [0.5, 0.5],
            [1],
            [0],
            [[2]],
        ),
        ("the rule's own weights", [[0], [4]], [[[1]], [[1]]], [0.25, 0.75], [1], [0], [[3]]),
    ):
        got = matrix_of_eq2(*(np.array(factor, float) for factor in given))
        shaped, said = np.shape(got) == np.shape(expected), f"For ∂y/∂x = {given[1]} it gave {got}."
        require(shaped, "a row for each input, a column for each unit", said, got, expected)
        require_equal(
            got,
            expected,
            broken,
            f"For (∂F/∂y, ∂y/∂x, weights, x, x′) = {given} it gave {got}, not {expected}.",
        )
    alphas, weights = quadrature(STEPS, RULE)
    factors = zip(
        *(jacobians(F, mg.Tensor(alpha * X, requires_grad=True), "y") for alpha in alphas)
    )
    got, expected = (
        matrix_of_eq2(*map(np.array, factors), weights, X[0], BASELINE[0]),
        np.array(BY_INPUT, float),
    )
    require_equal(got, expected, "Eq. 2 of the two neurons", f"It gave {got}, not {expected}.")
