"""The first script of "An afternoon in the debugger": two neurons."""

import numpy as np

import minigrad as mg
from lessons.networks.two_neurons import BASELINE, F, X
from minigrad.attribution import conductance

OTHER = np.array([[1.0, 0.5]])  # here y = (1, 2.5), so that the two factors of F can be told apart


def sweep_back():
    """∂F/∂x at one point."""
    x = mg.Tensor(OTHER, requires_grad=True, name="x")
    score = F(x)
    score.backward()
    return x.grad


def explain():
    """The conductance of both neurons, with two points on the path from (0, 0) to (1, 1)."""
    return conductance(F, X, BASELINE, steps=2)


print(sweep_back())
print(explain()["y"])
