"""Wrong answers to lesson 4."""

KEYS = "∂y/∂(the 7)", "∂y/∂(the 6)", "∂F/∂(the 9)"


def pencil(place, number):
    """The right numbers but for one, and the key that must break."""
    right = dict(zip(KEYS, (1, 0, 7)))
    return repr(right | {KEYS[place]: number}), KEYS[place]


PENCIL = {
    "the maximum for its slope": pencil(0, 7),
    "a mean's slope for the winner": pencil(0, 0.25),
    "a slope for a loser": pencil(1, 1),
    "one window of two": pencil(2, 4),
    "ways multiplied": pencil(2, 12),
    "each window once, without its factor": pencil(2, 2),
}

WINNER = {
    "a place counted from 0, not a row and a column": (
        "return window.argmax()",
        "two numbers, a row and a column",
    ),
    "column, then row": (
        "return np.unravel_index(window.argmax(), window.shape)[::-1]",
        "the row first, then the column",
    ),
    "the smallest": (
        "return np.unravel_index(window.argmin(), window.shape)",
        "the largest entry",
    ),
    "always two columns": ("return divmod(window.argmax(), 2)", "the largest entry"),
    "the value": ("return window.max()", "two numbers, a row and a column"),
    "arrays of rows and of columns": (
        "return np.where(window == window.max())",
        "two numbers, a row and a column",
    ),
    "the largest in size, not in value": (
        "return np.unravel_index(abs(window).argmax(), window.shape)",
        "the largest, not the largest in size",
    ),
    "the last of equal entries": (
        "return tuple(np.argwhere(window == window.max())[-1])",
        "of equal entries the first",
    ),
    "the first of equal entries, column by column": (
        "return divmod(window.T.argmax(), len(window))[::-1]",
        "of equal entries the first",
    ),
}

EVERYWHERE = "grad_x[top : top + size, left : left + size] += "
# the exercise before it is unfilled in these copies
PLACE = "down, across = divmod(window.argmax(), size); "
ADD = "grad_x[top + down, left + across] += passed"

MAX_POOL_BACKWARD = {
    "nothing is passed": ("pass", "the whole gradient to the largest"),
    "a mean's gradient for a maximum's": (
        EVERYWHERE + "passed / size**2",
        "the whole gradient to the largest",
    ),
    "the gradient times the maximum": (
        PLACE + ADD + " * window.max()",
        "the whole gradient to the largest",
    ),
    "two columns in every window": (
        "down, across = divmod(window.argmax(), 2); " + ADD,
        "the whole gradient to the largest",
    ),
    "without the gradient from behind": (
        PLACE + "grad_x[top + down, left + across] += 1",
        "the whole gradient to the largest",
    ),
    "a search that starts at 0, as in a border of zeros": (
        "if window.max() > 0: " + PLACE + ADD,
        "negative entries win too",
    ),
    "everything to every equal entry": (
        EVERYWHERE + "passed * (window == window.max())",
        "of equal entries the first",
    ),
    "a tie split evenly": (
        "tied = window == window.max(); " + EVERYWHERE + "passed * tied / tied.sum()",
        "of equal entries the first",
    ),
    "places counted from the window's corner alone": (
        PLACE + "grad_x[down, across] += passed",
        "each window at its own place",
    ),
    "windows one apart": (
        PLACE + "grad_x[row + down, column + across] += passed",
        "each window at its own place",
    ),
    "the last window's gradient instead of the sum": (
        PLACE + "grad_x[top + down, left + across] = passed",
        "adds",
    ),
    "the first row of windows alone": ("if row == 0: " + PLACE + ADD, "finite differences"),
}

SLICE = "grad_x[begin : begin + len(weight)] "

CONV1D_BACKWARD = {
    "the kernel turned": (SLICE + "+= passed * weight[::-1]", "each entry meets its own weight"),
    "the first weight alone": (
        "grad_x[begin] += passed * weight[0]",
        "each entry meets its own weight",
    ),
    "without the weight": (SLICE + "+= passed", "each entry meets its own weight"),
    "without ∂F/∂y": (SLICE + "+= weight", "the chain rule"),
    "the last window that read an input": (SLICE + "= passed * weight", "adds"),
    "responses one apart": (
        "grad_x[t : t + len(weight)] += passed * weight",
        "each window at its own place",
    ),
    "always the first window": (
        "grad_x[: len(weight)] += passed * weight",
        "each window at its own place",
    ),
    "positive weights alone": (
        SLICE + "+= passed * np.maximum(weight, 0)",
        "finite differences",
    ),
}


def look_up(line):
    """The loop of the last exercise, with what it does to one token."""
    return f"for position, token in enumerate(tokens):\n        {line}"


EMBEDDING_BACKWARD = {
    "the last of equal tokens": ("grad_table[tokens] += grad_y", "adds"),
    "written, not added": (look_up("grad_table[token] = grad_y[position]"), "adds"),
    "a mean over the places of a token": (
        look_up("grad_table[token] += grad_y[position] / (tokens == token).sum()"),
        "adds",
    ),
    "the first place of a token alone": (
        look_up("grad_table[token] += grad_y[position] * (token not in tokens[:position])"),
        "adds",
    ),
    "one number of each row alone": (
        look_up("grad_table[token, 0] += grad_y[position, 0]"),
        "finite differences",
    ),
    "by position instead of token": (
        look_up("grad_table[position] += grad_y[position]"),
        "each gradient to its token's row",
    ),
    "times the row itself": (
        look_up("grad_table[token] += grad_y[position] * table[token]"),
        "each gradient to its token's row",
    ),
    "rows for the words of the sentence alone": (
        "return grad_y",
        "each gradient to its token's row",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "winner": WINNER,
    "max_pool_backward": MAX_POOL_BACKWARD,
    "conv1d_backward": CONV1D_BACKWARD,
    "embedding_backward": EMBEDDING_BACKWARD,
}
