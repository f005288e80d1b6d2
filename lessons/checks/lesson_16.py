"""What lesson 16's answers are held to: splits, training pictures only, differences in a split."""

import numpy as np

from lessons.classroom.properties import require, require_pencil, require_same

TRAINING, HELD_OUT = np.array([1.0, 3.0]), 8.0
CONDUCTANCE, RIVAL = np.array([80.0, 60.0]), np.array([70.0, 50.0])

# the property: accuracies, a row for each split, activation … conductance; means; spreads
TABLES = {
    "a mean for each rival":
        ([[0.2, 0.5, 0.3, 0.6]] * 2, [0.4, 0.1, 0.3], [0, 0, 0]),
    "conductance minus rival":
        ([[0.7, 0.7, 0.7, 0.4]] * 2, [-0.3] * 3, [0] * 3),
    "split by split":
        ([[0.2, 0.3, 0.1, 0.4], [0.6, 0.7, 0.5, 0.8]], [0.2, 0.1, 0.3], [0, 0, 0]),
    "one less than the splits":
        ([[0.5, 0.5, 0.5, 0.6], [0.5, 0.5, 0.5, 0.8]], [0.2] * 3, [0.02**0.5] * 3),
    "the spread of the differences":
        ([[0.5, 0.6, 0.7, 0.6], [0.6, 0.5, 0.7, 0.7]], [0.1, 0.1, -0.05],
         [0, 0.02**0.5, 0.005**0.5]),
    "every split":
        ([[0, 0, 0, 0.1], [0, 0, 0, 0.2], [0, 0, 0, 0.6]], [0.3] * 3, [0.07**0.5] * 3),
}  # fmt: skip


class Accuracies:
    """A table, (splits, measures), as the lesson's classifier would find it, number by number.

    The split of row k is ``[2 k], [2 k + 1]``.
    """

    def __init__(self, table):
        self.table = table
        self.splits = [(np.array([2 * row]), np.array([2 * row + 1])) for row in range(len(table))]

    def __call__(self, number, train, test):
        said = f"Yours: train {train}, test {test}. Right: a split as it was given."
        require(test[0] == train[0] + 1, "train, then test", said)
        return self.table[train[0] // 2][number]


def check_PENCIL(answers):
    """A held-out picture by the training pictures' mean and deviation; paired differences."""
    everything = np.append(TRAINING, HELD_OUT)
    ahead = CONDUCTANCE - RIVAL
    mean, deviation = TRAINING.mean(), TRAINING.std()
    right = {
        "the held-out 8, standardised": (HELD_OUT - mean) / deviation,
        "mean of the differences": ahead.mean(),
        "standard deviation of the differences": ahead.std(),
    }
    all_three = (HELD_OUT - everything.mean()) / everything.std()
    traps = {
        "the held-out 8, standardised": [
            (all_three, "The 8 itself is in your mean. It is held out: take 1 and 3 alone."),
            (HELD_OUT - everything.mean(), "The 8 itself is in your mean. Take 1 and 3 alone."),
            (
                (HELD_OUT - mean) / TRAINING.std(ddof=1),
                "You divided by one less than the pictures. Here it is the plain deviation: 1.",
            ),
        ],
        "mean of the differences": [
            (70, "That is conductance's own mean."),
            (-10, "Conductance minus rival, not the other way round."),
            (20, "That is their sum. There are two splits."),
        ],
        "standard deviation of the differences": [
            (CONDUCTANCE.std(), "That is how far conductance itself is spread."),
            (CONDUCTANCE.std(ddof=1), "That is how far conductance itself is spread."),
            (20, "Subtract first, within each split; then look how far the results differ."),
        ],
    }
    said = require_pencil(answers, right, traps)
    return f"{said} Both measures swing by 20 points, their difference not at all."


def check_split(split):
    """Every picture once, so many of each class to train, and drawn at random."""
    labels = np.array([2, 0, 1, 2, 2, 0, 1, 0, 1, 2, 0, 1])
    train, test = split(labels, 3, np.random.default_rng(0))
    given = "Twelve pictures, four of each of three classes; 3 of every class to train."
    flat = f"{given} Yours: an array of shape {np.shape(train)}. Right: (9,)."
    require(np.ndim(train) == 1, "one row of numbers", flat)
    counts = [int(np.sum(labels[np.asarray(train, int)] == label)) for label in range(3)]
    require_same(counts, [3, 3, 3], "so many of every class", given)
    different = len(set(np.asarray(train).tolist()))
    require_same(different, 9, "every picture once", f"{given} Different training pictures.")
    together = np.sort(np.concatenate([train, test]))
    require_same(together, np.arange(12), "every picture once", f"{given} All, sorted.")
    labels, seen = np.repeat([0, 1], 20), set()
    for seed in range(20):
        train, _ = split(labels, 5, np.random.default_rng(seed))
        given = "Forty pictures, 5 of each of two classes to train. Different training pictures."
        require_same(len(set(train)), 10, "every picture once", given)
        seen.add(tuple(sorted(train)))
    said = f"Twenty seeds. Yours: {len(seen)} different splits. Right: hardly two alike."
    require(len(seen) > 15, "drawn at random", said)
    return "Neither the classes nor their order decide any more which picture is held out."


def check_standardise(standardise):
    """Mean and deviation of the training pictures, for every picture."""
    random = np.random.default_rng(3)
    features, train = random.normal(2, 3, (10, 3)), np.array([7, 1, 4, 8, 2])
    got = standardise(features, train)
    require(
        np.shape(got) == (10, 3),
        "every picture comes back",
        f"Yours: {np.shape(got)}. Right: (10, 3).",
    )
    got = np.asarray(got)
    others = features.copy()
    held_out = np.setdiff1d(np.arange(10), train)
    others[held_out] += 100
    again = np.asarray(standardise(others, train))
    given = "Other held-out pictures; the first training picture must stay as it is."
    require_same(again[7], got[7], "training pictures only", given)
    given = "The standard deviation over the training pictures."
    require_same(got[train].std(axis=0), [1, 1, 1], "deviation 1", given)
    require_same(got[train].mean(axis=0), [0, 0, 0], "mean 0", "The mean over the same.")
    features[:, 1] = 5
    got = np.asarray(standardise(features, train))
    require_same(got[:, 1], np.zeros(10), "a constant feature is 0", "A feature that is always 5.")
    return "A held-out picture comes in as it would tomorrow: measured by what is known today."


def check_run_all_four(run_all_four):
    """Tables by pencil."""
    for broken, (table, means, spreads) in TABLES.items():
        accuracy = Accuracies(table)
        got = run_all_four(accuracy, accuracy.splits)
        given = f"Accuracies {table}, a row a split."
        require(
            np.shape(got) == (2, 3),
            "three means and three spreads",
            f"{given} Yours: an answer of shape {np.shape(got)}. Right: two arrays of 3.",
        )
        require_same(got, [means, spreads], broken, given)
    return "Now a difference comes with how far it can be trusted."
