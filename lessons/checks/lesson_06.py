"""What the exercises of lesson 6 are held to: Eq. 3 in its two forms, Eq. 2 of all.

The first table is of factors at one α, the second of networks whose conductance is known exactly,
the third of factors at several α.
"""

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require, require_alike, require_equal
from lessons.networks.two_neurons import BASELINE, BY_INPUT, F, X
from minigrad.attribution import conductance, quadrature
from minigrad.attribution.definition import jacobians


def factors_at(alpha, x, baseline):
    """∂F/∂y, (units,), and ∂y/∂x, (units, inputs), of the two neurons at x(α)."""
    x_alpha = mg.Tensor(baseline + alpha * (x - baseline), requires_grad=True)
    return jacobians(F, x_alpha, "y")


# the property, ∂F/∂y, ∂y/∂x, x, x′, and ∂F/∂y · dy/dα
TERMS = (
    ("insensitivity (a unit that does not move has no share)",
        [3], [[0, 0]], [1, 1], [0, 0], [0]),
    ("the path (x_i − x′_i belongs in the sum)",
        [1], [[1]], [5], [2], [3]),
    ("one number for each unit",
        [1, 1, 1], [[1], [1], [1]], [1], [0], [1, 1, 1]),
    ("product before sum (each input meets its own x_i − x′_i)",
        [1], [[1, -1]], [1, -1], [0, 0], [2]),
    ("each unit meets its own gradient",
        [1, -1], [[1], [-1]], [1], [0], [1, 1]),
)  # fmt: skip


def check_term(term):
    """Exercise 1: by hand, and of the two neurons, where forward mode says the same."""
    for broken, *given, expected in TERMS:
        got = term(*(np.array(factor, float) for factor in given))
        said = f"For (∂F/∂y, ∂y/∂x, x, x′) = {given} it gave {got}, not {expected}."
        require_alike(got, expected, "one number for each unit", broken, said)
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    found = conductance(F, x, baseline, layers=["y"], steps=2, rule="midpoint", keep_terms=True)
    terms = found.terms["y"]
    dF_dy, dy_dalpha = terms.dF_dy[1, 0], terms.dy_dalpha[1, 0]  # at the second α, 3/4
    got = term(*factors_at(0.75, x, baseline), x[0], baseline[0])
    said = f"{got} is not {dF_dy} · {dy_dalpha}."
    require_equal(got, dF_dy * dy_dalpha, "reverse mode · forward mode", said)


MID_2, MID_4, MID_11 = (quadrature(steps, rule="midpoint") for steps in (2, 4, 11))
GAUSS_2, GAUSS_3 = (quadrature(steps, rule="gauss_legendre") for steps in (2, 3))
ONE_POINT = np.array([3**-0.5]), np.array([1.0])  # exact for α², and not for (1 − α)²
# the property, a network, x, x′, the unit, a rule that is exact for it, and Cond^y
NETWORKS = (
    ("insensitivity (this y does not move)",
        lambda x: (0 * x + 3).named("y")[:, 0], 1, 0, 0, MID_2, 0),
    ("weights that sum to 1 (F = y = x)",
        lambda x: (1 * x).named("y")[:, 0], 1, 0, 0, MID_2, 1),
    ("product before sum (y = (x, −x))",
        lambda x: (x @ [[1.0, -1.0]]).named("y") @ [1.0, -1.0], 1, 0, 0, MID_2, 1),
    ("insensitivity (F does not depend on this y)",
        lambda x: (x @ [[1.0, 1.0]]).named("y")[:, 0], 1, 0, 1, MID_2, 0),
    ("the path (F = y = 2x, from x′ to x)",
        lambda x: (2 * x).named("y")[:, 0], 4, 1, 0, MID_2, 6),
    ("the path (F = y = x³, at the rule's own points)",
        lambda x: (x**3).named("y")[:, 0], 1, 0, 0, ONE_POINT, 1),
    ("saturation (y = 2x, F = min(y, 1))",
        lambda x: mg.minimum((2 * x).named("y"), 1.0)[:, 0], 1, 0, 0, MID_4, 1),
    ("overshoot (y = x, F = max(y − 1, 0))",
        lambda x: mg.relu((1 * x).named("y") - 1)[:, 0], 1.1, 0, 0, MID_11, 0.1),
    ("linearity (F = 2x² − 3y, y = x³)",
        lambda x: (x ** [2.0, 3.0]).named("y") @ [2.0, -3.0], 1, 0, 1, GAUSS_2, -3),
    ("wrong sign (y = −x, F = −y)",
        lambda x: -(-x).named("y")[:, 0], 1, 0, 0, MID_2, 1),
    ("curved path (y = x², F = y²)",
        lambda x: ((x * x).named("y") ** 2)[:, 0], 1, 0, 0, GAUSS_2, 1),
    ("zero at both ends (F = x y)",
        lambda x: (x * mg.minimum(x, 1 - x).named("y"))[:, 0], 1, 0, 0, MID_4, -0.25),
    ("the rule's own weights (y = x, F = y⁴)",
        lambda x: ((1 * x).named("y") ** 4)[:, 0], 1, 0, 0, GAUSS_3, 1),
)  # fmt: skip


