"""Wrong answers to lesson 12."""


def pencil(one="0.5", other="2", third="-3"):
    """The dictionary with other numbers."""
    return f'{{"y₁ through x₁": {one}, "y₁ through x₂": {other}, "y₂ through x₂": {third}}}'


PENCIL = {
    "the first input's number times two": (pencil(one="1"), "y₁ through x₁"),
    "how far the input moves forgotten": (pencil(other="1"), "y₁ through x₂"),
    "∂F/∂y forgotten": (pencil(other="4"), "y₁ through x₂"),
    "x(α) for x − x′": (pencil(third="-1.5"), "y₂ through x₂"),
    "the sign lost": (pencil(third="3"), "y₂ through x₂"),
}

ALWAYS_WRONG = {
    "summed over the examples too": (
        "return units.reshape(-1, units.shape[-1]).sum(axis=0, keepdims=True)",
        "rows are examples",
    ),
    "the layer's sum": (
        "return units.reshape(len(units), -1).sum(axis=1, keepdims=True)",
        "filters are",
    ),
    "means over positions": (
        "return units.reshape(len(units), -1, units.shape[-1]).mean(axis=1)",
        "sums, not means",
    ),
    "sizes without signs": (
        "return abs(units).reshape(len(units), -1, units.shape[-1]).sum(axis=1)",
        "sums, not means",
    ),
    "the strongest position": (
        "return units.reshape(len(units), -1, units.shape[-1]).max(axis=1)",
        "sums, not means",
    ),
    "at most four positions": (
        "return units.reshape(len(units), -1, units.shape[-1])[:, :4].sum(axis=1)",
        "filters sum to the layer",
    ),
}

SUM_OVER_POSITIONS = {
    f"{what}, of pictures": wrong for what, wrong in ALWAYS_WRONG.items()
} | {
    "rows only": ("return units.sum(axis=1)", "examples and filters"),
    "filters": ("return units.sum(axis=3)", "examples and filters"),
    "of the first example": ("return units[0].sum(axis=(0, 1))", "examples and filters"),
    "columns and filters": ("return units.sum(axis=(2, 3))", "sums, not means"),
    "examples and rows": ("return units.sum(axis=(0, 1))", "rows are examples"),
}  # fmt: skip

PER_FILTER = ALWAYS_WRONG | {
    "filters taken for positions": (
        "return units.sum(axis=(1, 3)) if units.ndim == 4 else units",
        "filters are",
    ),
    "reshaped with filters first": (
        "return units.reshape(len(units), units.shape[-1], -1).sum(axis=2)",
        "filters are",
    ),
    "as for pictures": ("return units.sum(axis=(1, 2))", "any number of axes (words)"),
    "always two axes of positions": (
        "return units.sum(axis=(1, 2)) if units.ndim > 2 else units",
        "any number of axes (words)",
    ),
    "always one position at least": (
        "axes = tuple(range(1, units.ndim - 1)) or 1; return units.sum(axis=axes)",
        "any number of axes (no positions)",
    ),
}

SEED = {
    "∂F/∂y of all filters": ("u = dF_dy.copy()", "0 on all other filters"),
    "ones": (
        "u = np.zeros_like(dF_dy); u[..., filter] = 1",
        "u is ∂F/∂y on the filter's units",
    ),
    "the mean gradient of the filter": (
        "u = np.zeros_like(dF_dy); u[..., filter] = dF_dy[..., filter].mean()",
        "u is ∂F/∂y at every position",
    ),
    "the first position only": (
        "u = np.zeros_like(dF_dy); u[:, 0, 0, filter] = dF_dy[:, 0, 0, filter]",
        "u is ∂F/∂y at every position",
    ),
    "a loop over positions of the first example": (
        "u = np.zeros_like(dF_dy)\n"
        "    for row in range(dF_dy.shape[1]):\n"
        "        for column in range(dF_dy.shape[2]):\n"
        "            u[0, row, column, filter] = dF_dy[0, row, column, filter]",
        "every example has its u",
    ),
    "one example comes back": (
        "u = np.zeros_like(dF_dy[:1]); u[..., filter] = dF_dy[:1, ..., filter]",
        "u is shaped like the layer",
    ),
    "nested lists of all filters": ("u = dF_dy.tolist()", "0 on all other filters"),
    "the filter's gradients without the others": (
        "u = dF_dy[..., filter]",
        "u is shaped like the layer",
    ),
    "the filter set to 0": (
        "u = dF_dy.copy(); u[..., filter] = 0",
        "0 on all other filters",
    ),
    "the others erased in ∂F/∂y itself": (
        "u = dF_dy; u[..., :filter] = 0; u[..., filter + 1 :] = 0",
        "nothing is changed in place",
    ),
}

FILTER_MAP = {
    "x − x′ forgotten": ("found = found + weight * pulled", "x − x′ is a factor"),
    "sizes": ("found = found + weight * velocity * abs(pulled)", "a map has both signs"),
    "x − x′ without its sign": (
        "found = found + weight * abs(velocity) * pulled",
        "x − x′ is a factor",
    ),
    "the last point only": ("found = weight * velocity * pulled", "points are summed"),
    "weights forgotten": ("found = found + velocity * pulled", "the rule's own weights"),
    "a mean for the weights": (
        "found = found + velocity * pulled / len(points)",
        "points are summed",
    ),
    "u for what it is pulled back to": (
        "found = found + weight * velocity * u.sum()",
        "x − x′ is a factor",
    ),
    "nothing that takes away": (
        "found = found + weight * np.maximum(velocity * pulled, 0)",
        "x − x′ is a factor",
    ),
    "rows and columns exchanged": (
        "term = weight * velocity * pulled\n"
        "        found = found + (term if len(term[0]) == 1 else term.swapaxes(1, 2))",
        "each pixel in its place",
    ),
    "spread evenly": (
        "term = weight * velocity * pulled\n"
        "        found = found + (term if len(term[0]) == 1 else term.mean(axis=(1, 2, 3)))",
        "each pixel in its place",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "sum_over_positions": SUM_OVER_POSITIONS,
    "per_filter": PER_FILTER,
    "seed": SEED,
    "filter_map": FILTER_MAP,
}
