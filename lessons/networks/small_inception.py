"""The network of lesson 11: a small Inception with random weights, every tensor of it named."""

import numpy as np

import minigrad as mg
from minigrad.attribution import ClassScore

from .drawn import drawn_picture

# Each of these tensors is crossed by every way from x to F, once.
CUTS = ("stem", "mixed", "deep", "average", "hidden")
# What stands side by side in `mixed`: each branch's convolutions, one after the other.
BRANCHES = {
    "1×1": ("1x1",),
    "3×3": ("reduce3x3", "3x3"),
    "5×5": ("reduce5x5", "5x5"),
    "pool": ("pool",),
}
# Channels in, channels out, side of the kernel.
CONVOLUTIONS = {
    "stem": (3, 6, 3),
    "1x1": (6, 4, 1),
    "reduce3x3": (6, 3, 1),
    "3x3": (3, 6, 3),
    "reduce5x5": (6, 2, 1),
    "5x5": (2, 3, 5),
    "pool": (6, 3, 1),
    "deep": (16, 16, 3),
}


class SmallInception(mg.Module):
    """stem → mixed → deep → average over positions → hidden → four scores, in float64.

    Parameters
    ----------
    activation, pool : callable
        `mg.relu` and `mg.max_pool2d` have kinks, `mg.softplus` and `mg.avg_pool2d` have none.
    """

    def __init__(self, activation, pool):
        rng = np.random.default_rng(239)
        self.conv = {
            name: mg.layers.Conv2d(*size, padding="same", rng=rng)
            for name, size in CONVOLUTIONS.items()
        }
        self.hidden = mg.layers.Linear(16, 12, rng=rng)
        self.scores = mg.layers.Linear(12, 4, rng=rng)
        self.activation, self.pool = activation, pool
        for parameter in self.astype(np.float64).requires_grad(False).parameters():
            if parameter.ndim == 1:  # with zero biases F(αx) = α F(x): a path without a single kink
                parameter.data = 0.3 * rng.standard_normal(parameter.shape)

    def forward(self, x):
        stem = self.pool(self.activation(self.conv["stem"](x)), 2).named("stem")
        branches = []
        for branch in BRANCHES.values():
            y = self.pool(stem, 3, stride=1, padding=1) if branch == ("pool",) else stem
            for part in branch:
                y = self.activation(self.conv[part](y)).named(f"mixed/{part}")
            branches.append(y)
        mixed = mg.concatenate(branches, axis=-1).named("mixed")
        deep = self.activation(self.conv["deep"](self.pool(mixed, 2))).named("deep")
        average = deep.mean(axis=(1, 2)).named("average")
        return self.scores(self.activation(self.hidden(average)).named("hidden"))


def example(activation=mg.relu, pool=mg.max_pool2d):
    """F, x and x′: one score of the network, a drawn picture and the black one."""
    x = drawn_picture(16)
    return ClassScore(SmallInception(activation, pool), 1), x, np.zeros_like(x)


def ways():
    """All ways from x to F, each as the names of the tensors on it."""
    first, _, *last = CUTS
    return [
        (first, *(f"mixed/{part}" for part in branch), "mixed", *last)
        for branch in BRANCHES.values()
    ]
