"""Wrong answers to lesson 9."""

FROM_MINIGRAD = "from minigrad.attribution import quadrature; "

PENCIL = {
    "the left end, by pencil": (
        '{"first panel": 0, "second panel": 1.5, "sum − 8/3": -1.1667}',
        "first panel",
    ),
    "the right end, by pencil": (
        '{"first panel": 1.5, "second panel": 3, "sum − 8/3": 1.8333}',
        "first panel",
    ),
    "without the width, by pencil": (
        '{"first panel": 0.75, "second panel": 4.5, "sum − 8/3": ...}',
        "second panel",
    ),
    "the triangle alone, by pencil": (
        '{"first panel": 0.75, "second panel": 0.75, "sum − 8/3": ...}',
        "second panel",
    ),
    "the sum for its error, by pencil": (
        '{"first panel": 0.75, "second panel": 2.25, "sum − 8/3": 3}',
        "sum − 8/3",
    ),
    "the other way round, by pencil": (
        '{"first panel": 0.75, "second panel": 2.25, "sum − 8/3": -1 / 3}',
        "sum − 8/3",
    ),
}

TRAPEZOID_RULE = {
    "panels for points": (
        "return np.linspace(0, 1, steps + 1), np.full(steps + 1, 1 / steps)",
        "as many points and weights",
    ),
    "one weight for all": (
        "return np.linspace(0, 1, steps), 1 / steps",
        "as many points and weights",
    ),
    "Gauss–Legendre's points, on [−1, 1]": (
        "return np.polynomial.legendre.leggauss(steps)",
        "points evenly from 0 to 1",
    ),
    "the middles of the panels": (
        FROM_MINIGRAD + "return quadrature(steps, 'midpoint')",
        "points evenly from 0 to 1",
    ),
    "the last end left out": (
        FROM_MINIGRAD + "return quadrature(steps, 'left')",
        "points evenly from 0 to 1",
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
        "the ends count half",
    ),
    "halved and then normalised": (
        "weights = np.ones(steps)\n"
        "    weights[[0, -1]] /= 4\n"
        "    return np.linspace(0, 1, steps), weights / weights.sum()",
        "the ends count half",
    ),
    "the two ends alone": (
        "weights = np.zeros(steps)\n"
        "    weights[[0, -1]] = 0.5\n"
        "    return np.linspace(0, 1, steps), weights",
        "the ends count half",
    ),
}

WIDTH, CHANGE = "np.diff(alphas)", "np.diff(g)"

DOUBTS = {
    "all together": (f"return abs({WIDTH} * {CHANGE}).sum() / 2", "one doubt for each panel"),
    "one for each point": ("return abs(np.gradient(g, alphas))", "one doubt for each panel"),
    "the trapezoids' areas": (f"return {WIDTH} * (g[1:] + g[:-1]) / 2", "no doubt where"),
    "the whole difference": (f"return abs({WIDTH} * {CHANGE})", "half of the box"),
    "a third": (f"return abs({WIDTH} * {CHANGE}) / 3", "half of the box"),
    "without the width": (f"return abs({CHANGE}) / 2", "each panel's own width"),
    "even widths": (f"return abs({CHANGE}) / 2 / (len(g) - 1)", "each panel's own width"),
    "the way of g from end to end": (f"return {WIDTH} * abs(g[-1] - g[0]) / 2", "each panel's own"),
    "with its sign": (f"return {WIDTH} * {CHANGE} / 2", "a size"),
    "rises alone": (f"return np.maximum({WIDTH} * {CHANGE}, 0) / 2", "a size"),
}

MEAN, WAY = "(dF_dy[:-1] + dF_dy[1:]) / 2", "np.diff(y, axis=0)"

AREA_OVER_Y = {
    "the layer's": (f"return ({MEAN} * {WAY}).sum()", "one number for each unit"),
    "not yet summed": (f"return {MEAN} * {WAY}", "one number for each unit"),
    "summed over the units": (f"return ({MEAN} * {WAY}).sum(axis=1)", "one number for each unit"),
    "without the way": (f"return ({MEAN}).sum(axis=0)", "where y stands still"),
    "∂F/∂y's way, y's mean": (
        "return ((y[:-1] + y[1:]) / 2 * np.diff(dF_dy, axis=0)).sum(axis=0)",
        "height times Δy",
    ),
    "the length of the way": (f"return ({MEAN} * abs({WAY})).sum(axis=0)", "the way back"),
    "the left end": (f"return (dF_dy[:-1] * {WAY}).sum(axis=0)", "both ends of a panel"),
    "the right end": (f"return (dF_dy[1:] * {WAY}).sum(axis=0)", "both ends of a panel"),
    "both ends added": (f"return (2 * {MEAN} * {WAY}).sum(axis=0)", "height times Δy"),
    "from unit to unit": (f"return ({MEAN} * np.diff(y)).sum(axis=0)", "height times Δy"),
    "from end to end": (
        f"return ({MEAN}).mean(axis=0) * (y[-1] - y[0])",
        "each panel's own Δy",
    ),
    "even panels": (
        f"return ({MEAN}).mean(axis=0) * {WAY}.sum(axis=0)",
        "each panel's own Δy",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "trapezoid_rule": TRAPEZOID_RULE,
    "doubts": DOUBTS,
    "area_over_y": AREA_OVER_Y,
}
