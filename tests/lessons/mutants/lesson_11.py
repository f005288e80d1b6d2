"""Wrong answers to lesson 11."""

OWN = (
    "own = {c: scores[train][labels[train] == c].mean(axis=0) for c in np.unique(labels[train])}; "
)
ORDERS = "orders = [np.argsort(-own[c], kind='stable') for c in own]; "
READ = "return list(dict.fromkeys(np.ravel(orders, order='F').tolist()))[:k]"
TABLE = (
    "one_split = lambda train, test: [accuracy(number, train, test) for number in range(4)]; "
    "table = np.array([one_split(train, test) for train, test in splits]); "
)
AHEAD = TABLE + "ahead = table[:, 3:] - table[:, :3]; "
MEAN, SPREAD = "ahead.mean(axis=0)", "ahead.std(axis=0, ddof=1)"


def stacked(mean=MEAN, spread=SPREAD):
    """The right answer's last line, with another mean or another spread."""
    return f"return np.stack([{mean}, {spread}], axis=1)"


BOTH = stacked()

CHOOSE_IN_TURN = {
    "one mean over all classes": (
        "return np.argsort(-scores[train].mean(axis=0), kind='stable')[:k].tolist()",
        "each class its own",
    ),
    "the highest score of any class": (
        OWN + "return np.argsort(-np.max(list(own.values()), axis=0), kind='stable')[:k].tolist()",
        "in turn",
    ),
    "one class after the other": (
        OWN + ORDERS + "return [n for order in orders for n in order[: k // len(orders)].tolist()]",
        "in turn",
    ),
    "all of the first class": (
        OWN + ORDERS + "return list(dict.fromkeys(np.ravel(orders).tolist()))[:k]",
        "each class its own",
    ),
    "sizes of scores": (
        OWN + ORDERS.replace("-own[c]", "-abs(own[c])") + READ,
        "a score has a sign",
    ),
    "the lowest first": (OWN + ORDERS.replace("-own", "own") + READ, "each class its own"),
    "the highest picture of the class": (
        OWN.replace(".mean(", ".max(") + ORDERS + READ,
        "the mean over the class's pictures",
    ),
    "a filter twice": (
        OWN + ORDERS + "return np.ravel(orders, order='F').tolist()[:k]",
        "none twice",
    ),
    "fewer where a filter was chosen already": (
        OWN + ORDERS + "return list(dict.fromkeys(np.ravel(orders, order='F').tolist()[:k]))",
        "none twice",
    ),
    "in the order of the layer": (
        OWN + ORDERS + "return sorted(dict.fromkeys(np.ravel(orders, order='F').tolist()))[:k]",
        "in turn",
    ),
    "of equal ones the larger number": (
        OWN + "orders = [np.argsort(own[c], kind='stable')[::-1] for c in own]; " + READ,
        "of equal ones",
    ),
    "a number too many": (OWN + ORDERS + READ.replace("[:k]", "[: k + 1]"), "each class its own"),
    "all pictures of the class": (
        "own = {c: scores[labels == c].mean(axis=0) for c in np.unique(labels)}; " + ORDERS + READ,
        "held-out scores",
    ),
    "against the mean of all pictures": (
        "scores = scores - scores.mean(axis=0) * (len(train) < len(scores)); "
        + OWN
        + ORDERS
        + READ,
        "held-out scores",
    ),
    "in deviations of all pictures": (
        "scores = scores / (scores.std(axis=0) if len(train) < len(scores) else 1); "
        + OWN
        + ORDERS
        + READ,
        "held-out scores",
    ),
    "the class that is frequent among all begins": (
        OWN
        + "own = {c: own[c] for c in sorted(own, key=lambda c: -np.count_nonzero(labels == c))}; "
        + ORDERS
        + READ,
        "held-out labels",
    ),
    "held-out labels decide which class begins": (
        "held_out = np.setdiff1d(np.arange(len(labels)), train); "
        + "first = labels[held_out[0]] if len(held_out) else -1; "
        + OWN
        + "own = {c: own[c] for c in sorted(own, key=lambda c: c != first)}; "
        + ORDERS
        + READ,
        "held-out labels",
    ),
    "the first pictures for the training pictures": (
        "train = np.arange(len(train)); " + OWN + ORDERS + READ,
        "held-out scores",
    ),
    "labels and scores out of step": (
        OWN.replace("labels[train] == c", "labels[np.sort(train)] == c") + ORDERS + READ,
        "forty pictures",
    ),
}

RUN_ALL_FOUR = {
    "a column for each rival": (
        AHEAD + f"return np.stack([{MEAN}, {SPREAD}])",
        "a row for each rival",
    ),
    "the means alone": (AHEAD + "return ahead.mean(axis=0)", "a row for each rival"),
    "the spread first": (
        AHEAD + stacked(SPREAD, MEAN),
        "a row for each rival",
    ),
    "all four, conductance against itself": (
        TABLE + "ahead = table[:, 3:] - table; " + BOTH,
        "a row for each rival",
    ),
    "rivals in another order": (
        AHEAD + "ahead = ahead[:, ::-1]; " + BOTH + "[[0, 2, 1]]",
        "a row for each rival",
    ),
    "rival minus conductance": (
        AHEAD + stacked(mean="-ahead.mean(axis=0)"),
        "a row for each rival",
    ),
    "sizes of differences": (AHEAD + "ahead = abs(ahead); " + BOTH, "conductance minus rival"),
    "a ratio": (
        TABLE + "ahead = table[:, 3:] / table[:, :3] - 1; " + BOTH,
        "a row for each rival",
    ),
    "each one's own spread, added": (
        AHEAD + "own = table.std(axis=0, ddof=1); " + stacked(spread="own[3] + own[:3]"),
        "split by split",
    ),
    "each one's own spread, squares added": (
        AHEAD + "own = table.var(axis=0, ddof=1); " + stacked(spread="(own[3] + own[:3]) ** 0.5"),
        "split by split",
    ),
    "the rival's spread": (
        AHEAD + stacked(spread="table[:, :3].std(axis=0, ddof=1)"),
        "split by split",
    ),
    "a plain deviation": (
        AHEAD + stacked(spread="ahead.std(axis=0)"),
        "one less than the splits",
    ),
    "the error of the mean": (
        AHEAD + stacked(spread="ahead.std(axis=0, ddof=1) / len(splits) ** 0.5"),
        "one less than the splits",
    ),
    "the range": (
        AHEAD + stacked(spread="np.ptp(ahead, axis=0)"),
        "one less than the splits",
    ),
    "the median": (
        AHEAD + stacked(mean="np.median(ahead, axis=0)"),
        "every split",
    ),
    "the first two splits": ("splits = splits[:2]; " + AHEAD + BOTH, "every split"),
    "trained on the held-out pictures": (
        AHEAD.replace("for train, test in", "for test, train in") + BOTH,
        "train, then test",
    ),
    "judged by the training pictures": (
        AHEAD.replace("one_split(train, test)", "one_split(train, train)") + BOTH,
        "train, then test",
    ),
}

EXERCISES = {"choose_in_turn": CHOOSE_IN_TURN, "run_all_four": RUN_ALL_FOUR}
