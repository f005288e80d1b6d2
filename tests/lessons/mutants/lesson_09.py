"""Wrong answers to lesson 9."""

ONLY = "only = lambda u: u * (np.arange(u.shape[-1]) == filter); "
LOOP = ONLY + (
    "maps = [w * pullback(only(dF_dy))[0] for (dF_dy, pullback), w in zip(points, weights)]; "
)
WHOLE = LOOP + "whole = (velocity * sum(maps))[0].sum(axis=-1); "


def seeded(seed):
    """`filter_map` with another u."""
    pulled = f"weight * pullback({seed})[0] for (dF_dy, pullback), weight in zip(points, weights)"
    return ONLY + f"return (velocity * sum({pulled}))[0].sum(axis=-1)"


MUTANTS = {
    # per_filter
    "summed over the examples too": (
        9, "per_filter", "return units.reshape(-1, units.shape[-1]).sum(axis=0, "
                         "keepdims=True)", "rows are examples",
    ),
    "filters taken for positions": (
        9, "per_filter",
        "return units.sum(axis=(1, 3)) if units.ndim == 4 else units", "filters are",
    ),
    "the layer's sum": (9, "per_filter", "return units.reshape(len(units), -1).sum(axis=1, "
                                         "keepdims=True)", "filters are"),
    "reshaped with filters first": (
        9, "per_filter", "return units.reshape(len(units), units.shape[-1], "
                         "-1).sum(axis=2)", "filters are",
    ),
    "means over positions": (
        9, "per_filter",
        "return units.reshape(len(units), -1, units.shape[-1]).mean(axis=1)", "sums, not means",
    ),
    "sizes without signs": (
        9, "per_filter",
        "return abs(units).reshape(len(units), -1, units.shape[-1]).sum(axis=1)", "sums, not means",
    ),
    "the strongest position": (
        9, "per_filter",
        "return units.reshape(len(units), -1, units.shape[-1]).max(axis=1)", "sums, not means",
    ),
    "always two axes of positions": (
        9, "per_filter", "return units.sum(axis=(1, 2)) if units.ndim > 2 else units", "any number "
                                                                                       "of axes "
                                                                                       "(words)",
    ),
    "always one position at least": (
        9, "per_filter",
        "return units.sum(axis=tuple(range(1, units.ndim - 1))) if units.ndim > 2 "
        "else units.sum(axis=1)",
        "any number of axes (no positions)",
    ),
    "at most four positions": (
        9, "per_filter", "return units.reshape(len(units), -1, units.shape[-1])[:, "
                         ":4].sum(axis=1)", "filters sum to the layer",
    ),
    # rows_within
    "path points for rows": (9, "rows_within", "return max(1, cap // (bytes_per_row * examples * "
                                               "workers))", "the largest"),
    "forgets the examples": (
        9, "rows_within",
        "return max(examples, cap // (bytes_per_row * workers) * examples)", "within the cap",
    ),
    "forgets the workers": (
        9, "rows_within",
        "return examples * max(1, cap // (bytes_per_row * examples))", "within the cap",
    ),
    "rounds up": (9, "rows_within", "return examples * -(-cap // (bytes_per_row * examples * "
                                    "workers))", "within the cap"),
    "no rows at all": (9, "rows_within", "return cap // (bytes_per_row * examples * workers) * "
                                         "examples", "at least one"),
    "a fraction": (9, "rows_within", "return max(examples, cap / (bytes_per_row * workers))", "a "
                                                                                              "whole number"),
    "one point more than fits": (
        9, "rows_within",
        "return examples * (1 + cap // (bytes_per_row * examples * workers))", "within",
    ),
    "one point only": (9, "rows_within", "return examples", "the largest"),
    "below the cap, never at it": (
        9, "rows_within", "return examples * max(1, (cap - 1) // (bytes_per_row * examples * "
                          "workers))", "the largest",
    ),
    "shared out twice": (
        9, "rows_within", "return max(examples, cap // (bytes_per_row * workers * workers))", "the "
                                                                                              "largest",
    ),
    # filter_map
    "colours not summed": (9, "filter_map", LOOP + "return (velocity * sum(maps))[0]", "a number "
                                                                                       "for each "
                                                                                       "pixel"),
    "colours averaged": (9, "filter_map", LOOP + "return (velocity * "
                                                 "sum(maps))[0].mean(axis=-1)", "a number for each "
                                                                                "pixel"),
    "the filter's number alone": (9, "filter_map", WHOLE + "return whole.sum()", "a number for "
                                                                                 "each pixel"),
    "all filters": (9, "filter_map", seeded("dF_dy"), "only this filter"),
    "a u of ones": (9, "filter_map", seeded("only(dF_dy * 0 + 1)"), "u is ∂F/∂y"),
    "the mean gradient of the filter": (
        9, "filter_map", seeded("only(dF_dy * 0 + dF_dy[..., filter].mean())"), "u is ∂F/∂y",
    ),
    "only the first position": (
        9, "filter_map", seeded("only(dF_dy) * (np.arange(dF_dy.shape[2]) == 0)[:, None]"), "u is "
                                                                                            "∂F/∂y",
    ),
    "forgets x − x′": (9, "filter_map", LOOP + "return sum(maps)[0].sum(axis=-1)", "x − x′ is a "
                                                                                   "factor"),
    "sizes of a map": (9, "filter_map", WHOLE + "return abs(whole)", "x − x′ is a factor"),
    "colours summed before the product": (
        9, "filter_map", LOOP + "return sum(maps)[0].sum(axis=-1) * "
                                "velocity[0].sum(axis=-1)", "product before sum",
    ),
    "weights that sum to (n - 1) / n": (
        9, "filter_map", WHOLE + "n = len(weights); return whole * (n - 1) / n if n > 1 else "
                                 "whole", "weights that sum to 1",
    ),
    "weights left out": (
        9, "filter_map",
        LOOP.replace("w * ", "") + "return (velocity * sum(maps))[0].sum(axis=-1)", "weights",
    ),
    "the mean gradient pulled back at the end": (
        9, "filter_map",
        ONLY
        + "u = only(sum(w * dF_dy for (dF_dy, _), w in zip(points, weights))); "
        + "return (velocity * sum(w * p(u)[0] for (_, p), w in zip(points, "
          "weights)))[0].sum(axis=-1)",
        "each α has its own pullback",
    ),
    "a mean for the weights": (
        9, "filter_map", LOOP.replace("w * ", "") + "return (velocity * sum(maps) / "
                                                    "len(maps))[0].sum(axis=-1)", "the rule's own",
    ),
    "negative pixels cut off": (
        9, "filter_map",
        WHOLE + "return whole if len(whole) == 1 else whole.clip(0)", "map sum = filter",
    ),
    "rows and columns exchanged": (
        9, "filter_map",
        WHOLE + "return whole if len(whole) == 1 else whole.T", "each pixel in its place",
    ),
    "upside down": (9, "filter_map", WHOLE + "return whole[::-1]", "each pixel in its place"),
    "spread evenly": (
        9, "filter_map",
        WHOLE + "return whole if len(whole) == 1 else np.full_like(whole, whole.mean())",
        "each pixel in its place",
    ),
}  # fmt: skip
