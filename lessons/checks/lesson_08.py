"""What lesson 8's answers are held to: a product at one α, Eq. 3 of a unit, Eq. 2 of all pairs.

The tables hold factors at one α, networks whose conductance is known exactly, and factors at
several α.
"""

import numpy as np

import minigrad as mg
from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from lessons.networks.two_neurons import BASELINE, BY_INPUT, F, X
from minigrad.attribution import conductance, quadrature
from minigrad.attribution.definition import jacobians


def check_PENCIL(answers):
    """The factors of the two neurons at α = 1/2."""
    middle = conductance(F, X, BASELINE, steps=1, rule="midpoint", keep_terms=True).terms["y"]
    dF_dy, dy_dalpha, product = (
        part[0, 0] for part in (middle.dF_dy, middle.dy_dalpha, middle.term)
    )
    right = {
        "∂F/∂y₁": dF_dy[0],
        "dy₁/dα": dy_dalpha[0],
        "∂F/∂y₂ · dy₂/dα": product[1],
    }
    traps = {
        "∂F/∂y₁": [
            (0.5, "That is y₁ itself, or F. By how much does y₁ · 1 grow if y₁ grows by 1?"),
            (2, "That is y₂ at the end of the path. We are in the middle."),
            (1.5, "If y₁ grows by 1, from 1/2, F becomes 3/2. By how much did it grow?"),
        ],
        "dy₁/dα": [
            (1, "That is ∂y₁/∂x₁, one input alone. Along the path x₂ moves too."),
            (2, "That is ∂y₁/∂x₂, one input alone. Along the path x₁ moves too."),
            (0.5, "That is y₁ itself. How fast does 3α − 1 grow?"),
            (1.5, "That is 3α. How much does it gain for each unit of α?"),
            (0, "It stands still before α = 1/3. At 1/2 it is awake."),
        ],
        "∂F/∂y₂ · dy₂/dα": [
            (2, "That is dy₂/dα. What is each unit of y₂ worth to F? Not y₂: it stands still."),
            (0.5, "That is ∂F/∂y₂. How fast does y₂ move?"),
            (2.5, "The factors multiply; you have added them."),
            (1.5, "You took dy₁/dα for dy₂/dα."),
            (3, "That is the product of y₁."),
            (4, "That is the product at the end of the path. We are in the middle."),
        ],
    }
    said = require_pencil(answers, right, traps)
    return f"{said} The product of y₁ is 1 · 3. Together 3 + 1 = 4: that is how fast F rises."


# the property, ∂F/∂y, dy/dα, and their product
TERMS = (
    ("insensitivity (this unit does not move)", [3], [0], [0]),
    ("insensitivity (F does not depend on this unit)", [0], [3], [0]),
    ("each unit meets its own factor", [1, 2, 3], [3, 2, 1], [3, 4, 3]),
    ("signs stay", [1, -1, -1], [-1, 1, -1], [-1, -1, 1]),
)


def check_term(term):
    """By hand; y itself is 5, whatever its factors are."""
    for broken, *factors, expected in TERMS:
        dF_dy, dy_dalpha = (np.array([factor], float) for factor in factors)
        y = mg.Tensor(np.full(dF_dy.shape, 5.0), tangent=dy_dalpha, name="y")
        y.grad = dF_dy
        parts = {"y.grad": dF_dy, "y.tangent": dy_dalpha, "y.data": y.data}
        given = ", ".join(f"{name} = {in_brief(part)}" for name, part in parts.items()) + "."
        got = term(y)
        shaped = f"{given} Yours: of shape {np.shape(got)}. Right: of shape {dF_dy.shape}."
        require(np.shape(got) == dF_dy.shape, "one number for each unit", shaped)
        require_same(got, [expected], broken, given)
    return "That is a whole layer of Eq. 3 at one α. An integral over α is left."


