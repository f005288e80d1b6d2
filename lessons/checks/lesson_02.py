"""The checks of lesson 2."""

import numpy as np

import minigrad as mg
from lessons import figures

IMAGE = np.array([list(row) for row in "142031 025312 369405 213770 502168 431203".split()], float)


VOCABULARY, SENTENCE = ("padding", "not", "good", "bad", "film"), ("not", "good", "not", "bad")


# the embedding: a row for each word
TABLE = np.array([[0, 0, 0], [1, -2, 1], [2, 1, 0], [-1, 2, 1], [0, 1, 3]], float)


TOKENS = np.array([VOCABULARY.index(word) for word in SENTENCE])


def pool(x, kind=mg.max_pool2d):
    """(6, 6) → (5, 5): the largest (or the mean) of each window of 2×2 pixels; the windows overlap."""
    return kind(x.reshape(1, *x.shape, 1), 2, stride=1)[0, :, :, 0]


def look_up(table):
    """(5, 3) → (4, 3): for each word of the sentence its row of the table."""
    return mg.embedding(table, TOKENS)


def check_max_pool_backward(max_pool_backward):
    figures.lesson_02.require_examples(max_pool_backward, (
        ("the whole gradient to the largest, 0 "
         "elsewhere", [[1, 2], [4, 3]], 2, 1, [[5]], [[0, 0], [5, 0]]),
        ("negative entries win too", [[-3, -1], [-2, -4]], 2, 1, [[5]], [[0, 5], [0, 0]]),
        ("of equal entries the first, row by row", [[1, 4], [4, 2]], 2, 1, [[5]], [[0, 5], [0, 0]]),
        ("windows begin stride "
         "apart", [[1, 2, 9, 7, 8], [4, 3, 0, 5, 6]], 2, 3, [[5, 6]], [[0, 0, 0, 0, 6], [5, 0, 0, 0, 0]]),
        ("adds (a winner of several "
         "windows)", [[2, 9, 3], [0, 4, 0]], 2, 1, [[3, 4]], [[0, 7, 0], [0, 0, 0]]),
    ))  # fmt: skip
    # x without ties, and some ∂F/∂y
    x, u = IMAGE + 0.01 * np.arange(36).reshape(6, 6), IMAGE[:5, :5]
    figures.lesson_02.require_limit(pool, [x], u, [max_pool_backward(x, 2, 1, u)])


def check_conv1d_backward(conv1d_backward):
    figures.lesson_02.require_examples(conv1d_backward, (
        ("each entry meets its own partner, not "
         "turned", [1, 2, 4], [3, 5, 7], 1, [1], ([3, 5, 7], [1, 2, 4])),
        ("the chain rule (times "
         "∂F/∂y)", [1, 2, 4], [3, 5, 7], 1, [10], ([30, 50, 70], [10, 20, 40])),
        ("adds (an entry that several windows "
         "use)", [1, 1, 1, 1], [1, 10], 1, [1, 2, 3], ([1, 12, 23, 30], [6, 6])),
        ("windows begin stride "
         "apart", [1, 2, 3, 4, 5], [1, 10], 3, [1, 2], ([1, 10, 0, 2, 20], [9, 12])),
        ("an input that no window reads has 0", [1, 2, 3], [1, 10], 2, [1], ([1, 10, 0], [1, 2])),
    ))  # fmt: skip
    x, weight, u = (np.random.default_rng(0).standard_normal(length) for length in (9, 3, 4))
    by_2 = lambda x, weight: mg.conv1d(x.reshape(1, 9, 1), weight.reshape(3, 1, 1), stride=2)[
        0, :, 0
    ]
    figures.lesson_02.require_limit(by_2, [x, weight], u, conv1d_backward(x, weight, 2, u))


def check_embedding_backward(embedding_backward):
    apart = (
        "each gradient to its token's row, 0 elsewhere",
        [[9]] * 3,
        (2, 0),
        [[1], [2]],
        [[2], [0], [1]],
    )
    twice = (
        "adds (the same token twice)",
        [[9]] * 3,
        (1, 2, 1),
        [[1], [2], [10]],
        [[0], [11], [2]],
    )
    figures.lesson_02.require_examples(embedding_backward, (apart, twice))
    figures.lesson_02.require_limit(
        look_up, [TABLE], TABLE[1:], [embedding_backward(TABLE, TOKENS, TABLE[1:])]
    )
