"""Wrong answers to lesson 7."""

SATURATES = {
    "the lesson's own saturation": ('return mg.minimum((2 * x).named("y"), 1.0)[:, 0]', "no kink"),
    "a kink by relu": ('return (1 - mg.relu(1 - (2 * x).named("y")))[:, 0]', "no kink"),
    "nearly level": ('return mg.tanh((3 * x).named("y"))[:, 0]', "saturation"),
    "level at another point": ('y = (2 * x).named("y"); return (y * (6 - y))[:, 0]', "saturation"),
    "a unit that is switched off": ('return -(1 - x).named("y")[:, 0]', "an active unit"),
    "a way past the unit": (
        'y = (3 * x).named("y"); return (y * (6 - y) + x)[:, 0]',
        "completeness",
    ),
    "back where it was": (
        'y = (2 * x).named("y"); return (y * (2 - y))[:, 0]',
        "something to explain",
    ),
    "a unit that F ignores": (
        'y = (3 * x).named("y"); return (x * (2 - x) + 0 * y)[:, 0]',
        "completeness",
    ),
}

MISLEADS = {
    "the lesson's own wrong sign": ('return -(-x).named("y")[:, 0]', "a unit that never falls"),
    "constant speed": ('y = (1 * x).named("y"); return (y * y - 0.5 * y)[:, 0]', "wrong sign"),
    "a curve the other way": (
        'y = (x * (2 - x)).named("y"); return (y * y - 0.5 * y)[:, 0]',
        "wrong sign",
    ),
    "a fall for a rise": ('y = (x * x).named("y"); return (0.5 * y - y * y)[:, 0]', "a rise"),
    "zero at both ends": ('return (-x * (x * (1 - x)).named("y"))[:, 0]', "something to explain"),
    "half past the unit": (
        'y = (x ** 4).named("y"); return (y * y - y / 2 + x)[:, 0]',
        "completeness",
    ),
}


def measures(**wrong):
    """The right answer with one of the four expressions exchanged."""
    four = {
        "activation": "y[-1]",
        "gradient_times_activation": "y[-1] * dF_dy[-1]",
        "internal_influence": "weight @ dF_dy",
        "conductance": "weight @ (dF_dy * dy_dalpha)",
    }
    return f"return {', '.join((four | wrong).values())}"


FOUR_MEASURES = {
    "influence as a plain gradient at x": (
        measures(internal_influence="dF_dy[-1]"),
        "influence is an integral, not the gradient at x",
    ),
    "zero activation, so zero conductance": (
        measures(conductance="(y[-1] != 0) * (weight @ (dF_dy * dy_dalpha))"),
        "zero at both ends",
    ),
    "conductance without the tangent": (
        measures(conductance="weight @ dF_dy"),
        "insensitivity",
    ),
    "activation for tangent": (
        measures(conductance="weight @ (dF_dy * y)"),
        "insensitivity",
    ),
    "the ends' difference times influence": (
        measures(conductance="(y[-1] - y[0]) * (weight @ dF_dy)"),
        "product before integral",
    ),
    "gradient × activation along the path": (
        measures(gradient_times_activation="weight @ (y * dF_dy)"),
        "gradient × activation at x",
    ),
    "gradient × activation at the baseline": (
        measures(gradient_times_activation="y[0] * dF_dy[0]"),
        "gradient × activation at x",
    ),
    "a tangent in the influence": (
        measures(internal_influence="weight @ (dF_dy * np.sign(dy_dalpha))"),
        "influence has no dy/dα",
    ),
    "a mean for the weights": (
        measures(internal_influence="dF_dy.mean(axis=0)"),
        "the rule's own weights",
    ),
    "activation at the baseline": (measures(activation="y[0]"), "the two neurons"),
    "summed over the units": (
        "return y[-1].sum(), (y[-1] * dF_dy[-1]).sum(), (weight @ dF_dy).sum(), "
        "(weight @ (dF_dy * dy_dalpha)).sum()",
        "four measures, one number for each unit",
    ),
}

EXERCISES = {"saturates": SATURATES, "misleads": MISLEADS, "four_measures": FOUR_MEASURES}
