"""What lesson 4's answers are held to: the ways back through a maximum, a sum, a look-up.

Each has a table of small cases, right by hand. Beside it, a random direction asks of larger arrays
whether the gradients are limits of differences of minigrad's own operations.
"""

from inspect import signature

import numpy as np

import minigrad as mg
from lessons.classroom.properties import in_brief, require, require_pencil, require_same


def check_PENCIL(answers):
    """Slopes of maxima, by minigrad."""
    entries = mg.Tensor([3.0, 7.0, 6.0, 1.0], requires_grad=True)
    entries.max().backward()
    pixels = mg.Tensor([2.0, 9.0, 5.0], requires_grad=True)
    (3 * pixels[:2].max() + 4 * pixels[1:].max()).backward()
    right = dict(
        zip(("∂y/∂(the 7)", "∂y/∂(the 6)", "∂F/∂(the 9)"), (*entries.grad[1:3], pixels.grad[1]))
    )
    traps = {
        "∂y/∂(the 7)": [
            (7, "That is y itself. By how much does y move for each unit of the 7?"),
            (0, "The 7 is the largest. If it becomes 7.1, so does y."),
            (1 / 4, "That would be a mean. Only the largest entry moves a maximum."),
        ],
        "∂y/∂(the 6)": [
            (6, "That is the entry itself. Nudge it a little: does y move?"),
            (1, "If 6 becomes 6.1, the maximum is still 7."),
            (1 / 4, "That would be a mean. Only the largest entry moves a maximum."),
        ],
        "∂F/∂(the 9)": [
            (3, "That is the first window. The 9 stands in the second one, too."),
            (4, "That is the second window. The 9 stands in the first one, too."),
            (12, "The two windows do not follow each other: their contributions add."),
            (3.5, "That is a mean. Contributions add."),
            (63, "That is F. By how much does it move for each unit of the 9?"),
            (2, "Each window's maximum has a factor in F."),
            (1, "F has two terms with the 9, with the factors 3 and 4."),
        ],
    }
    return require_pencil(answers, right, traps) + " You have gone back through max pooling."


def require_examples(answer, examples):
    """Each row: a property, what is given (a tuple is of whole numbers), and what is right."""
    kinds = {list: float, tuple: int}
    for broken, *parts, right in examples:
        arguments = (
            np.array(part, kinds[type(part)]) if type(part) in kinds else part for part in parts
        )
        pairs = zip(signature(answer).parameters, parts)
        given = ", ".join(f"{name} = {part}" for name, part in pairs).replace("-", "−") + "."
        require_same(answer(*arguments), right, broken, given)


def require_limit(f, x, grad_y, gradient, given):
    """That ⟨∂F/∂x, v⟩ is the limit of differences of F along a random v.

    F is ⟨grad_y, f⟩; f takes and gives an array.
    """
    h = 1e-6
    v = np.random.default_rng(2).standard_normal(x.shape)
    limit = np.sum(grad_y * (f(x + h * v) - f(x - h * v))) / (2 * h)
    ours = np.sum(gradient * v)
    asked = f"{given} ⟨your gradient, v⟩ for a random v; right is what differences give."
    require_same(ours, limit, "finite differences", asked, atol=1e-6)


# the property, the window, and where its maximum is
WINDOWS = (
    ("the largest entry", [[1, 2], [4, 3]], (1, 0)),
    ("the largest entry", [[1, 2, 3], [4, 5, 9]], (1, 2)),
    ("the largest, not the largest in size", [[-3, -1], [-2, -4]], (0, 1)),
    ("of equal entries the first, row by row", [[1, 4], [4, 2]], (0, 1)),
    ("of equal entries the first, row by row", [[0, 0], [0, 0]], (0, 0)),
)


def check_winner(winner):
    """Row and column, of equal entries the first."""
    for broken, window, right in WINDOWS:
        given = f"window = {window}.".replace("-", "−")
        got = winner(np.array(window, float))
        said = f"{given} Yours: {in_brief(got)}. Right: {in_brief(right)}."
        require(np.shape(got) == (2,), "two numbers, a row and a column", said)
        if window == WINDOWS[0][1] and tuple(got) == right[::-1]:
            broken = "the row first, then the column"
        require_same(got, right, broken, given)
    return "Now every window can pass its gradient to the right place."


