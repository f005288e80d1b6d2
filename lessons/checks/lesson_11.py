"""What the exercises of lesson 11 are held to: a choice that sees no held-out picture, and spreads.

What is right comes from pencil, and from the study's own ranking.
"""

import numpy as np

from lessons.classroom.checking import require, require_equal
from models.study.features.selection import ranking

# the property: scores (pictures × filters), labels, k, the filters chosen
CHOICES = {
    "each class its own":
        ([[9, 0, 5], [0, 8, 6]], [0, 1], 2, [0, 1]),
    "in turn: every class's first, then every class's second":
        ([[9, 8, 0, 1], [0, 1, 3, 2]], [0, 1], 4, [0, 2, 1, 3]),
    "a score has a sign":
        ([[-9, 1]], [0], 1, [1]),
    "the mean over the class's pictures":
        ([[9, 4], [0, 6]], [0, 0], 1, [1]),
    "none twice":
        ([[5, 4, 1], [5, 1, 4]], [0, 1], 3, [0, 1, 2]),
    "of equal ones the smaller number":
        ([[1, 1, 0]], [3], 2, [0, 1]),
}  # fmt: skip

# the property: accuracies, a row for each split, activation … conductance; mean and spread
TABLES = {
    "a row for each rival: mean, spread":
        ([[0.2, 0.5, 0.3, 0.6]] * 2, [[0.4, 0], [0.1, 0], [0.3, 0]]),
    "conductance minus rival":
        ([[0.7, 0.7, 0.7, 0.4]] * 2, [[-0.3, 0]] * 3),
    "split by split":
        ([[0.2, 0.3, 0.1, 0.4], [0.6, 0.7, 0.5, 0.8]], [[0.2, 0], [0.1, 0], [0.3, 0]]),
    "one less than the splits":
        ([[0.5, 0.5, 0.5, 0.6], [0.5, 0.5, 0.5, 0.8]], [[0.2, 0.02**0.5]] * 3),
    "every split":
        ([[0, 0, 0, 0.1], [0, 0, 0, 0.2], [0, 0, 0, 0.6]], [[0.3, 0.07**0.5]] * 3),
}  # fmt: skip


class Accuracies:
    """A table, (splits, measures), as the lesson's classifier would find it, number by number.

    The split of row k is ``[2 k], [2 k + 1]``; an accuracy may be asked of a split alone.
    """

    def __init__(self, table):
        self.table = table
        self.splits = [(np.array([2 * row]), np.array([2 * row + 1])) for row in range(len(table))]

    def __call__(self, number, train, test):
        said = f"It asked for train {train}, test {test}."
        require(test[0] == train[0] + 1, "train, then test", said)
        return self.table[train[0] // 2][number]


def check_choose_in_turn(choose_in_turn):
    """Exercise 1: choices by pencil; then of forty pictures, sixteen of them held out."""
    for broken, (scores, labels, k, right) in CHOICES.items():
        train = np.arange(len(labels))
        got = list(choose_in_turn(np.array(scores, float), np.array(labels), train, k))
        said = f"For the scores {scores}, labels {labels}, k = {k} it gave {got}, not {right}."
        require_equal(got, right, broken, said)
    rng = np.random.default_rng(11)
    scores, labels = rng.normal(size=(40, 30)), rng.integers(0, 4, 40)
    train = rng.permutation(40)[:24]
    held_out = np.setdiff1d(np.arange(40), train)
    got = list(choose_in_turn(scores, labels, train, 12))
    others, renamed = scores.copy(), labels.copy()
    others[held_out] = 9 * rng.normal(size=(len(held_out), 30))
    renamed[held_out] = (labels[held_out] + 1) % 4
    for what, *given in ("scores", others, labels), ("labels", scores, renamed):
        again = list(choose_in_turn(*given, train, 12))
        said = f"With other {what} of held-out pictures it chose {again}, before {got}."
        require_equal(again, got, f"held-out {what}", said)
    right = ranking(scores[train], labels[train], in_turn=True)[:12]
    require_equal(got, right, "forty pictures", f"It chose {got}, not {right.tolist()}.")


def check_run_all_four(run_all_four):
    """Exercise 2: tables by pencil, of which it may ask one number at a time."""
    for broken, (table, right) in TABLES.items():
        accuracy = Accuracies(table)
        got = run_all_four(accuracy, accuracy.splits)
        said = f"For the accuracies (splits × measures) {table} it gave {got}, not {right}."
        require_equal(got, right, broken, said)
