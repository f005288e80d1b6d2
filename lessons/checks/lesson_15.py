"""What lesson 15's answers are held to: choices that see no held-out picture, and turns."""

import numpy as np

from lessons.classroom.properties import require, require_pencil, require_same
from models.study.features.selection import ranking

# the lesson's table: two sailboats, two ducks, three filters
SCORES = np.array([[6, 1, 5], [8, 3, 5], [0, 5, 5], [0, 7, 3]])

# the property: scores (pictures × filters), the training pictures, k, the filters chosen
CHOICES = {
    "the highest first":
        ([[1, 3, 9]], [0], 2, [2, 1]),
    "a score has a sign":
        ([[-9, 1]], [0], 1, [1]),
    "the mean over pictures":
        ([[9, 4], [0, 6]], [0, 1], 1, [1]),
    "training pictures alone":
        ([[1, 2, 3], [9, 0, 0], [2, 3, 4]], [0, 2], 1, [2]),
    "a mean may be below 0":
        ([[-3, 2, -5, -4]], [0], 4, [1, 0, 3, 2]),
}  # fmt: skip

# the property: for each class its filters, highest first; k; the filters chosen
TURNS = {
    "every class's first":
        ([[0, 1, 2, 3], [2, 3, 0, 1]], 2, [0, 2]),
    "in turn: every class's first, then every class's second":
        ([[0, 1, 3, 2], [2, 3, 1, 0]], 4, [0, 2, 1, 3]),
    "none twice":
        ([[0, 1, 2], [0, 2, 1]], 3, [0, 1, 2]),
    "repeats do not count":
        ([[0, 1, 2], [0, 1, 2], [1, 0, 2]], 2, [0, 1]),
}  # fmt: skip


def check_PENCIL(answers):
    """Means over all pictures and over those of a class, and the highest of them."""
    sailboat, duck = SCORES[:2].mean(axis=0), SCORES[2:].mean(axis=0)
    means = SCORES.mean(axis=0)
    right = {
        "filter 2, mean of all pictures": means[2],
        "filter of the highest mean": means.argmax(),
        "sailboat's own filter": sailboat.argmax(),
        "duck's own filter": duck.argmax(),
    }
    traps = {
        "filter 2, mean of all pictures": [
            (18, "That is the sum of the column. Divide by the number of pictures."),
            (5, "That is the sailboats' mean. Take all four pictures."),
            (4, "That is filter 1's mean, or the ducks' alone."),
        ],
        "filter of the highest mean": [
            (0, "Its 8 is the highest single score. Its mean over four pictures is 3.5."),
            (1, "Its mean is 4. Is there a higher one?"),
            (3, "Filters are counted from 0 here."),
            (means.max(), "That is the mean. Which filter has it: 0, 1 or 2?"),
        ],
        "sailboat's own filter": [
            (2, "Its mean over the sailboats is 5. Filter 0 has 6 and 8."),
            (1, "Filters are counted from 0 here. Or did you take the ducks?"),
            (sailboat.max(), "That is its mean. Write the filter's number: 0, 1 or 2."),
        ],
        "duck's own filter": [
            (2, "Its mean over the ducks is 4. Filter 1 has 5 and 7."),
            (0, "That is sailboat's own. Take the two rows of the ducks."),
            (duck.max(), "That is its mean. Write the filter's number: 0, 1 or 2."),
        ],
    }
    said = require_pencil(answers, right, traps)
    return f"{said} Each class finds a filter that the mean over all pictures passes over."


def chosen(found):
    """A choice as an array, if it can be one."""
    return found if found is None else np.array(list(found))


def require_k_filters(got, k, given):
    """Raise unless so many were chosen."""
    about = "if each filter has one mean over the pictures" if np.size(got) < k else "for this k"
    require_same(np.size(got), k, "k filters", f"{given} How many filters were chosen, {about}.")


def check_choose(choose):
    """Choices by pencil; then of forty pictures, sixteen of them held out."""
    for broken, (scores, train, k, right) in CHOICES.items():
        got = chosen(choose(np.array(scores, float), np.array(train), k))
        given = f"Scores {scores}, training pictures {train}, k = {k}."
        require_k_filters(got, k, given)
        require_same(got, right, broken, given)
    rng = np.random.default_rng(11)
    scores, train = rng.normal(size=(40, 30)), rng.permutation(40)[:24]
    got = chosen(choose(scores, train, 12))
    others = scores.copy()
    held_out = np.setdiff1d(np.arange(40), train)
    others[held_out] = 9 * rng.normal(size=(len(held_out), 30))
    again = chosen(choose(others, train, 12))
    given = "Forty pictures, with other scores of the held-out ones. The choice must be the same."
    require_same(again, got, "held-out scores", given)
    right = ranking(scores[train], np.zeros(24))[:12]
    require_same(got, right, "forty pictures", "Forty pictures, 24 of them to train.")
    return "Whatever is found on held-out pictures now was not chosen for them."


def check_choose_in_turn(choose_in_turn):
    """Turns by pencil; then the study's own ranking of forty pictures."""
    for broken, (orders, k, right) in TURNS.items():
        got = chosen(choose_in_turn(np.array(orders), k))
        given = f"A row for each class: {orders}, k = {k}. All first filters come first."
        if broken == "every class's first" or np.size(got) > k:
            require_k_filters(got, k, given)
        require_same(got, right, broken, given)
    rng = np.random.default_rng(11)
    scores, labels = rng.normal(size=(40, 30)), np.arange(40) % 4
    means = [scores[labels == label].mean(axis=0) for label in range(4)]
    orders = np.argsort(-np.array(means), axis=1, kind="stable")
    before = orders.copy()
    got = chosen(choose_in_turn(orders, 12))
    require(
        np.array_equal(orders, before),
        "nothing is changed in place",
        "Your function changed orders.",
    )
    right = ranking(scores, labels, in_turn=True)[:12]
    require_k_filters(got, 12, "Four classes, thirty filters, k = 12.")
    require_same(got, right, "thirty filters", "Four classes, thirty filters, k = 12.")
    return "Filters that are high for everything no longer take all places."
