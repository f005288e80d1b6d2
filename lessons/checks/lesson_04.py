"""The checks of lesson 4."""

import numpy as np

import minigrad as mg
from lessons import two_neurons
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import quadrature

BASELINE, BY_INPUT, B, F, W, X = (
    two_neurons.BASELINE,
    two_neurons.BY_INPUT,
    two_neurons.B,
    two_neurons.F,
    two_neurons.W,
    two_neurons.X,
)


# 26/9 and 10/9, by pencil below; the drawn picture's seed: change it
EXACT, SEED = [sum(row) for row in BY_INPUT], 3


def look(F, points):
    """F and ∂F/∂x at some points, one a row: (rows,), and an array shaped like the points."""
    x_alpha = mg.Tensor(points, requires_grad=True)
    score = F(x_alpha)
    score.sum().backward()  # every row has a score of its own, so this is each row's gradient
    return score.data, x_alpha.grad


def smooth(x):
    """The two neurons with softplus for ReLU: no kink anywhere."""
    y = mg.softplus(mg.linear(x, W, B))
    return y[:, 0] * y[:, 1]


def check_trapezoid_rule(trapezoid_rule):
    errors = []
    for steps in (2, 3, 9, 17):
        alphas, weights = (np.asarray(part, float) for part in trapezoid_rule(steps))
        gave = f"With {steps} steps the points are {alphas}, the weights {weights}"
        require(
            alphas.shape == weights.shape == (steps,),
            "a point and a weight for each step",
            f"{gave}.",
        )
        require(
            alphas.min() == 0 and alphas.max() == 1,
            "points inside [0, 1], both ends among them",
            f"{gave}.",
        )
        require(
            abs(weights.sum() - 1) < 1e-12,
            "weights that sum to 1 (exact for g = 1)",
            f"{gave}, of sum {weights.sum()}.",
        )
        require(
            abs(weights @ alphas - 0.5) < 1e-12,
            "exact for g = α",
            f"{gave}: that gives {weights @ alphas}, not 1/2.",
        )
        errors.append(weights @ np.exp(alphas) - (np.e - 1))
    said = (
        f"For g = exp(α) 8 panels err by {errors[2]:.2e}, 16 by {errors[3]:.2e}: expected a "
        "quarter."
    )
    require(
        abs(errors[2] - 4 * errors[3]) < 0.1 * abs(errors[2]), "order of convergence (here 2)", said
    )


def check_integrate_gradients(integrate_gradients):
    middle, gauss = quadrature(6, "midpoint"), quadrature(3)
    for broken, gradient, x, baseline, rule, expected in (  # each rule is exact for its integrand
        ("weights that sum to 1 (F = x)", lambda x: 0 * x + 1, [1], [0], middle, [1]),
        (
            "an input that does not change has no share",
            lambda x: 0 * x + [2, 3],
            [1, 5],
            [0, 5],
            middle,
            [2, 0],
        ),
        ("score, not slope (F = 3x: times x − x′)", lambda x: 0 * x + 3, [2], [4], middle, [-6]),
        (
            "sensitivity (F = min(2x, 1) is flat at x)",
            lambda x: 2.0 * (x < 0.5),
            [1],
            [0],
            middle,
            [1],
        ),
        ("the path begins at x′ (F = x²)", lambda x: 2 * x, [3], [1], middle, [8]),
        ("the rule's own weights (F = x⁶)", lambda x: 6 * x**5, [1], [0], gauss, [1]),
        ("the two neurons by pencil", lambda x: look(F, x)[1], X, BASELINE, middle, [EXACT]),
    ):
        got = integrate_gradients(gradient, np.float64(x), np.float64(baseline), *rule)
        require_equal(
            got,
            np.float64(expected),
            broken,
            f"For x = {x}, x′ = {baseline} it gave {got}, not {expected}.",
            rtol=0,
        )
    x, baseline = np.array([[2.0, 1.0]]), np.array([[0.5, -1.0]])
    total = np.sum(integrate_gradients(lambda x: look(smooth, x)[1], x, baseline, *quadrature(30)))
    gained = (look(smooth, x)[0] - look(smooth, baseline)[0])[0]
    require(
        abs(total - gained) < 1e-9,
        "completeness",
        f"For x = {x}, x′ = {baseline}: Σ IG = {total}, F(x) − F(x′) = {gained}.",
    )


def check_richardson(richardson):
    exact = np.array([5.0, -2.0])
    for broken, e in (
        ("nothing to mend where both agree", [0, 0]),
        ("order 2: a quarter of each input's error is left", [4, -8]),
    ):
        e = np.float64(e)
        better, error = richardson(exact + e, exact + e / 4)
        said = (
            f"From {exact + e} and {exact + e / 4} came {better}, error {error}; not {exact}, "
            f"{e / 4}."
        )
        require_equal([better, error + 0 * e], [exact, e / 4], broken, said)
