"""Wrong answers to lesson 5."""

BLACK = "black = preprocess(np.zeros(shape, np.uint8)); "
EACH = "each = [attribute(x, baseline) for baseline in baselines]; "

MUTANTS = {
    # black_baseline
    "zero in normalised space": (5, "black_baseline", "return np.zeros((1, *shape))", "minus the "
                                                                                      "mean"),
    "the mean picture": (5, "black_baseline", "return preprocess(np.full(shape, 117, "
                                              "np.uint8))", "minus the mean"),
    "white": (5, "black_baseline", "return preprocess(np.full(shape, 255, np.uint8))", "minus the "
                                                                                       "mean"),
    "the mean subtracted twice": (5, "black_baseline", f"{BLACK}return black + black", "minus the "
                                                                                       "mean"),
    "the mean added": (5, "black_baseline", f"{BLACK}return -black", "minus the mean"),
    "not a batch": (5, "black_baseline", f"{BLACK}return black[0]", "minus the mean: the shape of "
                                                                    "x"),
    "−117 for every network": (5, "black_baseline", "return np.full((1, *shape), -117.0)", "the "
                                                                                           "network's scale"),
    "one mean for all channels": (
        5, "black_baseline", f"{BLACK}return np.full(black.shape, black.mean())", "each channel "
                                                                                  "its own",
    ),
    "the least value for all channels": (
        5, "black_baseline", f"{BLACK}return np.full(black.shape, black.min())", "each channel its "
                                                                                 "own",
    ),
    "channels in the wrong order": (5, "black_baseline", f"{BLACK}return black[..., ::-1]", "each "
                                                                                            "channel its own"),
    "the darker of two pictures": (
        5, "black_baseline",
        f"{BLACK}return np.minimum(black, preprocess(np.full(shape, 255, np.uint8)))",
        "black is not always the least",
    ),
    "not cropped": (
        5, "black_baseline",
        f"{BLACK}return np.broadcast_to(black[0, 0, 0], (1, *shape))", "cropped and in BGR, as x "
                                                                       "is: the shape",
    ),
    "black in RGB": (
        5, "black_baseline",
        f"{BLACK}return black[..., ::-1] if black.shape[1] == 224 else black", "cropped and in "
                                                                               "BGR, as x is",
    ),
    # blurred_baseline
    "x itself is changed": (
        5, "blurred_baseline", "x[...] = gaussian_filter(x, (0, width, width, 0)); return x", "x "
                                                                                              "stays as it is",
    ),
    "one picture, not a batch of one": (
        5, "blurred_baseline", "return gaussian_filter(x[0], (width, width, 0))", "shaped like x",
    ),
    "blurred a little even with width 0": (
        5, "blurred_baseline", "return gaussian_filter(x, (0, max(width, 1), max(width, 1), "
                               "0))", "x = x′ gives 0",
    ),
    "the mean colour everywhere": (
        5, "blurred_baseline", "return np.broadcast_to(x.mean(axis=(1, 2), keepdims=True), "
                               "x.shape)", "x = x′ gives 0",
    ),
    "zero": (5, "blurred_baseline", "return 0 * x", "x = x′ gives 0"),
    "grey round the border": (
        5, "blurred_baseline", "return gaussian_filter(x, (0, width, width, 0), mode='constant')",
        "a uniform picture stays as it is",
    ),
    "cut off below 0, as if it were a picture": (
        5, "blurred_baseline", "return np.maximum(gaussian_filter(x, (0, width, width, 0)), 0) if "
                               "width else x",
        "a uniform picture stays as it is",
    ),
    "colours mixed": (5, "blurred_baseline", "return gaussian_filter(x, width)", "each colour by "
                                                                                 "itself"),
    "round the border": (
        5, "blurred_baseline", "return gaussian_filter(x, (0, width, width, 0), "
                               "mode='wrap')", "nothing goes round the border",
    ),
    "the border repeated": (
        5, "blurred_baseline", "return gaussian_filter(x, (0, width, width, 0), "
                               "mode='nearest')", "the mean colour stays",
    ),
    "only along the rows": (5, "blurred_baseline", "return gaussian_filter(x, (0, 0, width, "
                                                   "0))", "smooth edges"),
    "half as wide": (5, "blurred_baseline", "return gaussian_filter(x, (0, width / 2, width / 2, "
                                            "0))", "smooth edges"),
    "twice": (
        5, "blurred_baseline",
        "x = gaussian_filter(x, (0, width, width, 0)); "
        "return gaussian_filter(x, (0, width, width, 0))", "smooth edges",
    ),
    # averaged
    "only the first": (5, "averaged", "return attribute(x, baselines[0])", "a mean over all "
                                                                           "baselines"),
    "a sum": (5, "averaged", f"{EACH}return np.sum(each, axis=0)", "a mean over all baselines"),
    "without those that are x": (
        5, "averaged",
        "each = [attribute(x, b) for b in baselines if (x != b).any()]; "
        "return np.mean(each, axis=0) if each else 0 * x",
        "a mean over all baselines",
    ),
    "each scaled to sum 1": (
        5, "averaged", f"{EACH}return np.mean([found / (found.sum() or 1) for found in each], "
                       "axis=0)",
        "a mean over all baselines",
    ),
    "one number for all inputs": (5, "averaged", f"{EACH}return np.mean(each)", "x = x′ gives 0"),
    "sizes without signs": (5, "averaged", f"{EACH}return np.mean(np.abs(each), "
                                           "axis=0)", "attributions have signs"),
    "the largest": (5, "averaged", f"{EACH}return np.max(each, axis=0)", "a mean over all "
                                                                         "baselines"),
    "from the mean baseline": (5, "averaged", "return attribute(x, np.mean(baselines, "
                                              "axis=0))", "the mean of attributions"),
    "the median": (5, "averaged", f"{EACH}return np.median(each, axis=0)", "every baseline counts "
                                                                           "alike"),
    "halved at every baseline": (
        5, "averaged",
        "mean = attribute(x, baselines[0])\n"
        "    for b in baselines[1:]: mean = (mean + attribute(x, b)) / 2\n    return mean",
        "every baseline counts alike",
    ),
    "from the mean baseline where F is a network": (
        5, "averaged", f"{EACH}return attribute(x, np.mean(baselines, axis=0)) if x.ndim == 2 else "
                       "np.mean(each, axis=0)",
        "completeness for the mean",
    ),
}  # fmt: skip