MID_2, MID_4, MID_11 = (quadrature(steps, rule="midpoint") for steps in (2, 4, 11))
GAUSS_2, GAUSS_3 = (quadrature(steps, rule="gauss_legendre") for steps in (2, 3))
ONE_POINT = np.array([3**-0.5]), np.array([1.0])  # exact for α², and not for (1 − α)²
# the property, how the network is written, the network, x, x′, the unit, a rule that is exact for
# it, and Cond(y)
NETWORKS = (
    ("insensitivity (this y does not move)", "y = 3, F = y",
        lambda x: (0 * x + 3).named("y")[:, 0], 1, 0, 0, MID_2, 0),
    ("each term once, with its weight", "y = x, F = y",
        lambda x: (1 * x).named("y")[:, 0], 1, 0, 0, MID_2, 1),
    ("product before sum (each unit by itself)", "y = (x, −x), F = y₁ − y₂",
        lambda x: (x @ [[1.0, -1.0]]).named("y") @ [1.0, -1.0], 1, 0, 0, MID_2, 1),
    ("insensitivity (F does not depend on this y)", "y = (x, x), F = y₁",
        lambda x: (x @ [[1.0, 1.0]]).named("y")[:, 0], 1, 0, 1, MID_2, 0),
    ("the path (from x′ to x)", "y = 2x, F = y",
        lambda x: (2 * x).named("y")[:, 0], 4, 1, 0, MID_2, 6),
    ("the path (at the points that are given)", "y = x³, F = y",
        lambda x: (x**3).named("y")[:, 0], 1, 0, 0, ONE_POINT, 1),
    ("saturation (F is flat at x)", "y = 2x, F = min(y, 1)",
        lambda x: mg.minimum((2 * x).named("y"), 1.0)[:, 0], 1, 0, 0, MID_4, 1),
    ("overshoot (F is flat at first)", "y = x, F = max(y − 1, 0)",
        lambda x: mg.relu((1 * x).named("y") - 1)[:, 0], 1.1, 0, 0, MID_11, 0.1),
    ("linearity (one unit is for the score, one against)", "y = (x², x³), F = 2 y₁ − 3 y₂",
        lambda x: (x ** [2.0, 3.0]).named("y") @ [2.0, -3.0], 1, 0, 1, GAUSS_2, -3),
    ("wrong sign (minus times minus)", "y = −x, F = −y",
        lambda x: -(-x).named("y")[:, 0], 1, 0, 0, MID_2, 1),
    ("curved path (the product comes before the integral)", "y = x², F = y²",
        lambda x: ((x * x).named("y") ** 2)[:, 0], 1, 0, 0, GAUSS_2, 1),
    ("zero at both ends (between them y moved)", "y = min(x, 1 − x), F = x · y",
        lambda x: (x * mg.minimum(x, 1 - x).named("y"))[:, 0], 1, 0, 0, MID_4, -0.25),
    ("the rule's own weights (they need not be alike)", "y = x, F = y⁴",
        lambda x: ((1 * x).named("y") ** 4)[:, 0], 1, 0, 0, GAUSS_3, 1),
)  # fmt: skip


def check_conductance_of_unit(conductance_of_unit):
    """What the paper asks of a conductance, on networks of one input."""
    for broken, written, network, x, baseline, unit, rule, expected in NETWORKS:
        ends = np.array([[float(x)]]), np.array([[float(baseline)]])
        given = f"{written}, from x′ = {baseline} to x = {x}, unit {unit}."
        got = conductance_of_unit(network, *ends, unit, *rule)
        said = f"{given} Yours: of shape {np.shape(got)}. Right: a number."
        require(np.shape(got) == (), "one number for one unit", said)
        require_same(got, expected, broken, given)
    return "Eq. 3 is yours, for any unit and any points."


# the property, ∂y/∂x, x, x′, and dy/dα
DIRECTIONS = (
    ("the path (x_i − x′_i belongs in the sum)", [[2]], [5], [3], [4]),
    ("the path (from x′ to x)", [[1, 0], [0, 1]], [1, 1], [3, 0], [-2, 1]),
    ("one number for each unit", [[1, 1], [1, 1], [1, 1]], [1, 0], [0, 0], [1, 1, 1]),
    ("product before sum (each input meets its own x_i − x′_i)",
        [[1, -1]], [1, -1], [0, 0], [2]),
    ("signs stay", [[1, 1]], [1, -3], [0, 0], [-2]),
)  # fmt: skip


