"""Wrong answers to lesson 15."""

RIGHT = {
    "filter 2, mean of all pictures": 4.5,
    "filter of the highest mean": 2,
    "sailboat's own filter": 0,
    "duck's own filter": 1,
}


def pencil(key, number):
    """The right numbers but for one, and the key that must break."""
    return repr(RIGHT | {key: number}), key


PENCIL = {
    "a sum for a mean": pencil("filter 2, mean of all pictures", 18),
    "the first class alone": pencil("filter 2, mean of all pictures", 5),
    "the highest single score": pencil("filter of the highest mean", 0),
    "the mean for the filter": pencil("filter of the highest mean", 4.5),
    "counted from one": pencil("filter of the highest mean", 3),
    "the class that comes first": pencil("duck's own filter", 0),
    "what is high for all": pencil("sailboat's own filter", 2),
}

MEANS = "means = scores[train].mean(axis=0); "
ORDER = "return np.argsort(-means, kind='stable')[:k]"

CHOOSE = {
    "a mean for each picture": (
        MEANS.replace("axis=0", "axis=1") + ORDER,
        "k filters",
    ),
    "every filter": (MEANS + ORDER.replace("[:k]", ""), "k filters"),
    "one too many": (MEANS + ORDER.replace("[:k]", "[: k + 1]"), "k filters"),
    "the lowest first": (MEANS + ORDER.replace("-means", "means"), "the highest first"),
    "the scores for their numbers": (
        MEANS + "return np.sort(means)[::-1][:k]",
        "the highest first",
    ),
    "in the order of the layer": (
        MEANS + "return np.sort(np.argsort(-means, kind='stable')[:k])",
        "the highest first",
    ),
    "sizes of scores": (MEANS + ORDER.replace("-means", "-abs(means)"), "a score has a sign"),
    "the highest picture": (MEANS.replace("mean(", "max(") + ORDER, "the mean over pictures"),
    "all pictures": (MEANS.replace("[train]", "") + ORDER, "training pictures alone"),
    "the first pictures": (
        MEANS.replace("[train]", "[: len(train)]") + ORDER,
        "training pictures alone",
    ),
    "minus one for a mean that is taken": (
        MEANS + "found = []\n"
        "    for _ in range(k):\n"
        "        found.append(int(np.argmax(means)))\n"
        "        means[found[-1]] = -1\n"
        "    return found",
        "a mean may be below 0",
    ),
    "only means above 0": (
        MEANS + "return [one for one in np.argsort(-means)[:k] if means[one] > 0]",
        "k filters",
    ),
    "against the mean of all pictures": (
        "scores = scores - scores.mean(axis=0) * (len(scores) > 9); " + MEANS + ORDER,
        "held-out scores",
    ),
    "in deviations of all pictures": (
        "scores = scores / (scores.std(axis=0) if len(scores) > 9 else 1); " + MEANS + ORDER,
        "held-out scores",
    ),
}

TURN = "in_turn = orders.T.ravel(); "
ONCE = "return list(dict.fromkeys(in_turn))[:k]"

CHOOSE_IN_TURN = {
    "one class after the other": (TURN.replace(".T", "") + ONCE, "every class's first"),
    "all of the first class": ("return orders[0, :k]", "every class's first"),
    "backwards": (TURN + ONCE.replace("in_turn)", "in_turn[::-1])"), "every class's first"),
    "a share of each class, class by class": (
        "in_turn = orders[:, : k // len(orders)].ravel(); " + ONCE,
        "in turn",
    ),
    "in the order of the layer": (
        TURN + "return sorted(list(dict.fromkeys(in_turn))[:k])",
        "in turn",
    ),
    "a filter twice": (TURN + "return in_turn[:k]", "none twice"),
    "fewer where a filter was chosen already": (
        TURN + "return list(dict.fromkeys(in_turn[:k]))",
        "none twice",
    ),
    "another one for a filter that is taken": (
        "found = []\n"
        "    while len(found) < k:\n"
        "        for row in orders:\n"
        "            found.append(next((one for one in row if one not in found), 0))\n"
        "    return found[:k]",
        "none twice",
    ),
    "a set has no order": (
        TURN + "return np.unique(in_turn)[:k]",
        "every class's first",
    ),
    "a number too many where there are many": (
        TURN + ONCE.replace("[:k]", "[: k + (k > 9)]"),
        "k filters",
    ),
    "a number too many": (TURN + ONCE.replace("[:k]", "[: k + 1]"), "k filters"),
}

EXERCISES = {"PENCIL": PENCIL, "choose": CHOOSE, "choose_in_turn": CHOOSE_IN_TURN}
