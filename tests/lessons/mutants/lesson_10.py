"""Wrong answers to lesson 10."""


def pencil(activation=2, product=0, influence=0.5, conductance=1):
    """The numbers by pencil, some of them wrong."""
    return repr(
        {
            "activation": activation,
            "gradient × activation": product,
            "internal influence": influence,
            "conductance": conductance,
        }
    )


PENCIL = {
    "the score for the activation": (pencil(activation=1), "activation"),
    "the slope at the beginning": (pencil(product=2), "gradient × activation"),
    "the slope for the product": (pencil(product=1), "gradient × activation"),
    "influence at x alone": (pencil(influence=0), "internal influence"),
    "height for area": (pencil(conductance=2), "conductance"),
    "influence for conductance": (pencil(conductance=0.5), "conductance"),
}

AT_X = {
    "the first row": ("return y[0], y[0] * dF_dy[0]", "activation at x"),
    "a mean of the rows": (
        "return y.mean(axis=0), (y * dF_dy).mean(axis=0)",
        "activation at x",
    ),
    "gradient × activation along the path": (
        "return y[-1], (y * dF_dy).sum(axis=0)",
        "gradient × activation at x",
    ),
    "the gradient alone": ("return y[-1], dF_dy[-1]", "gradient × activation at x"),
    "summed over the units": (
        "return y[-1], (y[-1] * dF_dy[-1]).sum()",
        "one number for each unit",
    ),
    "the highest of the path": (
        "return y.max(axis=0), (y * dF_dy).max(axis=0)",
        "activation at x",
    ),
    "the highest product of the path": (
        "return y[-1], (y * dF_dy).max(axis=0)",
        "gradient × activation at x",
    ),
    "every row": ("return y, y * dF_dy", "one number for each unit"),
    "the results exchanged": ("return y[-1] * dF_dy[-1], y[-1]", "activation first"),
    "one result": ("return y[-1] * dF_dy[-1]", "two results"),
    "the last unit": ("return y[:, -1], y[:, -1] * dF_dy[:, -1]", "activation at x"),
}


def measures(influence="weights @ dF_dy", conductance="weights @ (dF_dy * dy_dalpha)"):
    """The right answer with one of the two expressions exchanged."""
    return f"return {influence}, {conductance}"


ON_THE_PATH = {
    "influence as a plain gradient at x": (
        measures(influence="dF_dy[-1]"),
        "internal influence: an integral",
    ),
    "the rows added without weights": (
        measures(influence="dF_dy.sum(axis=0)"),
        "internal influence: an integral",
    ),
    "a tangent in the influence": (
        measures(influence="weights @ (dF_dy * np.sign(dy_dalpha))"),
        "internal influence: without dy/dα",
    ),
    "conductance without the tangent": (
        measures(conductance="weights @ dF_dy"),
        "conductance: a unit that does not move",
    ),
    "integrals, then the product": (
        measures(conductance="(weights @ dF_dy) * (weights @ dy_dalpha)"),
        "conductance: product before integral",
    ),
    "a mean for the weights": (
        measures(influence="dF_dy.mean(axis=0)"),
        "the rule's own weights",
    ),
    "conductance by a mean": (
        measures(conductance="(dF_dy * dy_dalpha).mean(axis=0)"),
        "the rule's own weights",
    ),
    "the layer's sums": (
        measures(conductance="(weights @ (dF_dy * dy_dalpha)).sum(keepdims=True)"),
        "the two neurons",
    ),
    "weights along the wrong axis": (
        measures("(weights * dF_dy).sum(axis=0)", "(weights * dF_dy * dy_dalpha).sum(axis=0)"),
        "one number for each unit",
    ),
    "influence alone": ("return weights @ dF_dy", "two results"),
    "the two exchanged": (
        measures("weights @ (dF_dy * dy_dalpha)", "weights @ dF_dy"),
        "influence first",
    ),
    "the influence of all units": (
        measures(influence="(weights @ dF_dy).sum()"),
        "one number for each unit",
    ),
}

SATURATES = {
    "the lesson's own saturation": ("return mg.minimum(2 * y, 1.0)", "no kink"),
    "a kink by relu": ("return 1 - mg.relu(1 - 2 * y)", "no kink"),
    "nearly level": ("return mg.tanh(3 * y)", "saturation"),
    "more nearly level": ("return mg.tanh(6 * y)", "saturation"),
    "level at another point": ("return y * (3 - y)", "saturation"),
    "back where it was": ("return y * (1 - y)", "something to explain"),
    "level everywhere": ("return 0 * y + 1", "something to explain"),
    "a number for all rows": ("return (y * (2 - y)).sum()", "one score a row"),
    "a constant": ("return 1.0", "one score a row"),
}

MISLEADS = {
    "the lesson's own wrong sign": ("return -x", "from 0 to 1"),
    "constant speed": ("return 1 * x", "wrong sign"),
    "a curve the other way": ("return x * (2 - x)", "wrong sign"),
    "a square": ("return x * x", "wrong sign"),
    "a mean of exactly 1/4": ("return x * x * x", "wrong sign"),
    "a unit that falls first": ("return x * x * (4 * x - 3)", "a unit that never falls"),
    "it comes back": ("return x * (1 - x)", "from 0 to 1"),
    "one unit for all rows": ("return (x ** 4).sum()", "one unit a row"),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "at_x": AT_X,
    "on_the_path": ON_THE_PATH,
    "saturates": SATURATES,
    "misleads": MISLEADS,
}
