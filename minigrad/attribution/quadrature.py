"""Where to stop on the path and how much each stop counts: rules for ∫₀¹ g(α) dα ≈ Σ weight ·
g(alpha).
"""

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


FIRST_PANELS = 8


def refinement(most_steps):
    """The trapezoid rule with 8 panels, then 16, 32, …: each stage adds the middles of the panels
    before it.

    T_2n = T_n / 2 + (the new points, each counting 1 / 2n): what was summed is kept and
    halved, so nothing is computed twice and no single point need be remembered.

    Parameters
    ----------
    most_steps : int
        No stage is yielded that would bring the points above this number.

    Yields
    ------
    alphas, weights : numpy.ndarray
        The new points and their weights.
    kept : float
        What every weight so far is multiplied by: 1 for the first stage, then 1/2.
    """
    panels = FIRST_PANELS
    if most_steps < panels + 1:
        raise ValueError(
            f"quadrature: most_steps is {most_steps}; refinement begins with {panels + 1} points"
        )
    yield *trapezoid(panels + 1), 1.0
    while 2 * panels + 1 <= most_steps:
        yield (np.arange(panels) + 0.5) / panels, np.full(panels, 0.5 / panels), 0.5
        panels *= 2
