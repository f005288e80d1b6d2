"""Wrong answers to lesson 4."""

LOOP = """integral = 0.0
    for alpha, weight in zip(alphas, weights):
        integral = integral + {weight} * gradient({point})
    return {change} * integral"""
FROM_MINIGRAD = "from minigrad.attribution import quadrature; "


def loop(weight="weight", point="baseline + alpha * (x - baseline)", change="(x - baseline)"):
    """The right answer to exercise 2 with something exchanged."""
    return LOOP.format(weight=weight, point=point, change=change)


TRAPEZOID_RULE = {
    "panels for points": (
        "return np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)",
        "a point and a weight for each step",
    ),
    "one weight for all": ("return np.linspace(0, 1, steps), 1 / steps", "a point and a weight"),
    "Gauss–Legendre's points, on [−1, 1]": (
        "return np.polynomial.legendre.leggauss(steps)",
        "points inside [0, 1]",
    ),
    "the middles of the panels": (
        FROM_MINIGRAD + "return quadrature(steps, 'midpoint')",
        "points inside [0, 1]",
    ),
    "the last end left out": (
        FROM_MINIGRAD + "return quadrature(steps, 'left')",
        "points inside [0, 1]",
    ),
    "n points taken for n panels": (
        "weights = np.full(steps, 1 / steps)\n"
        "    weights[[0, -1]] /= 2\n"
        "    return np.linspace(0, 1, steps), weights",
        "weights that sum to 1",
    ),
    "full weight at the ends": (
        "return np.linspace(0, 1, steps), np.full(steps, 1 / (steps - 1))",
        "weights that sum to 1",
    ),
    "half weight at one end only": (
        "weights = np.full(steps, 1 / (steps - 1))\n"
        "    weights[0] /= 2\n"
        "    return np.linspace(0, 1, steps), weights",
        "weights that sum to 1",
    ),
    "each panel by its left end": (
        "return np.linspace(0, 1, steps), np.append(np.full(steps - 1, 1 / (steps - 1)), 0.0)",
        "exact for g = α",
    ),
    "a plain mean": (
        "return np.linspace(0, 1, steps), np.full(steps, 1 / steps)",
        "order of convergence",
    ),
    "halved and then normalised": (
        "weights = np.ones(steps)\n"
        "    weights[[0, -1]] /= 4\n"
        "    return np.linspace(0, 1, steps), weights / weights.sum()",
        "order of convergence",
    ),
    "the two ends alone": (
        "weights = np.zeros(steps)\n"
        "    weights[[0, -1]] = 0.5\n"
        "    return np.linspace(0, 1, steps), weights",
        "order of convergence",
    ),
}

INTEGRATE_GRADIENTS = {
    "without x − x′": (loop(change="1"), "an input that does not change has no share"),
    "times x": (loop(change="x"), "an input that does not change has no share"),
    "the length of x − x′": (
        loop(change="np.linalg.norm(x - baseline)"),
        "an input that does not change has no share",
    ),
    "summed over the inputs": (loop() + ".sum()", "an input that does not change has no share"),
    "the sign of x − x′": (loop(change="np.sign(x - baseline)"), "score, not slope"),
    "divided by the number of points again": (
        loop(change="(x - baseline) / len(alphas)"),
        "weights that sum to 1",
    ),
    "weights left out": (loop(weight="1"), "weights that sum to 1"),
    "the size alone": (
        loop().replace("return (x - baseline) * integral", "return abs((x - baseline) * integral)"),
        "score, not slope",
    ),
    "the distance instead of x − x′": (loop(change="abs(x - baseline)"), "score, not slope"),
    "the gradient at x alone": ("return (x - baseline) * gradient(x)", "sensitivity"),
    "the gradient at x′ alone": ("return (x - baseline) * gradient(baseline)", "sensitivity"),
    "along α x": (loop(point="alpha * x"), "the path begins at x′"),
    "along x − x′ from 0": (loop(point="alpha * (x - baseline)"), "the path begins at x′"),
    "from x to x′": (loop(point="x + alpha * (baseline - x)"), "the path begins at x′"),
    "α for the weight": (loop(weight="alpha"), "weights that sum to 1"),
    "a mean for the weights": (loop(weight="1 / len(alphas)"), "the rule's own weights"),
}

WIDTH, CHANGE = "np.diff(alphas)", "np.diff(g)"

DOUBTS = {
    "all together": (f"return abs({WIDTH} * {CHANGE}).sum() / 2", "one doubt for each panel"),
    "one for each point": ("return abs(np.gradient(g, alphas))", "one doubt for each panel"),
    "the trapezoids' areas": (f"return {WIDTH} * (g[1:] + g[:-1]) / 2", "no doubt where"),
    "the whole difference": (f"return abs({WIDTH} * {CHANGE})", "a jump at an end"),
    "a third": (f"return abs({WIDTH} * {CHANGE}) / 3", "a jump at an end"),
    "without the width": (f"return abs({CHANGE}) / 2", "each panel's own width"),
    "even widths": (f"return abs({CHANGE}) / 2 / (len(g) - 1)", "each panel's own width"),
    "the way of g from end to end": (f"return {WIDTH} * abs(g[-1] - g[0]) / 2", "each panel's own"),
    "with its sign": (f"return {WIDTH} * {CHANGE} / 2", "a size"),
    "rises alone": (f"return np.maximum({WIDTH} * {CHANGE}, 0) / 2", "a size"),
}

EXERCISES = {
    "trapezoid_rule": TRAPEZOID_RULE,
    "integrate_gradients": INTEGRATE_GRADIENTS,
    "doubts": DOUBTS,
}
