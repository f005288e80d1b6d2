"""Tasks for a classifier in the lessons: which pictures, which of them to train, how many right."""

import numpy as np

import minigrad as mg
from minigrad.machine.blas import one_scipy_thread
from models.scenes import CLASSES
from models.study.features.selection import strongest_first

EACH, TRAIN, SPLITS = 20, 12, 5  # pictures of a class, those of them to train; splits
# and how many classes each has; the paper calls the second "random labels": its labels are true
TASKS = {"water vessels": 5, "classes at random": 5, "all twenty classes": 20}


def of_task(task, shown, seed):
    """A task's pictures and their labels.

    Parameters
    ----------
    task : str
        One of `TASKS`; "classes at random" are others for every seed.
    shown : integer array, shape (N,)
        The class of each picture.
    seed : int

    Returns
    -------
    rows : integer array
        The task's pictures among all.
    labels : integer array
        Theirs, from 0 on.
    """
    order = np.arange(len(CLASSES))
    if task == "classes at random":
        order = np.random.default_rng([seed, 2]).permutation(order)
    rows = np.flatnonzero(np.isin(shown, order[: TASKS[task]]))
    return rows, np.unique(shown[rows], return_inverse=True)[1]


def halves(labels, seed, train=TRAIN):
    """The numbers of the training pictures, ``train`` of every class, and of the held-out ones."""
    order = np.random.default_rng(seed).permutation(len(labels))
    classes = [order[labels[order] == label] for label in np.unique(labels)]
    first, others = [rows[:train] for rows in classes], [rows[train:] for rows in classes]
    return np.concatenate(first), np.concatenate(others)


def loss(flat, x, labels):
    """A multinomial logistic regression's loss, with a penalty on large weights; its gradient.

    The weights, a row for each feature and a column for each class, come and go as one row.
    """
    w = mg.Tensor(flat.reshape(x.shape[1], -1), requires_grad=True)
    value = mg.cross_entropy(x @ w, labels)
    value.backward()
    penalty = flat @ flat / (2 * len(x))
    return value.data.item() + penalty, w.grad.ravel() + flat / len(x)


def accuracy(features, labels, train, test):
    """The share of the pictures ``test`` that a classifier names right after training on ``train``.

    Features are standardised with the training pictures' mean and deviation.
    """
    from scipy.optimize import minimize  # every lesson imports this file, two need SciPy

    mean, deviation = features[train].mean(axis=0), features[train].std(axis=0)
    standard = (features - mean) / np.where(deviation > 0, deviation, 1)
    x = np.insert(standard, 0, 1, axis=1)  # feature 0 is 1: the bias
    shape = (x.shape[1], labels.max() + 1)
    begin, given = np.zeros(shape).ravel(), (x[train], labels[train])
    with one_scipy_thread():  # waking a second one takes longer than products as small as these
        found = minimize(loss, begin, given, "L-BFGS-B", jac=True, options={"gtol": 3e-4})
    named = (x[test] @ found.x.reshape(shape)).argmax(axis=1)
    return np.mean(named == labels[test])


def compare(task, measured, pool, counts):
    """Accuracies by split, by measure (at last a random order) and by how many filters are kept.

    Parameters
    ----------
    task : str
    measured : filters.Measured
        All pictures with their true labels.
    pool : integer array
        The filters that may be chosen.
    counts : sequence of int

    Returns
    -------
    numpy.ndarray, shape (SPLITS, 5, len(counts))
    """
    found = []
    for seed in range(SPLITS):
        rows, labels = of_task(task, measured.labels, seed)
        train, test = halves(labels, seed)
        orders = [pool[strongest_first(one[rows[train]][:, pool])] for one in measured.scores]
        orders.append(np.random.default_rng([seed, 1]).permutation(pool))
        features = measured.features[rows]
        kept = [[features[:, order[:k]] for k in counts] for order in orders]
        found.append([[accuracy(one, labels, train, test) for one in row] for row in kept])
    return np.array(found)
