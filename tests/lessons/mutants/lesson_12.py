"""Wrong answers to lesson 12."""

SUM = "np.tensordot(weights, gradients, axes=1)"
WORDS = "return list(range(first, min(first + size, length))) if responses[first] > 0 else []"
FIT = "fit = responses[:max(length - size, 0) + 1]; "
FIRST = FIT + "first = int(np.argmax(fit)); "
MOVED = "moved = (with_not - without) * np.sign(with_not); "
SIZED, HOLDS, OWN = "abs(with_not[k]) >= ZERO", "'not' in windows[k]", "moved[k] >= ZERO"


def chosen(*conditions):
    """The filters that meet conditions on k, the most moved first, as code."""
    met = f"(k for k in range(len(windows)) if {' and '.join(conditions)})"
    return f"sorted({met}, key=lambda k: -moved[k])"


WORD_SCORES = {
    "one share for each number": (f"return (x - baseline) * {SUM}", "one number for each word"),
    "words summed, numbers kept": (
        f"return ((x - baseline) * {SUM}).sum(axis=0)",
        "one number for each word",
    ),
    "one share for the sentence": (
        f"return ((x - baseline) * {SUM}).sum()",
        "one number for each word",
    ),
    "the mean of a word's numbers": (
        f"return ((x - baseline) * {SUM}).mean(axis=1)",
        "one number for each word",
    ),
    "without x − x′": (f"return {SUM}.sum(axis=1)", "a word that does not move"),
    "x for x − x′": (f"return (x * {SUM}).sum(axis=1)", "a word that does not move"),
    "x′ − x": (f"return ((baseline - x) * {SUM}).sum(axis=1)", "one number for each word"),
    "only whether a word moves": (f"return ((x != baseline) * {SUM}).sum(axis=1)", "the path"),
    "x − x′ squared": (f"return ((x - baseline) ** 2 * {SUM}).sum(axis=1)", "the path"),
    "sums before the product": (
        f"return (x - baseline).sum(axis=1) * {SUM}.sum(axis=1) / x.shape[1]",
        "product before sum",
    ),
    "the mean way times the sum of gradients": (
        f"return (x - baseline).mean(axis=1) * {SUM}.sum(axis=1)",
        "product before sum",
    ),
    "the length of the gradient": (
        f"return np.abs(((x - baseline) * {SUM}).sum(axis=1))",
        "a share has a sign",
    ),
    "weights left out": (
        "return ((x - baseline) * gradients.sum(axis=0)).sum(axis=1)",
        "weights that sum to 1",
    ),
    "weights that sum to (n − 1) / n": (
        f"n = len(weights); return ((x - baseline) * {SUM}).sum(axis=1) * max(n - 1, 1) / n",
        "weights that sum to 1",
    ),
    "a mean for the weights": (
        "return ((x - baseline) * gradients.mean(axis=0)).sum(axis=1)",
        "the rule's own weights",
    ),
    "the gradient at the last point": (
        "return ((x - baseline) * gradients[-1]).sum(axis=1)",
        "the rule's own weights",
    ),
    "all but one of the numbers": (
        f"return ((x - baseline) * {SUM})[:, : max(2, x.shape[1] - 1)].sum(axis=1)",
        "word sum = filter total",
    ),
}

WINNING_WINDOW = {
    "only the first place": (
        FIRST + "return [first] if responses[first] > 0 else []",
        "the highest response",
    ),
    "as many words as the window has at least": (
        FIRST + "return list(range(first, min(first + 3, length))) if responses[first] > 0 else []",
        "never in padding (a short sentence",
    ),
    "the last window left out": (
        "first = int(np.argmax(responses[:max(length - size, 1)])); " + WORDS,
        "the highest response",
    ),
    "the lowest response": (
        FIRST.replace("argmax", "argmin") + "return list(range(first, min(first + size, length)))",
        "the highest response",
    ),
    "the last of equal ones": (
        FIT + "first = len(fit) - 1 - int(np.argmax(fit[::-1])); " + WORDS,
        "the first of equal ones",
    ),
    "every equal one": (
        FIT
        + "best = np.flatnonzero(fit == fit.max()); "
        + "return list(range(best[0], min(best[-1] + size, length))) if fit.max() > 0 else []",
        "the first of equal ones",
    ),
    "over all windows": (
        "first = int(np.argmax(responses)); " + WORDS,
        "never in padding (no window begins",
    ),
    "windows that begin at a word": (
        "first = int(np.argmax(responses[:length])); " + WORDS,
        "never in padding (no window begins",
    ),
    "padding among the words": (
        FIRST + "return list(range(first, first + size)) if responses[first] > 0 else []",
        "never in padding (a short sentence",
    ),
    "a silent filter looks at the first words": (
        FIRST + "return list(range(first, min(first + size, length)))",
        "no word where the filter is 0",
    ),
    "nothing unless the filter fits": (
        FIRST
        + "fits = responses[first] > 0 and length >= size; "
        + "return list(range(first, first + size)) if fits else []",
        "never in padding (a short sentence",
    ),
    "never more than five words": (
        FIRST + WORDS.replace("first + size", "first + min(size, 5)"),
        "the words whose gradient is not 0",
    ),
}

FIND_NEGATION_FILTERS = {
    "however small": (MOVED + "return " + chosen(HOLDS, OWN), "|conductance| at least"),
    "for the score only": (
        MOVED + "return " + chosen("with_not[k] >= ZERO", HOLDS, OWN),
        "against counts",
    ),
    "whatever the window holds": (MOVED + "return " + chosen(SIZED, OWN), "the window holds"),
    "the letters n, o, t": (
        MOVED + "return " + chosen(SIZED, OWN, "'not' in ' '.join(windows[k])"),
        "the window holds",
    ),
    "however little it moved": (
        MOVED + "return " + chosen(SIZED, HOLDS, "moved[k] > 0"),
        "“not” moved it",
    ),
    "high conductance and the word are enough": (
        MOVED + "return " + chosen(SIZED, HOLDS),
        "“not” moved it",
    ),
    "moved either way": (
        "moved = abs(with_not - without); return " + chosen(SIZED, HOLDS, OWN),
        "moved to its own side",
    ),
    "the sizes' difference": (
        "moved = abs(with_not) - abs(without); return " + chosen(SIZED, HOLDS, OWN),
        "the most moved first",
    ),
    "in the order of the layer": (
        MOVED + f"return sorted({chosen(SIZED, HOLDS, OWN)})",
        "the most moved first",
    ),
    "the least moved first": (
        MOVED + f"return {chosen(SIZED, HOLDS, OWN)}[::-1]",
        "the most moved first",
    ),
    "the strongest first": (
        MOVED + f"return sorted({chosen(SIZED, HOLDS, OWN)}, key=lambda k: -abs(with_not[k]))",
        "the most moved first",
    ),
    "of equal ones the larger number": (
        MOVED + f"return sorted({chosen(SIZED, HOLDS, OWN)}, key=lambda k: (-moved[k], -k))",
        "of equal ones",
    ),
    "the first hundred filters only": (
        MOVED + "return " + chosen(SIZED, HOLDS, OWN, "k < 100"),
        "the network's filters",
    ),
}

EXERCISES = {
    "word_scores": WORD_SCORES,
    "winning_window": WINNING_WINDOW,
    "find_negation_filters": FIND_NEGATION_FILTERS,
}
