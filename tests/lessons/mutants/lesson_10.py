"""Wrong answers to lesson 10."""

HALVING = """low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if strongest(middle) == label else (low, middle)
    return high if strongest(high) != label else None"""
UP = "return next((k for k in range(1, most + 1) if {}), None)"
MARGIN = 'of_label["conductance"] - of_second["conductance"]'
COPIES = 'y = mg.concatenate([x, x], axis=1).named("y"); '

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
        "lacking = Lacking(MODEL, picture('bus'))\n"
        "    return -lacking.scores(np.eye(520, dtype=bool))[:, 6]",
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
        "return highest_first(of_label['conductance'])",
        "each filter keeps its number",
    ),
    "sorted": (f"return np.sort({MARGIN})", "each filter keeps its number"),
    "added up from the first": (
        "return np.cumsum(of_label['conductance'])",
        "each filter keeps its number",
    ),
    "the last layers first": ("return np.arange(len(positions))", "each filter keeps its number"),
    "lots": (
        "return np.random.default_rng(0).random(len(positions))",
        "each filter keeps its number",
    ),
    "the same for every filter": ("return np.ones(len(positions))", "filters differ"),
    "means that are all one": (
        "return np.full(len(positions), of_label['conductance'].mean())",
        "filters differ",
    ),
    "the lowest first": (f"return -({MARGIN})", "sooner than by lot"),
}

BACKUP = {
    "one filter": ('return mg.minimum(2 * (1 * x).named("y"), 1.0)[:, 0]', "two filters"),
    "a score that stands still": (
        COPIES + "return 0 * y.sum(axis=1)",
        "something to explain",
    ),
    "both are needed": (
        COPIES + "return y[:, 0] * y[:, 1]",
        "neither alone",
    ),
    "they add up": (
        COPIES + "return y.sum(axis=1)",
        "neither alone",
    ),
    "one has the work and the other none": (
        COPIES + "return y[:, 0] + 0 * y[:, 1]",
        "neither alone",
    ),
    "enough only together": (
        COPIES + "return mg.minimum(y.sum(axis=1), 1.5)",
        "neither alone",
    ),
    "nearly enough": (
        'y = mg.concatenate([4 * x, 4 * x], axis=1).named("y"); return mg.tanh(y.sum(axis=1))',
        "neither alone",
    ),
    "the larger of the two": (
        COPIES + "return mg.maximum(y[:, 0], y[:, 1])",
        "conductance sees both",
    ),
    "the second one late": (
        'y = mg.concatenate([x, mg.relu(20 * x - 19)], axis=1).named("y"); '
        "return mg.minimum(y.sum(axis=1), 1.0)",
        "conductance sees both",
    ),
    "a way past both": (
        COPIES + "return mg.minimum(y.sum(axis=1), 1.0) + x[:, 0]",
        "both together",
    ),
}

EXERCISES = {"first_change": FIRST_CHANGE, "own_measure": OWN_MEASURE, "backup": BACKUP}