def check_conductance_of_unit(conductance_of_unit):
    """Exercise 2: what the paper asks of a conductance, on networks of one input."""
    for broken, network, x, baseline, unit, rule, expected in NETWORKS:
        ends = np.array([[float(x)]]), np.array([[float(baseline)]])
        got = conductance_of_unit(network, *ends, unit, *rule)
        said = f"For unit {unit} it gave {got}, of shape {np.shape(got)}."
        require(np.shape(got) == (), "one number for one unit", said)
        said = f"For unit {unit}, x = {x}, x′ = {baseline} it gave {got}, not {expected}."
        require_equal(got, expected, broken, said)


# the property, ∂F/∂y and ∂y/∂x at every α, the weights, x, x′, and Cond_i^y
MATRICES = (
    ("each input's own x_i − x′_i",
        [[1]], [[[1, 1]]], [1], [2, 5], [1, 1], [[1], [4]]),
    ("insensitivity (no share where y does not depend on x_i)",
        [[1]], [[[0, 1]]], [1], [1, 1], [0, 0], [[0], [1]]),
    ("each unit meets its own gradient",
        [[1, -1]], [[[1], [-1]]], [1], [1], [0], [[1, 1]]),
    ("each input's own x_i − x′_i",
        [[1, 1]], [[[1, 1], [1, 1]]], [1], [2, 5], [1, 1], [[1, 1], [4, 4]]),
    ("weights that sum to 1 (a constant is integrated exactly)",
        [[1], [1]], [[[1]], [[1]]], [0.5, 0.5], [1], [0], [[1]]),
    ("product before integral (at each α)",
        [[0], [2]], [[[0]], [[2]]], [0.5, 0.5], [1], [0], [[2]]),
    ("the rule's own weights",
        [[0], [4]], [[[1]], [[1]]], [0.25, 0.75], [1], [0], [[3]]),
)  # fmt: skip


def check_matrix_of_eq2(matrix_of_eq2):
    """Exercise 3: by hand, and Eq. 2 of the two neurons by pencil."""
    for broken, *given, expected in MATRICES:
        got = matrix_of_eq2(*(np.array(factor, float) for factor in given))
        shaped, said = np.shape(got) == np.shape(expected), f"For ∂y/∂x = {given[1]} it gave {got}."
        require(shaped, "a row for each input, a column for each unit", said, got, expected)
        said = f"For (∂F/∂y, ∂y/∂x, weights, x, x′) = {given} it gave {got}, not {expected}."
        require_equal(got, expected, broken, said)
    alphas, weights = quadrature(6, rule="midpoint")
    factors = [factors_at(alpha, X, BASELINE) for alpha in alphas]
    dF_dy, dy_dx = (np.array(factor) for factor in zip(*factors))
    expected = np.array(BY_INPUT, float)
    got = matrix_of_eq2(dF_dy, dy_dx, weights, X[0], BASELINE[0])
    require_equal(got, expected, "Eq. 2 of the two neurons", f"It gave {got}, not {expected}.")


EVEN = np.linspace(0, 1, 7)[:, None]
NEURONS = np.hstack([np.maximum(3 * EVEN - 1, 0), 2 * EVEN])
# the property, ∂F/∂y and y at the points, and Cond^y
AREAS = (
    ("one number for each unit", [[1, 2], [1, 2]], [[0, 0], [1, 1]], [1, 2]),
    ("where y stands still there is no area", [[0], [2]], [[1], [1]], [0]),
    ("the way back counts negative", [[1], [1], [1]], [[0], [3], [1]], [1]),
    ("both ends of a panel", [[0], [2]], [[0], [1]], [1]),
    ("each panel's own Δy", [[2], [2], [0]], [[0], [1], [4]], [5]),
    ("the two neurons by pencil", NEURONS[:, ::-1], NEURONS, [8 / 3, 4 / 3]),
)


def check_area_over_y(area_over_y):
    """Exercise 4: by hand, and of the two neurons at points that their kink is one of."""
    for broken, *given, expected in AREAS:
        dF_dy, y = (np.array(each, float) for each in given)
        got = area_over_y(dF_dy, y)
        said = f"For ∂F/∂y = {dF_dy.tolist()} and y = {y.tolist()} it gave {got}, not {expected}."
        require_alike(got, expected, "one number for each unit", broken, said)