# the property, x, size, stride, ∂F/∂y, and ∂F/∂x
MAXIMA = (
    ("the whole gradient to the largest, 0 elsewhere",
        [[1, 2], [4, 3]], 2, 1, [[5]], [[0, 0], [5, 0]]),
    ("the whole gradient to the largest, 0 elsewhere",
        [[1, 2, 9], [4, 3, 8], [5, 6, 7]], 3, 1, [[5]], [[0, 0, 5], [0, 0, 0], [0, 0, 0]]),
    ("negative entries win too",
        [[-3, -1], [-2, -4]], 2, 1, [[5]], [[0, 5], [0, 0]]),
    ("of equal entries the first, row by row",
        [[1, 4], [4, 2]], 2, 1, [[5]], [[0, 5], [0, 0]]),
    ("each window at its own place",
        [[1, 2, 9, 7, 8], [4, 3, 0, 5, 6]], 2, 3, [[5, 6]], [[0, 0, 0, 0, 6], [5, 0, 0, 0, 0]]),
    ("adds (a winner of several windows)",
        [[2, 9, 3], [0, 4, 0]], 2, 1, [[3, 4]], [[0, 7, 0], [0, 0, 0]]),
)  # fmt: skip


def max_pool(x):
    """The maxima of windows of 3×3 entries, 2 apart, of x, (7, 7): an array (3, 3)."""
    return mg.max_pool2d(x.reshape(1, 7, 7, 1), 3, stride=2).data.reshape(3, 3)


def check_max_pool_backward(max_pool_backward):
    """To the first of the largest; where windows overlap, what they give adds."""
    require_examples(max_pool_backward, MAXIMA)
    rng = np.random.default_rng(0)
    x = rng.permutation(np.arange(49.0)).reshape(7, 7)  # without ties
    grad_y = rng.standard_normal((3, 3))
    given = "x without ties, (7, 7), size = 3, stride = 2, a random grad_y, (3, 3)."
    require_limit(max_pool, x, grad_y, max_pool_backward(x, 3, 2, grad_y), given)
    return "Every max pooling of the Inception goes back like this."


# the property, weight, stride, length, ∂F/∂y, and ∂F/∂x
CONVOLUTIONS = (
    ("each entry meets its own weight, not turned", [3, 5, 7], 1, 3, [1], [3, 5, 7]),
    ("the chain rule (times ∂F/∂y)", [3, 5, 7], 1, 3, [10], [30, 50, 70]),
    ("each window at its own place", [1, 10], 3, 5, [1, 2], [1, 10, 0, 2, 20]),
    ("adds (an entry that several windows use)", [1, 10], 1, 4, [1, 2, 3], [1, 12, 23, 30]),
    ("an input that no window reads has 0", [1, 10], 2, 3, [1], [1, 10, 0]),
)
WEIGHT = np.array([1.5, -2.0, 0.25])


def convolve(x):
    """The convolution of x, (9,), with WEIGHT, its windows 2 apart: an array (4,)."""
    return mg.conv1d(x.reshape(1, 9, 1), WEIGHT.reshape(3, 1, 1), stride=2).data.reshape(4)


def check_conv1d_backward(conv1d_backward):
    """Each window passes its gradient, times the weight, to the entries that it read."""
    require_examples(conv1d_backward, CONVOLUTIONS)
    x, grad_y = (np.random.default_rng(0).standard_normal(length) for length in (9, 4))
    given = "A weight, (3,), stride = 2, length = 9, a random grad_y, (4,)."
    require_limit(convolve, x, grad_y, conv1d_backward(WEIGHT, 2, 9, grad_y), given)
    return "In two dimensions only the slice has one more axis."


# the property, the table, the tokens, ∂F/∂y, and ∂F/∂table
LOOK_UPS = (
    ("each gradient to its token's row, 0 elsewhere",
        [[9], [9], [9]], (2, 0), [[1], [2]], [[2], [0], [1]]),
    ("adds (the same token twice)",
        [[9], [9], [9]], (1, 2, 1), [[1], [2], [10]], [[0], [11], [2]]),
)  # fmt: skip
TOKENS = np.array([1, 2, 1, 3])


def look_up(table):
    """The rows of TOKENS in a table, (5, 3): an array (4, 3)."""
    return mg.embedding(table, TOKENS).data


def check_embedding_backward(embedding_backward):
    """To the rows that were looked up; what equal tokens give adds."""
    require_examples(embedding_backward, LOOK_UPS)
    table, grad_y = (np.random.default_rng(0).standard_normal((rows, 3)) for rows in (5, 4))
    given = f"A random table, (5, 3), tokens = {TOKENS.tolist()}, a random grad_y, (4, 3)."
    require_limit(look_up, table, grad_y, embedding_backward(table, TOKENS, grad_y), given)
    return "A table of words can be trained with it, or a sentence be explained."
