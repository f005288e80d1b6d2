"""Wrong answers to lesson 2."""

POOL = """grad_x = np.zeros(x.shape)
    for r, c in np.ndindex(grad_y.shape):
        top, left = r * stride, c * stride
        window = x[top : top + size, left : left + size]
        {}
    return grad_x"""
WINNER = "i, j = divmod(window.argmax(), size); "
EVERYWHERE = "grad_x[top : top + size, left : left + size] += "
ADD = "grad_x[top + i, left + j] += grad_y[r, c]"
CONVOLUTION = """grad_x, grad_weight = np.zeros(x.shape), np.zeros(weight.shape)
    for t in range(len(grad_y)):
        for i in range(len(weight)):
            {}
            {}
    return grad_x, grad_weight"""
GRAD_X = "grad_x[t * stride + i] += grad_y[t] * weight[i]"
GRAD_WEIGHT = "grad_weight[i] += grad_y[t] * x[t * stride + i]"
LOOK_UP = """grad_table = np.zeros(table.shape)
    for position, token in enumerate(tokens):
        {}
    return grad_table"""


def pool(line):
    """The loop of exercise 1, with what it does to one window."""
    return POOL.format(line)


def convolution(grad_x=GRAD_X, grad_weight=GRAD_WEIGHT):
    """The right answer to exercise 2 with one of its two lines exchanged."""
    return CONVOLUTION.format(grad_x, grad_weight)


def look_up(line):
    """The loop of exercise 3, with what it does to one token."""
    return LOOK_UP.format(line)


MAX_POOL_BACKWARD = {
    "a mean's gradient for a maximum's": (
        pool(EVERYWHERE + "grad_y[r, c] / size**2"),
        "the whole gradient to the largest",
    ),
    "the gradient times the maximum": (
        pool(WINNER + ADD + " * window.max()"),
        "the whole gradient to the largest",
    ),
    "two columns in every window": (
        pool("i, j = divmod(window.argmax(), 2); " + ADD),
        "the whole gradient to the largest",
    ),
    "without the gradient from behind": (
        pool(WINNER + "grad_x[top + i, left + j] += 1"),
        "the whole gradient to the largest",
    ),
    "shaped like the output": ("return grad_y", "the whole gradient to the largest"),
    "a search that starts at 0, as in a border of zeros": (
        pool("if window.max() > 0: " + WINNER + ADD),
        "negative entries win too",
    ),
    "the largest in size, not in value": (
        pool("i, j = divmod(abs(window).argmax(), size); " + ADD),
        "negative entries win too",
    ),
    "everything to every equal entry": (
        pool(EVERYWHERE + "grad_y[r, c] * (window == window.max())"),
        "of equal entries the first",
    ),
    "a tie split evenly": (
        pool("tied = window == window.max(); " + EVERYWHERE + "grad_y[r, c] * tied / tied.sum()"),
        "of equal entries the first",
    ),
    "the last of equal entries": (
        pool("i, j = np.argwhere(window == window.max())[-1]; " + ADD),
        "of equal entries the first",
    ),
    "the first of equal entries, column by column": (
        pool("j, i = divmod(window.T.argmax(), size); " + ADD),
        "of equal entries the first",
    ),
    "windows as far apart as they are wide": (
        "stride = size\n    " + POOL.format(WINNER + ADD),
        "windows begin stride apart",
    ),
    "windows one apart": (
        "stride = 1\n    " + POOL.format(WINNER + ADD),
        "windows begin stride apart",
    ),
    "the last window's gradient instead of the sum": (
        pool(WINNER + "grad_x[top + i, left + j] = grad_y[r, c]"),
        "adds",
    ),
    "the first row of windows alone": (pool("if r == 0: " + WINNER + ADD), "finite differences"),
}

CONV1D_BACKWARD = {
    "the kernel turned": (
        convolution(GRAD_X.replace("weight[i]", "weight[-1 - i]")),
        "each entry meets its own partner",
    ),
    "the input turned": (
        convolution(grad_weight=GRAD_WEIGHT.replace("+ i]", "+ len(weight) - 1 - i]")),
        "each entry meets its own partner",
    ),
    "input and kernel exchanged": (
        convolution(
            GRAD_X.replace("weight[i]", "x[t * stride + i]"),
            GRAD_WEIGHT.replace("x[t * stride + i]", "weight[i]"),
        ),
        "each entry meets its own partner",
    ),
    "only one of the two gradients": (
        "return np.array(weight)",
        "each entry meets its own partner",
    ),
    "the input's gradient without ∂F/∂y": (
        convolution(GRAD_X.replace("grad_y[t] * ", "")),
        "the chain rule",
    ),
    "the kernel's gradient without ∂F/∂y": (
        convolution(grad_weight=GRAD_WEIGHT.replace("grad_y[t] * ", "")),
        "the chain rule",
    ),
    "the last window that read an input": (convolution(GRAD_X.replace("+=", "=")), "adds"),
    "the last window that used a weight": (
        convolution(grad_weight=GRAD_WEIGHT.replace("+=", "=")),
        "adds",
    ),
    "a mean over the windows": (convolution(grad_weight=GRAD_WEIGHT + " / len(grad_y)"), "adds"),
    "the input's gradient without the stride": (
        convolution(GRAD_X.replace("t * stride", "t")),
        "windows begin stride apart",
    ),
    "the kernel's gradient without the stride": (
        convolution(grad_weight=GRAD_WEIGHT.replace("t * stride", "t")),
        "windows begin stride apart",
    ),
    "np.convolve for the input": (
        "by_weight = [grad_y @ x[i::stride][: len(grad_y)] for i in range(len(weight))]\n"
        "    return np.convolve(grad_y, weight), np.array(by_weight)",
        "windows begin stride apart",
    ),
    "as long as the windows reach": (
        "x = x[: (len(grad_y) - 1) * stride + len(weight)]\n    "
        + CONVOLUTION.format(GRAD_X, GRAD_WEIGHT),
        "an input that no window reads",
    ),
}

EMBEDDING_BACKWARD = {
    "the last of equal tokens": (
        "grad_table = np.zeros(table.shape)\n"
        "    grad_table[tokens] += grad_y\n"
        "    return grad_table",
        "adds",
    ),
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
    "max_pool_backward": MAX_POOL_BACKWARD,
    "conv1d_backward": CONV1D_BACKWARD,
    "embedding_backward": EMBEDDING_BACKWARD,
}
