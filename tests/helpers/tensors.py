"""Tensors for the engine's tests: a leaf, a layer and a score, and the line that comes next."""

import inspect

import numpy as np

import minigrad as mg

_rng = np.random.default_rng(0)
WEIGHT, V = _rng.standard_normal((4, 3)), np.array([1.0, -2.0, 0.5])
X, BASELINE = np.ones((1, 4)), np.zeros((1, 4))


def K(x):
    """A layer "h" of three units, and a score that is linear in it; of inputs (N, 4)."""
    return mg.tanh(x @ WEIGHT).named("h") @ V


def leaf(values, **options):
    """A tensor of its own float64 array that asks for a gradient."""
    return mg.Tensor(np.array(values, np.float64), requires_grad=True, **options)


def line_after():
    """Where the caller's next line lies, as errors and notes write it."""
    caller = inspect.currentframe().f_back
    return f"{caller.f_code.co_filename}:{caller.f_lineno + 1}"
