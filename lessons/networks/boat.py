"""A drawn sailboat and the shipped network that scores it, for lessons 6 and 7."""

import models
from minigrad.attribution import ClassScore
from models.scenes import random_scene

LABEL = "sailboat"


def example(seed):
    """The network, its score for "sailboat" before the softmax, and a drawn scene.

    Parameters
    ----------
    seed : int
        Which of the drawn sailboats.

    Returns
    -------
    model : models.inception.Inception
        `mini_inception` with the shipped weights.
    F : ClassScore
        What is explained.
    scene : models.scenes.Scene
        ``scene.draw()`` is its picture, (64, 64, 3) of uint8.
    """
    model = models.load("mini-inception")
    return model, ClassScore(model, model.labels.index(LABEL)), random_scene(LABEL, seed)
