"""Wrong answers to lesson 16."""

RIGHT = {
    "the held-out 8, standardised": 6,
    "mean of the differences": 10,
    "standard deviation of the differences": 0,
}


def pencil(key, number):
    """The right numbers but for one, and the key that must break."""
    return repr(RIGHT | {key: number}), key


PENCIL = {
    "the held-out one in the mean": pencil("the held-out 8, standardised", 4),
    "the held-out one in both": pencil("the held-out 8, standardised", 1.359),
    "one's own mean": pencil("mean of the differences", 70),
    "the other way round": pencil("mean of the differences", -10),
    "one's own spread": pencil("standard deviation of the differences", 10),
}

OF_CLASS = "of_class = order[labels[order] == label]; "

SPLIT = {
    "the first of every class": (
        "train.extend(np.flatnonzero(labels == label)[:each])",
        "drawn at random",
    ),
    "places in the order for pictures": (
        "train.extend(np.flatnonzero(labels[order] == label)[:each])",
        "so many of every class",
    ),
    "labels not in the order": (
        "train.extend(order[labels == label][:each])",
        "so many of every class",
    ),
    "all but so many": (OF_CLASS + "train.extend(of_class[each:])", "so many of every class"),
    "one too few": (OF_CLASS + "train.extend(of_class[: each - 1])", "so many of every class"),
    "no class at all": ("train.extend(order[:each])", "every picture once"),
    "a list for each class": (OF_CLASS + "train.append(of_class[:each])", "one row of numbers"),
    "drawn with repeats": (
        OF_CLASS + "train.extend(random.choice(of_class, each))",
        "every picture once",
    ),
    "one picture again and again": (
        OF_CLASS + "train.extend([of_class[0]] * each)",
        "every picture once",
    ),
}

STANDARDISE = {
    "all pictures": ("seen = features", "training pictures only"),
    "the held-out pictures": (
        "seen = np.delete(features, train, axis=0)",
        "training pictures only",
    ),
    "the first pictures": ("seen = features[: len(train)]", "training pictures only"),
    "one training picture": ("seen = features[train[:1]]", "deviation 1"),
    "half of the training pictures": ("seen = features[train[:3]]", "deviation 1"),
    "the training pictures come back": (
        "features = seen = features[train]",
        "every picture comes back",
    ),
    "one mean for all features": ("seen = features[train].reshape(-1, 1)", "deviation 1"),
}

AHEAD = "ahead = table[:, 3:] - table[:, :3]; "
MEAN, SPREAD = "ahead.mean(axis=0)", "ahead.std(axis=0, ddof=1)"


def both(mean=MEAN, spread=SPREAD):
    """The right answer's last line, with another mean or another spread."""
    return f"return {mean}, {spread}"


RUN_ALL_FOUR = {
    "the means alone": (AHEAD + "return ahead.mean(axis=0)", "three means and three spreads"),
    "a row for each rival": (
        AHEAD + f"return np.stack([{MEAN}, {SPREAD}], axis=1)",
        "three means and three spreads",
    ),
    "the spread first": (AHEAD + both(SPREAD, MEAN), "a mean for each rival"),
    "all four, conductance against itself": (
        "ahead = table[:, 3:] - table; " + both(),
        "three means and three spreads",
    ),
    "rivals in another order": (
        AHEAD + "ahead = ahead[:, [0, 2, 1]]; " + both(),
        "a mean for each rival",
    ),
    "rival minus conductance": (AHEAD + both(mean="-ahead.mean(axis=0)"), "a mean for each rival"),
    "sizes of differences": (AHEAD + "ahead = abs(ahead); " + both(), "conductance minus rival"),
    "a ratio": ("ahead = table[:, 3:] / table[:, :3] - 1; " + both(), "a mean for each rival"),
    "over measures, not splits": (
        AHEAD + both(mean="ahead.mean(axis=1)[[0, 0, 0]]"),
        "a mean for each rival",
    ),
    "each one's own spread, added": (
        AHEAD + "own = table.std(axis=0, ddof=1); " + both(spread="own[3] + own[:3]"),
        "split by split",
    ),
    "the difference of the spreads": (
        AHEAD + "own = table.std(axis=0, ddof=1); " + both(spread="own[3] - own[:3]"),
        "the spread of the differences",
    ),
    "each one's own spread, squares added": (
        AHEAD + "own = table.var(axis=0, ddof=1); " + both(spread="(own[3] + own[:3]) ** 0.5"),
        "split by split",
    ),
    "the rival's spread": (
        AHEAD + both(spread="table[:, :3].std(axis=0, ddof=1)"),
        "split by split",
    ),
    "a plain deviation": (AHEAD + both(spread="ahead.std(axis=0)"), "one less than the splits"),
    "the error of the mean": (
        AHEAD + both(spread="ahead.std(axis=0, ddof=1) / len(table) ** 0.5"),
        "one less than the splits",
    ),
    "the range": (AHEAD + both(spread="np.ptp(ahead, axis=0)"), "one less than the splits"),
    "the median": (AHEAD + both(mean="np.median(ahead, axis=0)"), "every split"),
    "the first two splits": ("table = table[:2]; " + AHEAD + both(), "every split"),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "split": SPLIT,
    "standardise": STANDARDISE,
    "run_all_four": RUN_ALL_FOUR,
}
