"""Wrong answers to lesson 9."""

ONLY = "only = lambda u: u * (np.arange(u.shape[-1]) == filter); "
LOOP = (
    ONLY
    + "maps = [w * pullback(only(dF_dy))[0] for (dF_dy, pullback), w in zip(points, weights)]; "
)
WHOLE = LOOP + "whole = (velocity * sum(maps))[0].sum(axis=-1); "


def seeded(seed):
    """`filter_map` with another u."""
    pulled = f"weight * pullback({seed})[0] for (dF_dy, pullback), weight in zip(points, weights)"
    return ONLY + f"return (velocity * sum({pulled}))[0].sum(axis=-1)"


PER_FILTER = {
    "summed over the examples too": (
        "return units.reshape(-1, units.shape[-1]).sum(axis=0, keepdims=True)",
        "rows are examples",
    ),
    "filters taken for positions": (
        "return units.sum(axis=(1, 3)) if units.ndim == 4 else units",
        "filters are",
    ),
    "the layer's sum": (
        "return units.reshape(len(units), -1).sum(axis=1, keepdims=True)",
        "filters are",
    ),
    "reshaped with filters first": (
        "return units.reshape(len(units), units.shape[-1], -1).sum(axis=2)",
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
    "always two axes of positions": (
        "return units.sum(axis=(1, 2)) if units.ndim > 2 else units",
        "any number of axes (words)",
    ),
    "always one position at least": (
        "axes = tuple(range(1, units.ndim - 1)) or 1; return units.sum(axis=axes)",
        "any number of axes (no positions)",
    ),
    "at most four positions": (
        "return units.reshape(len(units), -1, units.shape[-1])[:, :4].sum(axis=1)",
        "filters sum to the layer",
    ),
}

ROWS_WITHIN = {
    "path points for rows": (
        "return max(1, cap // (bytes_per_row * examples * workers))",
        "the largest",
    ),
    "forgets the examples": (
        "return max(examples, cap // (bytes_per_row * workers) * examples)",
        "within the cap",
    ),
    "forgets the workers": (
        "return examples * max(1, cap // (bytes_per_row * examples))",
        "within the cap",
    ),
    "rounds up": (
        "return examples * -(-cap // (bytes_per_row * examples * workers))",
        "within the cap",
    ),
    "no rows at all": (
        "return cap // (bytes_per_row * examples * workers) * examples",
        "at least one",
    ),
    "a fraction": ("return max(examples, cap / (bytes_per_row * workers))", "a whole number"),
    "one point more than fits": (
        "return examples * (1 + cap // (bytes_per_row * examples * workers))",
        "within",
    ),
    "one point only": ("return examples", "the largest"),
    "below the cap, never at it": (
        "return examples * max(1, (cap - 1) // (bytes_per_row * examples * workers))",
        "the largest",
    ),
    "shared out twice": (
        "return max(examples, cap // (bytes_per_row * workers * workers))",
        "the largest",
    ),
}

FILTER_MAP = {
    "colours not summed": (LOOP + "return (velocity * sum(maps))[0]", "a number for each pixel"),
    "colours averaged": (
        LOOP + "return (velocity * sum(maps))[0].mean(axis=-1)",
        "a number for each pixel",
    ),
    "the filter's number alone": (WHOLE + "return whole.sum()", "a number for each pixel"),
    "all filters": (seeded("dF_dy"), "only this filter"),
    "a u of ones": (seeded("only(dF_dy * 0 + 1)"), "u is ∂F/∂y"),
    "the mean gradient of the filter": (
        seeded("only(dF_dy * 0 + dF_dy[..., filter].mean())"),
        "u is ∂F/∂y",
    ),
    "only the first position": (
        seeded("only(dF_dy) * (np.arange(dF_dy.shape[2]) == 0)[:, None]"),
        "u is ∂F/∂y",
    ),
    "forgets x − x′": (LOOP + "return sum(maps)[0].sum(axis=-1)", "x − x′ is a factor"),
    "sizes of a map": (WHOLE + "return abs(whole)", "x − x′ is a factor"),
    "colours summed before the product": (
        LOOP + "return sum(maps)[0].sum(axis=-1) * velocity[0].sum(axis=-1)",
        "product before sum",
    ),
    "weights that sum to (n - 1) / n": (
        WHOLE + "n = len(weights); return whole * (n - 1) / n if n > 1 else whole",
        "weights that sum to 1",
    ),
    "weights left out": (
        LOOP.replace("w * ", "") + "return (velocity * sum(maps))[0].sum(axis=-1)",
        "weights",
    ),
    "the mean gradient pulled back at the end": (
        ONLY
        + "u = only(sum(w * dF_dy for (dF_dy, _), w in zip(points, weights))); "
        + "pulled = sum(w * pullback(u)[0] for (_, pullback), w in zip(points, weights)); "
        + "return (velocity * pulled)[0].sum(axis=-1)",
        "each α has its own pullback",
    ),
    "a mean for the weights": (
        LOOP.replace("w * ", "") + "return (velocity * sum(maps) / len(maps))[0].sum(axis=-1)",
        "the rule's own",
    ),
    "negative pixels cut off": (
        WHOLE + "return whole if len(whole) == 1 else whole.clip(0)",
        "map sum = filter",
    ),
    "rows and columns exchanged": (
        WHOLE + "return whole if len(whole) == 1 else whole.T",
        "each pixel in its place",
    ),
    "upside down": (WHOLE + "return whole[::-1]", "each pixel in its place"),
    "spread evenly": (
        WHOLE + "return whole if len(whole) == 1 else np.full_like(whole, whole.mean())",
        "each pixel in its place",
    ),
}

EXERCISES = {"per_filter": PER_FILTER, "rows_within": ROWS_WITHIN, "filter_map": FILTER_MAP}
