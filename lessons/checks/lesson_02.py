"""What the exercises of lesson 2 are held to: the ways back through a maximum, a sum, a look-up.

Each has a table of small cases, right by hand. Beside it, a random direction asks of larger arrays
whether the gradients are limits of differences of minigrad's own operations.
"""

from inspect import signature

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require


def require_examples(answer, examples):
    """Each row: a property, what is given (a tuple is of whole numbers), and what is right."""
    kinds = {list: float, tuple: int}
    for broken, *given, right in examples:
        arguments = (
            np.array(part, kinds[type(part)]) if type(part) in kinds else part for part in given
        )
        got = answer(*arguments)
        pairs = zip(signature(answer).parameters, given)
        named = ", ".join(f"{name} = {part}" for name, part in pairs)
        said = f"For {named} it gave {plain(got)}, not {right}."
        require(agree(got, right), broken, said, *first_difference(got, right))


def require_limit(f, inputs, grad_y, gradients):
    """That ⟨∂F/∂x, v⟩ is the limit of differences of F along a random v, for every input x.

    F is ⟨grad_y, f⟩; f takes and gives arrays.
    """
    h = 1e-6
    for position, (x, gradient) in enumerate(zip(inputs, gradients)):
        v = np.random.default_rng(2).standard_normal(x.shape)
        above, below = list(inputs), list(inputs)
        above[position], below[position] = x + h * v, x - h * v
        limit = np.sum(grad_y * (f(*above) - f(*below))) / (2 * h)
        ours = np.sum(gradient * v)
        said = f"Along a random direction v, ⟨gradient {position}, v⟩ is {ours:.6f}"
        said += f", but by differences {limit:.6f}."
        require(abs(limit - ours) < 1e-6, "finite differences", said)


def agree(got, right):
    """Whether two arrays, or two tuples of them, have the same shapes and numbers."""
    if isinstance(right, tuple):
        return isinstance(got, tuple) and len(got) == len(right) and all(map(agree, got, right))
    return np.shape(got) == np.shape(right) and np.allclose(got, right)


def first_difference(got, right):
    """What came and what is right, to draw: of two tuples the first parts that differ."""
    if not isinstance(right, tuple):
        return got, right
    pairs = zip(got, right) if isinstance(got, tuple) else ()
    return next(((one, other) for one, other in pairs if not agree(one, other)), (None, None))


def plain(got):
    """Arrays as lists, for a message on one line."""
    if isinstance(got, tuple):
        return "(" + ", ".join(str(plain(part)) for part in got) + ")"
    return got.tolist() if isinstance(got, np.ndarray) else got


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
    ("windows begin stride apart",
        [[1, 2, 9, 7, 8], [4, 3, 0, 5, 6]], 2, 3, [[5, 6]], [[0, 0, 0, 0, 6], [5, 0, 0, 0, 0]]),
    ("adds (a winner of several windows)",
        [[2, 9, 3], [0, 4, 0]], 2, 1, [[3, 4]], [[0, 7, 0], [0, 0, 0]]),
)  # fmt: skip


def max_pool(x):
    """The maxima of windows of 3×3 entries, 2 apart, of x, (7, 7): an array (3, 3)."""
    return mg.max_pool2d(x.reshape(1, 7, 7, 1), 3, stride=2).data.reshape(3, 3)


def check_max_pool_backward(max_pool_backward):
    """Exercise 1: to the first of the largest; where windows overlap, what they give adds."""
    require_examples(max_pool_backward, MAXIMA)
    rng = np.random.default_rng(0)
    x = rng.permutation(np.arange(49.0)).reshape(7, 7)  # without ties
    grad_y = rng.standard_normal((3, 3))
    require_limit(max_pool, [x], grad_y, [max_pool_backward(x, 3, 2, grad_y)])


# the property, x, weight, stride, ∂F/∂y, and (∂F/∂x, ∂F/∂weight)
CONVOLUTIONS = (
    ("each entry meets its own partner, not turned",
        [1, 2, 4], [3, 5, 7], 1, [1], ([3, 5, 7], [1, 2, 4])),
    ("the chain rule (times ∂F/∂y)",
        [1, 2, 4], [3, 5, 7], 1, [10], ([30, 50, 70], [10, 20, 40])),
    ("adds (an entry that several windows use)",
        [1, 1, 1, 1], [1, 10], 1, [1, 2, 3], ([1, 12, 23, 30], [6, 6])),
    ("windows begin stride apart",
        [1, 2, 3, 4, 5], [1, 10], 3, [1, 2], ([1, 10, 0, 2, 20], [9, 12])),
    ("an input that no window reads has 0",
        [1, 2, 3], [1, 10], 2, [1], ([1, 10, 0], [1, 2])),
)  # fmt: skip


def convolve(x, weight):
    """The convolution of x, (9,), with a weight, (3,), its windows 2 apart: an array (4,)."""
    return mg.conv1d(x.reshape(1, 9, 1), weight.reshape(3, 1, 1), stride=2).data.reshape(4)


def check_conv1d_backward(conv1d_backward):
    """Exercise 2: the gradients by x and by the weight; each adds where windows share it."""
    require_examples(conv1d_backward, CONVOLUTIONS)
    x, weight, grad_y = (np.random.default_rng(0).standard_normal(length) for length in (9, 3, 4))
    require_limit(convolve, [x, weight], grad_y, conv1d_backward(x, weight, 2, grad_y))


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
    """Exercise 3: to the rows that were looked up; what equal tokens give adds."""
    require_examples(embedding_backward, LOOK_UPS)
    table, grad_y = (np.random.default_rng(0).standard_normal((rows, 3)) for rows in (5, 4))
    require_limit(look_up, [table], grad_y, [embedding_backward(table, TOKENS, grad_y)])
