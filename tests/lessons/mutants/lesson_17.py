"""Wrong answers to lesson 17."""

SUM = "np.tensordot(weights, gradients, axes=1)"
FIT = "fit = responses[:windows]; "
FIRST = FIT + "first = int(np.argmax(fit)); "
WORDS = "return list(range(first, min(first + size, length)))"


def pencil(share="2", a="0.1", b="-0.09"):
    """The dictionary with other numbers."""
    return f'{{"share of the word": {share}, "Cond(A)": {a}, "Cond(B)": {b}}}'


PENCIL = {
    "sums before the product, by pencil": (pencil(share="7.5"), "share of the word"),
    "x for x − x′, by pencil": (pencil(share="5.5"), "share of the word"),
    "the integral alone": (pencil(share="2.5"), "share of the word"),
    "a filter that is 0 has no conductance": (pencil(a="0"), "Cond(A)"),
    "a negative weight, so against": (pencil(a="-0.1"), "Cond(A)"),
    "w · y(x)": (pencil(b="0.03"), "Cond(B)"),
    "y(x′) − y(x)": (pencil(b="0.09"), "Cond(B)"),
    "w alone": (pencil(b="0.3"), "Cond(B)"),
}

WORD_SCORES = {
    "one share for each number": (f"return velocity * {SUM}", "one number for each word"),
    "words summed, numbers kept": (
        f"return (velocity * {SUM}).sum(axis=0)",
        "one number for each word",
    ),
    "one share for the sentence": (f"return (velocity * {SUM}).sum()", "one number for each word"),
    "the mean of a word's numbers": (
        f"return (velocity * {SUM}).mean(axis=1)",
        "one number for each word",
    ),
    "without x − x′": (f"return {SUM}.sum(axis=1)", "a word that does not move"),
    "x′ − x": (f"return (-velocity * {SUM}).sum(axis=1)", "one number for each word"),
    "only whether a word moves": (f"return ((velocity != 0) * {SUM}).sum(axis=1)", "the path"),
    "x − x′ squared": (f"return (velocity**2 * {SUM}).sum(axis=1)", "the path"),
    "sums before the product": (
        f"return velocity.sum(axis=1) * {SUM}.sum(axis=1) / velocity.shape[1]",
        "product before sum",
    ),
    "the mean way times the sum of gradients": (
        f"return velocity.mean(axis=1) * {SUM}.sum(axis=1)",
        "product before sum",
    ),
    "the length of the gradient": (
        f"return np.abs((velocity * {SUM}).sum(axis=1))",
        "a share has a sign",
    ),
    "weights left out": (
        "return (velocity * gradients.sum(axis=0)).sum(axis=1)",
        "weights that sum to 1",
    ),
    "weights that sum to (n − 1) / n": (
        f"n = len(weights); return (velocity * {SUM}).sum(axis=1) * max(n - 1, 1) / n",
        "weights that sum to 1",
    ),
    "a mean for the weights": (
        "return (velocity * gradients.mean(axis=0)).sum(axis=1)",
        "the rule's own weights",
    ),
    "the gradient at the last point": (
        "return (velocity * gradients[-1]).sum(axis=1)",
        "the rule's own weights",
    ),
    "all but one of the numbers": (
        f"return (velocity * {SUM})[:, : max(2, velocity.shape[1] - 1)].sum(axis=1)",
        "word sum = filter total",
    ),
}

WINNING_WINDOW = {
    "only the first place": (FIRST + "return [first]", "the highest response"),
    "as many words as the window has at least": (
        FIRST + "return list(range(first, min(first + 3, length)))",
        "never in padding (a short sentence",
    ),
    "the last window left out": (
        "first = int(np.argmax(responses[: max(windows - 1, 1)])); " + WORDS,
        "the highest response",
    ),
    "the lowest response": (FIRST.replace("argmax", "argmin") + WORDS, "the highest response"),
    "the response for its place": (
        FIT + "first = int(fit.max()); " + WORDS,
        "the highest response",
    ),
    "the last of equal ones": (
        FIT + "first = len(fit) - 1 - int(np.argmax(fit[::-1])); " + WORDS,
        "the first of equal ones",
    ),
    "every equal one": (
        FIT
        + "best = np.flatnonzero(fit == fit.max()); "
        + "return list(range(best[0], min(best[-1] + size, length)))",
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
        FIRST + "return list(range(first, first + size))",
        "never in padding (a short sentence",
    ),
    "nothing unless the filter fits": (
        FIRST + "return list(range(first, first + size)) if length >= size else []",
        "never in padding (a short sentence",
    ),
    "never more than five words": (
        FIRST + WORDS.replace("first + size", "first + min(size, 5)"),
        "the words whose gradient is not 0",
    ),
}

NEGATION_FILTERS = {
    "upwards only": ("moved = with_not - without", "against counts"),
    "moved either way": ("moved = abs(with_not - without)", "moved to its own side"),
    "the sizes' difference": (
        "moved = abs(with_not) - abs(without)",
        "the move counts",
    ),
    "the side without “not”": (
        "moved = (with_not - without) * np.sign(without)",
        "against counts",
    ),
    "the other way": ("moved = (without - with_not) * np.sign(with_not)", "against counts"),
    "its conductance, however it came": ("moved = abs(with_not)", "“not” moved it"),
    "the side only": (
        "moved = np.sign(with_not - without) * np.sign(with_not)",
        "“not” moved it",
    ),
    "weighted by its conductance": ("moved = (with_not - without) * with_not", "against counts"),
    "the first hundred filters only": (
        "moved = (with_not - without) * np.sign(with_not) * (np.arange(len(with_not)) < 100)",
        "the network's filters",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "word_scores": WORD_SCORES,
    "winning_window": WINNING_WINDOW,
    "negation_filters": NEGATION_FILTERS,
}
