"""Where to stop on the path and how much each stop counts: rules for ∫₀¹ g(α) dα ≈ Σ weight · g(alpha)."""

import numpy as np


def gauss_legendre(steps):
    """Exact for polynomials of degree 2 · steps − 1; never touches the ends."""
    points, weights = np.polynomial.legendre.leggauss(steps)
    return (points + 1) / 2, weights / 2


def midpoint(steps):
    """The middle of each of ``steps`` equal parts; error of order 1 / steps²."""
    return (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)


def trapezoid(steps):
    """Both ends and equal parts between, the ends at half weight; error of order 1 / steps²."""
    if steps < 2:
        raise ValueError(f"quadrature: the trapezoid rule needs at least 2 steps, got {steps}")
    weights = np.full(steps, 1 / (steps - 1))
    weights[[0, -1]] /= 2
    return np.linspace(0, 1, steps), weights


def left(steps):
    """The left end of each of ``steps`` equal parts; error of order 1 / steps."""
    return np.arange(steps) / steps, np.full(steps, 1 / steps)


def right(steps):
    """The right end of each of ``steps`` equal parts; error of order 1 / steps."""
    return (np.arange(steps) + 1) / steps, np.full(steps, 1 / steps)


RULES = {rule.__name__: rule for rule in (gauss_legendre, midpoint, trapezoid, left, right)}


def quadrature(steps, rule="gauss_legendre"):
    """The points and weights of a rule on [0, 1].

    Parameters
    ----------
    steps : int
        How many points.
    rule : {"gauss_legendre", "midpoint", "trapezoid", "left", "right"}

    Returns
    -------
    alphas, weights : numpy.ndarray of float64, shape (steps,)
        Increasing points; the weights sum to 1, so that a constant is integrated exactly.
    """
    if not isinstance(steps, (int, np.integer)) or steps < 1:
        raise ValueError(f"quadrature: steps is {steps!r}; expected a whole number of at least 1")
    if rule not in RULES:
        raise ValueError(f"quadrature: unknown rule {rule!r}; expected one of {', '.join(RULES)}")
    return RULES[rule](int(steps))
