"""The checks of lesson 11."""

import numpy as np
from scipy.optimize import minimize

import minigrad as mg
import models
from lessons import figures
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import ClassScore, measures_per_filter
from models.study.features.selection import ranking

# scenes of a class, of them to train; splits; filters kept
EACH, TRAIN, SPLITS, KS = 20, 12, 5, (1, 2, 5, 10, 15, 20)


# sixteen find the same ten filters of the highest conductance, and move no mean from k = 5 on by
# more than 3 points
STEPS = 4


def measure(model, x, labels):
    """Every filter's four scores for the pictures' labels, (4, N, filters), and its features, (N,
    filters).
    """
    scores, features = [], []
    # a few at a time: memory stays small
    for rows in np.array_split(np.arange(len(x)), len(x) // EACH):
        found = measures_per_filter(
            ClassScore(model, labels[rows]), x[rows], model.baseline(), STEPS, model.layers
        )
        scores.append(np.concatenate(list(found.layers.values()), axis=-1))
        # activations: no class in them
        means = [layer[0] / found.positions[name] for name, layer in found.layers.items()]
        features.append(np.concatenate(means, axis=-1, dtype=np.float64))
    return np.concatenate(scores, axis=1), np.concatenate(features)


def loss(flat, x, labels):
    """The classifier's loss, and its gradient for w, a row for each feature, a column for each
    class.
    """
    w = mg.Tensor(flat.reshape(x.shape[1], -1), requires_grad=True)
    value = mg.cross_entropy(x @ w, labels)
    value.backward()
    # and a penalty on large weights
    return value.data.item() + flat @ flat / (2 * len(x)), w.grad.ravel() + flat / len(x)


def accuracy(features, labels, train, test):
    """What share of the held-out pictures, rows ``test``, the classifier trained on the rows
    ``train`` gets right.
    """
    mean, deviation = features[train].mean(axis=0), features[train].std(axis=0)
    # feature 0 is 1: the bias
    x = np.insert((features - mean) / np.where(deviation > 0, deviation, 1), 0, 1, axis=1)
    w = np.zeros((x.shape[1], labels.max() + 1))
    w = minimize(
        loss, w.ravel(), (x[train], labels[train]), "L-BFGS-B", jac=True, options={"gtol": 3e-4}
    ).x.reshape(w.shape)
    return np.mean((x[test] @ w).argmax(axis=1) == labels[test])


model = models.load("mini-inception")


shown = np.repeat(np.arange(len(model.labels)), EACH)  # what each picture shows


x = figures.lesson_11.draw_pictures(model, shown)


scores, features = measure(model, x, shown)


def check_choose_in_turn(choose_in_turn):
    for broken, values, labels, k, expected in (
        ("each class its own", [[9, 0, 5], [0, 8, 6]], [0, 1], 2, [0, 1]),
        (
            "in turn: every class's first, then every class's second",
            [[9, 8, 0, 1], [0, 1, 3, 2]],
            [0, 1],
            4,
            [0, 2, 1, 3],
        ),
        ("a score has a sign", [[-9, 1]], [0], 1, [1]),
        ("the mean over the class's pictures", [[9, 4], [0, 6]], [0, 0], 1, [1]),
        ("none twice", [[5, 4, 1], [5, 1, 4]], [0, 1], 3, [0, 1, 2]),
        ("of equal ones the smaller number", [[1, 1, 0]], [3], 2, [0, 1]),
    ):
        got = list(
            choose_in_turn(np.array(values, float), np.array(labels), np.arange(len(labels)), k)
        )
        require_equal(
            got,
            expected,
            broken,
            f"For the scores {values}, labels {labels}, k = {k} it gave {got}, not {expected}.",
        )
    rng = np.random.default_rng(11)
    scores, labels, train = (
        rng.normal(size=(40, 30)),
        rng.integers(0, 4, 40),
        rng.permutation(40)[:24],
    )
    held_out = np.setdiff1d(np.arange(40), train)
    got, other, renamed = (
        list(choose_in_turn(scores, labels, train, 12)),
        scores.copy(),
        labels.copy(),
    )
    other[held_out] = 9 * rng.normal(size=(len(held_out), 30))
    renamed[held_out] = (labels[held_out] + 1) % 4
    for what, *given in ("scores", other, labels), ("labels", scores, renamed):
        again = list(choose_in_turn(*given, train, 12))
        require_equal(
            again,
            got,
            f"held-out {what}",
            f"With other {what} of held-out pictures it chose {again}, before {got}.",
        )
    expected = ranking(scores[train], labels[train], in_turn=True)[:12]
    require_equal(got, expected, "forty pictures", f"It chose {got}, not {expected.tolist()}.")


def check_run_all_four(run_all_four):
    for broken, table, expected in (  # a row for each split: activation … conductance
        (
            "a row for each rival: mean, spread",
            [[0.2, 0.5, 0.3, 0.6]] * 2,
            [[0.4, 0], [0.1, 0], [0.3, 0]],
        ),
        ("conductance minus rival", [[0.7, 0.7, 0.7, 0.4]] * 2, [[-0.3, 0]] * 3),
        (
            "split by split",
            [[0.2, 0.3, 0.1, 0.4], [0.6, 0.7, 0.5, 0.8]],
            [[0.2, 0], [0.1, 0], [0.3, 0]],
        ),
        (
            "one less than the splits",
            [[0.5, 0.5, 0.5, 0.6], [0.5, 0.5, 0.5, 0.8]],
            [[0.2, 0.02**0.5]] * 3,
        ),
        ("every split", [[0, 0, 0, 0.1], [0, 0, 0, 0.2], [0, 0, 0, 0.6]], [[0.3, 0.07**0.5]] * 3),
    ):
        splits = [(np.array([2 * place]), np.array([2 * place + 1])) for place in range(len(table))]

        def accuracy(number, train, test, table=table):
            require(
                test[0] == train[0] + 1,
                "train, then test",
                f"It asked for train {train}, test {test}.",
            )
            return table[train[0] // 2][number]

        got = run_all_four(accuracy, splits)
        require_equal(
            got,
            expected,
            broken,
            f"For the accuracies (splits × measures) {table} it gave {got}, not {expected}.",
        )