def factors_at(alpha, x, baseline):
    """∂F/∂y, (units,), and ∂y/∂x, (units, inputs), of the two neurons at x(α)."""
    x_alpha = mg.Tensor(baseline + alpha * (x - baseline), requires_grad=True)
    return jacobians(F, x_alpha, "y")


def check_directional_derivative(directional_derivative):
    """By hand, and of the two neurons, where forward mode says the same."""
    for broken, *parts, expected in DIRECTIONS:
        dy_dx, x, baseline = (np.array(part, float) for part in parts)
        given = f"∂y/∂x = {parts[0]}, x = {parts[1]}, x′ = {parts[2]}."
        got = directional_derivative(dy_dx, x, baseline)
        shaped = f"{given} Yours: {got}, of shape {np.shape(got)}. Right: {expected}."
        require(np.shape(got) == (len(dy_dx),), "one number for each unit", shaped)
        require_same(got, expected, broken, given)
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    _, dy_dx = factors_at(0.75, x, baseline)
    found = conductance(F, x, baseline, layers=["y"], steps=2, rule="midpoint", keep_terms=True)
    expected = found.terms["y"].dy_dalpha[1, 0]  # at the second α, 3/4
    given = f"The two neurons, α = 3/4, x = {in_brief(x[0])}, x′ = {in_brief(baseline[0])}."
    got = directional_derivative(dy_dx, x[0], baseline[0])
    require_same(got, expected, "the same as forward mode", given)
    return "Forward mode finds the same in one sweep, without any ∂y/∂x_i."


# the property, ∂F/∂y and ∂y/∂x at every α, the weights, x, x′, and Cond(i, y)
MATRICES = (
    ("each input's own x_i − x′_i",
        [[1]], [[[1, 1]]], [1], [2, 5], [1, 1], [[1], [4]]),
    ("insensitivity (no share where y does not depend on x_i)",
        [[1]], [[[0, 1]]], [1], [1, 1], [0, 0], [[0], [1]]),
    ("each unit meets its own gradient",
        [[1, -1]], [[[1], [-1]]], [1], [1], [0], [[1, 1]]),
    ("each input's own x_i − x′_i",
        [[1, 1]], [[[1, 1], [1, 1]]], [1], [2, 5], [1, 1], [[1, 1], [4, 4]]),
    ("each term once, with its weight",
        [[1], [1]], [[[1]], [[1]]], [0.5, 0.5], [1], [0], [[1]]),
    ("product before integral (at each α)",
        [[0], [2]], [[[0]], [[2]]], [0.5, 0.5], [1], [0], [[2]]),
    ("the rule's own weights (they need not be alike)",
        [[0], [4]], [[[1]], [[1]]], [0.25, 0.75], [1], [0], [[3]]),
    ("signs stay",
        [[1]], [[[-1]]], [1], [1], [0], [[-1]]),
)  # fmt: skip


def check_matrix_of_eq2(matrix_of_eq2):
    """By hand, and Eq. 2 of the two neurons by pencil."""
    for broken, *parts, expected in MATRICES:
        dF_dy, dy_dx, weights, x, baseline = parts
        given = f"∂F/∂y = {dF_dy}, ∂y/∂x = {dy_dx}, weights = {weights}, x = {x}, x′ = {baseline}."
        got = matrix_of_eq2(*(np.array(part, float) for part in parts))
        shape = np.shape(expected)
        said = f"{given} Yours: of shape {np.shape(got)}. Right: (inputs, units) = {shape}."
        property = "a row for each input, a column for each unit"
        require(np.shape(got) == shape, property, said, got, expected)
        require_same(got, expected, broken, given)
    alphas, weights = quadrature(6, rule="midpoint")
    factors = [factors_at(alpha, X, BASELINE) for alpha in alphas]
    dF_dy, dy_dx = (np.array(factor) for factor in zip(*factors))
    given = "The two neurons, six midpoints."
    got = matrix_of_eq2(dF_dy, dy_dx, weights, X[0], BASELINE[0])
    require_same(got, np.array(BY_INPUT, float), "Eq. 2 of the two neurons", given)
    return "These are the cells of the first picture: rows sum to Eq. 1, columns to Eq. 3."
