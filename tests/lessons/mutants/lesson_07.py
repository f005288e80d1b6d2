"""Wrong answers to lesson 7."""

BLACK = "black = preprocess(np.zeros(shape, np.uint8))\n    "
EACH = "each = [attribute(x, baseline) for baseline in baselines]\n    "


def pencil(first=0, second=4, third=4):
    """The dictionary by pencil with something exchanged."""
    return (
        f'{{"IG₁ from (1, 0)": {first}, "IG₂ from (1, 0)": {second}, "IG₁ from (0, 1)": {third}}}'
    )


PENCIL = {
    "from (0, 0)": (pencil("26 / 9", "10 / 9", "26 / 9"), "IG₁ from (1, 0)"),
    "halves": (pencil(2, 2, 2), "IG₁ from (1, 0)"),
    "the input that stands still": (pencil(4, 0, 0), "IG₁ from (1, 0)"),
    "the other baseline": (pencil(third=0), "IG₁ from (0, 1)"),
    "the gradient at x by pencil": (pencil(third=8), "IG₁ from (0, 1)"),
    "the gradient of x₂": (pencil(second=2), "IG₂ from (1, 0)"),
}

BLACK_BASELINE = {
    "zero in normalised space": ("return np.zeros((1, *shape))", "minus the mean"),
    "the mean picture": ("return preprocess(np.full(shape, 117, np.uint8))", "minus the mean"),
    "white": ("return preprocess(np.full(shape, 255, np.uint8))", "minus the mean"),
    "the mean subtracted twice": (f"{BLACK}return black + black", "minus the mean"),
    "the mean added": (f"{BLACK}return -black", "minus the mean"),
    "not a batch": (f"{BLACK}return black[0]", "the shape of x"),
    "−117 for every network": ("return np.full((1, *shape), -117.0)", "the network's scale"),
    "one mean for all channels": (
        f"{BLACK}return np.full(black.shape, black.mean())",
        "each channel its own",
    ),
    "the least value for all channels": (
        f"{BLACK}return np.full(black.shape, black.min())",
        "each channel its own",
    ),
    "channels in the wrong order": (f"{BLACK}return black[..., ::-1]", "each channel its own"),
    "the darker of two pictures": (
        f"{BLACK}return np.minimum(black, preprocess(np.full(shape, 255, np.uint8)))",
        "black is not always the least",
    ),
    "not cropped": (
        f"{BLACK}return np.broadcast_to(black[0, 0, 0], (1, *shape))",
        "the shape of x",
    ),
    "black in RGB": (
        f"{BLACK}return black[..., ::-1] if black.shape[1] == 224 else black",
        "cropped and in BGR, as x is",
    ),
}

BLIND_SPOT = {
    "each colour": ("return (x == baseline)[0]", "one truth value for each pixel"),
    "a batch of one": ("return (x == baseline).all(axis=-1)", "one truth value for each pixel"),
    "one number": ("return (x == baseline).all()", "one truth value for each pixel"),
    "where x moves": ("return (x[0] != baseline[0]).any(axis=-1)", "a pixel that does not move"),
    "any colour": ("return (x[0] == baseline[0]).any(axis=-1)", "all three colours"),
    "where x is black": ("return (x[0] == 0).all(axis=-1)", "a pixel that does not move"),
    "black of x, or equal": (
        "return ((x == baseline).all(axis=-1) | (x == 0).all(axis=-1))[0]",
        "black has no special place",
    ),
    "as bright": (
        "return x[0].sum(axis=-1) == baseline[0].sum(axis=-1)",
        "it is the difference that is 0",
    ),
}

BLURRED_BASELINE = {
    "x itself is changed": (
        "x[...] = gaussian_filter(x, (0, width, width, 0)); return x",
        "x stays as it is",
    ),
    "one picture, not a batch of one": (
        "return gaussian_filter(x[0], (width, width, 0))",
        "shaped like x",
    ),
    "blurred a little even with width 0": (
        "return gaussian_filter(x, (0, max(width, 1), max(width, 1), 0))",
        "x = x′ gives 0",
    ),
    "the mean colour everywhere": (
        "return np.broadcast_to(x.mean(axis=(1, 2), keepdims=True), x.shape)",
        "x = x′ gives 0",
    ),
    "zero": ("return 0 * x", "x = x′ gives 0"),
    "grey round the border": (
        "return gaussian_filter(x, (0, width, width, 0), mode='constant')",
        "a uniform picture stays as it is",
    ),
    "cut off below 0, as if it were a picture": (
        "return np.maximum(gaussian_filter(x, (0, width, width, 0)), 0) if width else x",
        "a uniform picture stays as it is",
    ),
    "colours mixed": ("return gaussian_filter(x, width)", "each colour by itself"),
    "round the border": (
        "return gaussian_filter(x, (0, width, width, 0), mode='wrap')",
        "nothing goes round the border",
    ),
    "the border repeated": (
        "return gaussian_filter(x, (0, width, width, 0), mode='nearest')",
        "the mean colour stays",
    ),
    "reflected about the middle of the last pixel": (
        "return gaussian_filter(x, (0, width, width, 0), mode='mirror')",
        "the mean colour stays",
    ),
    "only along the rows": ("return gaussian_filter(x, (0, 0, width, 0))", "smooth edges"),
    "half as wide": ("return gaussian_filter(x, (0, width / 2, width / 2, 0))", "smooth edges"),
    "twice": (
        "x = gaussian_filter(x, (0, width, width, 0))\n"
        "    return gaussian_filter(x, (0, width, width, 0))",
        "smooth edges",
    ),
}

AVERAGED = {
    "only the first": ("return attribute(x, baselines[0])", "a mean over all baselines"),
    "x and x′ exchanged": (
        "return np.mean([attribute(baseline, x) for baseline in baselines], axis=0)",
        "from the baseline to x",
    ),
    "a sum": (f"{EACH}return np.sum(each, axis=0)", "a mean over all baselines"),
    "without those that are x": (
        "each = [attribute(x, b) for b in baselines if (x != b).any()]\n"
        "    return np.mean(each, axis=0) if each else 0 * x",
        "a mean over all baselines",
    ),
    "each scaled to sum 1": (
        f"{EACH}return np.mean([found / (found.sum() or 1) for found in each], axis=0)",
        "a mean over all baselines",
    ),
    "one number for all inputs": (f"{EACH}return np.mean(each)", "one number for each input"),
    "no mean": (f"{EACH}return np.array(each)", "one number for each input"),
    "sizes without signs": (
        f"{EACH}return np.mean(np.abs(each), axis=0)",
        "attributions have signs",
    ),
    "the largest": (f"{EACH}return np.max(each, axis=0)", "a mean over all baselines"),
    "from the mean baseline": (
        "return attribute(x, np.mean(baselines, axis=0))",
        "the mean of attributions",
    ),
    "the median": (f"{EACH}return np.median(each, axis=0)", "every baseline counts alike"),
    "halved at every baseline": (
        "mean = attribute(x, baselines[0])\n"
        "    for b in baselines[1:]: mean = (mean + attribute(x, b)) / 2\n"
        "    return mean",
        "every baseline counts alike",
    ),
    "from the mean baseline where F is a network": (
        f"{EACH}if x.ndim == 2: each = [attribute(x, np.mean(baselines, axis=0))]\n"
        "    return np.mean(each, axis=0)",
        "completeness for the mean",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "black_baseline": BLACK_BASELINE,
    "blind_spot": BLIND_SPOT,
    "blurred_baseline": BLURRED_BASELINE,
    "averaged": AVERAGED,
}
