"""Lesson 11's pictures and tasks: drawn scenes, which classes a task has to tell apart, and which
are held out.
"""

import numpy as np

from models.scenes import CLASSES, random_scene

FIRST_SEED = 5000  # a training's scenes have seeds from 10,000,000 up
TASKS = {"water vessels": 5, "random labels": 5, "all twenty classes": 20}  # and how many classes


def draw(model, shown):
    """One scene for each class number.

    Parameters
    ----------
    model : models.inception.Inception
    shown : integer array, shape (N,)
        Places in `models.scenes.CLASSES`.

    Returns
    -------
    numpy.ndarray, shape (N, 64, 64, 3)
        As the network sees them.
    """
    scenes = [
        random_scene(CLASSES[number], FIRST_SEED + place) for place, number in enumerate(shown)
    ]
    return np.concatenate([model.preprocess(scene.draw()) for scene in scenes])


def of_task(task, shown, seed):
    """A task's pictures and their labels; random labels are other classes for every seed.

    Parameters
    ----------
    task : str
        One of `TASKS`.
    shown : integer array, shape (N,)
        What each picture shows.
    seed : int

    Returns
    -------
    rows : integer array
        The task's pictures among all.
    labels : integer array
        Theirs, from 0 on.
    """
    order = np.arange(len(CLASSES))
    if task == "random labels":
        order = np.random.default_rng([seed, 2]).permutation(order)
    rows = np.flatnonzero(np.isin(shown, order[: TASKS[task]]))
    return rows, np.unique(shown[rows], return_inverse=True)[1]


def split(labels, train, seed):
    """Rows to train and rows to judge by: ``train`` pictures of each class, drawn by lot, and its
    others.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    by_class = [order[labels[order] == label] for label in np.unique(labels)]
    return tuple(
        np.concatenate([rows[part] for rows in by_class])
        for part in (slice(train), slice(train, None))
    )
