"""Wrong answers to lesson 14."""

RIGHT = {
    "sailboat's score without the first two": 4,
    "filters gone when the label first changes": 2,
    "filters gone when it is sailboat again": 3,
}


def pencil(key, number):
    """The right numbers but for one, and the key that must break."""
    return repr(RIGHT | {key: number}), key


PENCIL = {
    "what is gone for what is left": pencil("sailboat's score without the first two", 8),
    "the other class": pencil("sailboat's score without the first two", 6),
    "the score falls for the label changes": pencil("filters gone when the label first changes", 1),
    "counted from the change on": pencil("filters gone when it is sailboat again", 1),
    "the label never comes back": pencil("filters gone when it is sailboat again", 4),
}

HALVING = """low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if strongest(middle) == label else (low, middle)
    return high if strongest(high) != label else None"""
UP = "return next((k for k in range(1, most + 1) if {}), None)"
MARGIN = 'of_label["conductance"] - of_second["conductance"]'

FIRST_CHANGE = {
    "halves the interval": (HALVING, "the label may come back"),
    "goes down from the end while the label is another": (
        "kept = [k for k in range(most + 1) if strongest(k) == label]\n"
        "    return kept[-1] + 1 if kept[-1] < most else None",
        "the label may come back",
    ),
    "the end decides": (
        "if strongest(most) == label: return None\n    " + UP.format("strongest(k) != label"),
        "label 0",
    ),
    "from two on": (
        UP.format("strongest(k) != label").replace("range(1", "range(2"),
        "one filter may be enough",
    ),
    "how many are left": (
        UP.format("strongest(k) != label").replace("(k for", "(most - k for"),
        "the label may come back",
    ),
    "the last that keeps the label": (
        UP.format("strongest(k) != label").replace("(k for", "(k - 1 for"),
        "one filter may be enough",
    ),
    "label 0 for no label": (UP.format("strongest(k) not in (label, 0)"), "label 0"),
    "asks for the whole network's label each time": (
        UP.format("strongest(k) != strongest(0)"),
        "no pass more than is needed",
    ),
    "a larger number for another label": (UP.format("strongest(k) > label"), "label 0"),
    "never the last one": (
        UP.format("strongest(k) != label").replace("most + 1", "most"),
        "all of them may be needed",
    ),
    "the most for none": (
        UP.format("strongest(k) != label").replace("None", "most"),
        "None if all",
    ),
    "a loop that never ends": (
        "k = 1\n    while strongest(k) == label:\n        k += 1\n    return k",
        "None if all",
    ),
    "four passes are enough for anyone": (
        UP.format("strongest(k) != label").replace("most + 1", "min(most, 4) + 1"),
        "the drawn sailboat",
    ),
    "every pass, then the first": (
        "changed = [k for k in range(1, most + 1) if strongest(k) != label]\n"
        "    return changed[0] if changed else None",
        "no pass more than is needed",
    ),
}

OWN_MEASURE = {
    "the sum over filters": ('return of_label["conductance"].sum()', "one number for each filter"),
    "all measures side by side": (
        "return np.stack(list(of_label.values()))",
        "one number for each filter",
    ),
    "the measures as they came": ("return of_label", "one number for each filter"),
    "nothing": ("pass", "one number for each filter"),
    "the network's own 520, by ablation": (
        "return np.ones(520)",
        "one number for each filter",
    ),
    "conductance over activation": (
        "with np.errstate(all='ignore'): return of_label['conductance'] / of_label['activation']",
        "numbers, for silent filters",
    ),
    "a logarithm": (
        "with np.errstate(all='ignore'): return np.log(of_label['activation'])",
        "numbers, for silent filters",
    ),
    "the order for the measure": (
        "return np.argsort(-of_label['conductance'])",
        "each filter keeps its number",
    ),
    "sorted": (f"return np.sort({MARGIN})", "each filter keeps its number"),
    "added up from the first": (
        "return np.cumsum(of_label['conductance'])",
        "each filter keeps its number",
    ),
    "the last layers first": (
        "return np.arange(len(of_label['activation']))",
        "each filter keeps its number",
    ),
    "lots": (
        "return np.random.default_rng(0).random(len(of_label['activation']))",
        "each filter keeps its number",
    ),
    "the same for every filter": ("return np.ones(len(of_label['activation']))", "filters differ"),
    "means that are all one": (
        "return np.full(12, of_label['conductance'].mean())",
        "filters differ",
    ),
    "the lowest first": (f"return -({MARGIN})", "sooner than a random order"),
}

BACKUP = {
    "a score that stands still": (
        "return 0 * y.sum(axis=1)",
        "something to explain",
    ),
    "both are needed": (
        "return y[:, 0] * y[:, 1]",
        "neither alone",
    ),
    "they add up": (
        "return y.sum(axis=1)",
        "neither alone",
    ),
    "one has the work and the other none": (
        "return y[:, 0] + 0 * y[:, 1]",
        "neither alone",
    ),
    "enough only together": (
        "return mg.minimum(y.sum(axis=1), 1.5)",
        "neither alone",
    ),
    "nearly enough": (
        "return mg.tanh(4 * y.sum(axis=1))",
        "neither alone",
    ),
    "the larger of the two": (
        "return mg.maximum(y[:, 0], y[:, 1])",
        "conductance sees both",
    ),
    "the second one late": (
        "return mg.minimum(y[:, 0] + mg.relu(20 * y[:, 1] - 19), 1.0)",
        "conductance sees both",
    ),
    "a way past both": (
        "return mg.minimum(y.sum(axis=1), 1.0) + x[:, 0]",
        "both together",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "first_change": FIRST_CHANGE,
    "own_measure": OWN_MEASURE,
    "backup": BACKUP,
}
