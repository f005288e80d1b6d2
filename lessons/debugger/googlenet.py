"""The second script of "An afternoon in the debugger": GoogLeNet and a drawn sailboat.

The weights are those that $MINIGRAD_GOOGLENET names; see `lessons.networks.googlenet`.
"""

import os

import numpy as np

import models
from lessons.networks.googlenet import WEIGHTS_VARIABLE
from minigrad.attribution import ClassScore, conductance
from models.scenes import sailboat

YAWL = 914


def explain():
    """The conductance of two layers for "yawl"."""
    model = models.load(os.environ[WEIGHTS_VARIABLE])
    x, baseline = grainy(model.preprocess(sailboat(256))), model.baseline()
    return conductance(
        ClassScore(model, YAWL), x, baseline, layers=["mixed4c", "mixed5b"], steps=2, batch_size=1
    )


def grainy(x):
    """A drawn picture with a little grain, as a photo has it.

    In areas of one colour neighbours are equal, so that only rounding decides which of them is the
    maximum of a pooling and gets the gradient; and each processor rounds in its own way.
    """
    return x + np.random.default_rng(0).normal(0, 4, x.shape).astype(x.dtype)


if __name__ == "__main__":
    print(explain())
