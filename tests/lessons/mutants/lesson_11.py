"""Wrong answers to lesson 11."""

PENCIL = {
    "the gradient for the share": ('{"y₁": 1, "y₂": 1, "x₁": 2.5, "x₂": 1.5}', "y₁"),
    "its own value for the gradient": ('{"y₁": 3, "y₂": 2, "x₁": 2.5, "x₂": 1.5}', "y₂"),
    "weights added over the neurons": ('{"y₁": 3, "y₂": 1, "x₁": 4, "x₂": 1.5}', "x₁"),
    "the neurons' shares for gradients": ('{"y₁": 3, "y₂": 1, "x₁": 6, "x₂": 1.5}', "x₁"),
    "a sign is lost": ('{"y₁": 3, "y₂": 1, "x₁": 2.5, "x₂": 2.5}', "x₂"),
}

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
        "a sum over the units",
    ),
    "a mean over the units": (
        "return (y.grad * y.tangent).reshape(len(y), -1).mean(axis=1)",
        "a sum over the units",
    ),
    "summed over rows too": ("return (y.grad * y.tangent).sum()", "one number for each α"),
    "positions not summed": ("return (y.grad * y.tangent).sum(axis=-1)", "one number for each α"),
    "sizes of the shares": (
        "return abs(y.grad * y.tangent).reshape(len(y), -1).sum(axis=1)",
        "shares have signs",
    ),
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
    "a number for each unit": (
        "return weights @ (dF_dy * dy_dalpha)",
        "one number for the layer",
    ),
    "total without the tangent": ("return weights @ dF_dy.sum(axis=1)", "insensitivity"),
    "weights that sum to (n - 1) / n": (
        "return weights @ (dF_dy * dy_dalpha).sum(axis=1) * (len(weights) - 1) / len(weights)",
        "each point once",
    ),
    "weights left out": ("return (dF_dy * dy_dalpha).sum()", "each point once"),
    "a mean for the weights": (
        "return (dF_dy * dy_dalpha).sum(axis=1).mean()",
        "the rule's own weights",
    ),
    "total of sums before the product": (
        "return weights @ (dF_dy.sum(axis=1) * dy_dalpha.sum(axis=1))",
        "product before sum",
    ),
    "sizes of a unit's shares": (
        "return weights @ np.abs(dF_dy * dy_dalpha).sum(axis=1)",
        "shares have signs",
    ),
    "sizes of the units' integrals": (
        "total = 0\n    for one in (weights @ (dF_dy * dy_dalpha)):\n        total += abs(one)\n"
        "    return total",
        "shares have signs",
    ),
    "the size of each point's sum": (
        "return weights @ abs((dF_dy * dy_dalpha).sum(axis=1))",
        "a total has a sign",
    ),
    "weights along the units": (
        "return (weights * (dF_dy * dy_dalpha)).sum()",
        "each point once",
    ),
    "the ends' difference times the mean gradient": (
        "return (weights @ dF_dy * (weights @ dy_dalpha)).sum()",
        "the curved path",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "layer_slope": LAYER_SLOPE,
    "find_cut": FIND_CUT,
    "layer_total": LAYER_TOTAL,
}
