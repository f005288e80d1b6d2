"""The networks of lesson 10: one input, one unit y, and in each another measure goes wrong.

The path leads from x′ = 0 to x = 1, so the input is α.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import minigrad as mg

X, BASELINE = np.ones((1, 1)), np.zeros((1, 1))


@dataclass(frozen=True)
class Case:
    """One network: ``F`` takes (N, 1) to (N,), and names its unit "y"."""

    name: str
    y: str
    score: str
    F: Callable


def saturation(x):
    """F = min(y, 1) of y = 2x: from α = 1/2 on it is level."""
    y = (2 * x).named("y")
    return mg.minimum(y, 1.0)[:, 0]


def overshoot(x):
    """F = relu(y − 1) of y = 2x: until α = 1/2 it is level."""
    y = (2 * x).named("y")
    return mg.relu(y - 1)[:, 0]


def wrong_sign(x):
    """F = −y of y = −x: the unit falls, and F rises."""
    y = (-x).named("y")
    return -y[:, 0]


def curved_path(x):
    """F = y² of y = x²: the unit is fastest where F is steepest."""
    y = (x * x).named("y")
    return (y * y)[:, 0]


def zero_at_both_ends(x):
    """F = x · y of y = min(x, 1 − x): there is a way from x to F past the unit, too."""
    y = mg.minimum(x, 1 - x).named("y")
    return (x * y)[:, 0]


CASES = (
    Case("saturation", "y = 2x", "F = min(y, 1)", saturation),
    Case("overshoot", "y = 2x", "F = relu(y − 1)", overshoot),
    Case("wrong sign", "y = −x", "F = −y", wrong_sign),
    Case("curved path", "y = x²", "F = y²", curved_path),
    Case("zero at both ends", "y = min(x, 1 − x)", "F = x · y", zero_at_both_ends),
)


def saturating(saturates):
    """The network of `saturates`, a function of the unit: y = x, F = saturates(y)."""

    def F(x):
        y = (1 * x).named("y")
        return saturates(y)[:, 0]

    return F


def misleading(misleads):
    """The network of `misleads`, a function of the input: y = misleads(x), F = y² − y/2."""

    def F(x):
        y = (1 * misleads(x)).named("y")
        return (y * y - y / 2)[:, 0]

    return F
