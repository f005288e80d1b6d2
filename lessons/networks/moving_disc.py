"""A small convolutional network and a path on which only an orange disc moves, for lesson 5."""

import numpy as np

import minigrad as mg

from .drawn import drawn_picture

SIDE = 24  # pixels
RANDOM = np.random.default_rng(6)
CONV = RANDOM.standard_normal((3, 3, 3, 4))
DEEP = RANDOM.standard_normal((3, 3, 4, 6)) / 8
SCORE = RANDOM.standard_normal(6)
X = drawn_picture(SIDE)
BASELINE = np.repeat(X[:, :, :1], SIDE, axis=2)  # the ground without the disc: its leftmost column


def averages(x):
    """x → conv → pooled → deep → mean over positions: six numbers a picture, smooth in x."""
    conv = mg.softplus(mg.conv2d(x, CONV, padding="same")).named("conv")
    pooled = mg.avg_pool2d(conv, 2).named("pooled")
    deep = mg.tanh(mg.conv2d(pooled, DEEP, padding="same")).named("deep")
    return deep.mean(axis=(1, 2)).named("average")


def F(x):
    """The score of every picture."""
    return averages(x) @ SCORE


def two_directions():
    """A random u for the six averages, (1, 6), and a random v for the pixels, shaped like X."""
    random = np.random.default_rng(0)
    return random.standard_normal((1, 6)), random.standard_normal(X.shape)
