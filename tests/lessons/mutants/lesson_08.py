"""Wrong answers to lesson 8."""

GRADIENTS = "return y.grad.reshape(len(y), -1).sum(axis=1)"

LAYER_SLOPE = {
    "without the tangent": (GRADIENTS, "insensitivity"),
    "activation for tangent": (
        "return (y.grad * y.data).reshape(len(y), -1).sum(axis=1)",
        "insensitivity",
    ),
    "gradients summed before the product": (
        GRADIENTS + " * y.tangent.reshape(len(y), -1).sum(axis=1)",
        "product before sum",
    ),
    "tangents averaged over the units": (
        GRADIENTS + " * y.tangent.reshape(len(y), -1).mean(axis=1)",
        "product before sum",
    ),
    "summed over rows too": ("return (y.grad * y.tangent).sum()", "one number for each α"),
    "positions not summed": ("return (y.grad * y.tangent).sum(axis=-1)", "one number for each α"),
    "one position for all": (
        "return (y.grad * y.tangent).reshape(len(y), -1, y.shape[-1])[:, 0].sum(axis=1)",
        "conservation at every α",
    ),
}

FIND_CUT = {
    "misses a branch": (
        "return ['mixed/1x1', 'mixed/reduce3x3', 'mixed/5x5']",
        "no way round the cut",
    ),
    "only the tensor asked for": ("return ['mixed/reduce3x3']", "no way round the cut"),
    "its name, not a list": ("return 'mixed/reduce3x3'", "no way round the cut"),
    "a tensor and its successor": (
        "return ['mixed/1x1', 'mixed/reduce3x3', 'mixed/3x3', 'mixed/5x5', 'mixed/pool']",
        "no way crosses twice",
    ),
    "branches and their concatenation": (
        "return ['mixed/1x1', 'mixed/reduce3x3', 'mixed/5x5', 'mixed/pool', 'mixed']",
        "no way crosses twice",
    ),
    "a name twice": (
        "return ['mixed/1x1', 'mixed/1x1', 'mixed/reduce3x3', 'mixed/5x5', 'mixed/pool']",
        "no way crosses twice",
    ),
    "another cut than asked for": ("return ['stem']", "the tensor asked for"),
    "a name that is none": ("return ['mixed/reduce3x3', 'mixed/7x7']", "names of the network"),
}

LAYER_TOTAL = {
    "total without the tangent": ("return weight @ dF_dy.sum(axis=1)", "insensitivity"),
    "weights that sum to (n - 1) / n": (
        "return weight @ (dF_dy * dy_dalpha).sum(axis=1) * (len(weight) - 1) / len(weight)",
        "weights that sum to 1",
    ),
    "weights left out": ("return (dF_dy * dy_dalpha).sum()", "weights that sum to 1"),
    "a mean for the weights": (
        "return (dF_dy * dy_dalpha).sum(axis=1).mean()",
        "the rule's own weights",
    ),
    "total of sums before the product": (
        "return weight @ (dF_dy.sum(axis=1) * dy_dalpha.sum(axis=1))",
        "product before sum",
    ),
    "the ends' difference times the mean gradient": (
        "return (weight @ dF_dy * (weight @ dy_dalpha)).sum()",
        "the curved path",
    ),
}

EXERCISES = {"layer_slope": LAYER_SLOPE, "find_cut": FIND_CUT, "layer_total": LAYER_TOTAL}
