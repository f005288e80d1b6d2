"""Every filter of the embedded Inception in the lessons: its measures and features on scenes."""

from typing import NamedTuple

import numpy as np

from minigrad.attribution import MEASURES, ClassScore, measures_per_filter
from models.scenes import CLASSES, random_scene

TOGETHER = 20  # pictures that are measured at a time: memory stays small
# sixteen find the same ten filters of the highest conductance, and move no mean accuracy of lesson
# 15 from five filters on by more than 3 points
STEPS = 4


class Measured(NamedTuple):
    """What is known of every filter on some pictures.

    Attributes
    ----------
    scores : numpy.ndarray, shape (4, N, filters)
        The `MEASURES` in order, each for the picture's label, summed over a filter's positions.
    features : numpy.ndarray, shape (N, filters)
        Activations averaged over positions: no label is in them.
    labels : integer array, shape (N,)
    """

    scores: np.ndarray
    features: np.ndarray
    labels: np.ndarray


def scene(model, name, seed):
    """A drawn scene of a class as a network sees it: (1, 64, 64, 3).

    A training's scenes have seeds from 10,000,000 up.
    """
    return model.preprocess(random_scene(name, seed).draw())


def scenes_of(model, shown, first_seed=5000):
    """A scene for each number of a class, from seeds of its own: (N, 64, 64, 3)."""
    seeds = enumerate(shown, first_seed)
    return np.concatenate([scene(model, CLASSES[number], seed) for seed, number in seeds])


def measured(model, x, labels, steps=STEPS):
    """The four measures of every filter, each for the picture's label, and the filters' features.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (N, H, W, 3)
    labels : integer array, shape (N,)
    steps : int
        Points of the path.

    Returns
    -------
    Measured
    """
    scores, features = [], []
    for rows in np.array_split(np.arange(len(x)), max(1, len(x) // TOGETHER)):
        F = ClassScore(model, labels[rows])
        path = {"steps": steps, "layers": model.layers}
        found = measures_per_filter(F, x[rows], model.baseline(), **path)
        scores.append(np.concatenate(list(found.layers.values()), axis=-1))
        means = [layer[0] / found.positions[name] for name, layer in found.layers.items()]
        features.append(np.concatenate(means, axis=-1, dtype=np.float64))
    return Measured(np.concatenate(scores, axis=1), np.concatenate(features), labels)


def measures_of(model, x, label, steps=20):
    """The four measures of every filter for one picture and one label, by name: (filters,)."""
    found = measured(model, x, np.array([label]), steps)
    return dict(zip(MEASURES, found.scores[:, 0]))
