"""Where to stop on the path and how much each stop counts: ∫₀¹ g(α) dα ≈ Σ weight · g(alpha)."""

import numpy as np

NEWTON_STEPS = 6  # from the first guess to rounding; three are enough for most


def gauss_legendre(steps):
    """Exact for polynomials of degree 2 · steps − 1; never touches the ends.

    The points are the zeros z of the Legendre polynomial P_n, found by Newton's iteration;
    with P_n(z) = 0 its slope is n P_{n−1}(z) / (1 − z²), and the weight on [−1, 1] is
    2 / ((1 − z²) · slope²).
    """
    z = np.cos(np.pi * (np.arange(1, steps + 1) - 0.25) / (steps + 0.5))  # close to the zeros
    for _ in range(NEWTON_STEPS):
        below, P = legendre(steps, z)
        z = z - P * (1 - z**2) / (steps * (below - z * P))
    below, P = legendre(steps, z)
    weights = 2 * (1 - z**2) / (steps * (below - z * P)) ** 2
    return (1 - z) / 2, weights / weights.sum()


def legendre(degree, z):
    """P_{n−1} and P_n at z: k P_k = (2k − 1) z P_{k−1} − (k − 1) P_{k−2}."""
    below, P = np.ones_like(z), z
    for k in range(2, degree + 1):
        below, P = P, ((2 * k - 1) * z * P - (k - 1) * below) / k
    return below, P


def midpoint(steps):
    """The middle of each of ``steps`` equal parts; error of order 1 / steps²."""
    return (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)


def trapezoid(steps):
    """Both ends and equal parts between, the ends at half weight; error of order 1 / steps²."""
    if steps < 2:
        raise ValueError(f"quadrature: the trapezoid rule needs at least 2 steps, got {steps}")
    alphas = np.linspace(0, 1, steps)
    return alphas, nearest_weights(alphas)


def left(steps):
    """The left end of each of ``steps`` equal parts; error of order 1 / steps."""
    return np.arange(steps) / steps, np.full(steps, 1 / steps)


def right(steps):
    """The right end of each of ``steps`` equal parts; error of order 1 / steps."""
    return (np.arange(steps) + 1) / steps, np.full(steps, 1 / steps)


RULES = {rule.__name__: rule for rule in (gauss_legendre, midpoint, trapezoid, left, right)}


def is_auto(steps):
    """Whether the points are to be found."""
    return isinstance(steps, str) and steps == "auto"


def quadrature(steps, rule=None):
    """The points and weights of a rule on [0, 1].

    Parameters
    ----------
    steps : int or array_like of float
        How many points; or the points themselves, increasing from 0 to 1.
    rule : {"gauss_legendre", "midpoint", "trapezoid", "left", "right"}, optional
        "gauss_legendre" unless told. Given points have the trapezoid rule.

    Returns
    -------
    alphas, weights : numpy.ndarray of float64, shape (steps,)
        Increasing points; the weights sum to 1, so that a constant is integrated exactly.
    """
    check_rule(rule)
    if np.ndim(steps) == 1:
        alphas = checked_points(steps, rule)
        return alphas, nearest_weights(alphas)
    if not isinstance(steps, (int, np.integer)) or isinstance(steps, bool) or steps < 1:
        raise ValueError(f"quadrature: steps is {steps!r}; expected a whole number of at least 1")
    return RULES[rule or "gauss_legendre"](int(steps))


def nearest_weights(alphas):
    """How much of [0, 1] is nearest to each point: the trapezoid weights, from 0 to 1."""
    edges = np.concatenate([[0.0], (alphas[1:] + alphas[:-1]) / 2, [1.0]])
    return np.diff(edges)


def check_rule(rule):
    """Raise a ValueError unless the rule is known (or None)."""
    if rule is not None and rule not in RULES:
        raise ValueError(f"quadrature: unknown rule {rule!r}; expected one of {', '.join(RULES)}")


def checked_points(steps, rule):
    """Points that somebody gives, if they lead from 0 to 1."""
    alphas = np.asarray(steps, dtype=np.float64)
    if len(alphas) < 2 or alphas[0] != 0 or alphas[-1] != 1 or not (np.diff(alphas) > 0).all():
        raise ValueError(
            "quadrature: steps came as points on the path; they must increase from 0 to 1, both "
            "included, as the `points` of a result do"
        )
    if rule not in (None, "trapezoid"):
        raise ValueError(
            f"quadrature: rule is {rule!r}, but points that are given have the trapezoid rule"
        )
    return alphas


# ---- points where they are needed ----

FIRST_POINTS = 9
# At most so many times as many points, after the first look and after a later one, which knows
# better where they belong. What a walk is short of, the next one pays for again.
MOST_GROWTH = 3, 5
LARGEST_SHARE = 0.25  # of a layer's whole way, for one panel: if more happens in it, too much may
NARROWEST = 2.0**-20  # a panel that is not cut any further


def refined(alphas, doubts, shares, tolerance, most_steps):
    """The points, and new ones between them where the panels ask for them.

    Cut into m parts, a panel of doubt e keeps about e² / m² of its e²: each part has about
    e² / m³, since the slope changes by jumps in unknown places (measured on GoogLeNet). So
    one part after the other is given where it takes away most from the worst layer, until
    the prediction is within the tolerance. Before that, panels with too large a share are
    cut, whatever their doubt: of what happens in them the ends know too little.

    Parameters
    ----------
    alphas : array of float, shape (points,)
    doubts : array, shape (points − 1, layers)
        What every panel has of a layer's squared relative error: see `Sums.relative_panels`.
    shares : array, shape (points − 1,)
        How much of a layer's whole way lies in the panel, of the layer where it is most.
    tolerance : float
    most_steps : int

    Returns
    -------
    numpy.ndarray
        The same points if all is well, or if none can be added.
    """
    parts, most = np.ones(len(shares)), np.diff(alphas) / NARROWEST
    growth = MOST_GROWTH[len(alphas) > FIRST_POINTS]
    for _ in range(min(most_steps, growth * len(alphas)) - len(alphas)):
        can_be_cut = parts + 1 <= most
        left = doubts / parts[:, None] ** 2
        worst = left.sum(axis=0).argmax()
        gain = np.where(shares / parts > LARGEST_SHARE, shares, 0) * can_be_cut
        if not gain.any():
            stuck = left[~can_be_cut, worst].sum() > tolerance**2
            if stuck or left[:, worst].sum() <= tolerance**2:
                break
            gain = left[:, worst] * (1 - (parts / (parts + 1)) ** 2) * can_be_cut
        parts[gain.argmax()] += 1
    cut = [np.linspace(a, b, int(m) + 1)[:-1] for a, b, m in zip(alphas, alphas[1:], parts)]
    return np.concatenate([*cut, alphas[-1:]])


def far_apart(alphas, shares):
    """Whether two neighbouring points are too far apart to know what happens between them."""
    return bool(((shares > LARGEST_SHARE) & (np.diff(alphas) >= 2 * NARROWEST)).any())
