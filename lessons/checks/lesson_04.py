"""What the exercises of lesson 4 are held to: a rule, Eq. 1 by any rule, the doubt of each panel.

What is right is known by pencil: integrals of polynomials, which the rule at hand does exactly.
"""

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require, require_alike, require_equal
from lessons.networks.two_neurons import BASELINE, BY_INPUT, F, X, smooth
from minigrad.attribution import quadrature


def gradient_of(F):
    """∂F/∂x as a function of a point, (1, inputs)."""
    return lambda x: mg.vjp(F, x)[1](np.ones(1))[0]


def check_trapezoid_rule(trapezoid_rule):
    """Exercise 1: exact for straight lines, and of order 2 where g bends."""
    errors, tiny = {}, 1e-12
    for steps in (2, 3, 9, 17):
        alphas, weights = (np.asarray(part, float) for part in trapezoid_rule(steps))
        gave = f"With {steps} steps the points are {alphas}, the weights {weights}"
        paired = alphas.shape == weights.shape == (steps,)
        require(paired, "a point and a weight for each step", f"{gave}.")
        total, mean, both_ends = weights.sum(), weights @ alphas, [alphas.min(), alphas.max()]
        # what holds, the property, what else to say
        for holds, broken, seen in (
            (both_ends == [0, 1], "points inside [0, 1], both ends among them", ""),
            (abs(total - 1) < tiny, "weights that sum to 1 (exact for g = 1)", f", of sum {total}"),
            (abs(mean - 0.5) < tiny, "exact for g = α", f": that gives {mean}, not 1/2"),
        ):
            require(holds, broken, f"{gave}{seen}.")
        errors[steps - 1] = weights @ np.exp(alphas) - (np.e - 1)
    said = f"For g = exp(α) 8 panels err by {errors[8]:.2e}, 16 by {errors[16]:.2e}: "
    quarter = abs(errors[8] - 4 * errors[16]) < 0.1 * abs(errors[8])
    require(quarter, "order of convergence (here 2)", said + "expected a quarter.")


MIDDLE, GAUSS = quadrature(6, rule="midpoint"), quadrature(3, rule="gauss_legendre")
ONE_POINT = np.array([3**-0.5]), np.array([1.0])  # exact for α², and not for (1 − α)²
EXACT = np.sum(BY_INPUT, axis=1).astype(float)
# the property, ∂F/∂x, x, x′, a rule that is exact for it, and IG
INTEGRALS = (
    ("weights that sum to 1 (F = x)",
        lambda x: 0 * x + 1, [1], [0], MIDDLE, [1]),
    ("an input that does not change has no share",
        lambda x: 0 * x + [2, 3], [1, 5], [0, 5], MIDDLE, [2, 0]),
    ("score, not slope (F = 3x: times x − x′)",
        lambda x: 0 * x + 3, [2], [4], MIDDLE, [-6]),
    ("sensitivity (F = min(2x, 1) is flat at x)",
        lambda x: 2.0 * (x < 0.5), [1], [0], MIDDLE, [1]),
    ("the path begins at x′ (F = x²)",
        lambda x: 2 * x, [3], [1], MIDDLE, [8]),
    ("the path begins at x′ (F = x³, at the rule's own points)",
        lambda x: 3 * x**2, [1], [0], ONE_POINT, [1]),
    ("the rule's own weights (F = x⁶)",
        lambda x: 6 * x**5, [1], [0], GAUSS, [1]),
    ("the two neurons by pencil",
        gradient_of(F), X, BASELINE, MIDDLE, [EXACT]),
)  # fmt: skip


def check_integrate_gradients(integrate_gradients):
    """Exercise 2: Eq. 1 of eight F that are known, and completeness of a smooth one."""
    for broken, gradient, x, baseline, rule, expected in INTEGRALS:
        got = integrate_gradients(gradient, np.float64(x), np.float64(baseline), *rule)
        said = f"For x = {x}, x′ = {baseline} it gave {got}, not {expected}."
        require_equal(got, np.float64(expected), broken, said, rtol=0)
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    total = np.sum(integrate_gradients(gradient_of(smooth), x, baseline, *quadrature(30)))
    gained = (smooth(mg.Tensor(x)) - smooth(mg.Tensor(baseline))).item()
    said = f"For x = {x}, x′ = {baseline}: Σ IG = {total}, F(x) − F(x′) = {gained}."
    require(abs(total - gained) < 1e-9, "completeness", said)


# the property, the points, g there, and the doubts
DOUBTS = (
    ("no doubt where both ends agree", [0, 0.5, 1], [3, 3, 3], [0, 0]),
    ("a jump at an end (g = 1 from there on: the area is 0 or 1)", [0, 1], [0, 1], [0.5]),
    ("each panel's own width", [0, 0.1, 1], [0, 2, 4], [0.1, 0.9]),
    ("each panel's own ends", [0, 0.5, 1], [0, 4, 4], [1, 0]),
    ("a size, whether g rises or falls", [0, 0.5, 1], [1, -1, 3], [0.5, 1]),
)


def check_doubts(doubts):
    """Exercise 3: by hand."""
    for broken, *given, expected in DOUBTS:
        got = doubts(*(np.array(each, float) for each in given))
        said = f"For α = {given[0]} and g = {given[1]} it gave {got}, not {expected}."
        require_alike(got, expected, "one doubt for each panel", broken, said)
